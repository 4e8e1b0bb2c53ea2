"""Asking the index: a page of what is found, surest first and then newest, and where it goes on.

A place in the list is a round and an id; the next page begins there, and nothing is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from comity.node.core.pagination import Place, place_in, place_text
from comity.node.models import Officer, SearchDocument
from comity.node.people.access.visible_cases import Circle
from comity.node.people.permissions import Right, may
from comity.node.search import engine
from comity.node.search.document_texts import KIND, MEASURE, STANDS, STATE, facet
from comity.node.search.engine import Match
from comity.node.search.index import first_id
from comity.node.search.query_parser import Round, rounds

PAGE: Final = 25
Kind = SearchDocument.Kind
_RIGHTS: Final[tuple[tuple[str, tuple[Right, ...]], ...]] = (
    (Kind.CASE, (Right.READ_CASES,)),
    (Kind.SUBJECT, (Right.READ_CASES, Right.READ_CONTENT)),
    (Kind.MESSAGE, (Right.READ_CASES, Right.READ_CONTENT)),
    (Kind.ITEM, (Right.READ_DOCKET, Right.READ_CONTENT)),
    (Kind.CALL, (Right.CALL, Right.READ_CONTENT)),
    (Kind.MAIL, (Right.READ_CONTENT,)),
    (Kind.EXHIBIT, (Right.READ_CASES, Right.READ_CONTENT)),
)
_FIRST_LOOK: Final = 64
_MOST_AT_ONCE: Final = 4_000
_WHERE: Final = Place(int, int)
_NONE: Final = facet(KIND, "none")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is searched for; an empty member does not narrow.

    Attributes:
        words: as typed.
        kind: of `SearchDocument.Kind`, as `kinds` gives them.
        state: two letters of another State that takes part.
        measure: what is asked in the case.
        stands: state of a case or of an item.
        since, until: days, both of them included; the day in UTC.
    """

    words: str = ""
    kind: str = ""
    state: str = ""
    measure: str = ""
    stands: str = ""
    since: date | None = None
    until: date | None = None


def kinds(officer: Officer) -> tuple[str, ...]:
    """Return the kinds of things that an officer may find."""
    found = [kind for kind, needed in _RIGHTS if all(may(officer, one) for one in needed)]
    if Kind.EXHIBIT not in found and may(officer, Right.READ_CASES):
        found.append(Kind.SEALED)
    return tuple(found)


def search(
    wanted: Wanted, *, circle: Circle, after: str = "", most: int = PAGE
) -> tuple[list[SearchDocument], str]:
    """Return a page of documents, and the place after which the next begins, empty at the end.

    Args:
        wanted: words, and what narrows the search.
        circle: of whoever searches; nothing outside is found.
        after: a place that a page before gave, or empty for the beginning.
        most: documents of a page.

    Raises:
        SearchWordsError: nothing to search for, or too much.
        PlaceError: ``after`` is no such place.
    """
    asked = rounds(wanted.words)
    number, below = place_in(after, _WHERE) if after else (0, _above(wanted))
    found: list[tuple[int, SearchDocument]] = []
    while number < len(asked) and len(found) <= most:
        match = _match(wanted, asked, number, circle.officer)
        room = most + 1 - len(found)
        some = seen(match, circle, below=below, least=_least(wanted), most=room)
        found += [(number, one) for one in some]
        number, below = number + 1, _above(wanted)
    shown = found[:most]
    more = len(found) > most
    return [one for _, one in shown], place_text(shown[-1][0], shown[-1][1].pk) if more else ""


def seen(
    match: Match, circle: Circle, *, below: int, least: int = 0, most: int
) -> list[SearchDocument]:
    """Return documents inside the circle; of those outside nothing is told, not even their number.

    The fewer of the hits may be seen, the more are looked at in one go.
    """
    found: list[SearchDocument] = []
    look = most if circle.open else max(_FIRST_LOOK, most)
    while True:
        some = engine.hits(match, below=below, least=least, most=look)
        rows = circle.documents().filter(id__in=some).order_by("-id")
        found += rows[: most - len(found)] if some else ()
        if len(some) < look or len(found) >= most:
            return found
        below, look = some[-1], min(_MOST_AT_ONCE, 4 * look)


def _match(wanted: Wanted, asked: Sequence[Round], number: int, officer: Officer) -> Match:
    allowed = kinds(officer)
    hidden = tuple(facet(KIND, kind) for kind in Kind.values if kind not in allowed)
    chosen = [kind for kind in allowed if wanted.kind in (kind, _shown_as(kind))]
    groups = [tuple(facet(KIND, kind) for kind in chosen) or (_NONE,)] if wanted.kind else []
    groups += [
        (facet(name, value),)
        for name, value in (
            (STATE, wanted.state),
            (MEASURE, wanted.measure),
            (STANDS, wanted.stands),
        )
        if value
    ]
    return Match(asked[number], tuple(groups), hidden, tuple(asked[:number]))


def _shown_as(kind: str) -> str:
    return {Kind.SEALED: Kind.EXHIBIT, Kind.SUBJECT: Kind.CASE}.get(Kind(kind), kind)


def _least(wanted: Wanted) -> int:
    return first_id(_midnight(wanted.since)) if wanted.since else 0


def _above(wanted: Wanted) -> int:
    if wanted.until is None or wanted.until == date.max:
        return 1 << 62
    return first_id(_midnight(wanted.until + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
