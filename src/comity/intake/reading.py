"""One original read, and what lies in it, each by the reader of its kind; runs under limits.

Source: docs/reference/intake.md.
"""

import hashlib
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from comity.intake.docx import office_kind
from comity.intake.errors import OriginalEncryptedError, OriginalMalformedError
from comity.intake.kinds import name_differs, sniff
from comity.intake.original import MAX_DEPTH, MAX_NAME_CHARS, Original
from comity.intake.safe_text import Budget, Found, shown_name

NEEDED: Final = {"ole": "olefile", "pdf": "pypdf"}
"""Library of each kind that needs one."""
_READERS: Final = {
    "docm": "comity.intake.docx:read",
    "docx": "comity.intake.docx:read",
    "eml": "comity.intake.mail:read",
    "gif": "comity.intake.images:read",
    "html": "comity.intake.plain:read_html",
    "jpeg": "comity.intake.images:read",
    "pdf": "comity.intake.pdf:read",
    "png": "comity.intake.images:read",
    "text": "comity.intake.plain:read",
    "tiff": "comity.intake.images:read",
}

type Reader = Callable[[bytes, Budget], Found]


def read(data: bytes, name: str) -> Original:
    """Return what an original is and says.

    Args:
        data: untrusted.
        name: untrusted; that it came under.
    """
    return _read(data, name, "", Budget(), depth=0)


def _read(data: bytes, name: str, declared: str, budget: Budget, *, depth: int) -> Original:
    kind, warnings = kind_of(data)
    found = _found(kind, data, budget)
    found.warnings |= warnings
    return _original(kind, data, found, budget, name=name, declared=declared, depth=depth)


def kind_of(data: bytes) -> tuple[str, set[str]]:
    """Return the kind by content, and the cautions that the container deserves."""
    kind = sniff(data)
    if kind == "zip":
        return office_kind(data), set()
    if kind != "ole" or find_spec("olefile") is None:
        return kind, set()
    told: Callable[[bytes], tuple[str, set[str]]] = import_module(
        "comity.intake.old_office"
    ).ole_kind
    try:
        return told(data)
    except OriginalMalformedError:
        return "ole", {"malformed"}


def _found(kind: str, data: bytes, budget: Budget) -> Found:
    """Return what the reader of a kind found; what it could not is a caution."""
    if kind in NEEDED and find_spec(NEEDED[kind]) is None:
        return Found(warnings={"extra-missing", "not-read"})
    if kind not in _READERS:
        return Found(warnings={"not-read"})
    module, _, attribute = _READERS[kind].partition(":")
    reader: Reader = getattr(import_module(module), attribute)
    try:
        return reader(data, budget)
    except OriginalEncryptedError:
        return Found(warnings={"encrypted", "not-read"})
    except (OriginalMalformedError, RecursionError):
        return Found(warnings={"malformed", "not-read"})


def _original(
    kind: str,
    data: bytes,
    found: Found,
    budget: Budget,
    *,
    name: str,
    declared: str,
    depth: int,
) -> Original:
    shown, cautions = shown_name(name, MAX_NAME_CHARS)
    warnings = found.warnings | cautions
    if name_differs(name, kind):
        warnings.add("name-and-kind-differ")
    attachments = _attachments(found, budget, warnings, depth=depth)
    values: dict[str, Any] = dict(found.values)
    return Original(
        name=shown,
        kind=kind,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        is_read="not-read" not in warnings,
        warnings=tuple(sorted(warnings)),
        texts=tuple(found.texts),
        declared=shown_name(declared, MAX_NAME_CHARS // 4)[0],
        attachments=attachments,
        **values,
    )


def _attachments(
    found: Found, budget: Budget, warnings: set[str], *, depth: int
) -> tuple[Original, ...]:
    if depth >= MAX_DEPTH:
        warnings |= {"nested-too-deep"} if found.parts else set()
        return ()
    made = []
    for name, declared, data in found.parts:
        if not budget.take_attachment():
            warnings.add("too-many-parts")
            break
        made.append(_read(data, name, declared, budget, depth=depth + 1))
    return tuple(made)


def answer(data: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """Return the original that a request of `comity.intake.reader` asks about, as JSON."""
    return {"original": read(data, request["name"]).to_value()}
