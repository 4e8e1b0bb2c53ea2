"""Sizes as a language writes them."""

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString


def size_text(size_bytes: int) -> str:
    """Return a size with its unit, with the decimal mark of the language."""
    value, units = float(size_bytes), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{number_format(value, 0 if units[0] == 'B' else 1)} {units[0]}"


def size(size_bytes: int) -> SafeString:
    """Return a size with its unit, left to right, with the decimal mark of the language."""
    return format_html('<span class="nowrap" dir="ltr">{}</span>', size_text(size_bytes))
