"""A PDF: its text page by page, and what it would do when a viewer opens it.

Imported only where the extra ``intake`` is installed.

Source: ISO 32000-1 sections 7.6 (encryption), 7.11.4 (files inside), 12.6.4 (actions).
"""

import logging
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from comity.intake.errors import OriginalEncryptedError, OriginalMalformedError
from comity.intake.safe_text import Budget, Found

MAX_PAGES: Final = 2_000
LETTER: Final = "comity-letter.json"
_MAX_OBJECTS: Final = 200_000
_MAX_FILES: Final = 50
_ACTIVE: Final = frozenset({"/JavaScript", "/Launch", "/RichMedia", "/Movie", "/Rendition"})
_FETCHING: Final = frozenset({"/GoToR", "/ImportData", "/SubmitForm"})
_FEW_LETTERS: Final = 20  # on all pages together: a scan with a page number

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # its words may quote the file


def read(data: bytes, budget: Budget) -> Found:
    """Return what a PDF says.

    Args:
        data: untrusted.
        budget: counted down.

    Raises:
        OriginalEncryptedError: it needs a password.
        OriginalMalformedError: it cannot be read.
    """
    found = Found()
    reader = _opened(data, found)
    _look(reader, found)
    _files(reader, budget, found)
    _pages(reader, budget, found)
    return found


def _opened(data: bytes, found: Found) -> PdfReader:
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            found.warnings.add("encrypted")
            if not reader.decrypt(""):
                raise OriginalEncryptedError("the PDF needs a password")
        found.values["pages"] = len(reader.pages)
    except (ImportError, MemoryError, OriginalEncryptedError):
        raise
    except Exception:  # noqa: BLE001 - pypdf has no one error for hostile bytes
        raise OriginalMalformedError("the PDF cannot be read") from None
    return reader


def _pages(reader: PdfReader, budget: Budget, found: Found) -> None:
    letters = 0
    for number in range(min(len(reader.pages), MAX_PAGES)):
        try:
            text = reader.pages[number].extract_text()
        except (ImportError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - as above
            found.warnings.add("malformed")
            continue
        letters += len(text.strip())
        found.say(budget, f"page-{number + 1}", text)
    if len(reader.pages) > MAX_PAGES:
        found.warnings.add("truncated")
    if letters < _FEW_LETTERS:
        found.warnings.add("no-text")


def _look(reader: PdfReader, found: Found) -> None:
    """Note actions, scripts and what is fetched, wherever an object has them."""
    try:
        for one in _tables(reader):
            kinds = {str(one.get(key)) for key in ("/S", "/Subtype", "/Type")}
            if "/JS" in one or kinds & _ACTIVE or "/XFA" in one:
                found.warnings.add("active-content")
            if kinds & _FETCHING:
                found.warnings.add("external-reference")
            if str(one.get("/Type")) == "/Sig" or str(one.get("/FT")) == "/Sig":
                found.warnings.add("signed-not-checked")
    except (ImportError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - as above
        found.warnings.add("malformed")


def _tables(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Yield the tables of all objects, and those that stand in them, to a bound."""
    numbers = [
        IndirectObject(number, generation, reader)
        for generation, places in reader.xref.items()
        for number in places
    ]
    numbers += [IndirectObject(number, 0, reader) for number in reader.xref_objStm]
    left = _MAX_OBJECTS
    for number in numbers:
        try:
            waiting: list[Any] = [number.get_object()]
        except (ImportError, MemoryError):
            raise
        except Exception:  # noqa: BLE001, S112 - one broken object says nothing of the others
            continue
        while waiting and left > 0:
            left -= 1
            one = waiting.pop()
            if isinstance(one, DictionaryObject):
                yield one
                waiting += [one.raw_get(key) for key in one]
            elif isinstance(one, ArrayObject):
                waiting += list.__iter__(one)


def _files(reader: PdfReader, budget: Budget, found: Found) -> None:
    try:
        for number, (name, contents) in enumerate(reader.attachments.items()):
            if number >= _MAX_FILES:
                found.warnings.add("too-many-parts")
                break
            for content in contents[:2]:
                if not budget.take_unpacked(len(content)):
                    found.warnings.add("truncated")
                    return
                _file(str(name), content, found)
    except (ImportError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - as above
        found.warnings.add("malformed")


def _file(name: str, content: bytes, found: Found) -> None:
    found.warnings.add("embedded-files")
    found.parts.append((name, "", content))
    if name == LETTER and "letter_code" not in found.values:
        code = import_module("comity.intake.letter_inside").code_of(content)
        found.warnings.add("letter-inside" if code else "letter-broken")
        found.values["letter_code"] = code
