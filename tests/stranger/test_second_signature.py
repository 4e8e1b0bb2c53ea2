"""A stranger's request goes with one signature; its second is judged by the node (spec 9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.nodes.offices import preservation_request, timeline
from tests.stranger.conftest import MODE, STRANGER
from tests.stranger.message import Message
from tests.stranger.party import Party
from tests.stranger.values import b64, commitment

from comity.client.approving import fetch_draft, sign_draft
from comity.demo.office import Office
from comity.demo.world import ASKING
from comity.node.core.clock import now


def opened(stranger: Party) -> tuple[Message, dict[str, Any]]:
    """Return a request for preservation that one officer approved; it is not sent yet."""
    payload, salted = stranger.opening(ASKING, "request.submitted", preservation_request())
    stranger.approve(payload)
    return stranger.sign(payload), salted


def second(stranger: Party, first: Message, approval: Any) -> tuple[Message, dict[str, Any]]:
    """Return the message that brings a second signature for the first."""
    section = {"salt": b64(bytes(32)), "value": {"approval": approval}}
    opening, _ = stranger.opening(ASKING, "request.countersigned", {})
    opening |= {
        "about": first.envelope.content,
        "body": {"countersignature": commitment(section)},
        "conversation": first.envelope.content,
        "edition": None,
        "previous": first.envelope.content,
        "sequence": 2,
    }
    return stranger.sign(opening), {"countersignature": section}


def deliver(stranger: Party, message: Message, salted: dict[str, Any]) -> str:
    """Send a message; return the outcome that the node's good receipt states."""
    answer = stranger.push(message, salted, to=ASKING)
    assert answer.status == 200
    outcome: str = stranger.take_receipt(message, salted, answer.body).value["outcome"]
    return outcome


def waits(office: Office, first: Message) -> bool:
    """Tell whether the node shows that the second signature is still due."""
    row = timeline(office, first.envelope.content)[0]
    told = office.conversation(first.envelope.content)["due_at"]
    assert told is None, "the stranger has to sign, nobody here"
    return row["second_due_at"] is not None


def test_the_second_signature_ends_the_waiting_at_the_node(meeting: tuple[Office, Party]) -> None:
    office, stranger = meeting
    first, salted = opened(stranger)
    assert deliver(stranger, first, salted) == "applied"
    assert waits(office, first)
    given = stranger.approval(first.value, "approver", stranger.new_officer("approver"))
    assert deliver(stranger, *second(stranger, first, given)) == "applied"
    assert not waits(office, first)


def test_a_second_signature_that_overtakes_its_message_counts_when_that_arrives(
    meeting: tuple[Office, Party],
) -> None:
    office, stranger = meeting
    first, salted = opened(stranger)
    given = stranger.approval(first.value, "approver", stranger.new_officer("approver"))
    assert deliver(stranger, *second(stranger, first, given)) == "held"
    assert deliver(stranger, first, salted) == "applied"
    assert not waits(office, first)
    assert {m["standing"] for m in timeline(office, first.envelope.content)} == {"applied"}


def the_same_officer(stranger: Party, first: Message) -> Any:
    return stranger.approval(first.value, "author")


def of_another_message(stranger: Party, first: Message) -> Any:
    other, _ = opened(stranger)
    return stranger.approval(other.value, "approver", stranger.new_officer("approver"))


def in_a_role_not_certified(stranger: Party, first: Message) -> Any:
    return stranger.approval(first.value, "approver", stranger.officer)


BAD = [
    (the_same_officer, "refused:countersignature-unfit"),
    (of_another_message, "refused:approval-detached"),
    (in_a_role_not_certified, "refused:certificate-unfit"),
]


@pytest.mark.parametrize(("make", "outcome"), BAD)
def test_a_bad_second_signature_is_refused_and_the_waiting_goes_on(
    meeting: tuple[Office, Party], make: Any, outcome: str
) -> None:
    office, stranger = meeting
    first, salted = opened(stranger)
    deliver(stranger, first, salted)
    assert deliver(stranger, *second(stranger, first, make(stranger, first))) == outcome
    assert waits(office, first)


@pytest.mark.parametrize("make", [row[0] for row in BAD])
def test_a_bad_second_signature_that_comes_first_ends_nothing(
    meeting: tuple[Office, Party], make: Any
) -> None:
    office, stranger = meeting
    first, salted = opened(stranger)
    assert deliver(stranger, *second(stranger, first, make(stranger, first))) == "held"
    assert deliver(stranger, first, salted) == "applied"
    assert waits(office, first)


def test_a_second_signature_that_the_other_side_refuses_leaves_the_message_waiting(
    meeting: tuple[Office, Party],
) -> None:
    office, stranger = meeting
    first, draft = one_signature(office)
    given = approved(office, draft, "approver")
    with revoked(stranger, "officer-ca"):
        sent = office.send(
            "request.countersigned",
            {"countersignature": {"approval": given}},
            signatures=0,
            conversation=first["conversation"],
            about=first["content"],
        )
        receipt = office.wait_receipt(first["conversation"], sent["content"])
    assert receipt["outcome"] == "refused:key-revoked"
    row = timeline(office, first["conversation"])[0]
    assert row["second_due_at"] == office.conversation(first["conversation"])["due_at"]
    assert row["second_due_at"] is not None


def one_signature(office: Office) -> tuple[dict[str, Any], str]:
    """Let the node ask the stranger with its author's signature alone."""
    wanted = {
        "type": "request.submitted",
        "sections": preservation_request(),
        "to": [STRANGER],
        "conversation": None,
        "about": None,
    }
    draft = str(office.case.post("/drafts", wanted)["id"])
    office.case.post(f"/drafts/{draft}/approvals", approved(office, draft, "author"))
    sent = office.case.post(f"/drafts/{draft}/send")
    office.wait_receipt(sent["conversation"], sent["content"])
    return sent, draft


def approved(office: Office, draft: str, role: str) -> dict[str, Any]:
    """Return the approval of a draft by the node's officer of that role."""
    person = office.place.officers[role]
    shown = fetch_draft(office.approver, draft, now=now())
    return sign_draft(
        shown, key=person.key, certificate=person.certificate, mode=MODE, role=role, now=now()
    )


@contextmanager
def revoked(stranger: Party, use: str) -> Iterator[None]:
    """Let the stranger believe for a while that the node's keys of one use are revoked."""
    before = list(stranger.directory.rows)
    stranger.directory.rows = [
        replace(row, invalid_from=now() - timedelta(hours=1))
        if (row.party, row.use) == (ASKING, use)
        else row
        for row in before
    ]
    try:
        yield
    finally:
        stranger.directory.rows = before
