"""The texts of the law in each language: found by dotted key, in English where one lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.instruments.errors import LawDuplicateError, LawMemberError

ENGLISH: Final = "en"
_MAX_DEPTH: Final = 4


@dataclass(frozen=True)
class Wording:
    """A text, with whether it may be relied on.

    Attributes:
        text: our own paraphrase, never the treaty's text.
        reviewed_by: who confirmed the wording; empty where nobody did.
        lang: the language it is in; English where the one asked for lacks it.
    """

    text: str
    reviewed_by: str
    lang: str


@dataclass(frozen=True)
class Words:
    """The words of one file: dotted key to text."""

    reviewed_by: str
    entries: Mapping[str, str]


def parse_words(table: Mapping[str, Any], *, file: str) -> Words:
    """Return the words of a words file.

    Raises:
        LawMemberError: a value that is neither a text nor a table, or nested too deeply.
        LawDuplicateError: one dotted key reached in two ways.
    """
    rest = dict(table)
    reviewed_by = rest.pop("reviewed_by", "")
    if not isinstance(reviewed_by, str):
        raise LawMemberError(f"{file}: reviewed_by is a text", file=file, key="reviewed_by")
    entries: dict[str, str] = {}
    _flatten(rest, "", entries, file, _MAX_DEPTH)
    return Words(reviewed_by, entries)


def _flatten(
    table: Mapping[str, Any], before: str, entries: dict[str, str], file: str, depth: int
) -> None:
    for name, value in table.items():
        key = before + name
        if isinstance(value, dict) and depth:
            _flatten(value, key + ".", entries, file, depth - 1)
        elif not isinstance(value, str):
            raise LawMemberError(f"{file}: {key[:64]!a} is no text", file=file, key=key[:64])
        elif key in entries:
            raise LawDuplicateError(f"{file}: {key[:64]!a} twice", file=file, key=key[:64])
        else:
            entries[key] = value
