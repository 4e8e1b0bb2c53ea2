"""Gathering what this office knows of an exhibit's life, for a passport.

Source: spec 15.4.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from comity.canonical import decode, digest_text, parse_digest
from comity.evidence.custody import HANDOVERS, Event
from comity.evidence.passport import (
    LogEntry,
    Passport,
    PassportEvent,
    PassportPackage,
    Retention,
    Status,
)
from comity.exchange import parse_receipt
from comity.keys import jws
from comity.ledger import LogOrigin, peek_checkpoint
from comity.node import models
from comity.node.cases.conversations import sections_of
from comity.node.core.node import Node
from comity.node.evidence import custody, exhibits, use_limits
from comity.node.models import Conversation, Exhibit, MessageRow, Package, ReceiptRow

_MAX_RECEIPT_BYTES = 1024 * 1024


def passport_of(node: Node, name: str, *, at: datetime) -> Passport:
    """Return the passport of an exhibit.

    Args:
        node: this node.
        name: root of a package, or an exhibit; of a copy that stayed here, its own identifier.
        at: this node's clock.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
    """
    holding = exhibits.find(name)
    exhibit = name if exhibits.kept_copy(holding.exhibit) == name else holding.exhibit
    events = custody.chain(exhibit)
    same = holding.package.offer if holding.package else None
    rows = list(Package.objects.filter(exhibit=holding.exhibit).order_by("changed_at"))
    entries = dict(_handovers(node, rows))
    told = max((e.number for e in events if e.digest() in entries), default=0)
    shown = tuple(_event(node, event, entries.get(event.digest(), ()), told) for event in events)
    cases = Conversation.objects.filter(digest__in=[row.conversation for row in rows])
    return Passport(
        exhibit=exhibit,
        case=cases.values_list("case", flat=True).first(),
        packages=tuple(_package(row, events) for row in rows),
        events=shown,
        retention=_retention(holding.exhibit),
        made_by=node.party,
        generated_at=at,
        mode=node.config.mode,
        limits=use_limits.all_of(node, exhibit, same=same),
    )


def _event(node: Node, event: Event, handed: tuple[LogEntry, ...], told: int) -> PassportEvent:
    """Return an event with its proof; ``told`` is the last event of a hand-over recorded here."""
    own = models.LogEntry.objects.filter(record=digest_text(event.digest()))
    logs = handed + tuple(
        LogEntry(party=node.party, epoch=row.epoch, index=row.index, at=row.time)
        for row in own.order_by("epoch", "index")
    )
    status: Status = "unknown"
    if event.attested or (not logs and event.party != node.party and event.number <= told):
        status = "attested"
    elif logs:
        status = "proved"
    return PassportEvent(event=event, status=status, logs=logs)


def _handovers(node: Node, rows: Iterable[Package]) -> Iterator[tuple[bytes, tuple[LogEntry, ...]]]:
    """Yield (digest of the event, log entries of the message that hands it over)."""
    conversations = {row.conversation for row in rows}
    types = [f"evidence.{event}" for event in HANDOVERS]
    found = MessageRow.objects.filter(conversation__in=conversations, type__in=types)
    for message in found.exclude(outcome__startswith="refused:"):
        section = sections_of(message.record).get("custody")
        if section is None:
            continue  # erased since; the message stays
        own = LogEntry(
            party=node.party,
            epoch=message.epoch,
            index=message.index,
            at=message.recorded_at,
        )
        yield parse_digest(section.value["digest"]), (own, *_receipted(message))


def _receipted(message: MessageRow) -> Iterator[LogEntry]:
    """Yield where partners' logs hold a message of ours, as their receipts prove."""
    good = ReceiptRow.objects.filter(record=message.record, fault="").order_by("party")
    for row in good:
        stored = decode(bytes(row.jws), max_bytes=_MAX_RECEIPT_BYTES)
        receipt = parse_receipt(jws.parse_value(stored).payload)
        origin = LogOrigin.parse(peek_checkpoint(receipt.checkpoint.encode()).origin)
        yield LogEntry(
            party=row.party, epoch=origin.epoch, index=receipt.index, at=receipt.received_at
        )


def _package(row: Package, events: Iterable[Event]) -> PassportPackage:
    root = parse_digest(row.root)
    sealed = (e.at for e in events if e.event == "sealed" and e.digest_after == root)
    return PassportPackage(
        root=root,
        size_bytes=int(row.offer["sealed_size_bytes"]),
        files=int(row.offer["files"]),
        recipients=tuple(row.offer["recipients"]),
        sealed_at=next(sealed, None),
        language=str(row.offer["description"]["lang"]),
        description=str(row.offer["description"]["text"]),
        destroyed=row.stage == Package.Stage.DESTROYED,
    )


def _retention(exhibit: str) -> Retention | None:
    row = Exhibit.objects.filter(exhibit=exhibit).exclude(retain_until=None).first()
    if row is None or row.retain_until is None:
        return None
    return Retention(name=row.retention_class, until=row.retain_until)
