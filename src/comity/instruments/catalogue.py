"""The catalogue of the pages in a language that an office adds: gettext's two forms, untrusted.

A translator's program writes ``django.po``; the pages read ``django.mo``. A translation may not
bring a place for a value, a tag or an invisible character that its English text does not have.

Source: GNU gettext manual, "The Format of PO Files", "The Format of GNU MO Files".
"""

import gettext
import io
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.instruments.language_files import LanguageError
from comity.instruments.library import UNSEEN

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ENTRIES: Final = 20_000
_MAGIC: Final = 0x950412DE
_HEADER_BYTES: Final = 28
_PLACE: Final = re.compile(r"%\(\w+\)[sd]|%.")
_TAG: Final = re.compile(r"<[^>]*>|[<>]")
_LINE: Final = re.compile(
    r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)?\s*"((?:[^"\\]|\\.)*)"\s*'
)
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True)
class Entry:
    """One text of the pages.

    Attributes:
        line: of its ``msgid``, or of its ``msgctxt``, from 1.
        source: English.
        plural: English plural, or empty.
        texts: translations, one for each form; blank where nobody wrote one.
        context: which of its senses the text has here, or empty.
    """

    line: int
    source: str
    plural: str
    texts: tuple[str, ...]
    context: str = ""


def parse_po(data: bytes, *, file: str) -> list[Entry]:
    """Return the entries of a ``.po`` file, checked; the header is the entry of no source.

    Args:
        data: untrusted.
        file: its name, for errors.

    Raises:
        LanguageError: with file and line.
    """
    entries = list(_entries(_lines(data, file), file))
    for entry in entries:
        for text in entry.texts:
            if entry.source and text:
                _check(entry, text, file)
    _plural_rule(write_mo(entries), file)
    return entries


def _lines(data: bytes, file: str) -> list[str]:
    if len(data) > MAX_BYTES:
        raise _fault(file, 0, f"more than {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8").splitlines()
    except UnicodeDecodeError as fault:
        raise _fault(file, data[: fault.start].count(b"\n") + 1, "is not UTF-8") from fault


def _entries(lines: list[str], file: str) -> Iterator[Entry]:
    parts: dict[str, str] = {}
    start, name, fuzzy = 0, "", False
    for number, line in enumerate([*lines, ""], 1):
        bare = line.strip()
        if bare.startswith("#"):
            fuzzy = fuzzy or (bare.startswith("#,") and "fuzzy" in bare)
            continue
        if not bare or _begins(bare, parts):
            if parts:
                yield _entry(start, parts, blank=fuzzy and bool(parts.get("msgid")))
                parts, name, fuzzy = {}, "", False
            start = number
            if not bare:
                continue
        found = _LINE.fullmatch(bare)
        if found is None or not _follows(found[1], parts):
            raise _fault(file, number, "is no line of a .po file that the pages can use")
        name = found[1] or name
        parts[name] = parts.get(name, "") + _ESCAPE.sub(
            lambda match: _ESCAPES.get(match[1], match[0]), found[2]
        )


def _begins(line: str, parts: Mapping[str, str]) -> bool:
    """Tell whether a line begins an entry: by its context if it has one, else by its text."""
    if line.startswith("msgid "):
        return list(parts) != ["msgctxt"]
    return line.startswith("msgctxt ") and any(name.startswith("msgstr") for name in parts)


def _follows(name: str | None, parts: Mapping[str, str]) -> bool:
    """Tell whether a member can stand where it does: once, and a context before all others."""
    if not name:
        return bool(parts)
    if name == "msgctxt":
        return not parts
    return name not in parts and (list(parts) != ["msgctxt"] or name == "msgid")


def _entry(start: int, parts: Mapping[str, str], *, blank: bool) -> Entry:
    texts = tuple(parts[name] for name in sorted(parts) if name.startswith("msgstr"))
    return Entry(
        start,
        parts.get("msgid", ""),
        parts.get("msgid_plural", ""),
        ("",) * len(texts) if blank else texts,
        parts.get("msgctxt", ""),
    )


def _check(entry: Entry, text: str, file: str) -> None:
    sources = [one for one in (entry.source, entry.plural) if one]
    if UNSEEN.search(text):
        raise _fault(file, entry.line, "holds what no eye sees")
    if all(sorted(_PLACE.findall(text)) != sorted(_PLACE.findall(one)) for one in sources):
        raise _fault(file, entry.line, "has other places for values than the English text")
    if all(sorted(_TAG.findall(text)) != sorted(_TAG.findall(one)) for one in sources):
        raise _fault(file, entry.line, "has other tags than the English text")


def _plural_rule(made: bytes, file: str) -> None:
    """Refuse a header that gettext cannot read: its charset, or its rule for plurals."""
    try:
        gettext.GNUTranslations(io.BytesIO(made)).ngettext("", "", 1)
    except (ValueError, LookupError, OSError, UnicodeError, struct.error) as fault:
        raise _fault(file, 0, f"the header cannot be used: {type(fault).__name__}") from fault


def write_mo(entries: list[Entry]) -> bytes:
    """Return the binary catalogue of the entries that are translated whole."""
    pairs = sorted(
        (
            _key(entry).encode(),
            "\0".join(entry.texts).encode(),
        )
        for entry in entries
        if entry.texts and all(entry.texts)
    )
    keys = b"".join(key + b"\0" for key, _ in pairs)
    first = _HEADER_BYTES + 16 * len(pairs)
    table_of_keys, table_of_texts, at, to = b"", b"", first, first + len(keys)
    for key, text in pairs:
        table_of_keys += struct.pack("<2I", len(key), at)
        table_of_texts += struct.pack("<2I", len(text), to)
        at, to = at + len(key) + 1, to + len(text) + 1
    half = _HEADER_BYTES + 8 * len(pairs)
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), _HEADER_BYTES, half, 0, 0)
    return head + table_of_keys + table_of_texts + keys + b"".join(t + b"\0" for _, t in pairs)


def _key(entry: Entry) -> str:
    told = f"{entry.context}\x04{entry.source}" if entry.context else entry.source
    return f"{told}\0{entry.plural}" if entry.plural else told


def _fault(file: str, line: int, text: str) -> LanguageError:
    place = f"{file}:{line}" if line else file
    return LanguageError(f"{place}: {text}", file=file, line=line)
