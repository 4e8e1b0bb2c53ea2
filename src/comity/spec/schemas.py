"""JSON Schemas of what travels: the shapes, not the proofs."""

from typing import Any

from comity.canonical.json import MAX_INTEGER
from comity.exchange.bodies import SECTIONS
from comity.exchange.message import MAX_APPROVALS, MAX_HEARD, MAX_MEMBERS, MAX_TYPE
from comity.exchange.receipts import MAX_PATH
from comity.exchange.sections import MAX_SECTIONS
from comity.keys import ALGORITHMS
from comity.keys.jws import MAX_SIGNATURES

type Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_HEX = "[0-9a-f]"
PARTS: Schema = {
    "signature": {"type": "string", "pattern": "^[A-Za-z0-9_-]{86}$"},
    "bytes": {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"},
    "bytes32": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
    "count": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
    "digest": {"type": "string", "pattern": f"^sha256:{_HEX}{{64}}$"},
    "id": {
        "type": "string",
        "pattern": f"^{_HEX}{{8}}-{_HEX}{{4}}-7{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}}$",
    },
    "mode": {"enum": ["live", "exercise"]},
    "party": {"type": "string", "maxLength": 64, "pattern": "^[a-z]{2}/[a-z0-9]+(-[a-z0-9]+)*$"},
    "position": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
    "protocol": {"const": "comity/1"},
    "time": {
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    },
    "type": {
        "type": "string",
        "maxLength": MAX_TYPE,
        "pattern": "^[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)+$",
    },
}


def ref(name: str) -> Schema:
    """Return a reference to one of `PARTS` or of the schema's own definitions."""
    return {"$ref": f"#/$defs/{name}"}


def exactly(**members: Schema) -> Schema:
    """Return an object of exactly these members; ``from_`` stands for ``from``."""
    named = {name.rstrip("_"): schema for name, schema in members.items()}
    return {
        "type": "object",
        "properties": named,
        "required": sorted(named),
        "additionalProperties": False,
    }


def or_null(schema: Schema) -> Schema:
    """Return the schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def several(schema: Schema, least: int, most: int) -> Schema:
    """Return a list."""
    return {"type": "array", "items": schema, "minItems": least, "maxItems": most}


JWK: Schema = {
    "oneOf": [
        exactly(crv={"const": "Ed25519"}, kty={"const": "OKP"}, x=ref("bytes32")),
        exactly(crv={"const": "P-256"}, kty={"const": "EC"}, x=ref("bytes32"), y=ref("bytes32")),
    ]
}
JWS: Schema = exactly(
    payload=ref("bytes"),
    signatures=several(
        exactly(protected=ref("bytes"), signature=ref("signature")),
        1,
        MAX_SIGNATURES,
    ),
)
HEADER: Schema = exactly(
    alg={"enum": list(ALGORITHMS)},
    kid={"type": "string"},
    typ={"type": "string", "pattern": "^comity-1\\.[a-z]+\\.(live|exercise)$"},
)
BODY: Schema = {
    "type": "object",
    "additionalProperties": ref("digest"),
    "maxProperties": MAX_SECTIONS,
}
SEEN: Schema = {
    "type": "object",
    "propertyNames": ref("party"),
    "additionalProperties": exactly(content=ref("digest"), sequence=ref("position")),
}
APPROVAL: Schema = {
    "oneOf": [
        exactly(approval=JWS, certificate=JWS, kind={"const": "jws"}),
        exactly(
            authenticator_data=ref("bytes"),
            certificate=JWS,
            client_data=ref("bytes"),
            kind={"const": "webauthn"},
            signature=ref("bytes"),
            statement=ref("bytes"),
        ),
    ]
}
HEARD: Schema = {
    "type": "object",
    "propertyNames": ref("party"),
    "additionalProperties": exactly(
        checkpoint=or_null(
            exactly(origin={"type": "string"}, root=ref("bytes32"), size=ref("position"))
        ),
        receipts={**several(ref("digest"), 0, MAX_HEARD), "uniqueItems": True},
    ),
}
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
    head=or_null(exactly(content=ref("digest"), sequence=ref("position"))),
    inclusion=several(ref("bytes32"), 0, MAX_PATH),
    leaf=exactly(index=ref("count"), salt=ref("bytes32")),
    mode=ref("mode"),
    outcome={
        "type": "string",
        "maxLength": 80,
        "pattern": ("^(applied|overtaken|held|held:double-speak|refused:[a-z0-9]+(-[a-z0-9]+)*)$"),
    },
    protocol=ref("protocol"),
    received_at=ref("time"),
    record=ref("digest"),
    to=ref("party"),
)
PARCEL: Schema = exactly(
    known=or_null(ref("count")),
    message=JWS,
    sections={
        "type": "object",
        "maxProperties": MAX_SECTIONS,
        "additionalProperties": exactly(salt=ref("bytes32"), value={}),
    },
)
THINGS: dict[str, tuple[str, Schema]] = {
    "approval-statement": ("What an officer signs (section 9)", STATEMENT),
    "certificate": ("Payload of an officer certificate (section 9)", CERTIFICATE),
    "jws": ("Every signed thing (section 5)", JWS),
    "jws-header": ("Protected header, decoded (section 5)", HEADER),
    "message": ("Payload of a message (section 6)", MESSAGE),
    "parcel": ("A message with its sections, before sealing (section 6)", PARCEL),
    "receipt": ("Payload of a receipt (section 11.1)", RECEIPT),
}


def schemas() -> dict[str, Schema]:
    """Return every schema by its path below ``spec/schemas``, without the ending."""
    made = {
        name: {"$schema": DRAFT, "title": title, "$defs": _used(schema), **schema}
        for name, (title, schema) in THINGS.items()
    }
    for name, model in SECTIONS.items():
        schema = model.model_json_schema()
        schema["title"] = f"Value of section {name}"
        made[f"sections/{name}"] = {"$schema": DRAFT, **schema}
    return made


def _used(schema: object) -> Schema:
    """Return those of `PARTS` that a schema refers to."""
    if isinstance(schema, dict):
        own = str(schema.get("$ref", "")).removeprefix("#/$defs/")
        found = {own: PARTS[own]} if own in PARTS else {}
        for value in schema.values():
            found |= _used(value)
        return found
    if isinstance(schema, list):
        return {name: part for value in schema for name, part in _used(value).items()}
    return {}
