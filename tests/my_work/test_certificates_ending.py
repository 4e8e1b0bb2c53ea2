"""An officer's certificate that ends soon is work: of the officer, and of who has it renewed."""

from datetime import datetime
from typing import Final

import pytest
from django.urls import reverse
from tests.docket.conftest import DeskOffice
from tests.speed.test_budget import signed_in

from comity.cli.duty.work import next_command
from comity.node.cases.severity import Kind
from comity.node.core.clock import now
from comity.node.duty import alarm_causes
from comity.node.messages.officer_certificates import certificate_of
from comity.node.messages.officer_signing import SOON
from comity.node.models import Alarm, Officer, WorkItem
from comity.node.my_work import sections
from comity.node.my_work.assign import WorkItemUnfitError, assign
from comity.node.operations.page_header import head_of
from comity.node.people.access.visible_cases import circle_of
from comity.node.work import queries

pytestmark = pytest.mark.django_db
KINDS: Final = (Kind.OWN_CERTIFICATE, Kind.CERTIFICATE)


def until(office: DeskOffice, who: str) -> datetime:
    held = certificate_of(office.people[who])
    assert held is not None
    return held.not_after


def looked(office: DeskOffice, at: datetime) -> set[tuple[str, str]]:
    """Let the loop look at a moment; return the certificates of which there is a row."""
    alarm_causes.causes(office.node, at)
    rows = WorkItem.objects.filter(kind__in=KINDS)
    return set(rows.values_list("kind", "subject"))


def seen(office: DeskOffice, who: str, section: str) -> set[str]:
    circle = circle_of(office.people[who], at=now())
    rows = [row for one in sections.section(section, circle) for row in one]
    return {row.incident for row in rows if row.kind in KINDS}


def test_a_certificate_is_work_from_the_moment_that_health_calls_it_soon(
    office: DeskOffice,
) -> None:
    end = until(office, "case")
    assert looked(office, end - SOON) == set()
    case, approver = (office.people[one].identifier for one in ("case", "approver"))
    wanted = {(kind.value, one) for kind in KINDS for one in (case, approver)}
    soon = end - SOON / 2
    assert looked(office, soon) == wanted
    row = WorkItem.objects.get(kind=Kind.CERTIFICATE, subject=case)
    assert (row.due_at, row.deadline, row.waits_for) == (end, "certificate-end", "us")
    assert queries.waiting_here().filter(kind__in=KINDS).count() == 2, "each certificate once"
    assert looked(office, end + SOON) == wanted, "it is to be renewed when it has ended, too"
    assert not Alarm.objects.exists()
    Officer.objects.filter(identifier=case).update(certificate=None)
    assert looked(office, soon) == {(kind.value, approver) for kind in KINDS}
    office.people["approver"].user.is_active = False
    office.people["approver"].user.save()
    assert looked(office, soon) == set()


def test_each_sees_the_own_certificate_and_whoever_may_certify_those_of_others(
    office: DeskOffice,
) -> None:
    looked(office, until(office, "case"))
    case, approver = (office.people[one].identifier for one in ("case", "approver"))
    assert seen(office, "case", sections.MINE) == {f"own-certificate:{case}"}
    assert seen(office, "approver", sections.MINE) == {f"own-certificate:{approver}"}
    assert seen(office, "approver", sections.UNASSIGNED) == {f"officer-certificate:{case}"}
    assert seen(office, "case", sections.UNASSIGNED) == set()
    for who in ("case", "approver"):
        officer = office.people[who]
        found = sections.count(circle_of(officer, at=now()))
        listed = sum(found[one] for one in ("critical", "mine", "unassigned"))
        assert head_of(officer).counts.get("my-work", 0) == listed, f"{who}: the menu counts alike"
    for who in ("translator", "auditor"):
        rows = queries.visible(circle_of(office.people[who], at=now()))
        assert not rows.filter(kind__in=KINDS).exists(), who


def test_pages_and_the_program_name_when_it_ends_and_where_it_is_renewed(
    office: DeskOffice,
) -> None:
    looked(office, until(office, "case"))
    for page in ("/my-work", "/watch"):
        words = signed_in(office, "approver").get(page).content.decode()
        assert "Your officer certificate expires" in words, page
        assert "Officer certificate expires" in words, page
        assert f'href="{reverse("officer-certificates")}"' in words, page
        assert f'href="{reverse("me")}"' in words, page
        words = signed_in(office, "case").get(page).content.decode()
        assert "Your officer certificate expires" in words, page
        assert reverse("officer-certificates") not in words, page
    alert = {"kind": "own-certificate", "detail": "", "outside": False, "alarm": 0,
             "case": "", "party": "", "subject": office.people["case"].identifier}  # fmt: skip
    assert next_command(alert) == "comity health"


def test_the_own_certificate_is_given_to_nobody_else(office: DeskOffice) -> None:
    looked(office, until(office, "case"))
    mine = f"own-certificate:{office.people['case'].identifier}"
    with pytest.raises(WorkItemUnfitError):
        assign([mine], office.people["approver"], officer=office.people["case"], at=now())
    rows = f"officer-certificate:{office.people['case'].identifier}"
    assign([rows], office.people["approver"], officer=office.people["approver"], at=now())
    assert WorkItem.objects.get(incident=rows).owner == office.people["approver"].identifier
    looked(office, until(office, "case"))
    assert WorkItem.objects.get(incident=rows).owner == office.people["approver"].identifier


def test_the_account_page_says_that_the_certificate_ends_only_when_it_does(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, words = signed_in(office, "case"), "Your certificate expires on"
    assert words not in client.get(reverse("me")).content.decode()
    monkeypatch.setattr("comity.node.messages.officer_certificates.SOON", SOON * 100)
    assert words in client.get(reverse("me")).content.decode()
