"""Places in a list, from where its next page begins: the key of the last line, never a number.

A list that is read on from a key costs the same on its last page as on its first, and nothing is
shown twice or left out because something came in between.

Source: ADR 0053.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from comity.canonical import PeerError, parse_digest

MAX_CHARS: Final = 200
_BETWEEN: Final = "~"


class PlaceError(PeerError):
    """A place in a list, from where it is to go on, is none that a page gave."""

    code = "list-place"


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
        raise PlaceError("begin the list anew")
    try:
        return tuple(read(part) for read, part in zip(form.readers, parts, strict=True))
    except (ValueError, OverflowError, PeerError) as fault:
        raise PlaceError("begin the list anew") from fault
