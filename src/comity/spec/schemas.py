"""JSON Schemas of what is signed or exchanged: the shapes, not the proofs.

A schema stands alone, in one file. Where the code reads a thing by a model, its schema is made from
that model; else it is written here, and the tests hold it to what the code reads.
"""

from comity.exchange.bodies import SECTIONS
from comity.exchange.message import MAX_APPROVALS, MAX_HEARD, MAX_MEMBERS
from comity.exchange.receipts import MAX_PATH
from comity.exchange.sections import MAX_SECTIONS
from comity.keys import ALGORITHMS
from comity.keys.jws import THINGS
from comity.spec.schema_parts import (
    DRAFT,
    JWK,
    PARCEL,
    PLACE,
    SIGNED,
    Schema,
    exactly,
    finished,
    maps,
    or_null,
    ref,
    several,
)
from comity.spec.schemas_directory import DIRECTORY
from comity.spec.schemas_evidence import EVIDENCE
from comity.spec.schemas_transport import BUNDLES, TRANSPORT

HEADER: Schema = exactly(
    alg={"enum": list(ALGORITHMS)},
    kid={"type": "string"},
    typ={
        "type": "string",
        "pattern": f"^comity-1\\.({'|'.join(THINGS)})\\.(live|exercise)$",
    },
)
BODY: Schema = {
    "type": "object",
    "additionalProperties": ref("digest"),
    "maxProperties": MAX_SECTIONS,
}
SEEN: Schema = maps(ref("party"), PLACE)
APPROVAL: Schema = {
    "oneOf": [
        exactly(approval=SIGNED, certificate=SIGNED, kind={"const": "jws"}),
        exactly(
            authenticator_data=ref("bytes"),
            certificate=SIGNED,
            client_data=ref("bytes"),
            kind={"const": "webauthn"},
            signature=ref("bytes"),
            statement=ref("bytes"),
        ),
    ]
}
HEARD: Schema = maps(
    ref("party"),
    exactly(
        checkpoint=or_null(
            exactly(origin={"type": "string"}, root=ref("bytes32"), size=ref("position"))
        ),
        receipts={**several(ref("digest"), 0, MAX_HEARD), "uniqueItems": True},
    ),
)
MESSAGE: Schema = exactly(
    about=or_null(ref("digest")),
    approvals=several(APPROVAL, 0, MAX_APPROVALS),
    body=BODY,
    conversation=or_null(ref("digest")),
    edition=or_null(ref("digest")),
    from_=ref("party"),
    heard=HEARD,
    id=ref("id"),
    instrument=or_null(ref("digest")),
    members={**several(ref("party"), 2, MAX_MEMBERS), "uniqueItems": True},
    previous=or_null(ref("digest")),
    protocol=ref("protocol"),
    seen=SEEN,
    sent_at=ref("time"),
    sequence=ref("position"),
    type=ref("type"),
)
STATEMENT: Schema = exactly(
    about=or_null(ref("digest")),
    body=ref("digest"),
    certificate=ref("digest"),
    conversation=or_null(ref("digest")),
    decided_on=ref("digest"),
    edition=or_null(ref("digest")),
    expires_at=ref("time"),
    from_=ref("party"),
    id=ref("id"),
    instrument=or_null(ref("digest")),
    members=several(ref("party"), 2, MAX_MEMBERS),
    mode=ref("mode"),
    protocol=ref("protocol"),
    purpose={"const": "approve-message"},
    role={"enum": ["author", "approver"]},
    type=ref("type"),
)
CERTIFICATE: Schema = exactly(
    id=ref("id"),
    key=JWK,
    mode=ref("mode"),
    not_after=ref("time"),
    not_before=ref("time"),
    officer={"type": "string", "minLength": 1, "maxLength": 64},
    party=ref("party"),
    protocol=ref("protocol"),
    roles={**several({"enum": ["author", "approver"]}, 1, 2), "uniqueItems": True},
    webauthn=or_null(exactly(origin={"type": "string"}, rp_id={"type": "string"})),
)
RECEIPT: Schema = exactly(
    checkpoint={"type": "string"},
    consistency=or_null(exactly(from_=ref("position"), path=several(ref("bytes32"), 0, MAX_PATH))),
    content=ref("digest"),
    from_=ref("party"),
    head=or_null(PLACE),
    inclusion=several(ref("bytes32"), 0, MAX_PATH),
    leaf=exactly(index=ref("count"), salt=ref("bytes32")),
    mode=ref("mode"),
    outcome=ref("outcome"),
    protocol=ref("protocol"),
    received_at=ref("time"),
    record=ref("digest"),
    to=ref("party"),
)
NAMED: dict[str, tuple[str, Schema]] = {
    "approval-statement": ("What an officer signs (section 9)", STATEMENT),
    "certificate": ("Payload of an officer certificate (section 9)", CERTIFICATE),
    "jws": ("Every signed thing (section 5)", SIGNED),
    "jws-header": ("Protected header, decoded (section 5)", HEADER),
    "message": ("Payload of a message (section 6)", MESSAGE),
    "parcel": ("A message with its sections, before sealing (section 6)", PARCEL),
    "receipt": ("Payload of a receipt (section 11.1)", RECEIPT),
}


def schemas() -> dict[str, Schema]:
    """Return every schema by its path below ``spec/schemas``, without the ending."""
    named = NAMED | DIRECTORY | TRANSPORT | EVIDENCE | BUNDLES
    made = {name: finished(title, schema) for name, (title, schema) in named.items()}
    for name, model in SECTIONS.items():
        schema = model.model_json_schema()
        schema["title"] = f"Value of section {name}"
        made[f"sections/{name}"] = {"$schema": DRAFT, **schema}
    return made


def schemas_table() -> str:
    """Return the schemas as a table of Markdown."""
    lead = ["| schema | what it describes |", "|---|---|"]
    rows = [
        f"| [`{name}`](../schemas/{name}.json) | {schema['title']} |"
        for name, schema in sorted(schemas().items())
    ]
    return "\n".join([*lead, *rows])
