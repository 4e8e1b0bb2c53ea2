"""JSON Schemas of evidence and solutions: packages, offers, custody (spec 15 and 19)."""

from typing import Final

from pydantic import TypeAdapter

from comity.evidence.custody_event import MAX_EVENTS
from comity.evidence.limits import KINDS, MAX_LIMITS, STANDINGS
from comity.evidence.package import MAX_SEGMENTS, SEGMENT_BYTES
from comity.evidence.passport import STATUSES
from comity.evidence.solution import Statement, Withdrawn
from comity.exchange.bodies import CustodyEvent
from comity.spec.schema_parts import (
    NULL,
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
    where,
)

TRUE: Final[Schema] = {"const": True}
NAME: Final[Schema] = {"oneOf": [exactly(text={"type": "string"}), exactly(bytes=ref("bytes"))]}


def _row(kinds: list[str], **members: Schema) -> Schema:
    """Return the row of a package's description for one kind of thing, or several."""
    row = exactly(
        mode={"type": "integer", "minimum": 0, "maximum": 0o7777},
        mtime=or_null(ref("time")),
        mtime_ns={"type": "integer", "minimum": 0, "maximum": 999_999_999},
        name=NAME,
        type={"enum": kinds},
        **members,
    )
    attributes = {**maps({"type": "string"}, ref("bytes")), "minProperties": 1}
    told = perhaps(row, xattrs=attributes, xattrs_omitted=TRUE)
    return {**told, **where("mtime", NULL, {"mtime_ns": {"const": 0}}, {})}


_BYTES: Final[dict[str, Schema]] = {"path": {"type": "string"}, "size_bytes": ref("count")}
_NO_BYTES: Final[dict[str, Schema]] = {"path": NULL, "size_bytes": {"const": 0}}
ROW: Final[Schema] = {
    "oneOf": [
        perhaps(_row(["file"], **_BYTES), changed=TRUE, device=TRUE, sparse=TRUE),
        _row(
            ["stream"],
            segment_size_bytes={"const": SEGMENT_BYTES},
            segments={"type": "integer", "minimum": 1, "maximum": MAX_SEGMENTS},
            sha256=ref("digest"),
            **_BYTES,
        ),
        _row(["directory"], **_NO_BYTES),
        _row(["symlink", "hardlink"], target=NAME, **_NO_BYTES),
        _row(["refused"], reason={"type": "string"}, **_NO_BYTES),
    ]
}
PACKAGE: Final = exactly(
    conversation=or_null(ref("digest")),
    files=listed(ROW),
    from_=or_null(ref("party")),
    mode=ref("mode"),
    protocol=ref("protocol"),
    salt=ref("bytes32"),
    sealed_at=ref("time"),
    to=or_null(ref("party")),
)
STRETCH: Final = exactly(offset=ref("count"), size_bytes=ref("count"))
EVENT: Final[Schema] = CustodyEvent.model_json_schema()
CHAIN: Final[Schema] = {
    **TypeAdapter(list[CustodyEvent]).json_schema(),
    "maxItems": MAX_EVENTS,
}
OFFERED: Final = exactly(
    entries=listed(SIGNED),
    message=SIGNED,
    offer=SECTION,
    protocol=ref("protocol"),
    states=listed(SIGNED),
)
SOLUTION: Final = exactly(
    entries=listed(SIGNED),
    protocol=ref("protocol"),
    statement=SIGNED,
    states=listed(SIGNED),
)


def _passport() -> Schema:
    """Return the schema of a custody passport; its events are those of a chain."""
    entry = exactly(at=ref("time"), epoch=ref("position"), index=ref("count"), party=ref("party"))
    event = exactly(
        event=ref("CustodyEvent"),
        logs=several(entry, 0, 16),
        status={"enum": list(STATUSES)},
    )
    package = exactly(
        description={"type": "string"},
        destroyed={"type": "boolean"},
        files=ref("count"),
        language={"type": "string"},
        recipients=several({"type": "string"}, 0, 32),
        root=ref("digest"),
        sealed_at=or_null(ref("time")),
        size_bytes=ref("count"),
    )
    limit = exactly(
        by=ref("party"),
        kind={"enum": list(KINDS)},
        lang={"type": "string"},
        source=ref("digest"),
        standing={"enum": list(STANDINGS)},
        text={"type": "string"},
    )
    whole = exactly(
        case=or_null({"type": "string"}),
        events=several(event, 1, MAX_EVENTS),
        exhibit=ref("id"),
        generated_at=ref("time"),
        made_by=ref("party"),
        mode=ref("mode"),
        packages=several(package, 0, 1000),
        protocol=ref("protocol"),
        retention=or_null(exactly(class_={"type": "string"}, until=ref("time"))),
    )
    told = perhaps(whole, limits=several(limit, 0, MAX_LIMITS))
    parts: Schema = CHAIN["$defs"]
    return {**told, "$defs": parts}


EVIDENCE: Final[dict[str, tuple[str, Schema]]] = {
    "custody-chain": ("The custody chain of an exhibit, as a file (section 15.4)", CHAIN),
    "custody-event": ("One event of an exhibit's life (section 15.4)", EVENT),
    "package": ("The description inside a package: package.json (section 15.1)", PACKAGE),
    "package-index": (
        "Where in a package its lists stand: index.json (section 15.1)",
        exactly(manifest=STRETCH, package=STRETCH),
    ),
    "passport": ("A custody passport, as a file (section 15.4)", _passport()),
    "signed-offer": ("A signed offer as a file (section 15.3)", OFFERED),
    "solution": ("Payload of a solution's statement (section 19.2)", Statement.model_json_schema()),
    "solution-file": ("The first member of a solution: solution.json (section 19.1)", SOLUTION),
    "withdrawal": ("Payload of a solution's withdrawal (section 19.4)",
                   Withdrawn.model_json_schema()),
}  # fmt: skip
