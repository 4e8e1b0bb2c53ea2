"""The fields of an identifier as they came in, and what parsing makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.instruments.identifiers.errors import IdentifierFieldError
from comity.instruments.identifiers.text import MAX_TEXT_CHARS, bounded

type Value = str | int | tuple[str, ...] | tuple[Mapping[str, str], ...]
"""What a field of a parsed identifier may be."""

MAX_ROWS: Final = 20
MAX_INTEGER: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser returns.

    Attributes:
        fields: the normal form, without fields that were not given.
        text: the normal form on one line.
        display: ``text`` made safe to show.
        codes: of the warnings.
    """

    fields: Mapping[str, Value]
    text: str
    display: str
    codes: list[str] = field(default_factory=list)


class Given:
    """Fields that were given, of which none is trusted."""

    def __init__(self, what: str, value: object, known: tuple[str, ...]) -> None:
        """Take the fields.

        Args:
            what: the type's name, for errors.
            value: the mapping.
            known: names that the type has.

        Raises:
            IdentifierFieldError: it is no mapping, or has a field that the type has not.
        """
        self.what = what
        self._known = known
        if not isinstance(value, Mapping):
            raise self._error("it is not given field by field")
        if not set(value) <= set(known):
            raise self._error("a field is given that it has not")
        self._value = value

    def _error(self, why: str) -> IdentifierFieldError:
        return IdentifierFieldError(self.what, why, f"its fields are {', '.join(self._known)}")

    def has(self, name: str) -> bool:
        """Tell whether the field is given."""
        return self._value.get(name) is not None

    def text(self, name: str, *, most: int = MAX_TEXT_CHARS) -> str:
        """Return a text that must be given, bounded and in NFC."""
        value = self._value.get(name)
        if value is None:
            raise self._error(f"{name} is missing")
        if not isinstance(value, str):
            raise self._error(f"{name} is no text")
        return bounded(value, f"{self.what}, {name}", most=most)

    def maybe(self, name: str, *, most: int = MAX_TEXT_CHARS) -> str | None:
        """Return a text, or None if it is not given."""
        return self.text(name, most=most) if self.has(name) else None

    def number(self, name: str) -> int | None:
        """Return a whole number that is not negative, given as number or digits, or None."""
        value = self._value.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MAX_INTEGER:
            raise self._error(f"{name} is no whole number")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        """Return one of several words, or None."""
        value = self.maybe(name)
        if value is not None and value not in choices:
            raise IdentifierFieldError(
                f"{self.what}, {name}", "not a word that is known", f"write {', '.join(choices)}"
            )
        return value

    def rows(self, name: str) -> list[object]:
        """Return the members of a list, or none."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple) or len(value) > MAX_ROWS:
            raise self._error(f"{name} is no list of at most {MAX_ROWS}")
        return list(value)


def known_fields(**fields: Value | None) -> dict[str, Value]:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None and value != ()}
