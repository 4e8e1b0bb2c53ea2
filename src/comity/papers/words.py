"""The fixed words of the papers, one file a language, all with the same keys."""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Final, Literal

from comity.files.languages import further
from comity.instruments.language_files import PAPERS, Language
from comity.papers.errors import PaperContentError

# Text of other people, made safe to print: nothing in it stays invisible or steers the line.
#
# Controls, bidirectional controls, unassigned and private characters and pictographs become
# ``⟨U+202E⟩``; very long words may break anywhere. The text itself never reaches the typesetter as
# markup: it travels as JSON data.
#
# Source: Unicode Standard Annex 9 section 2 (bidirectional controls).


type Direction = Literal["ltr", "rtl"]

MAX_TEXT_CHARS: Final = 4000  # as long as a reason or a description may be (spec 15)
MAX_NAME_CHARS: Final = 200
_JOINERS: Final = "\u200c\u200d"  # Persian and Indic spelling needs them; they steer nothing
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_FILLERS: Final = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # seen as nothing
_PICTOGRAPHS: Final = re.compile("[\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0100-\U000e01ef]")
_WORD_CHARS: Final = 24  # a longer run of letters may break after this many
UNBROKEN_CHARS: Final = 40  # of an identifier, so that one that is copied stays whole
_BREAK: Final = "\u200b"


def visible(text: str) -> str:
    """Return the text with everything invisible written out as ``⟨U+XXXX⟩``."""
    return "".join(f"⟨U+{ord(char):04X}⟩" if _is_hidden(char) else char for char in text)


def _is_hidden(char: str) -> bool:
    if char in _JOINERS:
        return False
    return (
        unicodedata.category(char) in _HIDDEN
        or char in _FILLERS
        or _PICTOGRAPHS.match(char) is not None
    )


def breakable(text: str, *, most: int = _WORD_CHARS) -> str:
    """Return the text with a place to break (U+200B) after ``most`` letters without one."""
    pieces, run = [], 0
    for char in text:
        run = 0 if char.isspace() or _breaks_anyway(char) else run + 1
        if run > most and not unicodedata.category(char).startswith("M"):
            pieces.append(_BREAK)
            run = 1
        pieces.append(char)
    return "".join(pieces)


def _breaks_anyway(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def direction(text: str) -> Direction:
    """Return the direction of a text by its first strong character; left to right without one."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def bounded(text: str, field: str, *, most: int = MAX_TEXT_CHARS) -> str:
    """Return the text if it is not empty and not too long.

    Raises:
        PaperContentError: it is; the message names the field and not its content.
    """
    if not text.strip() or len(text) > most:
        raise PaperContentError(f"{field}: between 1 and {most} characters are printed")
    return text


# Times as papers show them: UTC, to the second.


def shown_time(at: datetime) -> str:
    """Return ``2026-03-01 03:00:00``; the words beside it say UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")
"""The six languages of the United Nations, and Vietnamese; BCP 47 in lower case."""
MAX_LANGUAGES: Final = 2
"""How many stand side by side on one paper."""


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Attributes:
        lang: BCP 47 tag in lower case.
        entries: dotted key -> text, with ``{name}`` where a fact goes.
        direction: which way a page of this language runs.
        fonts: families that an added language names, in the order they are tried.
    """

    lang: str
    entries: Mapping[str, str]
    direction: Direction = "ltr"
    fonts: tuple[str, ...] = ()

    def __call__(self, key: str, **facts: str | int) -> str:
        """Return a text with its facts in it; each keeps its own direction (UAX 9, isolates)."""
        shown = {name: self._isolated(str(fact)) for name, fact in facts.items()}
        return self.entries[key].format(**shown) if facts else self.entries[key]

    def _isolated(self, fact: str) -> str:
        """Return a fact so that it neither turns nor is turned by the text around it."""
        its = direction(fact)
        if self.direction == its == "ltr":
            return fact
        return f"{'\u2067' if its == 'rtl' else '\u2066'}{fact}\u2069"


def words(lang: str) -> Words:
    """Return the words of a language: one that is shipped, or that the office has added.

    What an added language lacks stands in English, marked ``[en]``.

    Raises:
        PaperContentError: papers are not written in that language.
        LanguageError: an added language cannot be used.
    """
    if lang in LANGUAGES:
        return _shipped(lang)
    added = further()
    if lang not in added:
        known = ", ".join((*LANGUAGES, *added))
        raise PaperContentError(f"papers are in {known}; choose one of these")
    return _added(added[lang])


def _added(language: Language) -> Words:
    own = language.entries.get(PAPERS, {})
    entries = {
        key: own.get(key, f"{text} [en]" if text.strip() else text)
        for key, text in _shipped("en").entries.items()
    }
    return Words(language.lang, entries, language.direction, language.fonts)


@functools.cache
def _shipped(lang: str) -> Words:
    file = resources.files("comity.papers") / "words" / f"{lang}.toml"
    entries = _flat(tomllib.loads(file.read_text(encoding="utf-8")))
    return Words(lang, entries, "rtl" if lang == "ar" else "ltr")


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[before + key] = str(value)
    return found
