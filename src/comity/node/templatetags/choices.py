"""What can be chosen from a list that drops down."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def options(
    pairs: Iterable[tuple[Any, Any]], chosen: Any = "", *, lang: bool = False
) -> SafeString:
    """Return the options of a select.

    Args:
        pairs: a code, and what it is called; both are escaped.
        chosen: code of the one that is chosen.
        lang: whether codes are languages, and each name stands in its own.
    """
    made = []
    for code, told in pairs:
        value = escape(str(code))
        in_its_own = f' lang="{value}"' if lang else ""
        picked = " selected" if code == chosen else ""
        made.append(f'<option value="{value}"{in_its_own}{picked}>{escape(str(told))}</option>')
    return mark_safe("".join(made))  # noqa: S308 - every piece is escaped above
