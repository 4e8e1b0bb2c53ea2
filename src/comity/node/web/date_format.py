"""Moments as a language writes them: no order of day and month that could be misread."""

from datetime import UTC, datetime
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString

from comity.canonical import in_zone
from comity.node.core.formats import date_text
from comity.node.core.local_time import UTC_NAMES, ZoneUnknownError, zone_named


def moment_html(value: datetime) -> SafeString:
    """Return a moment in UTC, for people by their language and for programs as RFC 3339."""
    utc = value.astimezone(UTC)
    text = utc.isoformat()
    day = escape(date_text(utc))  # a language that an office adds may write anything
    return SafeString(f'<time dir="auto" datetime="{text[:19]}Z">{day} {text[11:16]} UTC</time>')


def wall_html(value: datetime, zone: str) -> SafeString:
    """Return a moment on the clock of a zone, with the zone's name, and in UTC beside it.

    A zone that is UTC, or that this machine does not know, leaves UTC alone.
    """
    try:
        local = in_zone(value, zone_named(zone)) if zone else None
    except ZoneUnknownError:
        local = None
    if local is None or zone in UTC_NAMES:
        return moment_html(value)
    return format_html(
        '{} <bdi dir="ltr">{}</bdi><br><span class="quiet">{}</span>',
        local_html(local),
        zone,
        moment_html(value),
    )


def local_html(value: datetime) -> SafeString:
    """Return a moment on a clock of its own zone, without naming the zone."""
    return format_html(
        '<time dir="auto" datetime="{}">{} {}</time>',
        value.isoformat(),
        date_text(value),
        value.strftime("%H:%M"),
    )


def moment(value: datetime | None) -> SafeString:
    """Return a moment in UTC, readable in the page's language and by programs."""
    return moment_html(value) if value is not None else SafeString("")
