"""Pages of the register of cases: which cases stand on one, and where the next begins.

Unnarrowed, the register is read off the conversations themselves: a case stands where the first of
its conversations stands. Narrowed, the index of the search says which cases fit, so that no
narrowing reads the whole register; those with a clock come first, read off an index of their own in
the order of clocks, then the newest case.

Source: ADR 0053.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from comity.node.core.pagination import Place, due_first, moment_or_none, place_in, place_text
from comity.node.models import CaseOfficer, SearchClock, SearchDocument, WorkItem
from comity.node.models.work import LATER
from comity.node.people.access.visible_cases import Circle
from comity.node.search import engine
from comity.node.search.document_texts import DUE, KIND, MEASURE, PARTY, STANDS, clocked, facet
from comity.node.search.engine import Match
from comity.node.search.query_parser import Round, SearchWordsError, rounds
from comity.node.search.results import seen

_PLACE: Final = Place(moment_or_none, int)
_FIRST_OF_ITS_CASE: Final = RawSQL(
    'NOT EXISTS (SELECT 1 FROM node_conversation AS earlier WHERE earlier."case" = '
    'node_conversation."case" AND (earlier.due_at < node_conversation.due_at OR '
    "(earlier.due_at IS NOT NULL AND node_conversation.due_at IS NULL) OR "
    "(earlier.due_at IS NOT DISTINCT FROM node_conversation.due_at AND "
    "(earlier.moved_at > node_conversation.moved_at OR (earlier.moved_at = "
    "node_conversation.moved_at AND earlier.digest < node_conversation.digest)))))",
    (),
    output_field=BooleanField(),
)
"""No conversation of the same case stands before it, in the register's order."""
_FEW: Final = 300
"""Cases with a clock that are looked up one by one; of more, a page's are met soon."""


@dataclass(frozen=True)
class Filter:
    """What the list of cases is narrowed to; empty members do not narrow.

    Attributes:
        state: of one of its conversations.
        partner: a party of one of them.
        text: words, or their beginnings, of its number, references and parties.
        measure: what one of them asks.
        mine: only cases that the reader is assigned to.
        emergency: only cases with an emergency that needs a person.
        newest: the newest case first, and not what is due.
    """

    state: str = ""
    partner: str = ""
    text: str = ""
    measure: str = ""
    mine: bool = False
    emergency: bool = False
    newest: bool = False


def page(wanted: Filter, *, circle: Circle, after: str, most: int) -> tuple[list[str], str]:
    """Return the numbers of the cases of a page, and the place where the next begins.

    Raises:
        PlaceError: ``after`` is no place that a page gave.
    """
    if wanted == Filter():
        rows = circle.conversations().filter(_FIRST_OF_ITS_CASE)
        found, following = due_first(rows, changed="moved_at", key="digest", after=after, most=most)
        return [row.case for row in found], following
    try:
        asked = _asked(wanted.text)
    except SearchWordsError:
        return [], ""
    if wanted.mine or wanted.emergency:
        return _bounded(wanted, asked, circle=circle, after=after, most=most)
    return _narrowed(wanted, asked, circle=circle, after=after, most=most)


def emergencies(circle: Circle, *, most: int) -> list[str]:
    """Return the numbers of the first cases with an emergency, by one statement; due first."""
    rows = _with_emergency(circle.documents().filter(kind=SearchDocument.Kind.CASE))
    rows = rows.order_by(F("due_at").asc(nulls_last=True), "-id")
    return list(rows.values_list("case", flat=True)[:most])


def _with_emergency(rows: QuerySet[SearchDocument]) -> QuerySet[SearchDocument]:
    waits = WorkItem.objects.filter(emergency=True, rank__lt=LATER).exclude(case="")
    return rows.filter(case__in=waits.values("case"))


def count_mine(circle: Circle) -> int:
    """Return how many cases the reader is assigned to."""
    return CaseOfficer.objects.filter(officer=circle.officer).count()


def _asked(text: str) -> Round:
    """Return words as one round: each as typed, or as the beginning of one."""
    if not text:
        return ()
    sure = rounds(text)[:2]
    return tuple(tuple(dict.fromkeys(way for ways in same for way in ways))
                 for same in zip(*sure, strict=True))  # fmt: skip


def _worded(
    asked: Round, facts: Sequence[str], *, circle: Circle, behind: tuple[Any, int] | None, most: int
) -> list[SearchDocument]:
    """Return cases with a clock by words, the nearest first.

    Few are looked up, many are met soon in the order of clocks.
    """
    due_too = tuple((clocked(fact),) for fact in facts) or ((DUE,),)
    match = Match(asked, due_too)
    few = engine.few(match, most=_FEW)
    rows = circle.documents().filter(due_at__isnull=False)
    rows = rows.filter(engine.matched(match) if few is None else Q(id__in=few))
    if behind:
        due, last = behind
        rows = rows.filter(~Q(due_at=due, id__lte=last), due_at__gte=due)
    return list(rows.order_by("due_at", "id")[:most])


def _clocked(
    facts: Sequence[str], *, circle: Circle, behind: tuple[Any, int] | None, most: int
) -> list[SearchDocument]:
    """Return cases with a clock by facts, the nearest first: one index, read on from a place."""
    first, *others = facts
    rows = SearchClock.objects.filter(facet=first)
    same = {"due_at": OuterRef("due_at"), "document": OuterRef("document")}
    for fact in others:
        rows = rows.filter(Exists(SearchClock.objects.filter(facet=fact, **same)))
    if not circle.open:
        rows = rows.filter(Exists(circle.documents().filter(id=OuterRef("document"))))
    if behind:
        due, last = behind
        rows = rows.filter(~Q(due_at=due, document__lte=last), due_at__gte=due)
    numbers = list(rows.order_by("due_at", "document").values_list("document", flat=True)[:most])
    kept = SearchDocument.objects.in_bulk(numbers)
    return [kept[number] for number in numbers if number in kept]


def _bounded(
    wanted: Filter, asked: Round, *, circle: Circle, after: str, most: int
) -> tuple[list[str], str]:
    """Return a page of the reader's own cases, or of emergencies: few, whatever is stored."""
    rows = circle.documents().filter(kind=SearchDocument.Kind.CASE)
    if wanted.mine:
        mine = CaseOfficer.objects.filter(officer=circle.officer)
        rows = rows.filter(case__in=mine.values("case"))
    if wanted.emergency:
        rows = _with_emergency(rows)
    facts = tuple((fact,) for fact in _facts(wanted))
    if asked or facts:
        rows = rows.filter(engine.matched(Match(asked, facts)))
    due, last = place_in(after, _PLACE) if after else (None, 0)
    found: list[SearchDocument] = []
    if not wanted.newest:
        if not after or due is not None:
            clocked = rows.filter(due_at__isnull=False)
            if after:
                clocked = clocked.filter(~Q(due_at=due, id__lte=last), due_at__gte=due)
            found = list(clocked.order_by("due_at", "id")[: most + 1])
            last = 0
        rows = rows.filter(due_at__isnull=True)
    if len(found) <= most:
        others = rows.filter(id__lt=last) if last else rows
        found += others.order_by("-id")[: most + 1 - len(found)]
    return _page(found, wanted, most)


def _page(found: list[SearchDocument], wanted: Filter, most: int) -> tuple[list[str], str]:
    """Return the cases of a page, and the place after its last one where there are more."""
    shown = found[:most]
    if len(found) <= most:
        return [row.case for row in shown], ""
    due = None if wanted.newest else shown[-1].due_at
    return [row.case for row in shown], place_text(due, shown[-1].pk)


def _facts(wanted: Filter) -> list[str]:
    named = ((PARTY, wanted.partner), (STANDS, wanted.state), (MEASURE, wanted.measure))
    return [facet(name, value) for name, value in named if value]


def _narrowed(
    wanted: Filter, asked: Round, *, circle: Circle, after: str, most: int
) -> tuple[list[str], str]:
    facts = _facts(wanted)
    facets = [(fact,) for fact in facts]
    due, last = place_in(after, _PLACE) if after else (None, 0)
    kind = (facet(KIND, SearchDocument.Kind.CASE),)
    if wanted.newest:
        below = last if after else 1 << 62
        match = Match(asked, (kind, *facets))
        return _page(seen(match, circle, below=below, most=most + 1), wanted, most)
    found: list[SearchDocument] = []
    below = last
    if not after or due is not None:
        below = 1 << 62
        behind = (due, last) if after else None
        if asked:
            found = _worded(asked, facts, circle=circle, behind=behind, most=most + 1)
        else:
            found = _clocked(facts, circle=circle, behind=behind, most=most + 1)
    if len(found) <= most:
        without = Match(asked, (kind, *facets), (DUE,))
        found += seen(without, circle, below=below, most=most + 1 - len(found))
    return _page(found, wanted, most)
