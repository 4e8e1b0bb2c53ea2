"""One counted chain of events per exhibit, so that an omitted event shows.

Each event carries its number and the digest of the event before it; the head (count and digest)
goes to the other side with each hand-over. Whoever holds a head can tell that nothing up to it is
missing.

Source: spec 15.4.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from comity.canonical import MisuseError
from comity.evidence.custody_event import (
    EMPTY,
    MAX_EVENTS,
    CustodyAlteredError,
    CustodyError,
    CustodyEventError,
    CustodyHandoverError,
    CustodyMissingError,
    CustodyOrderError,
    CustodyRuleError,
    Event,
    Head,
    Related,
    parse_event,
    parse_head,
)
from comity.evidence.custody_events import ATTESTED, BEFORE_SEALING, EVENTS, HANDOVERS


def append(
    head: Head,
    *,
    exhibit: str,
    event: str,
    at: datetime,
    party: str,
    by: str,
    reason: str,
    certificate: bytes | None = None,
    place: str | None = None,
    digest_before: bytes | None = None,
    digest_after: bytes | None = None,
    related: Related | None = None,
    attested: bool = False,
) -> tuple[Event, Head]:
    """Return the next event of a chain and its new head. Arguments as the members of `Event`.

    Raises:
        MisuseError: a text, name or related exhibit outside what section 15.4 allows.
    """
    made = Event(
        exhibit=exhibit,
        number=head.count + 1,
        event=event,
        at=at,
        party=party,
        by=by,
        certificate=certificate,
        place=place,
        reason=reason,
        digest_before=digest_before,
        digest_after=digest_after,
        related=related,
        attested=attested or event in ATTESTED,
        previous=head.digest,
    )
    try:
        parse_event(made.to_value())
    except CustodyError as error:
        raise MisuseError(str(error)) from error
    return made, Head(count=made.number, digest=made.digest())


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
    numbers = {event.number for event in events}
    rules = _Rules()
    for event in events:
        _check_number(event, own.count + 1, events[0].exhibit, numbers)
        if event.previous != own.digest:
            raise CustodyAlteredError(
                f"event {own.count} is not the one that event {event.number} follows",
                number=own.count,
            )
        rules.check(event)
        own = Head(count=event.number, digest=event.digest())
        if head is not None and head.count == own.count and head.digest != own.digest:
            raise CustodyAlteredError(
                f"event {own.count} is not the one handed over", number=own.count
            )
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


def may_write(events: Sequence[Event], party: str) -> bool:
    """Tell whether the next event of a chain is a party's to write: it was handed over to it."""
    last = next((event for event in reversed(events) if event.event in HANDOVERS), None)
    if last is None:
        return not events or events[0].party == party
    return (last.party == party) == (last.event in ("received", "destroyed"))


def check_handover(
    told: Sequence[Event], *, known: int, message_type: str, author: str, others: Collection[str]
) -> None:
    """Check that a chain is what its message may hand over.

    Args:
        told: the chain, verified.
        known: how many of its events the receiver held before.
        message_type: ``evidence.`` and the event that the message is.
        author: of the message.
        others: parties that speak for themselves: no event of theirs is new in this message.

    Raises:
        CustodyHandoverError: fact ``number`` names the event.
    """
    last, before = told[-1], told[:known]
    if (f"evidence.{last.event}", last.party) != (message_type, author):
        raise CustodyHandoverError(
            f"event {last.number} is not the hand-over that the message is", number=last.number
        )
    for event in told[known:]:
        if event.party in others:
            raise CustodyHandoverError(
                f"event {event.number} is told by another than its party", number=event.number
            )
    if before and before[-1].party != author and not may_write(before, author):
        raise CustodyHandoverError(
            f"after event {known} the chain is not the author's to continue", number=known
        )


def holds(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the ``held`` events that stand: none of them was followed by ``hold-lifted``."""
    standing: list[Event] = []
    for event in events:
        if event.event == "held":
            standing.append(event)
        elif event.event == "hold-lifted":
            standing.clear()
    return tuple(standing)


def _check_number(event: Event, due: int, exhibit: str, numbers: set[int]) -> None:
    if event.exhibit != exhibit:
        raise CustodyEventError(f"event {due} is of another exhibit", number=due)
    if (event.number == 1) != (event.previous is None):
        raise CustodyEventError(
            f"event {event.number} must follow one exactly if it is not the first",
            number=event.number,
        )
    if event.number == due:
        return
    if event.number < due or due in numbers:
        raise CustodyOrderError(
            f"event {event.number} stands where event {due} is due", number=event.number
        )
    raise CustodyMissingError(f"event {due} is missing", number=due)


class _Rules:
    """What may follow what: nothing after destruction, none under a hold, no party back in time."""

    def __init__(self) -> None:
        self._destroyed = False
        self._held: int | None = None
        self._last: dict[str, Event] = {}

    def check(self, event: Event) -> None:
        number = event.number
        if self._destroyed:
            raise CustodyRuleError(f"event {number} comes after destruction", number=number)
        last = self._last.get(event.party)  # clocks of two parties may differ
        if last is not None and event.at < last.at:
            raise CustodyRuleError(
                f"event {number} is dated before event {last.number}", number=number
            )
        self._last[event.party] = event
        if event.event == "held":
            self._held = number
        elif event.event == "hold-lifted":
            self._held = None
        elif event.event == "destroyed":
            if self._held is not None:
                raise CustodyRuleError(
                    f"event {number} destroys what event {self._held} holds", number=number
                )
            self._destroyed = True


__all__ = [
    "ATTESTED",
    "BEFORE_SEALING",
    "EMPTY",
    "EVENTS",
    "HANDOVERS",
    "MAX_EVENTS",
    "CustodyAlteredError",
    "CustodyError",
    "CustodyEventError",
    "CustodyHandoverError",
    "CustodyMissingError",
    "CustodyOrderError",
    "CustodyRuleError",
    "Event",
    "Head",
    "Related",
    "append",
    "check_handover",
    "holds",
    "may_write",
    "parse_event",
    "parse_head",
    "verify",
    "verify_values",
]
