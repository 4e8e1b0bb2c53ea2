"""Payloads of another shape than a message's: what is changed, and the code that refuses it."""

from typing import Any

from tests.exchange.makers import UN, VN, ZA
from tests.origins import origin_of

from comity.canonical import b64

OTHER = "sha256:" + "99" * 32
HEARD: dict[str, Any] = {"checkpoint": None, "receipts": [OTHER]}


def _tree(**changes: Any) -> dict[str, Any]:
    whole = {"origin": origin_of("live", "za/central-authority"), "root": b64(bytes(32)), "size": 3}
    return {"checkpoint": whole | changes, "receipts": []}


SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "another protocol": ({"protocol": "comity/2"}, "protocol-unknown"),
    "no protocol": ({"protocol": ...}, "protocol-unknown"),
    "an unknown type": ({"type": "request.imagined"}, "type-unknown"),
    "an unknown member": ({"priority": 1}, "member-malformed"),
    "a missing member": ({"about": ...}, "member-malformed"),
    "a member of another kind": ({"sequence": "1"}, "member-malformed"),
    "true for a number": ({"sequence": True}, "member-malformed"),
    "an identifier of another version": (
        {"id": "01890a5d-ac96-474b-bcce-b302099a8057"},
        "name-malformed",
    ),
    "an author that is no party": ({"from": "vn"}, "name-malformed"),
    "an author outside the members": ({"from": UN}, "message-malformed"),
    "members unsorted": ({"members": [ZA, VN]}, "message-malformed"),
    "a member twice": ({"members": [VN, VN]}, "message-malformed"),
    "one member": ({"members": [VN]}, "message-malformed"),
    "three members of a request": ({"members": [UN, VN, ZA]}, "message-malformed"),
    "a hundred members": ({"members": [f"vn/a{n}" for n in range(100)]}, "message-malformed"),
    "sequence zero": ({"sequence": 0}, "message-malformed"),
    "a previous of the first": ({"previous": OTHER}, "message-malformed"),
    "no previous of the second": (
        {"sequence": 2, "conversation": OTHER, "edition": None},
        "message-malformed",
    ),
    "an opening that has seen": (
        {"seen": {ZA: {"content": OTHER, "sequence": 1}}},
        "message-malformed",
    ),
    "an opening that is second": ({"sequence": 2, "previous": OTHER}, "message-malformed"),
    "an opening of another type": ({"type": "request.withdrawn"}, "message-malformed"),
    "an answer that has seen nothing": (
        {"conversation": OTHER, "edition": None},
        "message-malformed",
    ),
    "seen of itself": (
        {"conversation": OTHER, "edition": None, "seen": {VN: {"content": OTHER, "sequence": 1}}},
        "message-malformed",
    ),
    "seen of a stranger": (
        {"conversation": OTHER, "edition": None, "seen": {UN: {"content": OTHER, "sequence": 1}}},
        "message-malformed",
    ),
    "seen from zero": (
        {"conversation": OTHER, "edition": None, "seen": {ZA: {"content": OTHER, "sequence": 0}}},
        "message-malformed",
    ),
    "seen without content": (
        {"conversation": OTHER, "edition": None, "seen": {ZA: {"sequence": 1}}},
        "member-malformed",
    ),
    "heard of itself": ({"heard": {VN: HEARD}}, "message-malformed"),
    "heard of a stranger": ({"heard": {UN: HEARD}}, "message-malformed"),
    "heard nothing": (
        {"heard": {ZA: {"checkpoint": None, "receipts": []}}},
        "message-malformed",
    ),
    "heard a receipt twice": (
        {"heard": {ZA: HEARD | {"receipts": [OTHER, OTHER]}}},
        "message-malformed",
    ),
    "heard a receipt that is no digest": (
        {"heard": {ZA: HEARD | {"receipts": ["x"]}}},
        "digest-malformed",
    ),
    "heard without receipts": ({"heard": {ZA: {"checkpoint": None}}}, "member-malformed"),
    "heard a tree of no members": (
        {"heard": {ZA: {"checkpoint": {}, "receipts": [OTHER]}}},
        "member-malformed",
    ),
    "heard an empty tree": ({"heard": {ZA: _tree(size=0)}}, "message-malformed"),
    "heard a tree of no log": ({"heard": {ZA: _tree(origin="za")}}, "message-malformed"),
    "heard half a root": ({"heard": {ZA: _tree(root="AAAA")}}, "base64-malformed"),
    "a digest in capitals": ({"instrument": OTHER.upper()}, "digest-malformed"),
    "a time with an offset": ({"sent_at": "2026-03-01T03:00:00+07:00"}, "time-malformed"),
    "a commitment that is none": ({"body": {"request": "x"}}, "digest-malformed"),
    "seventeen sections": ({"body": {f"s{n}": OTHER for n in range(17)}}, "section-mismatch"),
    "nine approvals": ({"approvals": [{}] * 9}, "message-malformed"),
    "a payload too large": ({"approvals": ["x" * 300_000]}, "oversize"),
}
