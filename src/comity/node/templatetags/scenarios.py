"""Texts of scenarios on pages: in the language they are in, which may not be the page's."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.drills import Finding
from comity.node.exercise.pages.scenario import labels
from comity.node.web.text_format import isolated

register = template.Library()


@register.filter
def told(text: object) -> SafeString:
    """Return a text of a scenario, isolated, and marked where English stands in for the page's."""
    lang = getattr(text, "lang", "")
    if lang and lang != (get_language() or "en").lower():
        return format_html('{} <span class="quiet">({})</span>', named(text), _("English"))
    return named(text)


@register.filter
def named(text: object) -> SafeString:
    """Return a name of a scenario, isolated, in its language and with the direction of that."""
    lang = getattr(text, "lang", "")
    if not lang:
        return format_html("<bdi>{}</bdi>", isolated(text))
    runs = "rtl" if lang.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr"
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', lang, runs, isolated(text))


@register.filter
def minute_of(seconds: int) -> int:
    """Return the minute of exercise time."""
    return seconds // 60


@register.filter
def exactly(finding: Finding) -> str:
    """Return the English of a finding where it says more than its words do."""
    return "" if finding.code in labels.SAYS_ALL else finding.text
