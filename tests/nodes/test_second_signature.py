"""Invariant 4: no message leaves without its approvals; one signature is visible as such."""

from datetime import datetime
from typing import Any

import pytest
from tests.nodes.conftest import Pair
from tests.nodes.offices import preservation_request, timeline

from comity.canonical import MisuseError, Mode, encode
from comity.client.api import NodeRefusedError
from comity.client.approving import fetch_draft, sign_draft
from comity.demo.office import Office
from comity.demo.world import ASKED
from comity.node.core.clock import now
from comity.papers.letter_record import LetterRecord, read_letter_record

MODE: Mode = "exercise"


def ask(office: Office, **changes: Any) -> dict[str, Any]:
    """Draft a request; return the draft."""
    sections = preservation_request()
    sections["request"] |= changes
    wanted = {
        "type": "request.submitted",
        "sections": sections,
        "to": [ASKED],
        "conversation": None,
        "about": None,
    }
    draft: dict[str, Any] = office.case.post("/drafts", wanted)
    return draft


def signed(office: Office, draft_id: str, role: str, *, by: str = "") -> dict[str, Any]:
    """Return an officer's approval of a draft, also of one that was sent."""
    person = office.place.officers[by or role]
    session = office.case if role == "author" else office.approver
    shown = fetch_draft(session, draft_id, now=now())
    return sign_draft(
        shown, key=person.key, certificate=person.certificate, mode=MODE, role=role, now=now()
    )


def send(office: Office, draft_id: str) -> dict[str, Any]:
    sent: dict[str, Any] = office.case.post(f"/drafts/{draft_id}/send")
    return sent


@pytest.fixture
def one_signature(pair: Pair) -> tuple[str, dict[str, Any]]:
    """Send a preservation request with the author's signature alone."""
    draft = ask(pair.vn)
    pair.vn.case.post(f"/drafts/{draft['id']}/approvals", signed(pair.vn, draft["id"], "author"))
    sent = send(pair.vn, draft["id"])
    pair.vn.wait_receipt(sent["conversation"], sent["content"])
    return draft["id"], sent


def second_due(office: Office, conversation: str, content: str) -> datetime | None:
    row = next(m for m in timeline(office, conversation) if m["content"] == content)
    return datetime.fromisoformat(row["second_due_at"]) if row["second_due_at"] else None


def countersign(office: Office, sent: dict[str, Any], approval: Any) -> dict[str, Any]:
    return office.send(
        "request.countersigned",
        {"countersignature": {"approval": approval}},
        signatures=0,
        conversation=sent["conversation"],
        about=sent["content"],
    )


def record_of(office: Office, sent: dict[str, Any]) -> LetterRecord:
    """Return the record of a letter of a message, as its office gives it now."""
    return read_letter_record(encode(office.case.get(f"/messages/{sent['content']}/record")))


def due_at(office: Office, conversation: str) -> str | None:
    due: str | None = office.conversation(conversation)["due_at"]
    return due


def test_a_preservation_with_one_signature_shows_on_both_sides_when_the_second_is_due(
    pair: Pair, one_signature: tuple[str, dict[str, Any]]
) -> None:
    _, sent = one_signature
    for office in (pair.vn, pair.za):
        row = timeline(office, sent["conversation"])[0]
        due = second_due(office, sent["conversation"], sent["content"])
        assert due is not None
        hours = (due - datetime.fromisoformat(row["recorded_at"])).total_seconds() / 3600
        assert hours == 24
        ours = office is pair.vn  # the other State is not to act
        assert due_at(office, sent["conversation"]) == (row["second_due_at"] if ours else None)


def test_the_second_signature_ends_the_waiting_on_both_sides(
    pair: Pair, one_signature: tuple[str, dict[str, Any]]
) -> None:
    draft, sent = one_signature
    assert record_of(pair.vn, sent).countersigned is None
    second = countersign(pair.vn, sent, signed(pair.vn, draft, "approver"))
    brought = record_of(pair.vn, sent).countersigned
    assert brought is not None, "a letter made from now on says by whom"
    assert brought.message.content == second["content"]
    receipt = pair.vn.wait_receipt(sent["conversation"], second["content"])
    assert receipt["outcome"] == "applied"
    for office in (pair.vn, pair.za):
        assert second_due(office, sent["conversation"], sent["content"]) is None
        assert due_at(office, sent["conversation"]) is None


@pytest.mark.parametrize(
    ("role", "by", "code"),
    [("author", "author", "countersignature-unfit"), ("approver", "", "approval-detached")],
)
def test_a_bad_second_signature_does_not_leave_and_ends_nothing(
    pair: Pair,
    one_signature: tuple[str, dict[str, Any]],
    role: str,
    by: str,
    code: str,
) -> None:
    draft, sent = one_signature
    given = signed(pair.vn, draft if by else ask(pair.vn)["id"], role, by=by)
    with pytest.raises(NodeRefusedError) as refused:
        countersign(pair.vn, sent, given)
    assert refused.value.facts["said"] == code
    assert second_due(pair.vn, sent["conversation"], sent["content"]) is not None
    types = [m["type"] for m in timeline(pair.vn, sent["conversation"])]
    assert types == ["request.submitted"]


def test_no_second_signature_counts_for_a_message_that_had_both(pair: Pair) -> None:
    draft = ask(pair.vn)["id"]
    for role in ("author", "approver"):
        pair.vn.case.post(f"/drafts/{draft}/approvals", signed(pair.vn, draft, role))
    sent = send(pair.vn, draft)
    with pytest.raises(NodeRefusedError) as refused:
        countersign(pair.vn, sent, signed(pair.vn, draft, "approver"))
    assert refused.value.facts["said"] == "approval-same-officer"


def test_what_is_neither_preservation_nor_emergency_never_goes_with_one_signature(
    pair: Pair,
) -> None:
    draft = ask(pair.vn, measure="stored-data", urgency="normal")
    pair.vn.case.post(f"/drafts/{draft['id']}/approvals", signed(pair.vn, draft["id"], "author"))
    with pytest.raises(NodeRefusedError) as refused:
        send(pair.vn, draft["id"])
    assert refused.value.facts["said"] == "approvals-missing"


def test_an_approval_of_one_draft_does_not_serve_another(pair: Pair) -> None:
    one, other = ask(pair.vn)["id"], ask(pair.vn)["id"]
    with pytest.raises(NodeRefusedError) as refused:
        pair.vn.case.post(f"/drafts/{other}/approvals", signed(pair.vn, one, "author"))
    assert refused.value.facts["said"] == "approval-detached"


def test_an_officers_program_signs_in_no_role_that_its_certificate_lacks(pair: Pair) -> None:
    with pytest.raises(MisuseError):
        signed(pair.vn, ask(pair.vn)["id"], "approver", by="author")
