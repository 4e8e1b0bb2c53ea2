"""The signs that pages put beside words, from one sprite, and the counts in the menu."""

from typing import Any, Final

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from comity.node.web.menu import counted

register = template.Library()
TURNED: Final = frozenset({"arrow"})
"""Signs that point the other way in a script that runs from right to left."""


@register.simple_tag
def sign(name: str) -> SafeString:
    """Return a sign of the sprite; a word beside it, seen or hidden, says the same."""
    return format_html(
        '<svg class="i{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " flip" if name in TURNED else "",
        static("desk/icons.svg"),
        name,
    )


@register.simple_tag
def counts(html: str, head: Any) -> SafeString:
    """Return the menu or the tabs with what waits; of a visitor, without."""
    return counted(html, head.counts, head.hot) if head else counted(html, {})
