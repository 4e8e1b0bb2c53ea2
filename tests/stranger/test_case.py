"""A node and a stranger, who share nothing but `spec/` and `vectors/`, settle a case."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests.nodes.offices import preservation_request, timeline
from tests.stranger import log, notes, sealing, values
from tests.stranger.conftest import MODE, STRANGER
from tests.stranger.message import read_message
from tests.stranger.party import Answer, Party
from tests.stranger.receipts import check_receipt
from tests.stranger.values import RefusedError

from comity.demo.office import Office
from comity.demo.world import ASKING
from comity.node.core.clock import now


@dataclass(frozen=True)
class Case:
    office: Office
    stranger: Party
    conversation: str


def open_case(office: Office, stranger: Party) -> str:
    """Let the node ask for preservation, and wait for the stranger's receipt."""
    sent = office.send("request.submitted", preservation_request(), signatures=2, to=STRANGER)
    conversation = str(sent["conversation"])
    receipt = office.wait_receipt(conversation, sent["content"])
    assert (receipt["outcome"], receipt["fault"]) == ("applied", "")
    assert stranger.outcome(conversation).state.main == "submitted"
    return conversation


ACKNOWLEDGED = {"acknowledgement": {"reference": "ZA-1", "note": None}}


def preserved() -> dict[str, Any]:
    until = values.time_text(now() + timedelta(days=60))
    order = {"until": until, "domestic_order": "Order 1/2026", "holder": "a provider", "note": None}
    return {"preservation": order}


def test_a_stranger_settles_a_short_case_with_a_node(meeting: tuple[Office, Party]) -> None:
    office, stranger = meeting
    case = open_case(office, stranger)

    first = stranger.say(case, "request.acknowledged", ACKNOWLEDGED, approved=False)
    second = stranger.say(case, "preservation.confirmed", preserved(), approved=True)
    assert [r.value["outcome"] for r in (first, second)] == ["applied", "applied"]
    assert second.linked, "the node's log is not shown to go on from the tree we knew"
    assert stranger.outcome(case).state.main == "preserved"
    assert office.conversation(case)["state"] == "preserved"

    released = office.send("request.released", {}, signatures=1, conversation=case)
    office.wait_receipt(case, released["content"])
    closed = office.send("request.closed", {}, signatures=0, conversation=case)
    office.wait_receipt(case, closed["content"])

    seen, own = office.conversation(case), stranger.outcome(case)
    assert seen["state"] == own.state.main == "closed"
    assert {m["content"]: m["standing"] for m in seen["timeline"]} == own.standing
    assert len(own.standing) == 5
    ours = [m for m in seen["timeline"] if m["outgoing"]]
    receipts = [r for message in ours for r in message["receipts"]]
    assert len(receipts) == len(ours) == 3
    assert [r["fault"] for r in receipts] == ["", "", ""]
    assert all(r["linked"] for r in receipts[1:])


def test_a_duplicate_is_answered_by_the_same_bytes(meeting: tuple[Office, Party]) -> None:
    office, stranger = meeting
    case = open_case(office, stranger)
    payload, salted = stranger.draft(case, "request.acknowledged", ACKNOWLEDGED)
    message = stranger.sign(payload)
    one, two = (stranger.push(message, salted, to=ASKING) for _ in range(2))
    assert (one.status, two.status) == (200, 200)
    assert one.body == two.body
    stranger.take_receipt(message, salted, one.body)


# ------------------------------------------------------------------ one spoilt message per rule


@pytest.fixture(scope="module")
def case(meeting: tuple[Office, Party]) -> Case:
    """A case that the stranger has acknowledged."""
    office, stranger = meeting
    conversation = open_case(office, stranger)
    stranger.say(conversation, "request.acknowledged", ACKNOWLEDGED, approved=False)
    return Case(office, stranger, conversation)


def push(
    case: Case, payload: Any, salted: Any, *, use: str = "message", mode: str = MODE
) -> Answer:
    message = case.stranger.sign(payload, use=use, mode=mode)
    return case.stranger.push(message, salted, to=ASKING)


def confirmation(case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    payload, salted = case.stranger.draft(case.conversation, "preservation.confirmed", preserved())
    case.stranger.approve(payload)
    return payload, salted


def untouched(case: Case) -> bool:
    """Tell whether the node shows nothing but what was there before the spoilt message."""
    seen = case.office.conversation(case.conversation)
    applied = [m for m in seen["timeline"] if m["standing"] == "applied"]
    return bool(seen["state"] == "acknowledged" and len(applied) == 2)


def assert_error(case: Case, answer: Answer, code: str) -> None:
    assert 400 <= answer.status < 500
    assert answer.code == code
    assert untouched(case)


@pytest.mark.parametrize("use", ["receipt", "transport", "export", "log", "officer-ca"])
def test_a_key_of_another_use_signs_nothing(case: Case, use: str) -> None:
    payload, salted = confirmation(case)
    assert_error(case, push(case, payload, salted, use=use), "key-use")


def test_the_other_mode_is_refused(case: Case) -> None:
    payload, salted = confirmation(case)
    assert_error(case, push(case, payload, salted, mode="live"), "typ-mismatch")


def test_what_is_sent_ahead_is_refused(case: Case) -> None:
    payload, salted = confirmation(case)
    payload["sent_at"] = values.time_text(now() + timedelta(minutes=6))
    payload["approvals"] = []
    case.stranger.approve(payload)
    assert_error(case, push(case, payload, salted), "sent-ahead")


def test_what_is_no_name_of_a_type_is_refused(case: Case) -> None:
    for name in ("preservation", "Preservation.promised", "preservation.<b>", "p." + "x" * 39):
        payload, salted = confirmation(case)
        payload["type"] = name
        assert_error(case, push(case, payload, salted), "type-unknown")


def test_another_protocol_is_refused(case: Case) -> None:
    payload, salted = confirmation(case)
    payload["protocol"] = "comity/2"
    assert_error(case, push(case, payload, salted), "protocol-unknown")


def test_a_parcel_sealed_to_another_does_not_open(case: Case) -> None:
    own = case.stranger.sealing.public_key().public_bytes_raw()
    sealed = sealing.seal(b"{}", [own])
    answer = case.stranger.ask("POST", "/exchange/v1/messages", sealed, to=ASKING)
    assert_error(case, answer, "seal-broken")


def test_a_request_by_a_key_of_another_use_is_refused(case: Case) -> None:
    keys = case.stranger.keys
    payload, salted = confirmation(case)
    right = keys["transport"]
    keys["transport"] = keys["message"]
    try:
        answer = push(case, payload, salted)
    finally:
        keys["transport"] = right
    assert_error(case, answer, "transport-signature")


def refused_with_receipt(meeting: tuple[Office, Party], spoil: Any) -> tuple[str, Case]:
    """Open a case of its own, send one spoilt message, return the receipt's outcome."""
    office, stranger = meeting
    case = Case(office, stranger, open_case(office, stranger))
    stranger.say(case.conversation, "request.acknowledged", ACKNOWLEDGED, approved=False)
    payload, salted = spoil(case)
    message = stranger.sign(payload)
    answer = stranger.push(message, salted, to=ASKING)
    assert answer.status == 200
    receipt = stranger.take_receipt(message, salted, answer.body)
    assert untouched(case)
    assert stranger.outcome(case.conversation).state.main == "acknowledged"
    outcome: str = receipt.value["outcome"]
    seen = {m["content"]: m["standing"] for m in timeline(office, case.conversation)}
    assert seen == stranger.outcome(case.conversation).standing
    return outcome, case


def a_changed_section(case: Case) -> Any:
    payload, salted = confirmation(case)
    salted["preservation"]["value"]["holder"] = "somebody else"
    return payload, salted


def a_missing_section(case: Case) -> Any:
    payload, _ = confirmation(case)
    return payload, {}


def a_value_of_another_shape(case: Case) -> Any:
    sections = preserved()
    sections["preservation"]["until"] = "soon"
    payload, salted = case.stranger.draft(case.conversation, "preservation.confirmed", sections)
    case.stranger.approve(payload)
    return payload, salted


def no_approval(case: Case) -> Any:
    return case.stranger.draft(case.conversation, "preservation.confirmed", preserved())


def an_approval_of_another_message(case: Case) -> Any:
    payload, _ = confirmation(case)
    other, salted = case.stranger.draft(case.conversation, "preservation.confirmed", preserved())
    other["approvals"] = payload["approvals"]
    return other, salted


def of_a_later_edition(case: Case) -> Any:
    payload, salted = case.stranger.draft(case.conversation, "preservation.confirmed", preserved())
    payload["type"] = "preservation.promised"
    return payload, salted


def an_illegal_move(case: Case) -> Any:
    note = {"note": {"text": {"lang": "en", "text": "It is gone."}}}
    payload, salted = case.stranger.draft(case.conversation, "preservation.lapsed", note)
    case.stranger.approve(payload)
    return payload, salted


@pytest.mark.parametrize(
    ("spoil", "outcome"),
    [
        (a_changed_section, "refused:section-mismatch"),
        (a_missing_section, "refused:section-mismatch"),
        (a_value_of_another_shape, "refused:body-malformed"),
        (no_approval, "refused:approvals-missing"),
        (an_approval_of_another_message, "refused:approval-detached"),
        (of_a_later_edition, "refused:type-unknown"),
        (an_illegal_move, "refused:illegal-move"),
    ],
)
def test_a_spoilt_message_gets_a_receipt_that_says_why(
    meeting: tuple[Office, Party], spoil: Any, outcome: str
) -> None:
    assert refused_with_receipt(meeting, spoil)[0] == outcome


@pytest.mark.parametrize("spoil", [no_approval, of_a_later_edition])
def test_after_a_refusal_the_case_goes_on(meeting: tuple[Office, Party], spoil: Any) -> None:
    _, case = refused_with_receipt(meeting, spoil)
    good = case.stranger.say(
        case.conversation, "preservation.confirmed", preserved(), approved=True
    )
    assert good.value["outcome"] == "applied"
    assert case.office.conversation(case.conversation)["state"] == "preserved"


def test_two_contents_of_one_sequence_are_kept_as_double_speak(
    meeting: tuple[Office, Party],
) -> None:
    office, stranger = meeting
    conversation = open_case(office, stranger)
    outcomes = []
    for reference in ("ZA-1", "ZA-2"):
        said = {"acknowledgement": {"reference": reference, "note": None}}
        payload, salted = stranger.draft(conversation, "request.acknowledged", said)
        message = stranger.sign({**payload, "sequence": 1, "previous": None})
        answer = stranger.push(message, salted, to=ASKING)
        assert answer.status == 200
        outcomes.append(stranger.take_receipt(message, salted, answer.body).value["outcome"])
    assert outcomes == ["applied", "held:double-speak"]
    seen = {m["content"]: m["standing"] for m in timeline(office, conversation)}
    assert seen == stranger.outcome(conversation).standing
    assert list(seen.values()).count("held:double-speak") == 2


def test_a_forged_receipt_of_the_node_is_found_out(meeting: tuple[Office, Party]) -> None:
    office, stranger = meeting
    conversation = open_case(office, stranger)
    payload, salted = stranger.draft(conversation, "request.acknowledged", ACKNOWLEDGED)
    message = read_message(stranger.sign(payload).envelope.value)
    answer = stranger.push(message, salted, to=ASKING)
    good = values.decode(answer.body)
    said = values.decode(values.unb64(good["payload"]))
    for name, other in (
        ("received_at", "2026-01-01T00:00:00Z"),
        ("leaf", {**said["leaf"], "salt": values.b64(secrets.token_bytes(32))}),
    ):
        forged = {**good, "payload": values.b64(values.encode({**said, name: other}))}
        with pytest.raises(RefusedError) as refused:
            check_receipt(forged, message, stranger.directory, known=stranger.known.get(ASKING))
        assert refused.value.code in {"signature-invalid", "key-not-yet"}
    stranger.take_receipt(message, salted, answer.body)


# ------------------------------------------------------------------ each other's logs


def path_of(origin: str) -> str:
    """Return where a log is served, below the address of its node."""
    return origin[origin.rindex("/log/") :]


def node_log(case: Case) -> notes.Checkpoint:
    """Return the node's newest checkpoint, its signature checked."""
    (origin,) = (o for o, party in case.stranger.directory.origins.items() if party == ASKING)
    answer = case.stranger.ask("GET", f"{path_of(origin)}/checkpoint", to=ASKING)
    assert answer.status == 200
    note = answer.body.decode()
    assert note.partition("\n")[0] == origin
    return notes.open_checkpoint(note, case.stranger.directory.log_keys(origin))


def test_the_nodes_log_goes_on_from_every_tree_we_knew(case: Case) -> None:
    before = case.stranger.known[ASKING]
    open_case(case.office, case.stranger)
    after = node_log(case)
    assert after.size > before.size
    query = f"/exchange/v1/consistency?from={before.size}&to={after.size}"
    answer = case.stranger.ask("GET", query, to=ASKING)
    path = [values.unb64(step) for step in values.decode(answer.body)["path"]]
    log.check_consistency(before.size, after.size, path, before.root, after.root)
    with pytest.raises(RefusedError):
        log.check_consistency(before.size, after.size, path, before.root, before.root)


def test_the_node_tells_us_the_newest_tree_of_ours_that_it_holds(case: Case) -> None:
    stranger = case.stranger
    asked = values.encode(STRANGER)
    answer = stranger.ask("POST", "/exchange/v1/checkpoint", asked, to=ASKING)
    note = values.decode(answer.body)["checkpoint"]
    held = notes.open_checkpoint(note, stranger.directory.log_keys(stranger.origin))
    assert held.root == log.root_of(stranger.log.leaves[: held.size])
    assert 0 < held.size <= len(stranger.log.leaves)


def test_the_nodes_leaves_are_those_of_the_tiles_it_serves(case: Case) -> None:
    tree = node_log(case)
    path = f"{path_of(tree.origin)}/tile/0/000.p/{tree.size}"
    answer = case.stranger.ask("GET", path, to=ASKING)
    assert answer.status == 200
    leaves = [answer.body[at : at + 32] for at in range(0, len(answer.body), 32)]
    assert len(leaves) == tree.size < 256
    assert log.root_of(leaves) == tree.root
