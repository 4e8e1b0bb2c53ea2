"""Cases as people and programs read them: values made from what the database holds.

Each statement says how far it can be trusted, in one of the spec's words (section 2): *proved*
(checked against the directory's keys), *attested* (somebody signed for it), *claimed* (the author
says so, nobody else yet).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from comity.canonical import state_of
from comity.exchange import KNOWN, Edition, Floor, Message, Move, Opening, Replay, legal_types
from comity.exchange.approvals import stricter
from comity.exchange.conversation import APPLIED, HELD
from comity.exchange.items import Items, Said, items_of
from comity.exchange.moves import RAISES
from comity.node.cases import paper_conversations
from comity.node.cases.conversations import message_of, replays_of, role_of
from comity.node.cases.paper_conversations import Written
from comity.node.cases.second_signature import OVER
from comity.node.core import prepared_sql
from comity.node.core.node import Node
from comity.node.log import editions
from comity.node.models import Conversation, DraftRow, MessageRow, OutboxRow, ReceiptRow, SectionRow
from comity.node.people.access.visible_cases import Circle
from comity.node.search import case_list
from comity.node.search.case_list import Filter

PROVED: Final = "proved"
ATTESTED: Final = "attested"
CLAIMED: Final = "claimed"
NOT_PROVED: Final = "not-proved"
SENT: Final = "sent"
IN_OUTBOX: Final = "outbox"
"""How far a message of ours has left: a node of an addressee has it, or none yet."""
_OPEN: Final = (OutboxRow.Stage.DEAD, OutboxRow.Stage.QUEUED)
PAGE: Final = 50


@dataclass(frozen=True)
class Given:
    """A receipt that a partner gave for a message.

    Attributes:
        party: who gave it.
        received_at: the partner's clock, or None if the receipt does not hold.
        outcome: what became of the message there.
        linked: whether its log was shown to continue the one we knew.
        fault: error code if the receipt does not hold; empty if it is good.
    """

    party: str
    received_at: datetime | None
    outcome: str
    linked: bool
    fault: str

    @property
    def word(self) -> str:
        """Return how far the receipt can be trusted."""
        return NOT_PROVED if self.fault else PROVED


@dataclass(frozen=True)
class Undelivered:
    """A delivery of a message of ours that was given up; a person decides what to do.

    Attributes:
        delivery: number of the delivery, by which it is tried again.
        party: to whom it did not get.
        fault: error code, and after a colon the code that the party gave.
    """

    delivery: int
    party: str
    fault: str


@dataclass(frozen=True)
class Event:
    """One message on a timeline.

    Attributes:
        row: as stored.
        message: as signed; None where it came on paper.
        sections: name to value, of those still here.
        erased: name to the reason, of those erased.
        receipts: given by partners for a message of ours.
        undelivered: to whom a message of ours could not be delivered.
        deliveries: of a message of ours that have no receipt yet, and those given up.
        proved_at: earliest independent proof (spec 11.3), or None.
        approvals: number of officers who approved.
        transcript: what an officer wrote down beside the paper, or None for a signed message.
    """

    row: MessageRow
    message: Message | None
    sections: Mapping[str, Any]
    erased: Mapping[str, str]
    receipts: tuple[Given, ...]
    proved_at: datetime | None
    approvals: int
    transcript: Written | None = None
    undelivered: tuple[Undelivered, ...] = ()
    deliveries: tuple[OutboxRow, ...] = ()

    @property
    def sent(self) -> str:
        """Return how far the message has left: ``sent`` once a node of an addressee has it."""
        return IN_OUTBOX if self.deliveries and not self.receipts else SENT

    @property
    def about(self) -> str | None:
        """Return the content of the message that it answers, or None."""
        if self.message is not None:
            return self.message.draft.about
        return self.transcript.value["about"] if self.transcript else None

    @property
    def word(self) -> str:
        """Return how far what it says can be trusted: paper is only what an officer read."""
        return PROVED if self.message is not None else ATTESTED


@dataclass(frozen=True)
class Next:
    """A move that we may make now.

    Attributes:
        type: of the message.
        about: content digests of what it may answer; empty if it answers nothing.
        about_optional: whether it may go without answering one.
        needs: approvals.
        sections: name to whether it is required.
    """

    type: str
    about: tuple[str, ...]
    about_optional: bool
    needs: Floor
    sections: Mapping[str, bool]


@dataclass(frozen=True)
class Thread:
    """One conversation with everything a reader of the case needs.

    Attributes:
        row: as stored.
        partners: the other parties.
        events: its timeline.
        tracks: side tracks, by the message that opened each.
        next: the moves that we may make now, by the edition of the registry in force.
        drafts: that wait.
        items: what became of each item of the request.
        beyond: types that we would offer, and that a partner's system does not know.
    """

    row: Conversation
    partners: tuple[str, ...]
    events: tuple[Event, ...]
    tracks: Mapping[str, tuple[str, str]]
    next: tuple[Next, ...]
    drafts: tuple[DraftRow, ...] = ()
    items: Items = field(default_factory=Items)
    beyond: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing comes of the request any more, and nobody countersigns it."""
        return self.row.main in OVER


@dataclass(frozen=True)
class CaseLine:
    """One line of the list of cases."""

    case: str
    due_at: datetime | None
    moved_at: datetime
    threads: tuple[Conversation, ...]
    partners: tuple[str, ...]

    @property
    def reference(self) -> str:
        """Return the requester's own reference, the first there is."""
        return next((t.reference for t in self.threads if t.reference), "")

    @property
    def double_speak(self) -> bool:
        """Tell whether a party signed two different things under one name."""
        return any(thread.double_speak for thread in self.threads)


def case_lines(
    node: Node, wanted: Filter, *, circle: Circle, after: str = "", most: int = PAGE
) -> tuple[list[CaseLine], str]:
    """Return a page of cases, those with a clock first, and the place where the next begins.

    Args:
        node: this node.
        wanted: a case is listed if it fits.
        circle: of whoever reads; no other case is listed.
        after: a place that a page before gave, or empty for the beginning.
        most: lines of a page.

    Raises:
        PlaceError: ``after`` is no such place.
    """
    found, following = case_list.page(wanted, circle=circle, after=after, most=most)
    return lines_of(node, found), following


def lines_of(node: Node, found: Sequence[str]) -> list[CaseLine]:
    """Return cases as the list shows them, in the order in which they are named.

    Args:
        node: this node.
        found: numbers of cases that the reader may see, each once.
    """
    threads: dict[str, list[Conversation]] = {case: [] for case in found}
    where = f'"case" IN ({", ".join(["%s"] * len(found))}) ORDER BY opened_at, digest'
    for thread in prepared_sql.select(Conversation, where, *found) if found else ():
        threads[thread.case].append(thread)
    return [_line(node, case, of_case) for case, of_case in threads.items() if of_case]


def _line(node: Node, case: str, threads: Sequence[Conversation]) -> CaseLine:
    return CaseLine(
        case=case,
        due_at=min((one.due_at for one in threads if one.due_at), default=None),
        moved_at=max(one.moved_at for one in threads),
        threads=tuple(threads),
        partners=partners_of(node, threads),
    )


def partners_of(node: Node, threads: Iterable[Conversation]) -> tuple[str, ...]:
    """Return the other parties of conversations, sorted."""
    return tuple(sorted({p for thread in threads for p in thread.members if p != node.party}))


def case_threads(node: Node, case: str) -> list[Thread]:
    """Return the conversations of a case, oldest first; empty if there is no such case."""
    rows = Conversation.objects.filter(case=case).order_by("opened_at", "digest")
    return [thread_of(node, row) for row in rows]


def thread_of(node: Node, row: Conversation) -> Thread:
    """Return one conversation with its timeline and our next moves."""
    stored = list(MessageRow.objects.filter(conversation=row.digest))
    written = list(paper_conversations.transcripts(row.digest)) if row.paper else None
    found = replays_of({row.digest: stored}, written=written)[row.digest]
    opening = _opening(row, stored)
    waiting = DraftRow.objects.filter(conversation=row.digest, stage=DraftRow.Stage.AWAITING)
    events = _events(node, stored, {one.row.digest: one for one in written or ()}, found)
    return Thread(
        row=row,
        partners=partners_of(node, [row]),
        events=events,
        tracks=dict(found.state.instances),
        next=_next(node, row, found, opening),
        drafts=tuple(waiting.order_by("made_at")),
        items=items_of(
            Said(event.row.content, event.row.type, event.sections)
            for event in events
            if found.standing.get(event.row.content) == APPLIED
        ),
        beyond=_beyond(node, row, found, opening),
    )


def _opening(row: Conversation, stored: Sequence[MessageRow]) -> Opening:
    """Return what the first message fixed, whether signed or written down."""
    first = next((one for one in stored if one.content == row.digest), None)
    if first is not None:
        return Opening.of(message_of(first))
    return Opening(row.opener, row.digest, tuple(sorted(row.members)), None)


def _events(
    node: Node, rows: Sequence[MessageRow], written: Mapping[str, Written], found: Replay
) -> tuple[Event, ...]:
    """Return the timeline in merged order; what was not merged stands at the end."""
    place = {content: number for number, content in enumerate(found.order)}
    rows = [*rows, *(_written_row(node, one, found) for one in written.values())]
    rows = sorted(rows, key=lambda r: (place.get(r.content, len(place)), r.recorded_at, r.index))
    records = [row.record for row in rows]
    sections: dict[str, list[SectionRow]] = {record: [] for record in records}
    for section in SectionRow.objects.filter(record__in=records).order_by("pk"):
        sections[section.record].append(section)
    given: dict[str, list[Given]] = {record: [] for record in records}
    for receipt in ReceiptRow.objects.filter(record__in=records).order_by("kept_at"):
        given[receipt.record].append(
            Given(
                receipt.party,
                receipt.received_at,
                receipt.outcome,
                receipt.linked,
                receipt.fault,
            )
        )
    open_ = _open_deliveries([row.record for row in rows if row.outgoing])
    return tuple(
        _written_event(written[row.record], row)
        if row.record in written
        else _event(node, row, sections[row.record], given[row.record], open_.get(row.record, ()))
        for row in rows
    )


def _open_deliveries(records: Sequence[str]) -> dict[str, tuple[OutboxRow, ...]]:
    """Return the deliveries of messages that wait or were given up, by record."""
    found: dict[str, tuple[OutboxRow, ...]] = {}
    rows = OutboxRow.objects.filter(record__in=records, stage__in=_OPEN)
    for row in rows.order_by("addressee"):
        found[row.record] = (*found.get(row.record, ()), row)
    return found


def sent_of(record: str) -> str:
    """Return how far a message of ours has left, as `Event.sent`.

    Args:
        record: of the message.
    """
    waits = OutboxRow.objects.filter(record=record, stage__in=_OPEN).exists()
    took = waits and ReceiptRow.objects.filter(record=record).exists()
    return IN_OUTBOX if waits and not took else SENT


def _written_row(node: Node, one: Written, found: Replay) -> MessageRow:
    """Return a transcript in the shape of a message's row; it is stored nowhere."""
    value, row = one.value, one.row
    return MessageRow(
        record=row.digest,
        content=row.digest,
        conversation=row.conversation,
        author=value["author"],
        sequence=0,
        type=value["type"],
        outgoing=value["author"] == node.party,
        sent_at=one.dated,
        recorded_at=row.at,
        standing=found.standing.get(row.digest, HELD),
        outcome="",
        epoch=row.epoch,
        index=row.index,
    )


def _written_event(one: Written, row: MessageRow) -> Event:
    return Event(
        row=row,
        message=None,
        sections=one.value["sections"],
        erased={},
        receipts=(),
        proved_at=None,
        approvals=0,
        transcript=one,
    )


def _event(
    node: Node,
    row: MessageRow,
    sections: Sequence[SectionRow],
    given: Iterable[Given],
    deliveries: tuple[OutboxRow, ...],
) -> Event:
    message = message_of(row)
    kept = {s.name: s.value for s in sections if s.salt is not None}
    receipts = tuple(given)
    return Event(
        row=row,
        message=message,
        sections=kept,
        erased={s.name: s.erased_because for s in sections if s.salt is None},
        receipts=receipts,
        proved_at=_proved_at(node, row, receipts),
        approvals=len(message.approvals),
        undelivered=tuple(
            Undelivered(one.pk, one.addressee, one.last_fault)
            for one in deliveries
            if one.stage == OutboxRow.Stage.DEAD
        ),
        deliveries=deliveries,
    )


def _proved_at(node: Node, row: MessageRow, receipts: Iterable[Given]) -> datetime | None:
    """Return the earliest receipt by a party of another State than the author (spec 11.3)."""
    if not row.outgoing:
        return row.recorded_at if state_of(row.author) != state_of(node.party) else None
    moments = [
        receipt.received_at
        for receipt in receipts
        if receipt.received_at
        and not receipt.fault
        and state_of(receipt.party) != state_of(row.author)
    ]
    return min(moments, default=None)


def _next(node: Node, row: Conversation, found: Replay, opening: Opening) -> tuple[Next, ...]:
    in_force = KNOWN.get(found.state.edition)
    if in_force is None:
        return ()  # by what rules it goes on, this system does not know
    role = role_of(node.party, opening)
    moves = [in_force.moves[name] for name in legal_types(found.state, role, in_force.moves)]
    legal = [
        (
            move,
            tuple(
                digest
                for digest, (track, stage) in found.state.instances.items()
                if track == move.track and stage in move.sources
            ),
            move.about_optional or not move.sources,
        )
        for move in moves
    ]
    legal += [] if row.paper else _of_editions(node, row, found, in_force)
    return tuple(
        Next(
            type=move.type,
            about=about,
            about_optional=optional,
            needs=needs_of(node, move),
            sections=move.sections,
        )
        for move, about, optional in legal
        if move.members[0] <= len(row.members) <= move.members[1]
    )


def _of_editions(
    node: Node, row: Conversation, found: Replay, in_force: Edition
) -> Iterable[tuple[Move, tuple[str, ...], bool]]:
    """Yield the moves by which a conversation goes on to another edition of the registry."""
    proposed = found.state.raised
    waiting = tuple(
        digest
        for digest, one in proposed.items()
        if node.party not in one.by and one.edition in KNOWN
    )
    better = editions.proposable(node, row.members, in_force)
    for move in in_force.moves.values():
        if not move.edition or found.state.main not in move.main:
            continue
        if move.edition != RAISES and waiting:
            yield move, waiting, False
        is_new = better and all(one.edition != better.digest for one in proposed.values())
        if move.edition == RAISES and is_new:
            yield move, (), True


def _beyond(node: Node, row: Conversation, found: Replay, opening: Opening) -> tuple[str, ...]:
    """Return the types of newer editions that would be legal now and that not all members know."""
    in_force = KNOWN.get(found.state.edition)
    if in_force is None or row.paper:
        return ()
    role = role_of(node.party, opening)
    later = [edition for edition in KNOWN if edition.number > in_force.number]
    names = (n for edition in later for n in legal_types(found.state, role, edition.moves))
    return tuple(dict.fromkeys(name for name in names if name not in in_force.moves))


def needs_of(node: Node, move: Move) -> Floor:
    """Return the approvals our own messages of a type need: the table's, or our stricter policy."""
    return stricter(move.floor, node.directory.policy(node.party, move.type))
