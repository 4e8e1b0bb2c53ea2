"""The fixed words of the papers, one file a language, all with the same keys."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

from comity.papers.errors import PaperContentError
from comity.papers.visible import Direction

LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")
"""The six languages of the United Nations, and Vietnamese; BCP 47 in lower case."""


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Attributes:
        lang: BCP 47 tag in lower case.
        entries: dotted key -> text, with ``{name}`` where a fact goes.
    """

    lang: str
    entries: Mapping[str, str]

    @property
    def direction(self) -> Direction:
        """Which way a page of this language runs."""
        return "rtl" if self.lang == "ar" else "ltr"

    def __call__(self, key: str, **facts: str | int) -> str:
        """Return a text with its facts in it; each keeps its own direction (UAX 9, isolates)."""
        text = self.entries[key]
        if not facts:
            return text
        if self.direction == "rtl":
            return text.format(**{name: f"\u2066{fact}\u2069" for name, fact in facts.items()})
        return text.format(**facts)


@functools.cache
def words(lang: str) -> Words:
    """Return the words of a language.

    Raises:
        PaperContentError: papers are not written in that language.
    """
    if lang not in LANGUAGES:
        raise PaperContentError(f"papers are in {', '.join(LANGUAGES)}; choose one of these")
    file = resources.files("comity.papers") / "words" / f"{lang}.toml"
    return Words(lang, _flat(tomllib.loads(file.read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[before + key] = str(value)
    return found
