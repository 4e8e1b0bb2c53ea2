"""Texts of scenarios on pages: in the language they are in, which may not be the page's."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.node.desk.exercise import scenario_words
from comity.node.templatetags.desk import isolated

register = template.Library()


@register.filter
def told(text: object) -> SafeString:
    """Return a text of a scenario, isolated, and marked where English stands in for the page's."""
    lang = getattr(text, "lang", "")
    if lang and lang != (get_language() or "en").lower():
        return format_html(
            '<bdi lang="{}">{}</bdi> <span class="quiet">({})</span>',
            lang,
            isolated(text),
            _("English"),
        )
    return format_html("<bdi>{}</bdi>", isolated(text))


@register.filter
def clock_of(seconds: int) -> str:
    """Return exercise time as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def mended(code: str) -> str:
    """Return what a finding of the lint asks to mend, in words."""
    return scenario_words.finding(code)
