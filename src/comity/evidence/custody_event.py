"""One event of an exhibit's life, and how far a chain of them goes.

Source: spec 15.4.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    ComityError,
    digest,
    digest_text,
    encode,
    members,
    parse_digest,
    parse_id,
    parse_party,
    parse_time,
    time_text,
)
from comity.canonical.errors import PeerError
from comity.evidence.custody_events import ATTESTED, EVENTS, NAMING

# The ways in which a custody chain does not hold; fact ``number`` names the event, from 1.


class CustodyError(PeerError, code="custody"):
    """A chain does not hold; fact ``number`` names the event, from 1."""


class CustodyEventError(CustodyError, code="custody-event"):
    """An event is not of the form section 15.4 gives, or belongs to another exhibit."""


class CustodyMissingError(CustodyError, code="custody-missing"):
    """An event that the numbers or the head call for is not there."""


class CustodyOrderError(CustodyError, code="custody-order"):
    """Events have another order than their numbers, or a number is used twice."""


class CustodyAlteredError(CustodyError, code="custody-altered"):
    """An event is not the one that the next event or the head commits to."""


class CustodyRuleError(CustodyError, code="custody-rule"):
    """An event is not allowed here: after destruction, held, unattested, or back in time."""


class CustodyHandoverError(CustodyError, code="custody-handover"):
    """A message hands over a chain that does not end with it, or tells of acts of others."""


MAX_EVENTS: Final = 100_000
MAX_TEXT_CHARS: Final = 4000
MAX_NAME_CHARS: Final = 200
_TEXT: Final = (str, type(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a chain goes: number of events, and the digest of the last one (None if empty)."""

    count: int
    digest: bytes | None

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value ``{"count", "digest"}``."""
        return {"count": self.count, "digest": _shown(self.digest)}


EMPTY: Final = Head(count=0, digest=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another exhibit that an event is about.

    Attributes:
        exhibit: its UUIDv7.
        name: which part was taken out, as the examiner's tool calls it; or None.
    """

    exhibit: str
    name: str | None

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value ``{"exhibit", "name"}``."""
        return {"exhibit": self.exhibit, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of an exhibit's life.

    Attributes:
        exhibit: UUIDv7 of the exhibit.
        number: 1 for the first.
        event: one of `EVENTS`.
        at: aware UTC time, by the clock of ``party``.
        party: where it happened.
        by: who did it: an officer's opaque identifier.
        certificate: record digest of that officer's certificate; None where there is none.
        place: where, in words, or None.
        reason: why, in words.
        digest_before, digest_after: sealed root, or before sealing the file list; None if none.
            After ``redacted``: record digest of the redacted bundle's statement.
        related: the other exhibit, for `NAMING` and perhaps ``redacted``.
        attested: said by ``by``, not provable: True for all that was before sealing, and
            destruction.
        previous: digest of the event before; None for the first.
    """

    exhibit: str
    number: int
    event: str
    at: datetime
    party: str
    by: str
    certificate: bytes | None
    place: str | None
    reason: str
    digest_before: bytes | None
    digest_after: bytes | None
    related: Related | None
    attested: bool
    previous: bytes | None

    def to_value(self) -> dict[str, Any]:
        """Return the event's JSON value."""
        return {
            "at": time_text(self.at),
            "attested": self.attested,
            "by": self.by,
            "certificate": _shown(self.certificate),
            "digest_after": _shown(self.digest_after),
            "digest_before": _shown(self.digest_before),
            "event": self.event,
            "exhibit": self.exhibit,
            "number": self.number,
            "party": self.party,
            "place": self.place,
            "previous": _shown(self.previous),
            "protocol": PROTOCOL,
            "reason": self.reason,
            "related": self.related.to_value() if self.related else None,
        }

    def digest(self) -> bytes:
        """Return the digest by which the next event, a head or a log entry names this one."""
        return digest("custody", encode(self.to_value()))


def parse_event(value: object) -> Event:
    """Parse a decoded JSON value; `CustodyEventError` by what is wrong."""
    try:
        return _parse(value)
    except CustodyError:
        raise
    except ComityError as error:
        raise CustodyEventError(f"a custody event is malformed: {error}") from error


def parse_head(value: object) -> Head:
    """Parse ``{"count", "digest"}``; `CustodyEventError` by what is wrong."""
    try:
        found = members(value, {"count": int, "digest": _TEXT})
        head = Head(count=found["count"], digest=_digest(found["digest"]))
    except ComityError as error:
        raise CustodyEventError(f"a chain's head is malformed: {error}") from error
    if not 0 <= head.count <= MAX_EVENTS or (head.count == 0) != (head.digest is None):
        raise CustodyEventError("a chain's head contradicts itself")
    return head


def _parse(value: object) -> Event:
    found = members(
        value,
        {
            "at": str,
            "attested": bool,
            "by": str,
            "certificate": _TEXT,
            "digest_after": _TEXT,
            "digest_before": _TEXT,
            "event": str,
            "exhibit": str,
            "number": int,
            "party": str,
            "place": _TEXT,
            "previous": _TEXT,
            "protocol": str,
            "reason": str,
            "related": (dict, type(None)),
        },
    )
    event = found["event"]
    if (
        found["protocol"] != PROTOCOL
        or event not in EVENTS
        or not 1 <= found["number"] <= MAX_EVENTS
        or not 0 < len(found["by"]) <= MAX_NAME_CHARS
        or len(found["place"] or "") > MAX_NAME_CHARS
        or not 0 < len(found["reason"]) <= MAX_TEXT_CHARS
    ):
        raise CustodyEventError("a custody event holds a value outside what is allowed")
    if not found["attested"] and event in ATTESTED:
        raise CustodyRuleError(
            f"event {found['number']} cannot be proved and must be marked attested",
            number=found["number"],
        )
    exhibit = parse_id(found["exhibit"])
    return Event(
        exhibit=exhibit,
        number=found["number"],
        event=event,
        at=parse_time(found["at"]),
        party=parse_party(found["party"]),
        by=found["by"],
        certificate=_digest(found["certificate"]),
        place=found["place"],
        reason=found["reason"],
        digest_before=_digest(found["digest_before"]),
        digest_after=_digest(found["digest_after"]),
        related=_related(event, exhibit, found["related"]),
        attested=found["attested"],
        previous=_digest(found["previous"]),
    )


def _related(event: str, exhibit: str, value: Any) -> Related | None:
    """Return the other exhibit of an event that has to name one, or may."""
    if value is None:
        if event in NAMING:
            raise CustodyEventError(f"{event} names the other exhibit")
        return None
    if event not in (*NAMING, "redacted"):
        raise CustodyEventError(f"{event} names no other exhibit")
    found = members(value, {"exhibit": str, "name": _TEXT})
    name = found["name"]
    if name is not None and not 0 < len(name) <= MAX_TEXT_CHARS:
        raise CustodyEventError("the name of a part is empty or too long")
    related = Related(exhibit=parse_id(found["exhibit"]), name=name)
    if related.exhibit == exhibit:
        raise CustodyEventError("an exhibit is not taken out of itself")
    return related


def _digest(text: str | None) -> bytes | None:
    return None if text is None else parse_digest(text)


def _shown(value: bytes | None) -> str | None:
    return None if value is None else digest_text(value)
