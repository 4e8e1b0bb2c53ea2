"""What a hostile or broken partner sends over HTTP: each thing gets its code, and no trace."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.api.nodes import free_ports
from tests.faults.books import check_log, opened, read_books
from tests.faults.kit import Sender
from tests.worlds import build_world

from comity.canonical import encode
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, World
from comity.directory.keyrow import signing_row
from comity.directory.store import DirectoryStore
from comity.exchange import check_receipt, write_parcel
from comity.exchange.wire_errors import WIRE_ERRORS
from comity.keys import PrivateKey, jws
from comity.node.core.clock import now

OTHER = "ke/contact-point"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = dict(zip((ASKING, ASKED, OTHER), free_ports(3), strict=True))
    return build_world(
        tmp_path_factory.mktemp("bad") / "world", mode="exercise", ports=ports, now=now()
    )


@pytest.fixture(scope="module")
def node(world: World) -> Iterator[NodeProcess]:
    process = NodeProcess(world.places[ASKED].config.folder)
    process.start()
    process.wait_ready()
    yield process
    process.stop()
    check_log(read_books(ASKED, process.folder))


@pytest.fixture
def sender(world: World, node: NodeProcess) -> Sender:
    return Sender(world, ASKING, ASKED)


def recorded(folder: Path) -> int:
    """Return how many leaves the node's log has, anchors of audit rows apart: a node makes them."""
    with opened(folder) as link:
        [(number,)] = link.execute(
            "SELECT count(*) FROM node_logentry WHERE kind != 'audit.anchored'"
        )
        return int(number)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


PARCELS: dict[str, tuple[Callable[[Sender], bytes], str]] = {
    "no-json": (lambda s: b"\xff\xfe not json", "not-canonical"),
    "empty": (lambda s: b"", "not-canonical"),
    "spaces": (lambda s: s.note()[1].replace(b'{"known"', b'{ "known"', 1), "not-canonical"),
    "fraction": (lambda s: s.note()[1].replace(b"null", b"1.5", 1), "not-canonical"),
    "huge-integer": (lambda s: s.note()[1].replace(b"null", b"9" * 400, 1), "not-canonical"),
    "member-twice": (
        lambda s: s.note()[1].replace(b'{"known":null,', b'{"known":null,"known":null,', 1),
        "duplicate-member",
    ),
    "too-deep": (lambda s: nested(5000), "too-deep"),
    "too-deep-inside": (lambda s: s.note()[1].replace(b"null", nested(40), 1), "too-deep"),
    "oversize": (lambda s: b'"' + b"x" * (4 * 1024 * 1024) + b'"', "oversize"),
    "member-foreign": (
        lambda s: s.note()[1].replace(b'"known":null', b'"jolly":1,"known":null', 1),
        "member-malformed",
    ),
    "protocol-unknown": (lambda s: s.forged(protocol="comity/2"), "protocol-unknown"),
    "type-unknown": (lambda s: s.forged(type="request.bribed"), "type-unknown"),
    "payload-member-foreign": (lambda s: s.forged(priority="high"), "member-malformed"),
    "members-unsorted": (lambda s: s.forged(members=[ASKED, ASKING]), "message-malformed"),
    "id-malformed": (lambda s: s.forged(id="7"), "name-malformed"),
    "signature-none": (
        lambda s: encode({"known": None, "message": {"payload": "e30"}, "sections": {}}),
        "member-malformed",
    ),
}


@pytest.mark.parametrize("name", PARCELS)
def test_a_parcel_that_breaks_the_spec_gets_its_code_and_leaves_no_trace(
    name: str, sender: Sender, node: NodeProcess
) -> None:
    make, code = PARCELS[name]
    before = recorded(node.folder)
    answer = sender.deliver(make(sender))
    assert (answer.status, answer.code) == (WIRE_ERRORS[code].status, code)
    assert recorded(node.folder) == before


def test_six_minutes_ahead_is_refused_and_a_week_behind_accepted(sender: Sender) -> None:
    _, ahead = sender.note(sent_at=now() + timedelta(minutes=6))
    assert sender.deliver(ahead).code == "sent-ahead"
    _, near = sender.note(sent_at=now() + timedelta(minutes=4))
    assert sender.deliver(near).receipt.outcome == "applied"
    _, late = sender.note(sent_at=now() - 7 * DAY + timedelta(hours=1))
    assert sender.deliver(late).receipt.outcome == "applied"


def test_a_message_for_somebody_else_is_refused(world: World, sender: Sender) -> None:
    elsewhere = Sender(world, ASKING, OTHER)
    _, parcel = elsewhere.note()
    assert sender.deliver(parcel).code == "not-for-us"


def test_a_live_message_never_counts_in_an_exercise(sender: Sender) -> None:
    sections = sender.sections()
    message = sender.sign(sender.draft(sections), mode="live")
    answer = sender.deliver(write_parcel(message.envelope, sections, known=None))
    assert answer.code == "typ-mismatch"


def signed_by(sender: Sender, key: PrivateKey) -> bytes:
    sections = sender.sections()
    message = sender.sign(sender.draft(sections), key=key)
    return write_parcel(message.envelope, sections, known=None)


def test_a_key_that_the_directory_does_not_list_is_unknown(sender: Sender) -> None:
    stranger = PrivateKey.from_seed(os.urandom(32), alg="Ed25519")
    assert sender.deliver(signed_by(sender, stranger)).code == "key-unknown"


@pytest.mark.parametrize("use", ["transport", "receipt", "log", "export"])
def test_a_key_for_another_purpose_signs_no_message(use: str, sender: Sender) -> None:
    assert sender.deliver(signed_by(sender, sender.keys[use])).code == "key-use"


def test_a_signature_by_another_key_under_a_good_name_is_invalid(sender: Sender) -> None:
    message, parcel = sender.note()
    value = message.envelope.value["signatures"][0]["signature"]
    spoilt = ("A" if value[0] != "A" else "B") + value[1:]
    answer = sender.deliver(parcel.replace(value.encode(), spoilt.encode()))
    assert answer.code == "signature-invalid"


def test_expired_future_and_revoked_keys_each_say_so(world: World, node: NodeProcess) -> None:
    sender, at, state = Sender(world, OTHER, ASKED), now(), world.states["ke"]
    keys = {
        "key-expired": (at - 9 * DAY, at - 2 * DAY),
        "key-not-yet": (at + DAY, at + 9 * DAY),
        "key-revoked": (at - 9 * DAY, at + 9 * DAY),
    }
    made = {code: PrivateKey.from_seed(os.urandom(32), alg="Ed25519") for code in keys}
    rows = [
        signing_row(made[code].public, use="message", not_before=begin, not_after=end)
        for code, (begin, end) in keys.items()
    ]
    entry = state.store.load().entry(OTHER)
    state.put(replace(entry, keys=(*entry.keys, *rows)), now=at)
    kid = made["key-revoked"].kid
    state.revoke(OTHER, kid, invalid_from=at - DAY, last_good_index=None, now=at)
    world.publish("ke", now=now())
    world.refresh(ASKED, now=now())
    for code, key in made.items():
        assert sender.deliver(signed_by(sender, key)).code == code
    assert sender.deliver(sender.note()[1]).receipt.outcome == "applied"


def test_a_seal_that_does_not_open_is_broken(world: World, sender: Sender) -> None:
    _, parcel = sender.note()
    other = Sender(world, ASKING, OTHER)  # seals to another party's key
    other.port, other.to = sender.port, ASKED
    assert other.deliver(parcel).code == "seal-broken"
    assert sender.post(b"age-encryption.org/v1\n").code == "seal-broken"
    assert sender.post(b"").code == "seal-broken"


def test_a_replayed_message_gets_the_same_receipt_and_no_second_leaf(
    sender: Sender, node: NodeProcess, world: World
) -> None:
    message, parcel = sender.note()
    first = sender.deliver(parcel)
    before = recorded(node.folder)
    sender.deliver(sender.note()[1])
    again = sender.deliver(parcel)
    assert again.body == first.body
    assert recorded(node.folder) == before + 1
    registry = DirectoryStore.open(world.places[ASKING].config.directory).load()
    checked = check_receipt(jws.parse(again.body), message, registry, known=None)
    assert checked.receipt.outcome == "applied"


SIGNATURES: dict[str, Callable[[Sender, bytes], dict[str, str]]] = {
    "none": lambda s, b: {},
    "of-another-body": lambda s, b: s.signed_headers(b + b"x"),
    "of-another-path": lambda s, b: s.signed_headers(b, path="/exchange/v1/receipts"),
    "of-another-method": lambda s, b: s.signed_headers(b, method="PUT"),
    "of-another-query": lambda s, b: s.signed_headers(b, query="?after=1"),
    "to-another-party": lambda s, b: s.signed_headers(b, recipient=OTHER),
    "as-another-party": lambda s, b: s.signed_headers(b, sender=OTHER),
    "as-nobody": lambda s, b: s.signed_headers(b, sender="xx/nobody"),
    "by-a-message-key": lambda s, b: s.signed_headers(b, key=s.keys["message"]),
    "stale": lambda s, b: s.signed_headers(b, ahead=-timedelta(minutes=6)),
    "ahead": lambda s, b: s.signed_headers(b, ahead=timedelta(minutes=6)),
    "live": lambda s, b: s.signed_headers(b, mode="live"),
    "cut": lambda s, b: {**s.signed_headers(b), "Signature": "comity=:AAAA:"},
    "unlabelled": lambda s, b: {**s.signed_headers(b), "Signature-Input": "x=()"},
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_request_without_the_owed_transport_signature_is_turned_away(
    name: str, sender: Sender, node: NodeProcess
) -> None:
    body, before = os.urandom(300), recorded(node.folder)
    answer = sender.post(body, headers=SIGNATURES[name](sender, body))
    assert (answer.status, answer.code) == (401, "transport-signature")
    assert recorded(node.folder) == before


def test_a_body_beyond_the_limit_is_turned_away_unread(sender: Sender) -> None:
    answer = sender.post(b"x" * (5 * 1024 * 1024))
    assert 400 <= answer.status < 500


def test_gaps_are_held_and_applied_when_the_past_is_complete(
    sender: Sender, node: NodeProcess
) -> None:
    opening, first = sender.note("one")
    second, two = sender.note(
        "two", conversation=opening.content, sequence=2, previous=opening.content
    )
    _, three = sender.note(
        "three", conversation=opening.content, sequence=3, previous=second.content
    )
    assert sender.deliver(three).receipt.outcome == "held"
    assert sender.deliver(two).receipt.outcome == "held"
    assert sender.deliver(first).receipt.outcome == "applied"
    assert standings(node, opening.content) == ["applied"] * 3


def test_two_contradictory_messages_are_both_kept_and_flagged(
    sender: Sender, node: NodeProcess
) -> None:
    opening, first = sender.note("one")
    after: dict[str, Any] = {
        "conversation": opening.content,
        "sequence": 2,
        "previous": opening.content,
    }
    _, yes = sender.note("we agree", **after)
    _, no = sender.note("we do not agree", **after)
    assert sender.deliver(first).receipt.outcome == "applied"
    assert sender.deliver(yes).receipt.outcome == "applied"
    assert sender.deliver(no).receipt.outcome == "held:double-speak"
    assert standings(node, opening.content).count("held:double-speak") == 2
    with opened(node.folder) as link:
        [(flag,)] = link.execute(
            "SELECT double_speak FROM node_conversation WHERE digest = ?", (opening.content,)
        )
    assert flag


def test_one_identifier_for_two_messages_is_double_speak(sender: Sender) -> None:
    opening, first = sender.note("one")
    _, twin = sender.note("another", id=opening.draft.id)
    assert sender.deliver(first).receipt.outcome == "applied"
    assert sender.deliver(twin).receipt.outcome == "held:double-speak"


def test_what_nobody_may_say_is_receipted_as_refused(sender: Sender) -> None:
    """It is attributable, so it is recorded: the author holds a proof of what was refused."""
    sections = sender.sections()
    opening = sender.sign(sender.draft(sections))
    empty = write_parcel(opening.envelope, {}, known=None)
    assert sender.deliver(empty).receipt.outcome == "refused:section-mismatch"


def standings(node: NodeProcess, conversation: str) -> list[str]:
    with opened(node.folder) as link:
        rows = link.execute(
            "SELECT standing FROM node_messagerow WHERE conversation = ?", (conversation,)
        )
        return [row[0] for row in rows]
