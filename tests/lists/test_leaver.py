"""Somebody leaves: page and API hand over at once what the person has in hand."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.node.cases import docket_store
from comity.node.models import AuditRow, LeavingStep, Officer
from comity.node.people.access import case_access, staff

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]


def job(office: DeskOffice) -> tuple[str, str]:
    """Return a case of the case officer, and a job in it that names the translator."""
    thread = office.written()
    asked = {
        "source": thread.digest,
        "what": "subject/description",
        "source_language": "fr",
        "target_language": "en",
        "due": "2027-01-01T00:00:00Z",
        "cost": None,
        "assigned": office.people["translator"].identifier,
    }
    case_access.assign(thread.case, office.people["case"], at=office.at, by="x")
    return thread.case, office.do("translation.asked", asked, case=thread.case).id


def added(office: DeskOffice, name: str, role: str) -> Officer:
    return staff.add(name=name, role=role, at=office.at, by="x")[0]


def test_the_page_shows_what_is_in_hand_and_who_may_have_it(
    office: DeskOffice, desk: SignedIn
) -> None:
    job(office)
    other = added(office, "second-translator", "translator")
    gone = office.people["translator"]
    page = desk(office.people["approver"]).get(f"/people/{gone.identifier}").text
    select = page.partition('name="jobs_to"')[2].partition("</select>")[0]
    assert other.identifier in select
    assert gone.identifier not in select
    assert office.people["case"].identifier not in select
    assert 'name="cases_to"' not in page  # there is none


def test_the_page_hands_over_all_or_nothing(office: DeskOffice, desk: SignedIn) -> None:
    _, item = job(office)
    gone, other = office.people["translator"], added(office, "second", "translator")
    client, path = desk(office.people["approver"]), f"/people/{gone.identifier}"
    for wrong in ("", gone.identifier, office.people["case"].identifier, "nobody"):
        answer = client.post(path, {"do": "hand-over", "jobs_to": wrong})
        assert answer.status_code == 422
        assert "an active officer with the right to it" in answer.text
    assert not LeavingStep.objects.exists()
    answer = client.post(path, {"do": "hand-over", "jobs_to": other.identifier})
    assert answer.status_code == 302
    assert docket_store.item_named(item).told["assigned"] == other.identifier
    assert set(LeavingStep.objects.values_list("step", flat=True)) == {"cases", "jobs", "watch"}
    rows = AuditRow.objects.filter(action="docket.entered", subject=item).order_by("-pk")
    assert rows[0].detail.startswith("translation.reassigned")
    assert rows[0].actor == "approver"
    assert 'name="jobs_to"' not in client.get(path).text


def test_the_api_hands_over_line_by_line_and_at_once(office: DeskOffice, api: SignedIn) -> None:
    case, item = job(office)
    gone, heir = office.people["case"], added(office, "heir", "case")
    client = api(office.people["approver"])

    def ask(who: Officer, **told: str) -> Any:
        path = f"/api/v1/people/{who.identifier}"
        return client.post(path, told, content_type="application/json")

    refused = ask(gone, do="hand-over")
    assert (refused.status_code, refused.json()["code"]) == (422, "heir-unfit")
    assert case_access.assigned_to(case) == [gone]
    done = ask(gone, do="hand-over", cases_to="heir")
    assert (done.status_code, done.json()["cases"]) == (200, [])
    assert case_access.assigned_to(case) == [heir]
    other = added(office, "second", "translator")
    translator = office.people["translator"]
    assert ask(translator, do="step", step="jobs", successor=other.identifier).status_code == 200
    assert docket_store.item_named(item).told["assigned"] == other.identifier
    again = ask(translator, do="step", step="jobs", successor=other.identifier)
    assert (again.status_code, again.json()["code"]) == (422, "leaving-step")
