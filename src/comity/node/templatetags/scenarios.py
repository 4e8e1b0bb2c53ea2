"""Texts of scenarios on pages: in the language they are in, which may not be the page's."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.drills import Finding
from comity.node.desk.exercise import scenario_words
from comity.node.templatetags.desk import visible

register = template.Library()


@register.filter
def told(text: object) -> SafeString:
    """Return a text of a scenario, isolated, and marked where English stands in for the page's."""
    lang = getattr(text, "lang", "")
    if lang and lang != (get_language() or "en").lower():
        return format_html(
            '<bdi lang="{}">{}</bdi> <span class="quiet">({})</span>',
            lang,
            visible(text),
            _("English"),
        )
    return format_html("<bdi>{}</bdi>", visible(text))


@register.filter
def named(text: object) -> SafeString:
    """Return a name of a scenario, isolated, in whatever language it is."""
    lang = getattr(text, "lang", "")
    return format_html('<bdi lang="{}">{}</bdi>' if lang else "<bdi>{1}</bdi>", lang, visible(text))


@register.filter
def minute_of(seconds: int) -> int:
    """Return the minute of exercise time."""
    return seconds // 60


@register.filter
def mended(code: str) -> str:
    """Return what a finding of the lint asks to mend, in words."""
    return scenario_words.finding(code)


@register.filter
def exactly(finding: Finding) -> str:
    """Return the English of a finding where it says more than its words do."""
    return "" if finding.code in scenario_words.SAYS_ALL else finding.text
