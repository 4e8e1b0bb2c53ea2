"""Showing words, moments and foreign text on pages."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django import template
from django.conf import settings
from django.forms import BoundField, FileInput, PasswordInput
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.numberformat import format as digits
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.canonical import parse_time
from comity.keys import spoken
from comity.node.core.clock import now
from comity.node.core.formats import comma, day_of
from comity.node.core.time_zones import seen_in
from comity.node.docket import labels
from comity.node.evidence import labels as evidence_words
from comity.node.law.wording import UNREVIEWED
from comity.node.mail.pages import labels as mail_labels
from comity.node.models import Officer
from comity.node.web import assistance_labels as assistance_words
from comity.node.web import labels as web_labels
from comity.node.web.date_format import local_html, moment, wall_html
from comity.node.web.measure_labels import MEASURE, MEASURE_MEANS
from comity.node.web.section_labels import code_labels, section_label
from comity.node.web.size_format import size
from comity.node.web.story_names import party_html, state_text
from comity.node.web.text_format import (
    DAYS_FROM_S,
    age,
    fine_span,
    foreign,
    framed,
    in_order,
    isolated,
    listed,
    shown,
    span,
    visible,
)

register = template.Library()
register.simple_tag(comma)
for _filter in (shown, isolated, in_order, framed, listed, age, span, fine_span, moment, size):
    register.filter(_filter)
DAY_S: Final = 86_400
MAX_EXCERPT_CHARS: Final = 100_000
_WORDS: Final = re.compile(r"""(?:"[^"]*"|'[^']*'|\S)+""")
"""A word of a command line, its quoted parts whole."""
_VOCABULARIES: Final = {
    "do": web_labels.DO,
    "done": web_labels.DONE,
    "state": web_labels.STATE,
    "measure": MEASURE,
    "measure_means": MEASURE_MEANS,
    "asked": {**MEASURE, **web_labels.DONE, "table.called": assistance_words.KIND["table"]},
    "sent": web_labels.SENT,
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
    "condition": code_labels("conditions", "conditions.kind"),
    "use": code_labels("use", "purpose"),
}


@register.filter
def party(name: object) -> SafeString:
    """Show a party of the directory, with its State's name before it."""
    return party_html(name)


@register.filter
def state(name: object) -> str:
    """Return the name of a party's State in the reader's language."""
    return state_text(str(name))


@register.filter
def typed(command: object) -> SafeString:
    """Return a command, on one line that breaks between its words only, never after a hyphen."""
    words = _WORDS.findall(str(command))
    return format_html_join(" ", "<span>{}</span>", ((one,) for one in words if one != "\\"))


@register.filter
def fingerprint(name: object) -> str:
    """Return what people read to each other of a key, by its name."""
    return spoken.fingerprint(str(name))


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
    return foreign(str(text)[:MAX_EXCERPT_CHARS])


@register.filter
def label(name: object) -> str:
    """Return what a section is called."""
    return str(section_label(str(name)))


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
def fault(code: object) -> str:
    """Return what an error code means; after a colon stands what the partner said."""
    return web_labels.fault(str(code))


@register.filter
def standing(code: object) -> str:
    """Return what a message's standing means."""
    return web_labels.standing(str(code))


@register.filter
def receipt_outcome(code: object) -> str:
    """Return what a receipt says became of a message."""
    return web_labels.receipt(str(code))


@register.filter
def clock(value: datetime | None) -> str:
    """Return how far away a moment is, in its largest unit."""
    if value is None:
        return ""
    seconds = int((value - now()).total_seconds())
    left = span(abs(seconds))
    if seconds < 0:
        return _("%(time)s late") % {"time": left}
    return _("in %(time)s") % {"time": left}


@register.filter
def countdown(value: datetime | None) -> str:
    """Return how far away a moment is, in its two largest units."""
    if value is None:
        return ""
    seconds = int((value - now()).total_seconds())
    size = abs(seconds)
    unit = 3600 if size >= DAYS_FROM_S else 60
    rest = size % (DAY_S if size >= DAYS_FROM_S else 3600)
    left = span(size) if size < 3600 or rest < unit else f"{span(size)} {span(rest)}"
    if seconds < 0:
        return _("%(time)s late") % {"time": left}
    return _("in %(time)s") % {"time": left}


@register.filter
def day(value: date) -> str:
    """Return a day as the reader's language writes it."""
    return day_of(value)


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
def face(value: datetime) -> str:
    """Return how long ago a moment was as the face of a clock: hours and minutes."""
    minutes = max(0, int((now() - value).total_seconds())) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


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
    found = {field.id_for_label: field for field in _sent_fields(context) if field.errors}
    return list(found.values())


@register.simple_tag(takes_context=True)
def cleared(context: Any) -> bool:
    """Tell whether a browser leaves a field of the page empty: a password, a file."""
    kinds = (PasswordInput, FileInput)
    return any(isinstance(field.field.widget, kinds) for field in _sent_fields(context))


def _sent_fields(context: Any) -> Iterator[BoundField]:
    for form in (context.get("form"), *(context.get("parts") or ())):
        if getattr(form, "is_bound", False):
            yield from form
