"""Who has left an office signs nothing more there, and what they signed unsent counts no longer."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.canonical import new_id
from comity.demo.world import ASKING, Person
from comity.exchange import approve, statement
from comity.exchange.certificates import certify, parse_certificate
from comity.exchange.errors import CertificateError
from comity.node.core.clock import now
from comity.node.messages import draft_changes, drafts
from comity.node.models import AuditRow, CaseOfficer, DraftRow, Officer, RemovedCertificate
from comity.node.people import accounts, departures
from comity.node.people.access import staff
from comity.node.service.handle import this_service

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]
INFORMATION = {
    "lang": "en",
    "to-to": ASKING,
    "information-summary": "A list of victims in your State was found.",
    "information-confidential": "on",
    "information-purpose_limit": "The protection of victims",
}


@pytest.fixture
def admin(office: DeskOffice) -> Officer:
    return staff.add(name="admin", role="operator", at=now(), by="test")[0]


def drafted(office: DeskOffice, desk: As) -> DraftRow:
    desk(office.people["case"]).post("/new/information", INFORMATION)
    return DraftRow.objects.order_by("-made_at")[0]


def signature(office: DeskOffice, row: DraftRow, person: Person | None = None) -> Any:
    found, mode = person or office.place.officers["author"], office.node.config.mode
    data = statement(
        drafts.draft_of(row),
        mode=mode,
        certificate=found.certificate,
        role="author",
        expires_at=now() + timedelta(hours=1),
    )
    return approve(data, found.key, found.certificate, mode=mode)


def signed(office: DeskOffice, desk: As) -> DraftRow:
    row = drafted(office, desk)
    draft_changes.add_approval(this_service(), row.id, signature(office, row), by="case")
    return row


def leave(api: As, admin: Officer, who: Officer, step: str) -> None:
    told = {"do": "step", "step": step}
    path = f"/api/v1/people/{who.identifier}"
    answer = api(admin).post(path, told, content_type="application/json")
    assert answer.status_code == 200, answer.text


def hand_in(client: Client, row: DraftRow, approval: Any) -> tuple[int, str]:
    path = f"/api/v1/drafts/{row.id}/approvals"
    answer = client.post(path, json.dumps(approval), content_type="application/json")
    return answer.status_code, answer.json().get("code", "")


def certified_again(office: DeskOffice) -> Person:
    """Return the author with another certificate for the same key, issued a second ago."""
    person, at = office.place.officers["author"], now().replace(microsecond=0)
    made = replace(
        parse_certificate(person.certificate.payload),
        id=new_id(at, bytes(10)),
        not_before=at - timedelta(seconds=1),
    )
    return replace(person, certificate=certify(made, office.place.officer_ca))


def test_a_removed_certificate_signs_nothing_more_here(
    office: DeskOffice, desk: As, api: As, admin: Officer
) -> None:
    row, gone = drafted(office, desk), office.people["case"]
    approval = signature(office, row)
    leave(api, admin, gone, "certificate")
    assert hand_in(api(gone), row, approval) == (403, "certificate-removed")
    assert not row.approvals.exists()
    told = AuditRow.objects.filter(action="certificate.removed").values_list("actor", "detail")
    assert set(told) == {("admin", gone.identifier)}


def test_a_removed_certificate_cannot_be_stored_again(
    office: DeskOffice, api: As, admin: Officer
) -> None:
    gone = office.people["case"]
    leave(api, admin, gone, "certificate")
    answer = api(gone).post(
        f"/api/v1/officers/{gone.identifier}/certificate",
        office.place.officers["author"].certificate.value,
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "certificate-removed")


def test_a_certificate_issued_after_the_removal_signs_again_and_one_from_before_does_not(
    office: DeskOffice, desk: As, api: As, admin: Officer
) -> None:
    row, gone, again = drafted(office, desk), office.people["case"], certified_again(office)
    leave(api, admin, gone, "certificate")
    stored = again.certificate.value
    AuditRow.objects.filter(action="certificate.removed").delete()  # its retention period is over
    with pytest.raises(departures.CertificateRemovedError):  # the same key under another one
        draft_changes.store_certificate(this_service(), gone.identifier, stored, by="admin")
    earlier = now() - timedelta(seconds=5)
    RemovedCertificate.objects.update(at=earlier)
    draft_changes.store_certificate(this_service(), gone.identifier, stored, by="admin")
    assert hand_in(api(gone), row, signature(office, row, again))[0] == 201


def test_an_officer_ca_that_is_retired_certifies_nobody_new(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, again = office.people["case"], certified_again(office)
    monkeypatch.setattr(draft_changes, "authorities", lambda *_told, **_at: ("another",))
    kept = office.place.officers["author"].certificate.value
    draft_changes.store_certificate(this_service(), held.identifier, kept, by="admin")
    with pytest.raises(CertificateError, match="retired"):
        draft_changes.store_certificate(
            this_service(), held.identifier, again.certificate.value, by="admin"
        )


@pytest.mark.parametrize("step", ["account", "certificate"])
def test_a_signature_ends_on_drafts_that_were_not_sent(
    office: DeskOffice, desk: As, api: As, admin: Officer, step: str
) -> None:
    row, gone = signed(office, desk), office.people["case"]
    page = desk(admin).get(f"/people/{gone.identifier}").text
    assert "Unsent drafts with this user’s signature" in page
    leave(api, admin, gone, step)
    assert not row.approvals.exists()
    ended = AuditRow.objects.get(action="draft.approval-departed")
    assert (ended.actor, ended.subject, ended.detail) == ("admin", row.id, gone.identifier)
    page = desk(office.people["approver"]).get(f"/drafts/{row.id}").text
    assert "No longer in office" in page
    assert "case" in page.partition("<s>")[2].partition("</s>")[0]
    assert not draft_changes.sendable(office.node, row)
    client = api(office.people["approver"])
    one = client.get(f"/api/v1/drafts/{row.id}").json()
    assert one["approvals"] == []
    assert [told["officer"] for told in one["ended"]] == [gone.identifier]
    listed = client.get("/api/v1/drafts").json()["drafts"]
    assert [told["ended"] for told in listed if told["id"] == row.id] == [one["ended"]]
    DraftRow.objects.filter(pk=row.pk).update(version=row.version + 1)  # another text
    assert client.get(f"/api/v1/drafts/{row.id}").json()["ended"] == []
    DraftRow.objects.filter(pk=row.pk).update(version=row.version)
    page = desk(admin).get(f"/people/{gone.identifier}").text
    assert "Unsent drafts with this user’s signature" in page  # until somebody else signed


def test_what_was_sent_stays_signed(office: DeskOffice, desk: As, api: As, admin: Officer) -> None:
    row = signed(office, desk)
    draft_changes.send(this_service(), row.id, by="case")
    leave(api, admin, office.people["case"], "account")
    assert row.approvals.count() == 1


def test_an_account_that_is_closed_signs_nothing_by_another_hand(
    office: DeskOffice, desk: As, api: As, admin: Officer
) -> None:
    row, gone = drafted(office, desk), office.people["case"]
    approval = signature(office, row)
    leave(api, admin, gone, "account")
    client = api(office.people["approver"])
    assert hand_in(client, row, approval) == (403, "signer-left")


def test_a_case_goes_to_nobody_whose_account_is_closed_and_the_sender_did_it(
    office: DeskOffice, desk: As, api: As, admin: Officer
) -> None:
    other = staff.add(name="second", role="case", at=now(), by="test")[0]
    desk(other).post("/new/information", INFORMATION)
    row = DraftRow.objects.get()
    draft_changes.add_approval(this_service(), row.id, signature(office, row), by="case")
    accounts.disable("second", at=now(), by="admin")
    draft_changes.send(this_service(), row.id, by="approver")
    assert [one.officer for one in CaseOfficer.objects.all()] == [office.people["case"]]
    rows = AuditRow.objects.filter(action="case.assigned").values_list("actor", "detail")
    assert list(rows) == [("approver", office.people["case"].identifier)]


def test_a_line_of_the_checklist_is_open_again_when_something_of_it_came_since(
    office: DeskOffice, api: As, admin: Officer
) -> None:
    gone = office.people["case"]
    leave(api, admin, gone, "certificate")
    Officer.objects.filter(pk=gone.pk).update(passkey={"jwk": {}})
    leave(api, admin, gone, "certificate")
    assert Officer.objects.get(pk=gone.pk).passkey is None
