"""Round tables as this node keeps them: read from the messages, never stored beside them.

Signed messages alone count: what came on paper proves no agreement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.conf import settings

from comity.canonical import parse_time
from comity.exchange import Replay
from comity.exchange.conversation import APPLIED
from comity.exchange.tables import Action, Minutes, Table, TableMessage, table_of
from comity.node.cases.conversations import message_of, replays_of
from comity.node.core.pagination import due_first, newest_first
from comity.node.models import BoardLine, Conversation, MessageRow, SectionRow
from comity.node.people.access.visible_cases import Circle

CALLED: Final = "table.called"
OPEN_MOST: Final = 100
type What = Literal["answer", "propose", "agree", "objection", "action", "theirs"]


@dataclass(frozen=True)
class Wait:
    """Something that waits for this office, and since or until when."""

    what: What
    due: datetime


@dataclass(frozen=True)
class RoundTable:
    """One round table.

    Attributes:
        row: its conversation.
        opening: section ``table``; empty once it was erased.
        table: what its messages amount to.
        said: content digest of each message that counts -> its sections that are here.
        recorded: content digest -> when this node recorded it.
        us: this office.
    """

    row: Conversation
    opening: Mapping[str, Any]
    table: Table
    said: Mapping[str, Mapping[str, Any]]
    recorded: Mapping[str, datetime]
    us: str

    @property
    def ours(self) -> bool:
        """Tell whether this office called it."""
        return self.row.opener == self.us

    @property
    def begins(self) -> datetime | None:
        """Return when it begins; None once that was erased."""
        return parse_time(self.opening["begins"]) if self.opening else None

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """Return what remains to be done of the minutes that were agreed."""
        agreed = self.table.agreed
        return tuple(one for one in agreed.actions if one.open) if agreed else ()

    @property
    def stands(self) -> str:
        """Return how far it is, in the words of the board."""
        if self.open_actions:
            return "agreed"
        if self.row.main == "over":
            return "ended"
        if self.table.pending is not None:
            return "waiting"
        return "agreed" if self.table.agreed else ""

    def waits(self) -> tuple[Wait, ...]:
        """Return what waits for this office, nearest first."""
        found = [
            Wait("action" if one.party == self.us else "theirs", parse_time(one.due_by))
            for one in self.open_actions
            if self.ours or one.party == self.us
        ]
        if self.row.main != "over":
            found += self._of_caller() if self.ours else self._of_member()
        return tuple(sorted(found, key=lambda one: one.due))

    def _of_caller(self) -> list[Wait]:
        pending = self.table.pending
        if not self.table.minutes and self.begins is not None:
            return [Wait("propose", self.begins)]
        if pending is None or pending.standing != "objected":
            return []
        said = [word.by for word in pending.words if word.word == "objected" and word.counts]
        return [Wait("objection", min(self.recorded[by] for by in said))]

    def _of_member(self) -> list[Wait]:
        pending = self.table.pending
        if pending is not None:
            mine = next((word for word in pending.words if word.party == self.us), None)
            waited = mine is not None and mine.counts and not mine.word
            return [Wait("agree", self.recorded[pending.by])] if waited else []
        answered = any(one.party == self.us and one.by for one in self.table.answers)
        if answered or self.table.minutes or not self.opening:
            return []
        return [Wait("answer", parse_time(self.opening["answer_by"]))]


def read(row: Conversation) -> RoundTable:
    """Return a round table from its stored messages, in merged order."""
    return read_each([row])[0]


def read_each(threads: Sequence[Conversation]) -> list[RoundTable]:
    """Return round tables as `read`, by as many queries as one."""
    stored: dict[str, list[MessageRow]] = {row.digest: [] for row in threads}
    for one in MessageRow.objects.filter(conversation__in=stored):
        stored[one.conversation].append(one)
    replays = replays_of(stored)
    orders = {digest: _applied(stored[digest], replays[digest]) for digest in stored}
    kept: dict[str, dict[str, Any]] = {}
    records = [one.record for order in orders.values() for one in order]
    for section in SectionRow.objects.filter(record__in=records):
        if section.salt is not None and isinstance(section.value, dict):
            kept.setdefault(section.record, {})[section.name] = section.value
    return [_table(row, orders[row.digest], kept) for row in threads]


def _applied(stored: Sequence[MessageRow], found: Replay) -> list[MessageRow]:
    by_content = {one.content: one for one in stored}
    return [
        by_content[content]
        for content in found.order
        if content in by_content and found.standing[content] == APPLIED
    ]


def _table(
    row: Conversation, order: Sequence[MessageRow], kept: Mapping[str, Mapping[str, Any]]
) -> RoundTable:
    said = {one.content: kept.get(one.record, {}) for one in order}
    messages = [
        TableMessage(
            one.content, one.author, one.type, message_of(one).draft.about, said[one.content]
        )
        for one in order
    ]
    return RoundTable(
        row=row,
        opening=said.get(row.digest, {}).get("table", {}),
        table=table_of(messages, members=row.members, caller=row.opener),
        said=said,
        recorded={one.content: one.recorded_at for one in order},
        us=settings.CONFIG.party if settings.CONFIG else "",
    )


def one(circle: Circle, digest: str) -> RoundTable | None:
    """Return a round table, or None if there is none that an officer may see."""
    row = circle.conversations().filter(digest=digest, type=CALLED).first()
    return read(row) if row is not None else None


def open_tables(
    circle: Circle, *, after: str = "", most: int = OPEN_MOST
) -> tuple[list[RoundTable], str]:
    """Return a page of the tables that are not over or have actions left, by what is due first.

    Raises:
        PlaceError: ``after`` is no place that a page gave.
    """
    lines = BoardLine.objects.filter(circle.of_conversation(), kind=BoardLine.Kind.TABLE)
    lines = lines.exclude(stands="ended")
    place = {"changed": "changed_at", "key": "conversation", "clock": "review_at"}
    shown, following = due_first(lines, **place, after=after, most=most)
    digests = [line.conversation for line in shown]
    found = {row.digest: row for row in Conversation.objects.filter(digest__in=digests)}
    return read_each([found[digest] for digest in digests if digest in found]), following


def ended(circle: Circle, *, after: str, most: int) -> tuple[list[BoardLine], str]:
    """Return a page of the tables that are over, the latest change first.

    Raises:
        PlaceError: ``after`` is no place that a page gave.
    """
    lines = BoardLine.objects.filter(
        circle.of_conversation(), kind=BoardLine.Kind.TABLE, stands="ended"
    )
    return newest_first(lines, changed="changed_at", key="conversation", after=after, most=most)


def shown_minutes(found: RoundTable) -> Minutes | None:
    """Return the minutes that count, or the newest where none are agreed."""
    return found.table.agreed or found.table.pending
