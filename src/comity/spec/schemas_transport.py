"""JSON Schemas of the log's statements, of what nodes ask and answer, and of carried files."""

from typing import Final

from comity.bundle.statement import MAX_DECISION_CHARS, MAX_REASON_CHARS
from comity.evidence.custody_event import MAX_EVENTS
from comity.exchange.message import MAX_MEMBERS
from comity.exchange.receipts import MAX_PATH
from comity.keys import ALGORITHMS
from comity.ledger.leaf import RECEIVED
from comity.ledger.leaf_kinds import KINDS
from comity.ledger.successor import REASONS
from comity.spec.schema_parts import (
    PARCEL,
    PLACE,
    SECTION,
    SIGNED,
    Schema,
    exactly,
    listed,
    maps,
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


# JSON Schemas of the files of a court bundle, and of credentials (spec 16 and 5).


CONVERSATION: Final = exactly(
    conversation=ref("digest"),
    heads=maps(ref("party"), PLACE),
    members={**several(ref("party"), 2, MAX_MEMBERS), "uniqueItems": True},
)
HEAD: Final[Schema] = {
    "oneOf": [
        exactly(count={"const": 0}, digest={"type": "null"}),
        exactly(
            count={"type": "integer", "minimum": 1, "maximum": MAX_EVENTS}, digest=ref("digest")
        ),
    ]
}
STATE: Final = exactly(
    main={"type": "string"}, tracks=maps(ref("digest"), {"type": "string", "pattern": ":"})
)
WITHHELD: Final = exactly(
    decision=or_null({"type": "string", "minLength": 1, "maxLength": MAX_DECISION_CHARS}),
    path={"type": "string"},
    reason={"type": "string", "minLength": 1, "maxLength": MAX_REASON_CHARS},
)
BUNDLE: Final = exactly(
    conversations=listed(CONVERSATION),
    custody=maps(ref("id"), HEAD),
    exported_at=ref("time"),
    exporter=ref("party"),
    files=maps({"type": "string"}, ref("digest")),
    mode=ref("mode"),
    protocol=ref("protocol"),
    state=maps(ref("digest"), STATE),
    withheld=listed(WITHHELD),
)
LEAF: Final = opening(
    entry={"type": "string", "pattern": "^A[Q-Za-f][A-Za-z0-9_-]{42}$"},
    proof={"type": "string", "pattern": "^c2sp\\.org/tlog-proof@v1\\n"},
)
CREDENTIAL: Final[Schema] = {
    "type": "object",
    "properties": {
        "@context": {
            "type": "array",
            "items": {"type": "string"},
            "contains": {"const": "https://www.w3.org/ns/credentials/v2"},
        },
        "credentialSubject": {"type": "object"},
        "issuer": {
            "type": "object",
            "properties": {
                "id": {
                    "type": "string",
                    "pattern": "^comity:(live|exercise)/[a-z]{2}/[a-z0-9]+(-[a-z0-9]+)*$",
                }
            },
            "required": ["id"],
        },
        "type": {
            "type": "array",
            "items": {"type": "string"},
            "contains": {"const": "VerifiableCredential"},
        },
        "vc": False,
    },
    "required": ["@context", "credentialSubject", "issuer", "type"],
}
BUNDLES: Final[dict[str, tuple[str, Schema]]] = {
    "bundle": ("Payload of a bundle's statement: bundle.json (section 16)", BUNDLE),
    "bundle-consistency": (
        "How the exporter's log grew: consistency.json of a bundle (section 16)",
        listed(exactly(from_=ref("position"), path=several(ref("bytes32"), 0, MAX_PATH))),
    ),
    "bundle-leaf": ("A leaf of the exporter's log, in a bundle (section 16)", LEAF),
    "bundle-section": ("A section in a bundle (section 16)", SECTION),
    "credential": ("Payload of a credential (section 5)", CREDENTIAL),
    "credential-header": (
        "Protected header of a credential, decoded (section 5)",
        exactly(
            alg={"enum": list(ALGORITHMS)},
            cty={"const": "vc"},
            kid=ref("bytes32"),
            typ={"const": "vc+jwt"},
        ),
    ),
}
