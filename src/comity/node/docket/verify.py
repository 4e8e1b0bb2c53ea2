"""Checking the whole docket of a node: chains, texts, signatures, leaves of the log.

Whoever can write into the database can change a text or drop an entry; the chain of the item, the
leaf in the log and the audit row then no longer fit, and the item is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.canonical import ComityError, equal, time_text
from comity.docket import Done, Entry, Item, item_of
from comity.docket.entry import read_signature
from comity.exchange.types import MOVES, NEW
from comity.ledger import entry, leaf_hash
from comity.node.cases.docket_store import about_of, assigned_of, done_of
from comity.node.cases.paper_conversations import ACT
from comity.node.core.node import Node
from comity.node.log.store import opening_of
from comity.node.models import AuditRow, Conversation, DocketEntry, DocketItem, LogEntry

ROW: Final = "docket-row"
LEAF: Final = "docket-leaf"
MISSING: Final = "docket-missing"
SIGNATURE: Final = "docket-signature"
REMEMBERED: Final = "docket-remembered"


@dataclass(frozen=True)
class Fault:
    """Something about an item that does not hold.

    Attributes:
        item: which; empty only where not even that is known.
        code: of the error, or one of this module's.
        detail: what does not hold, without anything that an entry says.
    """

    item: str
    code: str
    detail: str


@dataclass(frozen=True)
class Checked:
    """What a check of the docket found."""

    items: int
    entries: int
    faults: tuple[Fault, ...]


def check_docket(node: Node) -> Checked:
    """Return what of the docket does not hold; nothing is changed."""
    names = sorted(
        set(DocketEntry.objects.values_list("item", flat=True))
        | set(DocketItem.objects.values_list("item", flat=True))
    )
    faults = [fault for name in names for fault in _item(node, name)]
    faults += _missing()
    return Checked(len(names), DocketEntry.objects.count(), tuple(faults))


def _item(node: Node, name: str) -> Iterator[Fault]:
    rows = list(DocketEntry.objects.filter(item=name).order_by("number"))
    if not rows:
        yield Fault(name, MISSING, "no entry of this item is here")
        return
    try:
        dones = [done_of(row) for row in rows]
        item = item_of(dones)
    except ComityError as fault:
        yield Fault(name, fault.code, str(fault))
        return
    for row, done in zip(rows, dones, strict=True):
        yield from _entry(row, done)
    yield from _remembered(name, item)
    yield from _placed(name, rows, item)
    yield from _signatures(node, name, item)


def _entry(row: DocketEntry, done: Done) -> Iterator[Fault]:
    said = done.entry
    told = (said.item, said.number, said.act, said.digest, said.by, time_text(said.at))
    kept = (row.item, row.number, row.act, row.digest, row.by, time_text(row.at))
    if told != kept:
        yield Fault(row.item, ROW, f"entry {row.number}: the row is not the entry's")
    if not _stands_in_the_log(row, said):
        yield Fault(row.item, LEAF, f"entry {row.number}: the log has another entry in its place")


def _stands_in_the_log(row: DocketEntry, said: Entry) -> bool:
    leaf = LogEntry.objects.filter(epoch=row.epoch, index=row.index).first()
    if leaf is None or leaf.record != said.digest:
        return False
    if leaf.salt is None:  # unlinked on purpose: the log no longer says which record it was
        return True
    return equal(leaf_hash(entry(opening_of(leaf))), bytes(leaf.leaf_hash))


def _remembered(name: str, item: Item) -> Iterator[Fault]:
    row = DocketItem.objects.filter(item=name).first()
    if row is None:
        yield Fault(name, REMEMBERED, "the item is in no list")
    elif (row.kind, row.state, row.case, row.due_at) != (
        item.kind.name,
        item.state,
        item.case,
        item.due,
    ):
        yield Fault(name, REMEMBERED, "lists show another state, case or day than the entries")
    elif all(done.section for done in item.entries) and (row.about, row.assigned) != (
        about_of(item),
        assigned_of(item),
    ):
        yield Fault(name, REMEMBERED, "lists show another subject or translator than the entries")


def _placed(name: str, rows: list[DocketEntry], item: Item) -> Iterator[Fault]:
    """Yield what does not hold of where transcripts belong: conversations are walked by that."""
    first = rows[0]
    if first.act != ACT:
        return
    places = {row.conversation for row in rows}
    places |= set(DocketItem.objects.filter(item=name).values_list("conversation", flat=True))
    opening = MOVES.get(item.entries[0].body.get("type", ""))
    opens = opening is not None and NEW in opening.main
    here = Conversation.objects.filter(digest=first.conversation, case=item.case)
    if len(places) > 1 or (opens and places != {first.digest}) or not here.exists():
        yield Fault(name, ROW, "a transcript stands in a conversation that is not its own")


def _signatures(node: Node, name: str, item: Item) -> Iterator[Fault]:
    before: Entry | None = None
    for done in item.entries:
        signed = _signed(done, before)
        if signed is not None and done.section:
            yield from _signature(node, name, done, signed)
        if done.entry.act not in _CONFIRMING:
            before = done.entry


_CONFIRMING: Final = frozenset({"rights.signed", "shift.given", "shift.taken-over"})


def _signed(done: Done, before: Entry | None) -> Entry | None:
    """Return the entry under which an entry puts a signature, or None where it puts none."""
    has = done.entry.act in _CONFIRMING and done.body.get("approval")
    return before if has else None


def _signature(node: Node, name: str, done: Done, before: Entry) -> Iterator[Fault]:
    try:
        signed = read_signature(
            done.body["approval"], before, node.directory, party=node.party, at=done.entry.at
        )
    except ComityError as fault:
        yield Fault(name, fault.code, f"entry {done.entry.number}: {fault}")
        return
    if signed.officer != done.entry.by:
        yield Fault(name, SIGNATURE, f"entry {done.entry.number}: another officer's")


def _missing() -> Iterator[Fault]:
    """Yield what the audit says was entered and is not here."""
    rows = AuditRow.objects.filter(action="docket.entered").order_by("pk")
    here = set(DocketEntry.objects.values_list("epoch", "index"))
    for row in rows.iterator():
        if (row.epoch, row.index) not in here:
            yield Fault(row.subject, MISSING, "an entry that the audit names is not here")
