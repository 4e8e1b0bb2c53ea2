"""JSON Schemas of the log's statements, of what nodes ask and answer, and of carried files."""

from typing import Final

from comity.exchange.receipts import MAX_PATH
from comity.ledger.leaf import RECEIVED
from comity.ledger.leaf_kinds import KINDS
from comity.ledger.successor import REASONS
from comity.spec.schema_parts import (
    PARCEL,
    SIGNED,
    Schema,
    exactly,
    listed,
    or_null,
    perhaps,
    ref,
    several,
)

OUTCOME: Final = {
    "if": {"properties": {"kind": {"const": RECEIVED}}, "required": ["kind"]},
    "then": {"properties": {"outcome": {"type": "string"}}, "required": ["outcome"]},
    "else": {"properties": {"outcome": False}},
}
"""The opening of one kind of leaf says an outcome, and no other."""


def opening(**more: Schema) -> Schema:
    """Return what explains a leaf, with further members."""
    told = exactly(
        kind={"enum": sorted(KINDS)},
        record=ref("digest"),
        salt=ref("bytes32"),
        time=ref("time"),
        **more,
    )
    return {**perhaps(told, outcome=ref("outcome")), **OUTCOME}


SUCCESSOR: Final = exactly(
    checkpoint=ref("note"),
    mode=ref("mode"),
    origin_new=ref("origin"),
    origin_old=ref("origin"),
    party=ref("party"),
    protocol=ref("protocol"),
    reason={"enum": list(REASONS)},
    stated_at=ref("time"),
)
PROBLEM: Final[Schema] = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
        "detail": {"type": "string"},
        "retryable": {"type": "boolean"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "title": {"type": "string", "minLength": 1},
        "type": {"const": "about:blank"},
    },
    "required": ["code", "detail", "retryable", "status", "title", "type"],
}
"""A reader ignores members that it does not know (section 14)."""
FILE_INDEX: Final = exactly(
    from_=ref("party"),
    made_at=ref("time"),
    mode=ref("mode"),
    protocol=ref("protocol"),
    to=ref("party"),
)
TOKEN: Final[Schema] = {
    "type": "string",
    "maxLength": 4096,
    "pattern": "^[A-Za-z0-9._~+/-]+={0,2}$",
}
RECOVERED: Final = exactly(parcel=PARCEL, receipt=SIGNED)
TRANSPORT: Final[dict[str, tuple[str, Schema]]] = {
    "leaf": ("What explains an entry of a log (section 10)", opening()),
    "log-origin": ("The name of a log (section 10)", {**ref("origin")}),
    "successor": ("Payload of a successor statement (section 10)", SUCCESSOR),
    "transport/checkpoint": (
        "Which checkpoint of the caller's log a node holds (section 13.2)",
        exactly(checkpoint=or_null(ref("note"))),
    ),
    "transport/checkpoint-question": ("Whose log is asked about (section 13.2)", {**ref("party")}),
    "transport/consistency": (
        "A proof between two sizes of a log (section 13.2)",
        exactly(path=several(ref("bytes32"), 0, MAX_PATH)),
    ),
    "transport/epochs": (
        "The statements that opened a log's epochs (section 13.2)",
        exactly(statements=listed(SIGNED)),
    ),
    "transport/file-index": ("The index of an exchange file (section 13.4)", FILE_INDEX),
    "transport/log-token": (
        "A token for reading logs (section 13.2)",
        exactly(expires_at=ref("time"), token=TOKEN),
    ),
    "transport/outbox": (
        "What is queued for a node that polls (section 13.2)",
        exactly(items=several(exactly(number=ref("position"), parcel=ref("bytes")), 0, 64)),
    ),
    "transport/problem": ("An error on the wire (section 14)", PROBLEM),
    "transport/recovery-page": (
        "What a partner gives back to a restored node, opened (section 13.2)",
        exactly(items=listed(RECOVERED), next=or_null(ref("count"))),
    ),
    "transport/recovery-question": (
        "What a restored node asks for (section 13.2)",
        exactly(since=ref("time"), skip=ref("count")),
    ),
}
