"""Plain text and HTML pages, decoded by their own signs or as UTF-8."""

from comity.intake.budget import Budget, Found
from comity.intake.html_text import html_text
from comity.intake.safe_text import decoded


def read(data: bytes, budget: Budget) -> Found:
    """Return a text.

    Args:
        data: untrusted.
        budget: counted down.
    """
    found = Found()
    found.say(budget, "text-plain", letters(data, found))
    return found


def read_html(data: bytes, budget: Budget) -> Found:
    """Return what an HTML page says.

    Args:
        data: untrusted.
        budget: counted down.
    """
    found = Found()
    text, found.warnings = html_text(letters(data, found))
    found.say(budget, "text-html", text)
    return found


def letters(data: bytes, found: Found) -> str:
    """Return the letters of bytes that name no charset but by a byte order mark."""
    charset = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    text, is_clean = decoded(data.removeprefix(b"\xef\xbb\xbf"), charset)
    if not is_clean:
        found.warnings.add("bad-charset")
    return text
