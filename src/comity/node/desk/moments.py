"""Moments as a language writes them: no order of day and month that could be misread."""

from datetime import UTC, date, datetime
from typing import Final

from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString
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
_ISO: Final = "Y-m-d"  # a language that an office adds


def date_text(value: datetime) -> str:
    """Return the day of a moment as the reader's language writes it."""
    return formatted(value, _DATES.get((get_language() or "").lower(), _ISO))


def day_of(value: date) -> str:
    """Return a day that has no hour as the reader's language writes it."""
    return date_text(datetime(value.year, value.month, value.day, 12, tzinfo=UTC))


def moment_html(value: datetime) -> SafeString:
    """Return a moment in UTC, for people by their language and for programs as RFC 3339."""
    utc = timezone.localtime(value, timezone=timezone.get_fixed_timezone(0))
    return format_html(
        '<time dir="auto" datetime="{}">{} {}</time>',
        utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        date_text(utc),
        utc.strftime("%H:%M UTC"),
    )


def local_html(value: datetime) -> SafeString:
    """Return a moment on a clock of its own zone, without naming the zone."""
    return format_html(
        '<time dir="auto" datetime="{}">{} {}</time>',
        value.isoformat(),
        date_text(value),
        value.strftime("%H:%M"),
    )
