"""Custody chains in the database: reading, continuing, and joining what a partner hands over.

A chain has one writer at a time: whoever was handed the exhibit last (ADR 0022). A hand-over is
recorded by its message; every other event is a leaf of this node's log, whose record is the event's
own digest.

Source: spec 15.4.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from comity.canonical import MisuseError, PeerError, decode, digest_text, encode, parse_digest
from comity.evidence import custody
from comity.evidence.custody import CustodyRuleError, Event, Head
from comity.evidence.offer import Offer
from comity.exchange import Message
from comity.exchange.bodies import Custody
from comity.exchange.bodies import Offer as OfferSection
from comity.exchange.certificates import certificate_record, parse_certificate
from comity.exchange.values import Model
from comity.keys import jws
from comity.node.core.event_size import MAX_EVENT_BYTES
from comity.node.log import audit
from comity.node.log.store import Batch
from comity.node.models import CustodyEvent, Exhibit, Officer, Package

MAX_CERTIFICATE_BYTES: Final = 16 * 1024
_KINDS: Final = {name: f"evidence.{name}" for name in ("sealed", "opened", "destroyed")}
"""Log entries of domestic events, by event; all others are `domestic.note`."""


class CustodyForkError(PeerError, code="custody-fork"):
    """A hand-over tells an exhibit's past otherwise than this node knows it."""


class CustodyAwayError(MisuseError, code="custody-away"):
    """The chain is the partner authority's to continue: the exhibit was handed over to it."""


class CustodyForbiddenError(MisuseError, code="custody-forbidden"):
    """The chain does not allow this event: after destruction, under a hold, or back in time."""


class PackageDestroyedError(MisuseError, code="package-destroyed"):
    """The sealed package was destroyed here; it is not accepted again."""


def chain(exhibit: str) -> tuple[Event, ...]:
    """Return the events of an exhibit as this node knows them."""
    rows = CustodyEvent.objects.filter(exhibit=exhibit).order_by("number")
    values = (decode(bytes(row.event), max_bytes=MAX_EVENT_BYTES) for row in rows)
    return tuple(custody.parse_event(value) for value in values)


def chains(exhibits: Iterable[str]) -> Mapping[str, tuple[Event, ...]]:
    """Return the events of several exhibits, by one query; of one that has none an empty tuple."""
    found: dict[str, list[Event]] = defaultdict(list)
    rows = CustodyEvent.objects.filter(exhibit__in=list(exhibits)).order_by("exhibit", "number")
    for row in rows:
        value = decode(bytes(row.event), max_bytes=MAX_EVENT_BYTES)
        found[row.exhibit].append(custody.parse_event(value))
    return defaultdict(tuple, {name: tuple(events) for name, events in found.items()})


def head(exhibit: str) -> Head:
    """Return the head of an exhibit's chain, verified anew."""
    return custody.verify(chain(exhibit))


def keep(events: Iterable[Event]) -> None:
    """Store events; inside the caller's transaction."""
    CustodyEvent.objects.bulk_create(
        CustodyEvent(exhibit=e.exhibit, number=e.number, event=encode(e.to_value())) for e in events
    )


def check_may_seal(party: str, offer: Offer) -> None:
    """Refuse a new package of an exhibit whose chain does not allow another seal.

    Raises:
        PackageDestroyedError: this very package was destroyed here.
        CustodyAwayError: the exhibit was handed over; what is sealed now is another exhibit.
    """
    known = Package.objects.filter(root=digest_text(offer.root)).first()
    if known is not None and known.stage == Package.Stage.DESTROYED:
        raise PackageDestroyedError("this package was destroyed here; it is not taken in again")
    if known is None and not custody.may_write(chain(offer.exhibit), party):
        raise CustodyAwayError("the exhibit was handed over: seal this as an exhibit of its own")


def append(exhibit: str, *, at: datetime, by: str, **facts: Any) -> Event:
    """Add an event to a chain; inside the caller's transaction. Facts as for `custody.append`.

    Raises:
        CustodyForbiddenError: the rules of section 15.4 do not allow it here.
        MisuseError: a fact is outside what a chain may hold.
    """
    event = _next(chain(exhibit), exhibit=exhibit, at=at, by=by, **facts)
    keep([event])
    return event


def _next(events: Sequence[Event], *, at: datetime, by: str, **facts: Any) -> Event:
    """Return the event that follows, if the chain allows it."""
    before = custody.verify(events)
    made, _ = custody.append(before, at=at, by=by, certificate=certificate_of(by, at=at), **facts)
    try:
        custody.verify([*events, made])
    except CustodyRuleError as fault:
        raise CustodyForbiddenError(str(fault)) from fault
    return made


def record(batch: Batch, exhibit: str, *, user: str, subject: str, **facts: Any) -> Event:
    """Add a domestic event with its log entry and audit row; inside a committer's work.

    Args:
        batch: gets the leaf.
        exhibit: whose chain.
        user: name, for the audit.
        subject: of the audit row: the package's root, or the exhibit.
        facts: as for `custody.append`.

    Raises:
        MisuseError: a fact is outside what a chain may hold.
    """
    event = append(exhibit, **facts)
    leaf = batch.append(
        salt=os.urandom(32),
        kind=_KINDS.get(event.event, "domestic.note"),
        time=event.at,
        record=digest_text(event.digest()),
    )
    audit.note(
        at=event.at,
        actor=user,
        action=f"evidence.{event.event}",
        subject=subject,
        detail=f"{exhibit} {event.number}",
        epoch=batch.head.epoch,
        leaf=leaf,
    )
    return event


def certificate_of(officer: str, *, at: datetime) -> bytes | None:
    """Return the record digest of an officer's certificate that holds at a moment, or None."""
    row = Officer.objects.filter(identifier=officer).exclude(certificate=None).first()
    if row is None:
        return None
    stored = decode(bytes(row.certificate or b""), max_bytes=MAX_CERTIFICATE_BYTES)
    envelope = jws.parse_value(stored)
    if not parse_certificate(envelope.payload).valid(at=at):
        return None
    return parse_digest(certificate_record(envelope))


def handover(
    exhibit: str,
    *,
    event: str,
    at: datetime,
    party: str,
    by: str,
    reason: str,
    root: bytes,
    place: str | None = None,
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
        place: where, in words.

    Raises:
        CustodyAwayError: the other side has received it; the next event is theirs.
        CustodyForbiddenError: the chain does not allow it.
    """
    events = chain(exhibit)
    if _already_destroyed(events, event=event, party=party):
        return _section(events)  # the destruction stands in the chain since it was done
    if _is_away(events, party):
        raise CustodyAwayError("the other side has received it: the next event is theirs to write")
    made = _next(
        events,
        exhibit=exhibit,
        event=event,
        at=at,
        party=party,
        by=by,
        reason=reason,
        place=place,
        digest_before=root,
        digest_after=None if event == "destroyed" else root,
    )
    return _section((*events, made))


def stands_against(events: Sequence[Event], *, event: str, party: str) -> str:
    """Return the code of what forbids a party to hand an exhibit over, or an empty text.

    Args:
        events: the exhibit's chain, as this node knows it.
        event: as for `handover`.
        party: this node's.
    """
    if _already_destroyed(events, event=event, party=party):
        return ""
    if events and events[-1].event == "destroyed":
        return PackageDestroyedError.code
    if _is_away(events, party):
        return CustodyAwayError.code
    return CustodyForbiddenError.code if event == "destroyed" and custody.holds(events) else ""


def _already_destroyed(events: Sequence[Event], *, event: str, party: str) -> bool:
    """Tell whether a hand-over reports a destruction that stands in the chain since it was done."""
    return bool(
        events and event == "destroyed" and (events[-1].event, events[-1].party) == (event, party)
    )


def _is_away(events: Sequence[Event], party: str) -> bool:
    """Tell whether the other side wrote last, and what follows is its to write."""
    return bool(events and events[-1].party != party and not custody.may_write(events, party))


def _section(events: Sequence[Event]) -> dict[str, Any]:
    last = events[-1]
    return {
        "count": last.number,
        "digest": digest_text(last.digest()),
        "events": [event.to_value() for event in events],
        "exhibit": last.exhibit,
    }


def join(section: Custody, message: Message, *, offer: Model | None, ours: bool) -> None:
    """Keep the events of a hand-over that are new here; inside the caller's transaction.

    Args:
        section: what the message says.
        message: the hand-over.
        offer: section ``offer`` of the message, if it has one; the chain must be of that package.
        ours: whether this node sent it.

    Raises:
        CustodyHandoverError: the chain does not end with the message, tells of our acts, or is not
            of the package offered.
        CustodyError: the chain does not verify up to its own head.
        CustodyForkError: it differs from what this node knows.
        PackageDestroyedError: ours, and the exhibit's destruction is under way.
    """
    going = Exhibit.objects.filter(exhibit=section.exhibit, destroying__isnull=False)
    if ours and going.exists():
        raise PackageDestroyedError("the exhibit is being destroyed; it is not handed over")
    told, _ = custody.verify_values(
        [event.model_dump() for event in section.events],
        head={"count": section.count, "digest": section.digest},
    )
    if told[0].exhibit != section.exhibit:
        raise CustodyForkError("events of another exhibit")
    if isinstance(offer, OfferSection) and (
        (section.exhibit, told[-1].digest_after) != (offer.exhibit, parse_digest(offer.root))
    ):
        raise custody.CustodyHandoverError("the chain is not of the package that is offered")
    known = chain(section.exhibit)
    if told[: len(known)] != known[: len(told)]:
        raise CustodyForkError("the exhibit's past is told otherwise than we know it")
    author = message.draft.author
    custody.check_handover(
        told,
        known=len(known),
        message_type=message.draft.type,
        author=author,
        others=() if ours else {*message.draft.members} - {author},
    )
    keep(told[len(known) :])
