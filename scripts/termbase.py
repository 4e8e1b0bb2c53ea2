"""The termbase: what things are called, what messages are called, and what no text may say.

The data are docs/reference/terms/data: `scripts.terms` writes its pages, `scripts.words` holds
every text to it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
DATA: Final = REPOSITORY / "docs" / "reference" / "terms" / "data"
LANGUAGES: Final = ("ar", "zh-hans", "fr", "ru", "es", "vi")
"""The languages besides English."""


@dataclass(frozen=True, kw_only=True)
class TermbaseEntry:
    """A term.

    Attributes:
        name: the term in English.
        meaning: what it stands for, or empty.
        never: words that are not used for it.
        source: an instrument and its articles, or a practice; or empty.
        translations: language to the term.
        unconfirmed: languages whose term no official text confirms.
    """

    name: str
    meaning: str
    never: tuple[str, ...]
    source: str
    translations: Mapping[str, str]
    unconfirmed: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class MessageWords:
    """What a type of message is called.

    Attributes:
        noun: language to what lists and headings say.
        button: language to what the button says that sends one.
        unconfirmed: languages of which a native reader should choose the words.
    """

    noun: Mapping[str, str]
    button: Mapping[str, str]
    unconfirmed: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class ForbiddenPhrase:
    """What no text may say.

    Attributes:
        text: as the file has it.
        pattern: what finds it.
        instead: what to write instead.
    """

    text: str
    pattern: re.Pattern[str]
    instead: str


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def read_terms() -> list[TermbaseEntry]:
    """Return the terms in the order of their file."""
    return [
        TermbaseEntry(
            name=row["name"],
            meaning=row.get("meaning", ""),
            never=tuple(row.get("never", ())),
            source=row.get("source", ""),
            translations={lang: row[lang] for lang in LANGUAGES if row.get(lang)},
            unconfirmed=frozenset(row.get("unconfirmed", ())),
        )
        for row in _read("terms.toml")["term"]
    ]


def read_messages() -> dict[str, MessageWords]:
    """Return each type of message to its words, in the order of the file."""
    found = {}
    for code, row in _read("messages.toml").items():
        pairs = {lang: row[lang] for lang in ("en", *LANGUAGES) if lang in row}
        found[code] = MessageWords(
            noun={lang: noun for lang, (noun, _) in pairs.items()},
            button={lang: button for lang, (_, button) in pairs.items()},
            unconfirmed=frozenset(row.get("unconfirmed", ())),
        )
    return found


@cache
def read_phrases() -> dict[str, tuple[ForbiddenPhrase, ...]]:
    """Return the forbidden phrases: of any English text, of a label besides, of other languages."""
    return {
        name: tuple(
            ForbiddenPhrase(
                text=text,
                pattern=re.compile(
                    text if name in {"text", "label"} else re.escape(text), re.IGNORECASE
                ),
                instead=instead,
            )
            for text, instead in table.items()
        )
        for name, table in _read("phrases.toml").items()
    }
