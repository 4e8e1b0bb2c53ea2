"""Custody chains in the database: reading, continuing, and joining what a partner hands over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from comity.canonical import PeerError, decode, encode
from comity.evidence import custody
from comity.evidence.custody import EMPTY, Event, Head
from comity.exchange.bodies import Custody
from comity.node.models import CustodyEvent

MAX_EVENT_BYTES = 16 * 1024


class CustodyForkError(PeerError):
    """A hand-over tells an exhibit's past otherwise than this node knows it."""

    code = "custody-fork"


def chain(exhibit: str) -> tuple[Event, ...]:
    """Return the events of an exhibit as this node knows them."""
    rows = CustodyEvent.objects.filter(exhibit=exhibit).order_by("number")
    values = (decode(bytes(row.event), max_bytes=MAX_EVENT_BYTES) for row in rows)
    return tuple(custody.parse_event(value) for value in values)


def head(exhibit: str) -> Head:
    """Return the head of an exhibit's chain, verified anew."""
    events = chain(exhibit)
    return custody.verify(events) if events else EMPTY


def keep(events: Iterable[Event]) -> None:
    """Store events; inside the caller's transaction."""
    CustodyEvent.objects.bulk_create(
        CustodyEvent(exhibit=e.exhibit, number=e.number, event=encode(e.to_value())) for e in events
    )


def append(exhibit: str, **facts: Any) -> Event:
    """Add an event to a chain; inside the caller's transaction. Facts as for `custody.append`."""
    event, _ = custody.append(head(exhibit), exhibit=exhibit, **facts)
    keep([event])
    return event


def handover(
    exhibit: str,
    *,
    event: str,
    at: datetime,
    party: str,
    by: str,
    reason: str,
    root: bytes,
) -> dict[str, Any]:
    """Return the section ``custody`` of a hand-over; its last event is kept when it is queued.

    Args:
        exhibit: which one.
        event: offered, received, returned or destroyed.
        at: this node's clock.
        party: this node's.
        by: the officer's opaque identifier.
        reason: in words.
        root: of the sealed package.
    """
    events = chain(exhibit)
    before = custody.verify(events) if events else EMPTY
    last, after = custody.append(
        before,
        exhibit=exhibit,
        event=event,
        at=at,
        party=party,
        by=by,
        reason=reason,
        digest_before=root,
        digest_after=None if event == "destroyed" else root,
    )
    shown = after.to_value()
    return {
        "count": after.count,
        "digest": shown["digest"],
        "events": [e.to_value() for e in (*events, last)],
        "exhibit": exhibit,
    }


def join(section: Custody) -> None:
    """Keep the events of a hand-over that are new here; inside the caller's transaction.

    Raises:
        CustodyError: the chain does not verify up to its own head.
        CustodyForkError: it differs from what this node knows.
    """
    told, _ = custody.verify_values(
        list(section.events), head={"count": section.count, "digest": section.digest}
    )
    if any(event.exhibit != section.exhibit for event in told):
        raise CustodyForkError("events of another exhibit")
    known = chain(section.exhibit)
    if told[: len(known)] != known[: len(told)]:
        raise CustodyForkError("the exhibit's past is told otherwise than we know it")
    keep(told[len(known) :])
