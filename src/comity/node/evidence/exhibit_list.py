"""The list of evidence: a page of packages with what a line says, in a fixed number of queries.

Pages go on after a key, the moment of the last change with the root, and never count what is left
out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from comity.evidence.custody import Event, holds
from comity.evidence.limits import TYPES
from comity.node.core.pagination import Place, digest_part, moment, place_in, place_text
from comity.node.evidence import custody, inspections, offers
from comity.node.models import Conversation, DestructionOrder, Exhibit, Mark, MessageRow, Package
from comity.node.sensitive import marks

PAGE: Final = 25
_PLACE: Final = Place(moment, digest_part)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is narrowed to; an empty text is everything.

    Attributes:
        case: the office's number.
        name: an exhibit's UUIDv7, or a root.
        stage: of `Package.Stage`.
        way: ``in`` or ``out``.
    """

    case: str = ""
    name: str = ""
    stage: str = ""
    way: str = ""

    def rows(self, seen: QuerySet[Package], threads: QuerySet[Conversation]) -> QuerySet[Package]:
        """Return the packages among those that may be seen, the last changed first."""
        rows = seen.order_by("-changed_at", "root")
        if self.case:
            named = threads.filter(case=self.case).values_list("digest", flat=True)
            rows = rows.filter(offers.of_conversations(list(named)))
        if self.name:
            bare = self.name.removeprefix("sha256:").lower()
            rows = rows.filter(Q(exhibit=bare) | Q(root=f"sha256:{bare}"))
        if self.stage:
            rows = rows.filter(stage=self.stage)
        if self.way:
            rows = rows.filter(outgoing=self.way == "out")
        return rows


@dataclass(frozen=True, kw_only=True)
class Line:
    """A package with what an officer has to know at a glance.

    Attributes:
        package: the row.
        case: the office's number, or empty.
        first_case: for which it was handed in, where that is another and may be seen; else empty.
        held: a legal hold stands on it.
        retain_until: how long it is kept, or None.
        conditions: the other side, or we, wrote about conditions of use in its conversation.
        opened: its chain, or that of the copy that stayed here, says that it was opened.
        ended: its chain ends with its destruction; nothing of it is handed over any more.
        inspected: what an examiner found inside is kept.
        ordered: its destruction waits for a second officer.
        marks: what is sensitive in it.
    """

    package: Package
    case: str
    first_case: str
    held: bool
    retain_until: datetime | None
    conditions: bool
    opened: bool
    ended: bool
    inspected: bool
    ordered: bool
    marks: tuple[Mark, ...]


def lines(
    wanted: Wanted,
    *,
    seen: QuerySet[Package],
    threads: QuerySet[Conversation],
    after: str = "",
    most: int = PAGE,
) -> tuple[list[Line], str]:
    """Return a page of the list and the key after which the next begins, empty at the end.

    Args:
        wanted: what it is narrowed to.
        seen: the packages that the reader may see.
        threads: the conversations that the reader may see.
        after: a key that a page before gave, or empty for the beginning.
        most: lines of a page.

    Raises:
        PlaceError: ``after`` is no such key.
    """
    rows = wanted.rows(seen, threads)
    if after:
        at, root = place_in(after, _PLACE)
        rows = rows.filter(~Q(changed_at=at, root__lte=root), changed_at__lte=at)
    found = list(rows[: most + 1])
    shown = found[:most]
    last = shown[-1] if len(found) > most else None
    return _lines(shown, threads), place_text(last.changed_at, last.root) if last else ""


def _lines(rows: list[Package], seen: QuerySet[Conversation]) -> list[Line]:
    exhibits = sorted({row.exhibit for row in rows})
    threads = {row.conversation for row in rows}
    named = {*threads, *(row.handed_in_for for row in rows)}
    cases = dict(seen.filter(digest__in=named).values_list("digest", "case"))
    kept = Exhibit.objects.filter(Q(exhibit__in=exhibits) | Q(kept_of__in=exhibits))
    known = {row.exhibit: row for row in kept}
    copies = {row.kept_of: row.exhibit for row in known.values() if row.kept_of}
    chains = custody.chains([*exhibits, *copies.values()])
    limited = MessageRow.objects.filter(conversation__in=threads, type__in=sorted(TYPES))
    conditions = set(limited.values_list("conversation", flat=True))
    orders = DestructionOrder.objects.filter(exhibit__in=exhibits, stage="open")
    ordered = set(orders.values_list("exhibit", flat=True))
    inspected = inspections.inspected(exhibits)
    marked = marks.of(Mark.Kind.EXHIBIT, exhibits)
    made = []
    for row in rows:
        first = cases.get(row.handed_in_for, "")
        own_events = chains[row.exhibit]
        events = (*own_events, *chains[copies.get(row.exhibit, "")])
        own = known.get(row.exhibit)
        made.append(
            Line(
                package=row,
                case=cases.get(row.conversation, ""),
                first_case=first if first != cases.get(row.conversation) else "",
                held=bool(_holds(chains, row.exhibit, copies)),
                retain_until=own.retain_until if own else None,
                conditions=row.conversation in conditions,
                opened=any(event.event == "opened" for event in events),
                ended=bool(own_events) and own_events[-1].event == "destroyed",
                inspected=row.exhibit in inspected,
                ordered=row.exhibit in ordered,
                marks=marked.get(row.exhibit, ()),
            )
        )
    return made


def _holds(
    chains: Mapping[str, tuple[Event, ...]], exhibit: str, copies: dict[str, str]
) -> tuple[Event, ...]:
    kept = copies.get(exhibit, "")
    return holds(chains[exhibit]) + (holds(chains[kept]) if kept else ())
