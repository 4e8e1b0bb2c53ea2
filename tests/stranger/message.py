"""A message as its payload says it, checked for shape alone (spec 6)."""

import re
from dataclasses import dataclass
from typing import Any

from tests.stranger.editions import PRIVATE_MOVE, Editions, knowing, move_of, type_of
from tests.stranger.epochs import ORIGIN
from tests.stranger.suites import Envelope, parse_jws
from tests.stranger.values import (
    DIGEST,
    MAX_INTEGER,
    PARTY,
    UUID7,
    decode,
    demand,
    members,
    time_of,
    unb64,
)

MEMBERS = (
    "about approvals body conversation edition from heard id instrument members previous protocol "
    "seen sent_at sequence type"
)
TYPE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+")
MAX_PAYLOAD_BYTES = 256 * 1024


@dataclass(frozen=True)
class Message:
    """A message and its envelope."""

    value: dict[str, Any]
    envelope: Envelope

    @property
    def author(self) -> str:
        """Return who says it."""
        return str(self.value["from"])

    @property
    def conversation(self) -> str:
        """Return the conversation's digest, also of an opening."""
        return str(self.value["conversation"] or self.envelope.content)


def read_message(value: Any, known: Editions | None = None) -> Message:
    """Check envelope and payload of an untrusted JSON value, by the editions that are known."""
    envelope = parse_jws(value)
    payload = decode(envelope.payload, most=MAX_PAYLOAD_BYTES)
    demand(isinstance(payload, dict) and payload.get("protocol") == "comity/1", "protocol-unknown")
    members(payload, MEMBERS)
    _check_type(payload, known or knowing())
    demand(len(envelope.headers) == 1, "message-malformed", "signed by exactly one key")
    check_payload(payload, known)
    return Message(payload, envelope)


def _check_type(value: dict[str, Any], known: Editions) -> None:
    named = isinstance(value["type"], str) and TYPE.fullmatch(value["type"])
    demand(named and len(value["type"]) <= 40, "type-unknown")
    if value["conversation"] is not None:
        return
    demand(value["edition"] is not None, "message-malformed", "an opening pins an edition")
    demand(value["edition"] not in known or type_of(value, known) is not None, "type-unknown")


def check_payload(value: dict[str, Any], known: Editions | None = None) -> None:
    """Check the members of a payload."""
    _kinds(value)
    for name in ("about", "conversation", "edition", "instrument", "previous"):
        demand(value[name] is None or DIGEST.fullmatch(value[name]), "digest-malformed", name)
    demand(UUID7.fullmatch(value["id"]), "name-malformed")
    for party in (value["from"], *value["members"], *value["seen"], *value["heard"]):
        demand(
            isinstance(party, str) and len(party) <= 64 and PARTY.fullmatch(party), "name-malformed"
        )
    for said in value["heard"].values():
        _heard(said)
    time_of(value["sent_at"])
    for text in value["body"].values():
        demand(isinstance(text, str) and DIGEST.fullmatch(text), "digest-malformed")
    demand(len(value["body"]) <= 16, "section-mismatch")
    demand(len(value["approvals"]) <= 8, "message-malformed")
    _coherent(value, known)


def _heard(said: Any) -> None:
    members(said, "checkpoint receipts")
    tree, receipts = said["checkpoint"], said["receipts"]
    demand(isinstance(receipts, list), "member-malformed")
    for record in receipts:
        demand(isinstance(record, str) and DIGEST.fullmatch(record), "digest-malformed")
    listed = len(receipts) <= 1000 and receipts == sorted(set(receipts))
    demand(listed and (tree is not None or receipts), "message-malformed")
    if tree is None:
        return
    members(tree, "origin root size")
    demand(type(tree["size"]) is int and isinstance(tree["origin"], str), "member-malformed")
    demand(tree["size"] >= 1 and bool(ORIGIN.fullmatch(tree["origin"])), "message-malformed")
    demand(len(unb64(tree["root"])) == 32, "base64-malformed")


def _kinds(value: dict[str, Any]) -> None:
    kinds = {"id": str, "from": str, "members": list, "sequence": int, "seen": dict, "heard": dict}
    kinds |= {"body": dict, "approvals": list, "type": str}
    for name, kind in kinds.items():
        demand(type(value[name]) is kind, "member-malformed", name)
    for name in ("about", "conversation", "edition", "instrument", "previous"):
        demand(value[name] is None or isinstance(value[name], str), "member-malformed", name)
    for mark in value["seen"].values():
        members(mark, "content sequence")
        demand(type(mark["sequence"]) is int, "member-malformed")
        demand(DIGEST.fullmatch(str(mark["content"])), "digest-malformed")


def _coherent(value: dict[str, Any], known: Editions | None) -> None:
    first, opening = value["sequence"] == 1, value["conversation"] is None
    row, parties = type_of(value, known), value["members"]
    pinned = (known or knowing()).get(value["edition"]) if opening else None
    most = row.most_members if row and opening else 16
    opens = pinned is None or "new" in (move_of(value["type"], pinned) or PRIVATE_MOVE).main_in
    proposes = value["type"] == "edition.raised"
    rules = (
        value["from"] in parties,
        parties == sorted(set(parties)),
        2 <= len(parties) <= most,
        1 <= value["sequence"] <= MAX_INTEGER,
        first == (value["previous"] is None),
        not opening or first,
        opens,
        opening or (value["edition"] is not None) == proposes,
        opening == (not value["seen"]) or (not opening and not first),
        all(party in parties and party != value["from"] for party in value["seen"]),
        all(party in parties and party != value["from"] for party in value["heard"]),
        all(mark["sequence"] >= 1 for mark in value["seen"].values()),
    )
    demand(all(rules), "message-malformed", str(rules))
