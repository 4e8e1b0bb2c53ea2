"""Showing days and settings on pages of what the office sees of itself."""

import re
from datetime import date
from typing import Any, Final

from django import template

from comity.node.core.formats import day_of, month_of

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
register = template.Library()


@register.filter
def day_text(value: Any) -> str:
    """Return a day as the reader's language writes it; a month may stand alone."""
    if isinstance(value, date):
        return day_of(value)
    return month_of(value) if _MONTH.fullmatch(str(value)) else str(value)
