"""The fixed words of the papers, one file a language, all with the same keys."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Final

from comity.files.languages import further
from comity.instruments.language_files import PAPERS, Language
from comity.papers.errors import PaperContentError
from comity.papers.visible import Direction, direction

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
