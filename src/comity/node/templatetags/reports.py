"""Showing days and settings on pages of what the office sees of itself."""

from datetime import date
from typing import Any

from django import template

from comity.node.page_language import day_of, month_of

register = template.Library()


@register.filter
def day_text(value: Any) -> str:
    """Return a day as the reader's language writes it; a month may stand alone."""
    return day_of(value) if isinstance(value, date) else month_of(str(value))
