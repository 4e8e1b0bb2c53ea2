"""One counted chain of events per exhibit, so that an omitted event shows.

Each event carries its number and the digest of the event before it; the head (count and digest)
goes to the other side with each hand-over. Whoever holds a head can tell that nothing up to it is
missing.

Source: spec 15.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    ComityError,
    MisuseError,
    PeerError,
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

BEFORE_SEALING: Final = ("acquired",)
EVENTS: Final = (
    *BEFORE_SEALING,
    "sealed",
    "offered",
    "received",
    "opened",
    "reverified",
    "exported",
    "returned",
    "destroyed",
)
MAX_EVENTS = 100_000
MAX_TEXT_CHARS = 4000
MAX_NAME_CHARS = 200


class CustodyError(PeerError):
    """A chain does not hold; fact ``number`` names the event, from 1."""

    code = "custody"


class CustodyEventError(CustodyError):
    """An event is not of the form section 15.4 gives, or belongs to another exhibit."""

    code = "custody-event"


class CustodyMissingError(CustodyError):
    """An event that the numbers or the head call for is not there."""

    code = "custody-missing"


class CustodyOrderError(CustodyError):
    """Events stand in another order than their numbers, or a number is used twice."""

    code = "custody-order"


class CustodyAlteredError(CustodyError):
    """An event is not the one that the next event or the head commits to."""

    code = "custody-altered"


class CustodyRuleError(CustodyError):
    """An event may not stand here: after destruction, unattested, or back in time."""

    code = "custody-rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a chain goes: number of events, and the digest of the last one (None if empty)."""

    count: int
    digest: bytes | None

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value ``{"count", "digest"}``."""
        shown = None if self.digest is None else digest_text(self.digest)
        return {"count": self.count, "digest": shown}


EMPTY: Final = Head(count=0, digest=None)


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
        place: where, in words, or None.
        reason: why, in words.
        digest_before, digest_after: sealed root, or before sealing the file list; None if none.
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
    place: str | None
    reason: str
    digest_before: bytes | None
    digest_after: bytes | None
    attested: bool
    previous: bytes | None

    def to_value(self) -> dict[str, Any]:
        """Return the event's JSON value."""
        return {
            "at": time_text(self.at),
            "attested": self.attested,
            "by": self.by,
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
        }

    def digest(self) -> bytes:
        """Return the digest by which the next event or a head names this one."""
        return digest("custody", encode(self.to_value()))


def append(
    head: Head,
    *,
    exhibit: str,
    event: str,
    at: datetime,
    party: str,
    by: str,
    reason: str,
    place: str | None = None,
    digest_before: bytes | None = None,
    digest_after: bytes | None = None,
    attested: bool = False,
) -> tuple[Event, Head]:
    """Return the next event of a chain and its new head.

    Raises:
        MisuseError: a text or name outside what section 15.4 allows.
    """
    made = Event(
        exhibit=exhibit,
        number=head.count + 1,
        event=event,
        at=at,
        party=party,
        by=by,
        place=place,
        reason=reason,
        digest_before=digest_before,
        digest_after=digest_after,
        attested=attested or event in BEFORE_SEALING or event == "destroyed",
        previous=head.digest,
    )
    try:
        parse_event(made.to_value())
    except CustodyError as error:
        raise MisuseError(str(error)) from error
    return made, Head(count=made.number, digest=made.digest())


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
        found = members(value, {"count": int, "digest": (str, type(None))})
        head = Head(count=found["count"], digest=_digest(found["digest"]))
    except ComityError as error:
        raise CustodyEventError(f"a chain's head is malformed: {error}") from error
    if not 0 <= head.count <= MAX_EVENTS or (head.count == 0) != (head.digest is None):
        raise CustodyEventError("a chain's head contradicts itself")
    return head


def verify(events: Sequence[Event], *, head: Head | None = None) -> Head:
    """Check a chain from its first event and return its head.

    Args:
        events: in the order they are claimed to have.
        head: one that was handed over earlier; the chain must reach it unchanged.

    Returns:
        The chain's own head. Without a ``head`` from elsewhere, events cut off at the end do not
        show.

    Raises:
        CustodyError: a subclass by what is wrong; fact ``number`` names the first bad event.
    """
    own = EMPTY
    last: Event | None = None
    for event in events:
        _check_number(event, own.count + 1, events)
        if event.previous != own.digest:
            raise CustodyAlteredError(
                f"event {own.count} is not the one that event {event.number} follows",
                number=own.count,
            )
        if last is not None:
            _check_rules(last, event)
        own = Head(count=event.number, digest=event.digest())
        if head is not None and head.count == own.count and head.digest != own.digest:
            raise CustodyAlteredError(
                f"event {own.count} is not the one handed over", number=own.count
            )
        last = event
    if head is not None and own.count < head.count:
        raise CustodyMissingError(
            f"event {own.count + 1} of {head.count} is missing", number=own.count + 1
        )
    return own


def verify_values(values: object, *, head: object = None) -> tuple[tuple[Event, ...], Head]:
    """Parse and check a chain given as a JSON array, and a head as its JSON value or None.

    Raises:
        CustodyError: as `verify`, and `CustodyEventError` with the event's place in the array.
    """
    if not isinstance(values, list) or len(values) > MAX_EVENTS:
        raise CustodyEventError("a chain is an array of events")
    events = []
    for place, value in enumerate(values, 1):
        try:
            events.append(parse_event(value))
        except CustodyEventError as error:
            raise CustodyEventError(f"event {place}: {error}", number=place) from error
    wanted = None if head is None else parse_head(head)
    return tuple(events), verify(events, head=wanted)


def _check_number(event: Event, due: int, events: Sequence[Event]) -> None:
    if event.exhibit != events[0].exhibit:
        raise CustodyEventError(f"event {due} is of another exhibit", number=due)
    if (event.number == 1) != (event.previous is None):
        raise CustodyEventError(
            f"event {event.number} must follow one exactly if it is not the first",
            number=event.number,
        )
    if event.number == due:
        return
    if event.number < due or any(other.number == due for other in events):
        raise CustodyOrderError(
            f"event {event.number} stands where event {due} is due", number=event.number
        )
    raise CustodyMissingError(f"event {due} is missing", number=due)


def _check_rules(last: Event, event: Event) -> None:
    if last.event == "destroyed":
        raise CustodyRuleError(f"event {event.number} comes after destruction", number=event.number)
    if event.party == last.party and event.at < last.at:  # clocks of two parties may differ
        raise CustodyRuleError(
            f"event {event.number} is dated before event {last.number}", number=event.number
        )


def _parse(value: object) -> Event:
    text = (str, type(None))
    found = members(
        value,
        {
            "at": str,
            "attested": bool,
            "by": str,
            "digest_after": text,
            "digest_before": text,
            "event": str,
            "exhibit": str,
            "number": int,
            "party": str,
            "place": text,
            "previous": text,
            "protocol": str,
            "reason": str,
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
    if not found["attested"] and (event in BEFORE_SEALING or event == "destroyed"):
        raise CustodyRuleError(
            f"event {found['number']} cannot be proved and must be marked attested",
            number=found["number"],
        )
    return Event(
        exhibit=parse_id(found["exhibit"]),
        number=found["number"],
        event=event,
        at=parse_time(found["at"]),
        party=parse_party(found["party"]),
        by=found["by"],
        place=found["place"],
        reason=found["reason"],
        digest_before=_digest(found["digest_before"]),
        digest_after=_digest(found["digest_after"]),
        attested=found["attested"],
        previous=_digest(found["previous"]),
    )


def _digest(text: str | None) -> bytes | None:
    return None if text is None else parse_digest(text)


def _shown(value: bytes | None) -> str | None:
    return None if value is None else digest_text(value)
