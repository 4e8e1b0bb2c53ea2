"""JSON Schemas of the files of a court bundle, and of credentials (spec 16 and 5)."""

from typing import Final

from comity.bundle.statement import MAX_DECISION_CHARS, MAX_REASON_CHARS
from comity.evidence.custody_event import MAX_EVENTS
from comity.exchange.message import MAX_MEMBERS
from comity.exchange.receipts import MAX_PATH
from comity.keys import ALGORITHMS
from comity.spec.schema_parts import (
    PLACE,
    SECTION,
    Schema,
    exactly,
    listed,
    maps,
    or_null,
    ref,
    several,
)
from comity.spec.schemas_transport import opening

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
