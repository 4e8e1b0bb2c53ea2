"""How the language of a page, or of a call, writes days, and in which its papers are written."""

from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.utils.dateformat import format as formatted
from django.utils.translation import get_language

_DATES: Final = {
    "ar": "j F Y",
    "en": "j M Y",
    "es": r"j \d\e F \d\e Y",
    "fr": "j N Y",
    "ru": "j E Y",
    "vi": "d/m/Y",
    "zh-hans": "Y年n月j日",
}
"""Django's letters: months in words, or the one order that the language has."""
_MONTHS: Final = {
    "ar": "F Y",
    "en": "M Y",
    "es": r"F \d\e Y",
    "fr": "N Y",
    "ru": "F Y",
    "vi": "m/Y",
    "zh-hans": "Y年n月",
}
_COMMA: Final = {"ar": "، ", "zh-hans": "、"}
"""Between things that are listed, where a language has a mark of its own."""
_ISO: Final = "Y-m-d"  # a language that an office adds


def date_text(value: datetime) -> str:
    """Return the day of a moment as the reader's language writes it."""
    return _written(value.date(), (get_language() or "").lower())


@lru_cache(maxsize=4_096)
def _written(day: date, language: str) -> str:
    """Return a day in the language that is active; lists name few days, and many times."""
    return formatted(day, _DATES.get(language, _ISO))


def day_of(value: date) -> str:
    """Return a day that has no hour as the reader's language writes it."""
    return _written(value, (get_language() or "").lower())


def month_of(value: str) -> str:
    """Return a month, ``2026-05``, as the reader's language writes it."""
    language = (get_language() or "").lower()
    if language not in _MONTHS:
        return value
    written = formatted(date.fromisoformat(f"{value}-01"), _MONTHS[language])
    return written.lower() if language == "ru" else written  # within a sentence


def utc_text(value: datetime) -> str:
    """Return a moment in UTC, as plain text."""
    return f"{date_text(value)} {value:%H:%M} UTC"


def comma() -> str:
    """Return what stands between things that are listed, in the reader's language."""
    return _COMMA.get((get_language() or "").lower(), ", ")


def papers_language() -> str:
    """Return the page's language where papers are written in it, else English."""
    from comity.papers.errors import PaperContentError
    from comity.papers.words import words as paper_words

    lang = (get_language() or "en").lower()
    try:
        paper_words(lang)
    except PaperContentError:
        return "en"
    return lang
