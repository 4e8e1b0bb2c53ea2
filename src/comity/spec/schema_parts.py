"""Parts of which the JSON Schemas are made: kinds of value, and how objects and lists are said."""

from typing import Any, Final

from comity.canonical.json import MAX_INTEGER
from comity.exchange.message import MAX_TYPE
from comity.exchange.sections import MAX_SECTIONS
from comity.keys.jws import MAX_SIGNATURES
from comity.ledger.leaf import MAX_OUTCOME
from comity.ledger.successor import MAX_ORIGIN

type Schema = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
MAX_NOTE: Final = 65_536  # characters
_HEX: Final = "[0-9a-f]"
_NAME: Final = "[a-z0-9]+(-[a-z0-9]+)*"
_HOST: Final = r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?"
_PATH: Final = "(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
PARTS: Final[Schema] = {
    "bytes": {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"},
    "bytes32": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
    "count": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
    "digest": {"type": "string", "pattern": f"^sha256:{_HEX}{{64}}$"},
    "id": {
        "type": "string",
        "pattern": f"^{_HEX}{{8}}-{_HEX}{{4}}-7{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}}$",
    },
    "language": {
        "type": "string",
        "maxLength": 64,
        "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
    },
    "mode": {"enum": ["live", "exercise"]},
    "note": {  # a C2SP checkpoint: origin, size and root, and the rest
        "type": "string",
        "maxLength": MAX_NOTE,
        "pattern": "^[^\\n]+\\n[1-9][0-9]*\\n[A-Za-z0-9+/]{43}=\\n",
    },
    "outcome": {
        "type": "string",
        "maxLength": MAX_OUTCOME,
        "pattern": f"^(applied|overtaken|held|held:double-speak|refused:{_NAME})$",
    },
    "origin": {
        "type": "string",
        "maxLength": MAX_ORIGIN,
        "pattern": f"^{_HOST}{_PATH}/log/(live|exercise)/[a-z]{{2}}/{_NAME}/[1-9][0-9]{{0,8}}$",
    },
    "party": {"type": "string", "maxLength": 64, "pattern": f"^[a-z]{{2}}/{_NAME}$"},
    "position": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
    "protocol": {"const": "comity/1"},
    "signature": {"type": "string", "pattern": "^[A-Za-z0-9_-]{86}$"},
    "slug": {"type": "string", "maxLength": 64, "pattern": "^[a-z0-9]+([.-][a-z0-9]+)*$"},
    "state": {"type": "string", "pattern": "^[a-z]{2}$"},
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
"""Kinds of value, which a schema refers to. Patterns are in what RE2 and ECMA-262 share."""


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


def listed(schema: Schema) -> Schema:
    """Return a list of any length."""
    return {"type": "array", "items": schema}


def or_null(schema: Schema) -> Schema:
    """Return the schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def several(schema: Schema, least: int, most: int) -> Schema:
    """Return a list."""
    return {"type": "array", "items": schema, "minItems": least, "maxItems": most}


def lines(most: int, least: int = 1) -> Schema:
    """Return a text of one line: no control character is in it."""
    return {
        "type": "string",
        "minLength": least,
        "maxLength": most,
        "pattern": "^[^\\x00-\\x1f\\x7f]*$",
    }


def maps(names: Schema, values: Schema, most: int | None = None) -> Schema:
    """Return an object of any members whose names and values fit."""
    limit = {} if most is None else {"maxProperties": most}
    return {"type": "object", "propertyNames": names, "additionalProperties": values, **limit}


def perhaps(schema: Schema, **members: Schema) -> Schema:
    """Return the object with further members that may be absent."""
    return {**schema, "properties": {**schema["properties"], **members}}


def where(member: str, found: Schema, then: Schema, otherwise: Schema) -> Schema:
    """Return a rule to lay beside an object: what other members are, by what one member is."""
    told = {"properties": {member: found}, "required": [member]}
    return {"if": told, "then": {"properties": then}, "else": {"properties": otherwise}}


NULL: Final[Schema] = {"type": "null"}
SIGNED: Final[Schema] = exactly(
    payload=ref("bytes"),
    signatures=several(
        exactly(protected=ref("bytes"), signature=ref("signature")), 1, MAX_SIGNATURES
    ),
)
"""A JWS."""
JWK: Final[Schema] = {
    "oneOf": [
        exactly(crv={"const": "Ed25519"}, kty={"const": "OKP"}, x=ref("bytes32")),
        exactly(crv={"const": "P-256"}, kty={"const": "EC"}, x=ref("bytes32"), y=ref("bytes32")),
    ]
}


SECTION: Final[Schema] = exactly(salt=ref("bytes32"), value={})
"""A part of a body, with what hides it in its commitment."""
PARCEL: Final[Schema] = exactly(
    known=or_null(ref("count")),
    message=SIGNED,
    sections={"type": "object", "maxProperties": MAX_SECTIONS, "additionalProperties": SECTION},
)
PLACE: Final[Schema] = exactly(content=ref("digest"), sequence=ref("position"))
"""A message by its place in its author's chain."""


def finished(title: str, schema: Schema) -> Schema:
    """Return a schema that stands alone: with its title and the parts that it refers to."""
    parts = _used(schema) | schema.get("$defs", {})
    return {"$schema": DRAFT, **schema, "$defs": parts, "title": title}


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
