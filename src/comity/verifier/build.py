"""The page as one file: template, style, script, and the policy that allows nothing else.

The same sources give the same bytes, so that a digest told another way means something.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from comity import __version__
from comity.canonical import MisuseError
from comity.verifier import tables

# A bundler for plain JavaScript modules: one script, the same bytes every time.
#
# Rules, so that no parser is needed: a module imports by ``import { a, b } from "./x.js";`` at the
# beginning of a line and exports by ``export`` before a declaration; no default, no renaming, no
# cycle. Each module becomes a function that runs once, so that its names stay its own.


_IMPORT: Final = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"([^"]+)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)
_NAME: Final = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
_LEFT: Final = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def script(entry: Path, made: Mapping[str, str]) -> str:
    """Return one script of a module and all it imports.

    Args:
        entry: the module that is run last.
        made: file name to the text of modules that are no files, the tables for example.

    Raises:
        MisuseError: a module that breaks the rules, or imports what is not exported.
    """
    return _Joiner(made).join(entry.resolve())


class _Joiner:
    """One run; lives only inside `script`."""

    def __init__(self, made: Mapping[str, str]) -> None:
        self._made = made
        self._names: dict[Path, str] = {}
        self._exports: dict[Path, set[str]] = {}
        self._open: list[Path] = []
        self._parts: list[str] = []

    def join(self, entry: Path) -> str:
        self._take(entry)
        return '"use strict";\n' + "\n".join(self._parts)

    def _take(self, path: Path) -> None:
        if path in self._names:
            return
        if path in self._open:
            raise MisuseError(f"{path.name} imports itself by a detour")
        self._open.append(path)
        text = self._made.get(path.name)
        if text is None:
            text = path.read_text(encoding="utf-8")
        found = _IMPORT.findall(text)
        for _, source in found:
            self._take((path.parent / source).resolve())
        heads = [self._head(path, names, source) for names, source in found]
        body = _EXPORT.sub("", _IMPORT.sub("", text))
        if _LEFT.search(body):
            raise MisuseError(f"{path.name} imports or exports in another form")
        exports = _NAME.findall(text)
        self._open.pop()
        self._names[path] = f"m{len(self._names)}_{re.sub(r'[^a-z0-9]', '_', path.stem)}"
        self._exports[path] = set(exports)
        self._parts.append(
            f"const {self._names[path]} = (() => {{\n"
            + "".join(heads)
            + body.strip("\n")
            + f"\nreturn {{ {', '.join(exports)} }};\n}})();\n"
        )

    def _head(self, path: Path, names: str, source: str) -> str:
        wanted = [name.strip() for name in names.split(",") if name.strip()]
        target = (path.parent / source).resolve()
        missing = [name for name in wanted if name not in self._exports[target]]
        if missing:
            raise MisuseError(f"{path.name} imports {missing[0]}, which {source} does not export")
        return f"const {{ {', '.join(wanted)} }} = {self._names[target]};\n"


_HERE: Final = Path(__file__).resolve().parent


def page() -> bytes:
    """Return the page's bytes, UTF-8."""
    style = _text("page.css")
    joined = script(_HERE / "js" / "main.js", tables.modules())
    parts = {
        "script": _source(joined),
        "style": _source(style),
        "css": style,
        "version": __version__,
        "script_text": joined,
    }
    text = _text("page.html")
    for name, value in parts.items():
        head, mark, tail = text.partition(f"{{{name}}}")
        if not mark or "</script" in joined.lower():
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
