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

from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from comity.node.core.pagination import Place, due_first, moment_or_none, place_in, place_text
from comity.node.models import SearchClock, SearchDocument
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
    """

    state: str = ""
    partner: str = ""
    text: str = ""
    measure: str = ""


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
    return _narrowed(wanted, asked, circle=circle, after=after, most=most)


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


def _narrowed(
    wanted: Filter, asked: Round, *, circle: Circle, after: str, most: int
) -> tuple[list[str], str]:
    facts = [
        facet(name, value)
        for name, value in (
            (PARTY, wanted.partner),
            (STANDS, wanted.state),
            (MEASURE, wanted.measure),
        )
        if value
    ]
    facets = [(fact,) for fact in facts]
    due, last = place_in(after, _PLACE) if after else (None, 0)
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
        without = Match(asked, ((facet(KIND, SearchDocument.Kind.CASE),), *facets), (DUE,))
        found += seen(without, circle, below=below, most=most + 1 - len(found))
    shown = found[:most]
    more = len(found) > most
    following = place_text(shown[-1].due_at, shown[-1].pk) if more else ""
    return [row.case for row in shown], following
