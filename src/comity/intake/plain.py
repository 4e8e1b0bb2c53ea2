"""Plain text and HTML pages, decoded by their own signs or as UTF-8."""

from html.parser import HTMLParser
from typing import Final

from comity.intake.safe_text import Budget, Found, decoded

# Text of an HTML page or mail, for reading beside the original: nothing is rendered or fetched.


_BREAKS: Final = frozenset(
    {
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    }
)
_CELLS: Final = frozenset({"td", "th"})
_SILENT: Final = frozenset({"script", "style", "template", "title"})
_ACTIVE: Final = frozenset(
    {"applet", "embed", "form", "iframe", "frame", "object", "script", "base"}
)
_REMOTE: Final = ("http:", "https:", "//", "ftp:", "file:", "\\\\")
_UNSEEN: Final = ("display:none", "visibility:hidden", "font-size:0", "opacity:0", "mso-hide:all")
_MAX_PIECES: Final = 2_000_000


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.warnings: set[str] = set()
        self._silent = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._look(tag, told)
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append("\t")
        if tag == "a":
            self._link = _plain(told.get("href", ""))
        elif tag == "img" and told.get("alt"):
            self.pieces.append(f"[{told['alt']}]")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag == "a" and self._link:
            self.pieces.append(f" <{self._link}>")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._silent and len(self.pieces) < _MAX_PIECES:
            self.pieces.append(data)

    def _look(self, tag: str, told: dict[str, str]) -> None:
        if tag in _ACTIVE or any(name.startswith("on") for name in told):
            self.warnings.add("active-content")
        if any(_is_script(told.get(name, "")) for name in ("action", "href", "src")):
            self.warnings.add("active-content")
        style = told.get("style", "").lower().replace(" ", "")
        if any(word in style for word in _UNSEEN) or "hidden" in told:
            self.warnings.add("hidden-text")
        sources = [told.get(name, "") for name in ("src", "background", "srcset")]
        if tag == "link":
            sources.append(told.get("href", ""))
        if any(map(_is_remote, sources)) or "url(http" in style:
            self.warnings.add("external-reference")
            if tag == "img":
                self.warnings.add("tracking-image")


def _plain(address: str) -> str:
    return "".join(address.split())[:2000]


def _is_script(address: str) -> bool:
    return _plain(address).lower().startswith(("javascript:", "vbscript:", "data:text/html"))


def _is_remote(address: str) -> bool:
    return _plain(address).lower().startswith(_REMOTE)


def html_text(source: str) -> tuple[str, set[str]]:
    """Return what an HTML text says, with the addresses of its links, and its cautions.

    Args:
        source: untrusted; broken HTML is read as far as it goes.
    """
    reader = _Reader()
    try:
        reader.feed(source)
        reader.close()
    except (AssertionError, ValueError):  # of html.parser, on broken declarations
        reader.warnings.add("malformed")
    return _tidy("".join(reader.pieces)), reader.warnings


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


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
