"""A Word document: its text, and what it would do when an office program opens it.

Source: ISO/IEC 29500-1 sections 11 (parts), 17.3 (paragraphs, runs), part 2 section 9.3
(relationships).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from comity.intake.errors import OriginalEncryptedError, OriginalMalformedError
from comity.intake.safe_text import Budget, Found
from comity.intake.safe_zip import Archive, read_xml

MAIN: Final = "word/document.xml"
_TEXTS: Final = re.compile(r"word/(header\d{0,3}|footer\d{0,3}|footnotes|endnotes|comments)\.xml")
_MAX_TEXTS: Final = 60
_MAX_RELATIONS: Final = 100
_MAX_EMBEDDED: Final = 50
_BREAKS: Final = frozenset({"br", "cr", "p"})
_HOLDERS: Final = {"delText": "text", "instrText": "code", "t": "text"}


def read(data: bytes, budget: Budget) -> Found:
    """Return what a Word document says.

    Args:
        data: untrusted.
        budget: counted down.

    Raises:
        OriginalEncryptedError, OriginalMalformedError: it cannot be read.
    """
    archive = Archive(data)
    found = Found()
    look_around(archive, budget, found)
    others = sorted(name for name in archive.names if _TEXTS.fullmatch(name))[:_MAX_TEXTS]
    found.say(budget, "document", document_text(archive.read(MAIN, budget), found))
    for name in others:
        place = name.removeprefix("word/").removesuffix(".xml")
        with going_on(found):
            found.say(budget, place, document_text(archive.read(name, budget), found))
    if not found.texts:
        found.warnings.add("no-text")
    return found


def look_around(archive: Archive, budget: Budget, found: Found) -> None:
    """Note macros, active parts, what is fetched from elsewhere, and files inside.

    Source: ISO/IEC 29500-2 section 9.3: a relationship may point outside.
    """
    names = [name.lower() for name in archive.names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        found.warnings.add("macro")
    if any("/activex/" in name or "/customui" in name for name in names):
        found.warnings.add("active-content")
    relations = [name for name in archive.names if name.endswith(".rels")]
    if len(relations) > _MAX_RELATIONS:
        found.warnings.add("too-many-parts")
    for name in relations[:_MAX_RELATIONS]:
        with going_on(found):
            told = archive.read(name, budget)
            read_xml(told, start=lambda tag, values: _relation(tag, values, found))
    embedded = [name for name in archive.names if "/embeddings/" in name.lower()]
    for name in embedded[:_MAX_EMBEDDED]:
        found.warnings.add("embedded-files")
        with going_on(found):
            found.parts.append((name.rpartition("/")[2], "", archive.read(name, budget)))


@contextmanager
def going_on(found: Found) -> Iterator[None]:
    """Let one broken part of a document not hide the others; what is sure is told."""
    try:
        yield
    except OriginalMalformedError:
        found.warnings.add("malformed")
    except OriginalEncryptedError:
        found.warnings.add("encrypted")


def _relation(tag: str, told: Mapping[str, str], found: Found) -> None:
    if tag != "Relationship" or told.get("TargetMode", "").lower() != "external":
        return
    if told.get("Type", "").rpartition("/")[2] != "hyperlink":  # a link waits for a click
        found.warnings.add("external-reference")


def document_text(data: bytes, found: Found) -> str:
    """Return the text of a part in WordprocessingML, paragraph by paragraph.

    Raises:
        OriginalMalformedError: no XML.
    """
    reader = _Reader(found)
    read_xml(data, start=reader.start, end=reader.end, text=reader.text)
    _look_at_fields("".join(reader.codes), found)
    return "".join(reader.pieces)


class _Reader:
    """What the elements of one part say so far."""

    def __init__(self, found: Found) -> None:
        self.pieces: list[str] = []
        self.codes: list[str] = []
        self._found = found
        self._inside = {"code": 0, "text": 0}

    def start(self, tag: str, told: Mapping[str, str]) -> None:
        if tag in _HOLDERS:
            self._inside[_HOLDERS[tag]] += 1
        elif tag == "tab":
            self.pieces.append("\t")
        elif tag == "vanish" and told.get("val", "true") not in {"0", "false", "off"}:
            self._found.warnings.add("hidden-text")
        elif tag == "fldSimple":
            self.codes.append(f" {told.get('instr', '')} ")

    def end(self, tag: str) -> None:
        if tag in _HOLDERS:
            self._inside[_HOLDERS[tag]] -= 1
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag == "tc":
            self.pieces.append("\t")

    def text(self, piece: str) -> None:
        if self._inside["text"]:
            self.pieces.append(piece)
        elif self._inside["code"]:
            self.codes.append(piece)


def _look_at_fields(codes: str, found: Found) -> None:
    """Note fields that start or fetch something; page numbers and the like do neither.

    Source: ISO/IEC 29500-1 section 17.16.5 (field definitions).
    """
    words = set(codes.upper().split())
    if words & {"DDE", "DDEAUTO", "MACROBUTTON"}:
        found.warnings.add("active-content")
    if words & {"INCLUDEPICTURE", "INCLUDETEXT", "RD"}:
        found.warnings.add("external-reference")


def office_kind(data: bytes) -> str:
    """Return what a ZIP archive is by its members: ``docx docm xlsx odf zip``."""
    try:
        names = Archive(data).names
    except OriginalMalformedError:
        return "zip"
    if MAIN in names:
        macro = any(name.lower().endswith("vbaproject.bin") for name in names)
        return "docm" if macro else "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "odf" if {"mimetype", "content.xml"} <= set(names) else "zip"
