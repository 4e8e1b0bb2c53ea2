"""The board: one line for each need, offer and course, kept with the messages it is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from comity.canonical import MisuseError, parse_time, state_of
from comity.node.assistance import round_tables
from comity.node.cases.conversations import message_of
from comity.node.core import prepared_sql
from comity.node.core.pagination import newest_first
from comity.node.models import BoardFacet, BoardLine, Conversation, MessageRow, SectionRow
from comity.node.people.access.visible_cases import Circle

Kind = BoardLine.Kind
OPENINGS: Final[Mapping[str, str]] = {
    "assistance.needed": "need",
    "assistance.available": "help",
    "training.places-offered": "places",
    "table.called": "table",
}
"""Types that put a line on the board, with the section that says what it is."""
MOST: Final = 50
STANDS: Final = ("complaint", "agreed", "waiting", "ended", "off")
"""How far a line is, in the order in which it is asked for; empty: nobody answered yet."""
TOPIC, STATE = "topic:", "state:"
"""Before a facet of a line: which kind it is."""
_TEXT: Final = 300


class BoardFilterError(MisuseError, code="board-filter"):
    """A list of the board is asked for by something that it has no such value of."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a list of the board is narrowed to; empty is all.

    Attributes:
        side: ``ours`` or ``theirs``.
        kind: of `BoardLine.Kind`.
        topic: key.
        state: of the other side, two letters; for our lines a State that they went to.
        stands: of `STANDS`, or ``open`` for what nobody answered yet.
        due: only what is to be looked at by this moment.
    """

    side: str = ""
    kind: str = ""
    topic: str = ""
    state: str = ""
    stands: str = ""
    due: datetime | None = None


def keep(row: Conversation, *, at: datetime) -> None:
    """Write the line of a conversation anew, in the caller's transaction; no line for others.

    A conversation that was opened on paper has none: nobody signed what would stand in it.

    Args:
        row: stored, with its state as last replayed.
        at: this node's clock.
    """
    section = OPENINGS.get(row.type)
    if section is None:
        return
    told = _told(row)
    if not told or told[0].row.content != row.digest:
        return
    opening = told[0].sections.get(section, {})
    stands_, review_at = (
        _of_table(row) if section == "table" else (stands(row), _review(row, told, opening))
    )
    BoardLine.objects.update_or_create(
        conversation=row.digest,
        defaults={
            "case": row.case,
            "kind": section,
            "party": row.opener,
            "ours": told[0].row.outgoing,
            "state": row.main,
            "stands": stands_,
            "matter": str(opening.get("matter", ""))[:_TEXT],
            "form": str(opening.get("form", "training" if section == "places" else "")),
            "topics": "".join(f",{key}" for key in opening.get("topics", ())) + ",",
            "review_at": review_at,
            "changed_at": at,
        },
    )
    _keep_facets(
        row.digest,
        {*(f"{TOPIC}{key}" for key in opening.get("topics", ())),
         *(f"{STATE}{state_of(party)}" for party in row.members)},
    )  # fmt: skip


def _keep_facets(digest: str, wanted: set[str]) -> None:
    kept = BoardFacet.objects.filter(conversation=digest)
    there = set(kept.values_list("facet", flat=True))
    if there - wanted:
        kept.filter(facet__in=there - wanted).delete()
    new = sorted(wanted - there)
    BoardFacet.objects.bulk_create(BoardFacet(conversation=digest, facet=one) for one in new)


def _of_table(row: Conversation) -> tuple[str, datetime | None]:
    """Return how far a round table is, and when something of it waits for this office."""
    found = round_tables.read(row)
    return found.stands, min((one.due for one in found.waits()), default=None)


def stands(row: Conversation) -> str:
    """Return how far a conversation is: what asks most of somebody comes first."""
    found = {(track, now) for track, now in row.tracks.values()}
    if ("complaint", "made") in found:
        return "complaint"
    if ("assistance", "agreed") in found:
        return "agreed"
    if found & {("assistance", "offered"), ("assistance", "asked"), ("nomination", "made")}:
        return "waiting"
    if found & {("assistance", "ended"), ("nomination", "answered")}:
        return "ended"
    return "off" if row.main == "off" else ""


def lines(
    circle: Circle, wanted: Filter, *, after: str = "", most: int = MOST
) -> tuple[list[BoardLine], str]:
    """Return a page of the board as an officer may see it, and the place where the next begins.

    Raises:
        BoardFilterError: a value that the board does not have.
        PlaceError: ``after`` is no place that a page gave.
    """
    found = narrowed(circle, wanted)
    return newest_first(found, changed="changed_at", key="conversation", after=after, most=most)


def narrowed(circle: Circle, wanted: Filter) -> QuerySet[BoardLine]:
    """Return the lines that an officer may see and that a filter asks for."""
    found = BoardLine.objects.filter(circle.of_conversation())
    if wanted.side:
        found = found.filter(ours=_one(wanted.side, ("ours", "theirs")) == "ours")
    if wanted.kind:
        found = found.filter(kind=_one(wanted.kind, Kind.values))
    if wanted.stands:
        asked = _one(wanted.stands, ("open", *STANDS))
        found = found.filter(stands="" if asked == "open" else asked)
    if wanted.topic:
        found = found.filter(_with(f"{TOPIC}{wanted.topic}"))
    if wanted.state:
        found = found.filter(_with(f"{STATE}{_letters(wanted.state)}"))
    if wanted.due is not None:
        found = found.filter(review_at__lte=wanted.due)
    return found


def _with(facet: str) -> Q:
    """Return the lines that have a facet, found by its index."""
    found = BoardFacet.objects.filter(facet=facet)
    return Q(conversation__in=found.values("conversation"))


def _letters(state: str) -> str:
    """Return the letters of a State, of which any party may be on either side."""
    if len(state) != 2 or not state.isascii() or not state.isalpha():
        raise BoardFilterError("a State is named by its two letters")
    return state.lower()


def due(circle: Circle, *, until: datetime, most: int) -> list[BoardLine]:
    """Return what is to be looked at until a moment, nearest first."""
    found = BoardLine.objects.filter(circle.of_conversation(), review_at__lte=until)
    return list(found.order_by("review_at")[:most])


def others(row: Conversation, party: str) -> list[str]:
    """Return the other sides of a conversation."""
    return [one for one in row.members if one != party]


def states_of(row: Conversation, party: str) -> list[str]:
    """Return the States of the other sides."""
    return sorted({state_of(one) for one in others(row, party)})


# ------------------------------------------------------------------ what the messages say


@dataclass(frozen=True)
class _Told:
    """A message that counts, and what of it is still here."""

    row: MessageRow
    about: str
    sections: Mapping[str, Any]


def _told(row: Conversation) -> list[_Told]:
    """Return the messages of a conversation that count, the opening first."""
    stored = prepared_sql.select(MessageRow, "conversation = %s", row.digest)
    counts = [one for one in stored if one.standing == "applied"]
    kept: dict[str, dict[str, Any]] = {}
    for section in SectionRow.objects.filter(record__in=[one.record for one in counts]):
        if section.salt is not None and isinstance(section.value, dict):
            kept.setdefault(section.record, {})[section.name] = section.value
    counts.sort(key=lambda one: (one.content != row.digest, one.recorded_at, one.sequence))
    return [
        _Told(one, message_of(one).draft.about or "", kept.get(one.record, {})) for one in counts
    ]


def _review(row: Conversation, told: list[_Told], opening: Mapping[str, Any]) -> datetime | None:
    """Return when somebody has to look at it: complaints, agreements that run, then the opening."""
    moments: list[datetime] = []
    for digest, (track, now) in row.tracks.items():
        if track == "complaint" and now == "made":
            moments += _moments(told, digest, ("complaint", "answer_by"))
        elif track == "assistance" and now == "agreed":
            moments += _moments(
                told, digest, ("agreement", "review_by"), ("progress", "review_by")
            )[-1:]
    if not moments and row.main != "off" and stands(row) != "ended":
        moments = _read([opening.get("nominate_by") or opening.get("review_by")])
    return min(moments, default=None)


def _moments(told: Iterable[_Told], instance: str, *where: tuple[str, str]) -> list[datetime]:
    """Return the moments that messages about an instance name, in the order they came."""
    found: list[datetime] = []
    for one in told:
        if instance in (one.row.content, one.about):
            found += _read(one.sections.get(name, {}).get(member) for name, member in where)
    return found


def _read(values: Iterable[Any]) -> list[datetime]:
    return [parse_time(value) for value in values if value]


def _one(value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise BoardFilterError("no such value")
    return value
