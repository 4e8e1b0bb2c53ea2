"""Places in a list, from where its next page begins: the key of the last line, never a number.

A list that is read on from a key costs the same on its last page as on its first, and nothing is
shown twice or left out because something came in between.

Source: ADR 0053.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from comity.canonical import PeerError, parse_digest

MAX_CHARS: Final = 200
_BETWEEN: Final = "~"
_MAX_DIGITS: Final = 15


class PlaceError(PeerError, code="list-place"):
    """A place in a list, from where to continue, is none that a page gave."""


class Place:
    """The form of a list's places: how each part of a key is read.

    Args:
        readers: of the parts, in their order; each raises ValueError, or a PeerError.
    """

    def __init__(self, *readers: Callable[[str], Any]) -> None:
        self.readers = readers


def moment(text: str) -> datetime:
    """Read a moment of a key.

    Raises:
        ValueError: it is none, or says no zone.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def moment_or_none(text: str) -> datetime | None:
    """Read a moment of a key, or that there is none."""
    return moment(text) if text else None


def text(value: str) -> str:
    """Read a text of a key; the database compares it, whatever it is.

    Raises:
        ValueError: characters that no key of ours has.
    """
    if not value.isprintable():
        raise ValueError(value)
    return value


def digest_part(value: str) -> str:
    """Read a digest of a key."""
    parse_digest(value)
    return value


def number(value: str) -> int:
    """Read a row's own number of a key.

    Raises:
        ValueError: it is none.
    """
    if not (value.isascii() and value.isdecimal() and len(value) <= _MAX_DIGITS):
        raise ValueError(value)
    return int(value)


def place_text(*parts: object) -> str:
    """Return a key as a page gives it."""
    told = (one.isoformat() if isinstance(one, datetime) else one for one in parts)
    return _BETWEEN.join("" if one is None else str(one) for one in told)


def place_in(given: str, form: Place) -> tuple[Any, ...]:
    """Return the parts of a key that somebody gave back.

    Args:
        given: untrusted.
        form: of the list's places.

    Raises:
        PlaceError: no page of this list gave it.
    """
    parts = given.split(_BETWEEN) if len(given) <= MAX_CHARS else []
    if len(parts) != len(form.readers):
        raise PlaceError("the place in the list is not valid: start the list again")
    try:
        return tuple(read(part) for read, part in zip(form.readers, parts, strict=True))
    except (ValueError, OverflowError, PeerError) as fault:
        raise PlaceError("the place in the list is not valid: start the list again") from fault


def due_first[M: Model](
    rows: QuerySet[M], *, changed: str, key: str, after: str, most: int, clock: str = "due_at"
) -> tuple[list[M], str]:
    """Return a page of rows with a clock: the nearest first, then those without, newest first.

    Args:
        rows: of the list.
        changed: column of the moment by which those without a clock are ordered.
        key: column that tells apart whatever is of one moment.
        after: a place that a page before gave, or empty.
        most: rows of a page.
        clock: column of the clock, which may be empty.

    Returns:
        The rows, and the place after which the next page begins, empty at the end.

    Raises:
        PlaceError: ``after`` is no such place.
    """
    due, at, last = place_in(after, _DUE) if after else (None, None, "")
    clocked = rows.filter(**{f"{clock}__isnull": False}).order_by(clock, f"-{changed}", key)
    others = rows.filter(**{f"{clock}__isnull": True}).order_by(f"-{changed}", key)
    found: list[M] = []
    if not after or due is not None:
        if after:
            newer = Q(**{f"{changed}__gt": at}) | Q(**{changed: at, f"{key}__lte": last})
            past = ~(Q(**{clock: due}) & newer)
            clocked = clocked.filter(past, **{f"{clock}__gte": due})
        found = list(clocked[: most + 1])
    elif at is not None:
        others = others.filter(_past(changed, at, key, last), **{f"{changed}__lte": at})
    if len(found) <= most:
        found += others[: most + 1 - len(found)]
    if len(found) <= most:
        return found, ""
    end = found[most - 1]
    return found[:most], place_text(*(getattr(end, name) for name in (clock, changed, key)))


def newest_first[M: Model](
    rows: QuerySet[M], *, changed: str, key: str, after: str, most: int
) -> tuple[list[M], str]:
    """Return a page of rows, the newest first. Arguments, answer and faults as `due_first`."""
    ordered = rows.order_by(f"-{changed}", key)
    if after:
        at, last = place_in(after, _NEWEST)
        ordered = ordered.filter(_past(changed, at, key, last), **{f"{changed}__lte": at})
    found = list(ordered[: most + 1])
    if len(found) <= most:
        return found, ""
    end = found[most - 1]
    return found[:most], place_text(getattr(end, changed), getattr(end, key))


def oldest_first[M: Model](
    rows: QuerySet[M], *, since: str, key: str, after: str, most: int
) -> tuple[list[M], str]:
    """Return a page of rows, the oldest or the nearest first; else as `newest_first`."""
    place = place_in(after, _NEWEST) if after else None
    found = list(_upwards(rows, (since, key), place)[: most + 1])
    if len(found) <= most:
        return found, ""
    end = found[most - 1]
    return found[:most], place_text(getattr(end, since), getattr(end, key))


def by_number[M: Model](
    rows: QuerySet[M], *, after: str, most: int, newest: bool = False
) -> tuple[list[M], str]:
    """Return a page of rows by their own number, from the first or the last; as `newest_first`."""
    ordered = rows.order_by("-pk" if newest else "pk")
    if after:
        (last,) = place_in(after, _NUMBER)
        ordered = ordered.filter(pk__lt=last) if newest else ordered.filter(pk__gt=last)
    found = list(ordered[: most + 1])
    return found[:most], place_text(found[most - 1].pk) if len(found) > most else ""


def by_name[M: Model](
    rows: QuerySet[M], *, name: str, key: str, after: str, most: int
) -> tuple[list[M], str]:
    """Return a page of rows by a text, as the database orders texts; else as `newest_first`.

    A name can be of any length and any characters, so a place is the key alone: the list goes on
    from where that row stands by now.
    """
    place = None
    if after:
        (last,) = place_in(after, _KEY)
        stood = rows.filter(**{key: last}).values_list(name, flat=True).first()
        if stood is None:
            raise PlaceError("the place in the list is not valid: start the list again")
        place = (stood, last)
    found = list(_upwards(rows, (name, key), place)[: most + 1])
    return found[:most], place_text(getattr(found[most - 1], key)) if len(found) > most else ""


def by_columns[M: Model](
    rows: QuerySet[M], *, order: Sequence[str], among: QuerySet[M], after: str, most: int
) -> tuple[list[M], str]:
    """Return a page of rows by several columns; a place is the key alone, as in `by_name`.

    The columns are compared as one value, which an index of them answers by itself, however many
    rows are equal in the first of them.

    Args:
        rows: of the list.
        order: columns that are never empty, all upwards or all downwards (``-``); the key is last.
        among: rows of which a place may be one: what has left the list still stands somewhere.
        after: a place that a page before gave, or empty.
        most: rows of a page.

    Returns:
        The rows, and the place after which the next page begins, empty at the end.

    Raises:
        PlaceError: ``after`` is no such place, or its row is gone.
    """
    names = [one.removeprefix("-") for one in order]
    ordered = rows.order_by(*order)
    if after:
        (last,) = place_in(after, _KEY)
        stood = among.filter(**{names[-1]: last}).values_list(*names).first()
        if stood is None:
            raise PlaceError("the place in the list is not valid: start the list again")
        past = TupleLessThan if order[0].startswith("-") else TupleGreaterThan
        ordered = ordered.filter(past(Tuple(*map(F, names)), stood))
    found = list(ordered[: most + 1])
    return found[:most], place_text(found[most - 1].pk) if len(found) > most else ""


def _upwards[M: Model](
    rows: QuerySet[M], by: tuple[str, str], place: tuple[Any, ...] | None
) -> QuerySet[M]:
    first, key = by
    ordered = rows.order_by(first, key)
    if place is None:
        return ordered
    value, last = place
    return ordered.filter(~Q(**{first: value, f"{key}__lte": last}), **{f"{first}__gte": value})


def _past(changed: str, at: datetime, key: str, last: str) -> Q:
    """Return that a row of a moment stands behind a key.

    Said by what it is not: a database that reads OR takes two ways through an index, and sorts all
    that it found by both.
    """
    return ~Q(**{changed: at, f"{key}__lte": last})


_NEWEST: Final = Place(moment, text)
_KEY: Final = Place(text)
_NUMBER: Final = Place(number)
_DUE: Final = Place(moment_or_none, moment, text)
