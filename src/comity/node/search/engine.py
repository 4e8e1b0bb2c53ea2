"""The index of words in SQLite (FTS5) and PostgreSQL (GIN): the same tokens, the same questions.

The ids of documents grow with time, so the newest comes first by reading the ids downwards, and a
page begins below the id at which the one before ended: nothing is skipped by counting.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from comity.node.search.query_parser import Round, Term, Way, Ways

TABLE: Final = "node_searchword"
RARE: Final = 4_000
"""PostgreSQL: up to so many hits are taken from the index; more are met by walking on."""
_WALKS: Final = (2_000, 8_000, 64_000)
"""PostgreSQL: among so many documents, step by step, the newest hits are looked for before the
index is asked: half a millisecond a thousand. Where common words meet the index takes 22 ms and
more."""
_PAGE: Final = 64
_SIGNS: Final = "=~-.@:/+_#&"
_LAST: Final = (1 << 62) - 1


@dataclass(frozen=True)
class Match:
    """A question to the index.

    Attributes:
        asked: words that a document must have; empty for all documents.
        facets: tokens, of each group of which it must have one.
        lacking: tokens that it must not have.
        without: rounds whose finds are left out.
    """

    asked: Round = ()
    facets: tuple[tuple[str, ...], ...] = ()
    lacking: tuple[str, ...] = ()
    without: tuple[Round, ...] = ()


def is_postgresql() -> bool:
    """Tell whether the register lies in PostgreSQL."""
    return connection.vendor == "postgresql"


def create() -> list[str]:
    """Return the statements that make the table of words."""
    if is_postgresql():
        return [
            f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
            f"CREATE INDEX {TABLE}_gin ON {TABLE} USING gin (words) WITH (fastupdate = off)",
            f"ALTER TABLE {TABLE} ALTER COLUMN words SET STATISTICS 1000",
        ]
    return [
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content='', contentless_delete=1, "
        f"detail=none, prefix='3 4 5', tokenize=\"ascii tokenchars '{_SIGNS}'\")"
    ]


def drop_table() -> list[str]:
    """Return the statements that take the table of words away."""
    return [f"DROP TABLE IF EXISTS {TABLE}"]


# ------------------------------------------------------------------ writing


def put(rows: Sequence[tuple[int, Iterable[str]]]) -> None:
    """Store the tokens of documents, in place of those they had."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.executemany(
                f"INSERT INTO {TABLE} (id, words) VALUES (%s, array_to_tsvector(%s::text[])) "  # noqa: S608 - own name
                "ON CONFLICT (id) DO UPDATE SET words = excluded.words",
                [(number, sorted(set(words))) for number, words in rows],
            )
            return
        cursor.executemany(
            f"INSERT OR REPLACE INTO {TABLE} (rowid, words) VALUES (%s, %s)",  # noqa: S608 - own name
            [(number, " ".join(words)) for number, words in rows],
        )


def drop(numbers: Iterable[int]) -> None:
    """Forget the tokens of documents."""
    key = "id" if is_postgresql() else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM {TABLE} WHERE {key} = %s",  # noqa: S608 - own name
            [(number,) for number in numbers],
        )


def empty() -> None:
    """Forget all tokens."""
    with connection.cursor() as cursor:
        for statement in (*drop_table(), *create()):
            cursor.execute(statement)


def tidy() -> None:
    """Put the index in order after much was written."""
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(f"ANALYZE {TABLE}")
            cursor.execute("ANALYZE node_searchdocument")
        else:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")  # noqa: S608


# ------------------------------------------------------------------ asking


def hits(match: Match, *, below: int = _LAST, least: int = 0, most: int) -> list[int]:
    """Return ids of documents that match, the newest first.

    Args:
        match: the question; it asks for something.
        below: only ids that are smaller.
        least: no smaller id than this.
        most: at most so many.
    """
    if is_postgresql():
        return _hits_postgresql(match, below, least, most)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid < %s AND rowid >= %s "  # noqa: S608
            "ORDER BY rowid DESC LIMIT %s",
            (_fts5(match), below, least, most),
        )
        return [row[0] for row in cursor.fetchall()]


def few(match: Match, *, most: int) -> list[int] | None:
    """Return ids of all documents that match, in no order; None if there are more than ``most``."""
    with connection.cursor() as cursor:
        if is_postgresql():
            with _leaving_out(cursor, "seqscan", "indexscan", "indexonlyscan"):
                cursor.execute(
                    f"SELECT id FROM {TABLE} WHERE words @@ %s::tsquery LIMIT %s",  # noqa: S608
                    (_tsquery(match), most + 1),
                )
                found = cursor.fetchall()
        else:
            cursor.execute(
                f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s LIMIT %s",  # noqa: S608
                (_fts5(match), most + 1),
            )
            found = cursor.fetchall()
    return [row[0] for row in found] if len(found) <= most else None


def _hits_postgresql(match: Match, below: int, least: int, most: int) -> list[int]:
    """Walk down the ids for what is in many documents; take the rest from the GIN index.

    Nothing tells beforehand how many documents have a word: the planner does not know the rare
    ones, and takes words that come together for such that do not. The index is asked roughly, and
    what it gives is held against the whole question.
    """
    between, bounds = "id < %s AND id >= %s", (below, least)
    whole = _tsquery(match)
    with connection.cursor() as cursor:
        if most <= _PAGE:
            near, all_of_it = _near(cursor, whole, bounds, most)
            if all_of_it:
                return near
        if most <= RARE:
            with _leaving_out(cursor, "seqscan", "indexscan", "indexonlyscan"):
                cursor.execute(
                    f"SELECT id FROM {TABLE} WHERE words @@ %s::tsquery "  # noqa: S608 - own names
                    f"AND (words @@ %s::tsquery) IS TRUE AND {between} LIMIT %s",
                    (_tsquery(_roughly(match)), whole, *bounds, RARE + 1),
                )
                found = sorted((row[0] for row in cursor.fetchall()), reverse=True)
            if len(found) <= RARE:
                return found[:most]
        with _leaving_out(cursor, "seqscan", "bitmapscan"):
            cursor.execute(
                f"SELECT id FROM {TABLE} WHERE words @@ %s::tsquery AND {between} "  # noqa: S608
                "ORDER BY id DESC LIMIT %s",
                (whole, *bounds, most),
            )
            return [row[0] for row in cursor.fetchall()]


def _near(cursor: Any, whole: str, bounds: tuple[int, int], most: int) -> tuple[list[int], bool]:
    """Look for the newest hits as long as their number promises to fill the page soon.

    Returns:
        The hits, and whether there are no others to be asked for.
    """
    below, least = bounds
    first, *further = _WALKS
    newest = f"FROM {TABLE} WHERE id < %s AND id >= %s ORDER BY id DESC LIMIT %s"
    with _leaving_out(cursor, "seqscan", "bitmapscan"):
        cursor.execute(
            "SELECT id, hit, number FROM (SELECT id, words @@ %s::tsquery AS hit, "  # noqa: S608
            f"row_number() OVER (ORDER BY id DESC) AS number {newest}) AS newest "
            "WHERE hit OR number = %s LIMIT %s",
            (whole, below, least, first, first, most),
        )
        some = cursor.fetchall()
        found = [row[0] for row in some if row[1]]
        if len(found) == most or not some or some[-1][2] < first:  # full, or none are left
            return found, True
        below, step = some[-1][0], first
        for further_step in further:
            if len(found) * _WALKS[-1] < most * step:
                break
            step = further_step
            cursor.execute(
                f"SELECT id FROM (SELECT id, words {newest}) AS newest "  # noqa: S608
                "WHERE words @@ %s::tsquery LIMIT %s",
                (below, least, step, whole, most - len(found)),
            )
            found += [row[0] for row in cursor.fetchall()]
            if len(found) == most:
                return found, True
            below = found[-1]
    return found, False


@contextmanager
def _leaving_out(cursor: Any, *ways: str) -> Iterator[None]:
    """Let the planner do without some ways to read a table, for what is asked inside."""
    told = "SELECT " + ", ".join(f"set_config('enable_{way}', %s, false)" for way in ways)
    cursor.execute(told, ["off"] * len(ways))
    try:
        yield
    finally:
        cursor.execute(told, ["on"] * len(ways))


def _roughly(match: Match) -> Match:
    """Return a question that finds at least as much, without what costs the index most.

    That is what must be missing, and beginnings of words beside a longer term: for each the index
    gathers the places of all words that begin so.
    """

    def way(terms: Way) -> Way:
        begun = any(term.begins for term in terms)
        return (max(terms, key=lambda term: len(term.token)),) if begun else terms

    asked = tuple(tuple(way(one) for one in ways) for ways in match.asked)
    return Match(asked, match.facets)


def matched(match: Match) -> RawSQL:
    """Return the condition that a row of documents matches, for rows read in another order.

    Neither database takes it as a way to find rows: each row that is met is held against it.
    """
    if is_postgresql():
        return RawSQL(  # noqa: S611 - own names
            f"(SELECT words @@ %s::tsquery FROM {TABLE} AS w WHERE w.id = node_searchdocument.id)",  # noqa: S608
            (_tsquery(match),),
            output_field=BooleanField(),
        )
    return RawSQL(  # noqa: S611 - own names
        f"node_searchdocument.id + 0 IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)",  # noqa: S608
        (_fts5(match),),
        output_field=BooleanField(),
    )


# ------------------------------------------------------------------ in each one's words


def _fts5(match: Match) -> str:
    return _expression(match, _fts5_term, " AND ", " OR ", " NOT ")


def _fts5_term(term: Term) -> str:
    return f'"{term.token}"*' if term.begins else f'"{term.token}"'


def _tsquery(match: Match) -> str:
    return _expression(match, _tsquery_term, " & ", " | ", " & !")


def _tsquery_term(term: Term) -> str:
    return f"'{term.token}':*" if term.begins else f"'{term.token}'"


def _expression(
    match: Match, write: Callable[[Term], str], both: str, either: str, but: str
) -> str:
    def one(way: Way) -> str:
        return both.join(write(term) for term in way)

    def word(ways: Ways) -> str:
        return "(" + either.join(f"({one(way)})" for way in ways) + ")"

    def every(asked: Round) -> str:
        return both.join(word(ways) for ways in asked)

    facets: Round = tuple(tuple((Term(token),) for token in group) for group in match.facets)
    left_out = [
        *(f"({every(asked)})" for asked in match.without),
        *(f"({word(((Term(token),),))})" for token in match.lacking),
    ]
    return "".join(
        [f"({every((*match.asked, *facets))})", *(f"{but}{one_out}" for one_out in left_out)]
    )
