"""The page as one file: template, style, script, and the policy that allows nothing else.

The same sources give the same bytes, so that a digest told another way means something.
"""

import base64
import hashlib
from pathlib import Path
from typing import Final

from comity import __version__
from comity.canonical import MisuseError
from comity.verifier import modules, tables

_HERE: Final = Path(__file__).resolve().parent


def page() -> bytes:
    """Return the page's bytes, UTF-8."""
    style = _text("page.css")
    script = modules.script(_HERE / "js" / "main.js", tables.modules())
    parts = {
        "script": _source(script),
        "style": _source(style),
        "css": style,
        "version": __version__,
        "script_text": script,
    }
    text = _text("page.html")
    for name, value in parts.items():
        head, mark, tail = text.partition(f"{{{name}}}")
        if not mark or "</script" in script.lower():
            raise MisuseError("the page has no place for a part, or the script ends itself")
        text = head + value + tail
    return text.encode("utf-8")


def page_digest(data: bytes) -> str:
    """Return the hex SHA-256 by which a publisher tells the page apart."""
    return hashlib.sha256(data).hexdigest()


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """Return a CSP source expression for an inline element (CSP Level 3 section 8.4)."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
