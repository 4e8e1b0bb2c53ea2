"""Showing words, moments and foreign text on pages."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any, Final

from django import template
from django.conf import settings
from django.utils.formats import get_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.numberformat import format as digits
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comity.canonical import parse_time
from comity.node.compose.section_rows import LABELS
from comity.node.core.clock import now
from comity.node.core.formats import comma
from comity.node.core.time_zones import seen_in
from comity.node.docket import labels
from comity.node.evidence import labels as evidence_words
from comity.node.law.wording import UNREVIEWED
from comity.node.mail.pages import labels as mail_labels
from comity.node.models import Officer
from comity.node.web import assistance_labels as assistance_words
from comity.node.web import labels as web_labels
from comity.node.web.date_format import local_html, moment_html, wall_html
from comity.node.web.measure_labels import MEASURE, MEASURE_MEANS
from comity.node.web.size_format import size_text
from comity.node.web.story_names import party_html

register = template.Library()
register.simple_tag(comma)
MAX_EXCERPT_CHARS: Final = 100_000
_LEFT_TO_RIGHT: Final = re.compile(
    r"(\+\d[\d ]{4,}\d|https?://(?:[\w./:-]*[\w/])?|(?<![\w/.])(?:/[\w.-]*\w)+"
    r"|\b[a-z]{2}/[a-z][a-z-]+|\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?(?:Z| UTC\b)?"
    r"|\b\d+(?:\(\w{1,3}\))+)"
)
"""A number to call, an address, a path, a party's name, a moment, a paragraph of an article."""
_MOMENT: Final = re.compile(r"\d{4}-")
_UNBROKEN: Final = SafeString(' class="clock"')
_WORDS: Final = re.compile(r"""(?:"[^"]*"|'[^']*'|\S)+""")
"""A word of a command line, its quoted parts whole."""
_MARKS: Final = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\ufeff\uffa0")
_KEPT: Final = frozenset("\n\t\u200c\u200d")  # Arabic and Persian words need their joiners
_VOCABULARIES: Final = {
    "do": web_labels.DO,
    "done": web_labels.DONE,
    "state": web_labels.STATE,
    "measure": MEASURE,
    "measure_means": MEASURE_MEANS,
    "asked": {**MEASURE, **web_labels.DONE, "table.called": assistance_words.KIND["table"]},
    "stage": web_labels.STAGE,
    "role": web_labels.ROLE,
    "way": web_labels.WAY,
    "track": web_labels.TRACK,
    "custody": web_labels.CUSTODY,
    "item": web_labels.ITEM,
    "misfit": web_labels.MISFIT,
    "proof": web_labels.PROOF,
    "proof_means": web_labels.PROOF_MEANS,
    "channel": mail_labels.CHANNEL,
    "letter": mail_labels.LETTER,
    "mail": mail_labels.MAIL,
    "caution": mail_labels.CAUTION,
    "file_kind": mail_labels.KIND,
    "proposed": mail_labels.FIELD,
    "kind": labels.KIND,
    "item_state": labels.STATE,
    "act": labels.DO,
    "act_next": {**labels.DO, **labels.AGAIN},
    "act_done": labels.DONE,
    "marker": evidence_words.MARKER,
    "export": evidence_words.EXPORT,
    "purpose": evidence_words.PURPOSE,
    "proven": evidence_words.PROVEN,
    "limit": web_labels.LIMIT,
    "consent": web_labels.CONSENT,
}


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


@register.filter
def shown(text: object) -> SafeString:
    """Isolate text that somebody typed from the direction of the page around it."""
    return SafeString(f"<bdi>{visible(text)}</bdi>")


@register.filter
def party(name: object) -> SafeString:
    """Show a party of the directory; in an exercise, with its State's name in the story."""
    return party_html(name)


@register.filter
def isolated(text: object) -> SafeString:
    """Keep whole in a sentence that runs leftwards what is read from left to right."""
    pieces = _LEFT_TO_RIGHT.split(str(text))
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


@register.filter
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


@register.filter
def listed(things: Iterable[object]) -> SafeString:
    """Return things side by side, each isolated, parted as the page's language does it."""
    return format_html_join(
        comma(), "{}", ((one if isinstance(one, SafeString) else shown(one),) for one in things)
    )


@register.filter
def typed(command: object) -> SafeString:
    """Return a command, on one line that breaks between its words only, never after a hyphen."""
    words = _WORDS.findall(str(command))
    return format_html_join(" ", "<span>{}</span>", ((one,) for one in words if one != "\\"))


@register.filter
def parted(address: object) -> SafeString:
    """Return an address or a path that breaks after its strokes."""
    return format_html_join(SafeString("/<wbr>"), "{}", ((one,) for one in str(address).split("/")))


@register.filter
def moment_text(text: object) -> SafeString:
    """Return a moment that a docket entry holds as text, as `moment` shows one."""
    return moment(parse_time(str(text))) if text else SafeString("")


@register.filter
def excerpt(text: object) -> SafeString:
    """Return the first 100,000 characters of foreign text, what is invisible in it shown."""
    return visible(str(text)[:MAX_EXCERPT_CHARS])


@register.filter
def label(name: object) -> str:
    """Return what a section or member is called on forms."""
    return str(LABELS.get(str(name), name))


@register.filter
def person(identifier: object) -> str:
    """Return the name of an officer whom an entry names by identifier; else the identifier."""
    found = Officer.objects.filter(identifier=str(identifier)).select_related("user").first()
    return found.user.get_username() if found else str(identifier)


@register.filter
def word(code: object, vocabulary: str) -> str:
    """Return the officers' word for a code."""
    return str(_VOCABULARIES[vocabulary].get(str(code), code))


@register.filter
def code(value: object) -> str:
    """Return the officers' word for a code that a section holds."""
    from comity.node.compose.section_rows import CODES

    return str(CODES.get(str(value), value))


@register.filter
def fault(code: object) -> str:
    """Return what an error code means; after a colon stands what the partner said."""
    return web_labels.fault(str(code))


@register.filter
def standing(code: object) -> str:
    """Return what a message's standing means."""
    return web_labels.standing(str(code))


@register.filter
def moment(value: datetime | None) -> SafeString:
    """Return a moment in UTC, readable in the page's language and by programs."""
    return moment_html(value) if value is not None else SafeString("")


@register.filter
def clock(value: datetime | None) -> str:
    """Return how far away a moment is, in the two largest units."""
    if value is None:
        return ""
    seconds = int((value - now()).total_seconds())
    left = span(abs(seconds))
    if seconds < 0:
        return _("%(time)s late") % {"time": left}
    return _("in %(time)s") % {"time": left}


@register.filter
def places(value: datetime | None, parties: Iterable[str]) -> SafeString:
    """Return a moment on the clocks of the States of parties, each after a dot, with days off."""
    config, lang = settings.CONFIG, (get_language() or "en").lower()
    found = [
        format_html(
            '<span class="place">· {} {}{}</span>',
            seen.names(seen.state, lang),
            local_html(seen.local),
            f" ({_('weekend') if seen.off == 'weekend' else visible(seen.off)})"
            if seen.off
            else "",
        )
        for seen in (seen_in(config, value, parties) if config else ())
    ]
    return format_html_join(" ", "{}", ((one,) for one in found))


@register.filter
def wall(value: datetime | None, zone: str) -> SafeString | str:
    """Return a moment on the wall clock of a zone, and in UTC beside it."""
    return "" if value is None else wall_html(value, zone)


@register.filter
def overdue(value: datetime | None) -> bool:
    """Tell whether a moment is past."""
    return value is not None and value < now()


@register.filter
def age(value: datetime) -> str:
    """Return how long ago a moment was, in words."""
    return span(max(0, int((now() - value).total_seconds())))


@register.filter
def span(seconds: int | None) -> str:
    """Return a length of time in words."""
    if seconds is None:
        return _("never")
    if seconds >= 86_400:
        days = seconds // 86_400
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if seconds >= 3600:
        hours = seconds // 3600
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    minutes = seconds // 60
    if not minutes:
        return _("less than a minute")
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


@register.filter
def size(size_bytes: int) -> SafeString:
    """Return a size with its unit, left to right, with the decimal mark of the language."""
    return format_html('<span class="text-nowrap" dir="ltr">{}</span>', size_text(size_bytes))


@register.filter
def number(value: float) -> str:
    """Return a count as the language writes it, thousands set apart; not for names of things."""
    mark = get_format("THOUSAND_SEPARATOR") or ","  # Chinese names none
    return digits(value, get_format("DECIMAL_SEPARATOR"), None, 3, mark, force_grouping=True)


@register.filter
def brief(digest: object) -> SafeString:
    """Return the first digits of a digest, the whole in the title."""
    text = str(digest).removeprefix("sha256:")
    return format_html('<code dir="ltr" title="{}">{}</code>', str(digest), text[:16])


@register.filter
def in_row(field: Any) -> bool:
    """Tell whether a field stands in a row of identifiers and not on a line of its own."""
    return str(field.name).startswith("row_")


@register.filter
def at(value: Any, key: str) -> Any:
    """Return a member of a mapping."""
    return value.get(key) if hasattr(value, "get") else None


@register.simple_tag
def unreviewed() -> str:
    """Return the mark of legal wording that nobody reviewed."""
    return str(UNREVIEWED)


@register.simple_tag(takes_context=True)
def faulty(context: Any) -> list[Any]:
    """Return the fields with errors: the page's ``wrong_fields``, else those of its forms."""
    named = context.get("wrong_fields")
    if named is not None:
        return list(named)
    forms = [context.get("form"), *(context.get("parts") or ())]
    found = {
        field.id_for_label: field
        for form in forms
        if getattr(form, "is_bound", False)
        for field in form
        if field.errors
    }
    return list(found.values())
