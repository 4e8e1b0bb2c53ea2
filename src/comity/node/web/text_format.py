"""Foreign text on a page: what is invisible in it shown, each piece in its own direction."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Final

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from comity.node.core.clock import now
from comity.node.core.formats import comma
from comity.papers.blocks import WHOLE, runs_left

DAYS_FROM_S: Final = 3 * 86_400
"""A shorter time is told in hours: "1 day" would hide up to a whole day that is left."""
_MOMENT: Final = re.compile(r"\d{4}-")
_UNBROKEN: Final = SafeString(' class="clock"')
_MARKS: Final = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\ufeff\uffa0")
_KEPT: Final = frozenset("\n\t\u200c\u200d")  # Arabic and Persian words need their joiners
_SETS_APART: Final = {"\u2066": "ltr", "\u2067": "rtl", "\u2068": "auto"}
_SET_APART: Final = re.compile("([\u2066-\u2069])")


def visible(text: object) -> SafeString:
    """Return foreign text with what is invisible in it shown as code points, HTML-escaped."""
    plain = str(text)
    if plain.isprintable() and _MARKS.isdisjoint(plain):  # as nearly every text is
        return SafeString(escape(plain))
    found = []
    for character in plain:
        hidden = unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
        if character in _MARKS or (hidden and character not in _KEPT):
            found.append(f'<span class="hidden-mark">U+{ord(character):04X}</span>')
        else:
            found.append(conditional_escape(character))
    return mark_safe("".join(found))  # noqa: S308 - every piece is escaped above


def foreign(text: object) -> SafeString:
    """Return foreign text, what is invisible in it shown, its dates and numbers in order."""
    return isolated(text) if runs_left(str(text)) else visible(text)


def shown(text: object) -> SafeString:
    """Isolate text that somebody typed from the direction of the page around it."""
    return SafeString(f"<bdi>{foreign(text)}</bdi>")


def isolated(text: object) -> SafeString:
    """Keep whole in a sentence that runs leftwards what is read from left to right."""
    pieces = WHOLE.split(str(text))
    return mark_safe(  # noqa: S308 - every piece is escaped
        "".join(
            format_html(
                '<bdi dir="ltr"{}>{}</bdi>', _UNBROKEN if _MOMENT.match(piece) else "", piece
            )
            if odd % 2
            else visible(piece)
            for odd, piece in enumerate(pieces)
        )
    )


def in_order(text: object) -> SafeString:
    """Return a sentence of ours as `isolated` does; one that is markup already stays as it is."""
    return text if isinstance(text, SafeString) else isolated(text)


def framed(text: object) -> SafeString:
    """Show a text of a paper on a page: what it sets apart by U+2066 to U+2069, by elements.

    A mark without its partner is shown as its code.
    """
    found: list[str] = []
    opened: list[int] = []
    for piece in _SET_APART.split(str(text)):
        if piece in _SETS_APART:
            opened.append(len(found))
            found.append(piece)
        elif piece == "\u2069" and opened:
            at = opened.pop()
            found[at] = f'<bdi dir="{_SETS_APART[found[at]]}">'
            found.append("</bdi>")
        else:
            found.append(visible(piece) if opened or piece == "\u2069" else isolated(piece))
    for at in opened:
        found[at] = visible(found[at])
    return mark_safe("".join(found))  # noqa: S308 - every piece is escaped


def apart(pieces: Iterable[object]) -> str:
    """Return pieces as one plain text, for a choice of a form, which can hold no elements.

    In a language that runs leftwards, marks keep each in its direction, as elements do on a page.

    Args:
        pieces: those that are empty are left out.
    """
    told = [str(one) for one in pieces if one]
    if get_language_bidi():
        told = [f"\u2068{one}\u2069" for one in told]
    return " · ".join(told)


def listed(things: Iterable[object]) -> SafeString:
    """Return things side by side, each isolated, parted as the page's language does it."""
    return format_html_join(
        comma(), "{}", ((one if isinstance(one, SafeString) else shown(one),) for one in things)
    )


def fine_span(seconds: int | None) -> str:
    """Return a length of time in words, in the unit that still tells it from its neighbours."""
    if seconds is None or seconds >= 5 * 86_400 or seconds < 3600:
        return span(seconds)
    if seconds >= 2 * 3600:
        hours = seconds // 3600
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    minutes = seconds // 60
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def age(value: datetime) -> str:
    """Return how long ago a moment was, in words."""
    return span(max(0, int((now() - value).total_seconds())))


def span(seconds: int | None) -> str:
    """Return a length of time in words: in days only where an hour more or less changes little."""
    if seconds is None:
        return _("never")
    if seconds >= DAYS_FROM_S:
        days = seconds // 86_400
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if seconds >= 3600:
        hours = seconds // 3600
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    minutes = seconds // 60
    if not minutes:
        return _("less than a minute")
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
