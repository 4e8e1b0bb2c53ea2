"""JSON Schemas of who is who: State records, entries, trust files, and files of them (spec 12)."""

from typing import Final

from comity.directory.entry import MAX_KEYS
from comity.directory.keyrow import AGE, USES
from comity.directory.parsing import KINDS, MAX_TEXT, MAX_VERSION
from comity.directory.state_record import MAX_STATE_KEYS
from comity.exchange.moves import ACCEPTS, RAISES, Rank, Role
from comity.spec.schema_parts import (
    JWK,
    NULL,
    SIGNED,
    Schema,
    exactly,
    lines,
    listed,
    maps,
    or_null,
    ref,
    several,
    where,
)

MANY: Final = 256
SIGNING: Final = tuple(use for use in USES if use != "sealing")
VERSION: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_VERSION}
RECIPIENT: Final[Schema] = {"type": "string", "pattern": "^age1[02-9ac-hj-np-z]{58}$"}
FIRST: Final = where("version", {"const": 1}, {"previous": NULL}, {"previous": ref("digest")})
KEY_SET: Final = {
    "keys": several(JWK, 1, MAX_STATE_KEYS),
    "threshold": {"type": "integer", "minimum": 1, "maximum": MAX_STATE_KEYS},
}
STATE: Final[Schema] = {
    **exactly(
        issued_at=ref("time"),
        mode=ref("mode"),
        previous=or_null(ref("digest")),
        protocol=ref("protocol"),
        state=ref("state"),
        version=VERSION,
        **KEY_SET,
    ),
    **FIRST,
}
TEXT: Final = exactly(lang=ref("language"), text=lines(MAX_TEXT))
FLOOR: Final = exactly(
    approver={"type": "integer", "minimum": 0, "maximum": 16},
    author={"type": "integer", "minimum": 0, "maximum": 16},
    late_hours=or_null({"type": "integer", "minimum": 1, "maximum": 720}),
)
CERTIFICATE: Final[Schema] = {
    "type": "string",
    "minLength": 4,
    "pattern": "^[A-Za-z0-9+/]+={0,2}$",
}
URL: Final = r'^[Hh][Tt][Tt][Pp][Ss]?://[!"$-.0->A-~]+(/[!"$->@-~]*)?$'
"""With a host, and without user, query and fragment; all of it in ASCII."""
ENDPOINT: Final[Schema] = {
    **exactly(
        kind={"enum": list(KINDS)},
        tls_certificate=or_null(CERTIFICATE),
        url=or_null({"type": "string", "maxLength": 512, "pattern": URL}),
    ),
    **where("kind", {"const": "url"}, {"url": {"type": "string"}},
            {"tls_certificate": NULL, "url": NULL}),
}  # fmt: skip
KEY: Final[Schema] = {
    **exactly(
        alg={"enum": ["Ed25519", "ES256", AGE]},
        invalid_from=or_null(ref("time")),
        kid={"type": "string"},
        last_good_index=or_null(ref("count")),
        not_after=ref("time"),
        not_before=ref("time"),
        public={"anyOf": [JWK, RECIPIENT]},
        status={"enum": ["active", "retired", "revoked"]},
        use={"enum": list(USES)},
    ),
    "allOf": [
        where("status", {"const": "revoked"}, {"invalid_from": ref("time")},
              {"invalid_from": NULL, "last_good_index": NULL}),
        where("alg", {"const": AGE},
              {"kid": RECIPIENT, "public": RECIPIENT, "use": {"const": "sealing"}},
              {"kid": ref("bytes32"), "public": {"type": "object"},
               "use": {"enum": list(SIGNING)}}),
        where("use", {"const": "log"}, {"alg": {"const": "Ed25519"}}, {}),
    ],
}  # fmt: skip
INSTRUMENT: Final = exactly(
    name=ref("slug"), reservations=several(TEXT, 0, MANY), status=ref("slug")
)
ENTRY: Final[Schema] = {
    **exactly(
        approval_policy=maps(ref("slug"), FLOOR, MANY),
        conditions=several(TEXT, 0, MANY),
        duty_phone=or_null(lines(64)),
        editions={**several(ref("digest"), 1, MANY), "uniqueItems": True},
        endpoint=ENDPOINT,
        expires_at=ref("time"),
        functions=several(ref("slug"), 0, MANY),
        instruments=several(INSTRUMENT, 0, MANY),
        issued_at=ref("time"),
        keys=several(KEY, 0, MAX_KEYS),
        languages=several(ref("language"), 0, MANY),
        log=exactly(
            epoch={"type": "integer", "minimum": 1, "maximum": 100_000},
            origins={**several(ref("origin"), 0, MANY), "uniqueItems": True},
        ),
        mode=ref("mode"),
        party={**ref("party"), "not": {"type": "string", "pattern": "/state$"}},
        previous=or_null(ref("digest")),
        protocol=ref("protocol"),
        state_version=VERSION,
        version=VERSION,
    ),
    **FIRST,
}
TRUST: Final = exactly(
    delegations=maps(ref("state"), exactly(**KEY_SET)),
    mode=ref("mode"),
    protocol=ref("protocol"),
    root=or_null({"type": "object"}),
    timestamp_roots=several(
        {
            "type": "string",
            "pattern": "^[ \\r\\n\\t]*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/= \\r\\n\\t]*"
            "-----END CERTIFICATE-----[ \\r\\n\\t]*$",
        },
        0,
        MANY,
    ),
    witness_threshold={"type": "integer", "minimum": 1, "maximum": 256},
    witnesses=several(
        exactly(
            key={
                "type": "string",
                "pattern": "^[^+ \\r\\n\\t]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]+={0,2}$",
            },
            state=ref("state"),
        ),
        0,
        MANY,
    ),
)
RECORDS: Final = exactly(
    delegated=or_null({"type": "string", "maxLength": 5_000_000}),
    entries=several(SIGNED, 0, 50_000),
    mode=ref("mode"),
    protocol=ref("protocol"),
    states=several(SIGNED, 0, 50_000),
)
WORD: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9]+([.-][a-z0-9]+)*$"}
ROW: Final = exactly(
    about_optional={"type": "boolean"},
    approvals=FLOOR,
    becomes=or_null(WORD),
    by={**several({"enum": sorted(Role)}, 1, 2), "uniqueItems": True},
    edition=or_null({"enum": sorted((ACCEPTS, RAISES))}),
    from_={**listed(WORD), "uniqueItems": True},
    in_={**listed(WORD), "uniqueItems": True},
    members=several({"type": "integer", "minimum": 2, "maximum": 16}, 2, 2),
    rank={"enum": [int(rank.split()[0]) for rank in Rank]},
    sections=maps(WORD, {"type": "boolean"}),
    to=or_null(WORD),
    track=or_null(WORD),
)
EDITION: Final = exactly(
    number=ref("position"),
    sections={**listed(WORD), "uniqueItems": True},
    types=maps(ref("type"), ROW),
)
DIRECTORY: Final[dict[str, tuple[str, Schema]]] = {
    "edition": ("An edition of the registry, as its digest names it (section 7.6)", EDITION),
    "entry": ("Payload of a party's entry (section 12.3)", ENTRY),
    "records": ("A file of State records and entries (section 12.4)", RECORDS),
    "state": ("Payload of a State record (section 12.2)", STATE),
    "trust": ("A trust file (section 12.1)", TRUST),
}
