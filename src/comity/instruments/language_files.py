"""The words of a language that an office adds: untrusted files, compared with the English ones.

What is malformed or hostile is an error with file and line. What is missing is none: the program
shows English there, marked, and `problems` names it.
"""

import gettext
import io
import re
import struct
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final, Literal

from comity.instruments.errors import InstrumentError
from comity.instruments.library import UNSEEN, read_table
from comity.instruments.words import parse_words

ABOUT: Final = "language.toml"
PAPERS: Final = "papers.toml"
FRAME: Final = "frame.toml"
SHARED: Final = "words.toml"
TAG: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")
MAX_NAME: Final = 60
MAX_FONTS: Final = 8
MAX_FILES: Final = 64
_FORMATTED: Final = frozenset({PAPERS, FRAME})
_SUFFIX: Final = ".toml"
_MEMBERS: Final = frozenset({"name", "direction", "fonts"})
_HEADER: Final = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?")
_KEY: Final = re.compile(r'\s*((?:"[^"\n]*"|[\w-]+)(?:\s*\.\s*(?:"[^"\n]*"|[\w-]+))*)\s*=')
_PART: Final = re.compile(r'"([^"\n]*)"|([\w-]+)')
_AT_LINE: Final = re.compile(r"at line (\d+)")


class LanguageError(InstrumentError, code="language-malformed"):
    """A file of an office's own language cannot be used; facts ``file`` and ``line`` say where."""


@dataclass(frozen=True)
class Language:
    """A language that an office adds.

    Attributes:
        lang: BCP 47 tag in lower case.
        name: what it calls itself.
        direction: which way it is written.
        fonts: families that its papers need, before the others.
        entries: file name to dotted key to text; only keys that the program has, none blank.
        layer: the law's words, by their path in a library.
    """

    lang: str
    name: str
    direction: Literal["ltr", "rtl"]
    fonts: tuple[str, ...]
    entries: Mapping[str, Mapping[str, str]]
    layer: Mapping[str, bytes]


@dataclass(frozen=True, order=True)
class Gap:
    """One thing for a translator to look at.

    Attributes:
        file: in the folder of the language.
        line: from 1; 0 where the file is not there.
        key: dotted.
        code: ``text-missing``, ``text-foreign`` or ``file-missing``.
        text: English: what is the matter.
    """

    file: str
    line: int
    key: str
    code: str
    text: str


def parse_language(
    lang: str, files: Mapping[str, bytes], english: Mapping[str, Mapping[str, str]]
) -> Language:
    """Return a language of its files.

    Args:
        lang: name of the folder, untrusted.
        files: name to bytes, untrusted; names that the program does not have are an error.
        english: name to the English texts.

    Raises:
        LanguageError: with file and line: no TOML, too large, a text that holds what no eye sees, a
            foreign placeholder, a file of another name, or no name and direction.
    """
    if not TAG.fullmatch(lang):
        raise _fault(f"{lang[:32]!a}", 0, "the folder's name is no language tag, such as pt")
    if len(files) > MAX_FILES:
        raise _fault(lang, 0, f"more than {MAX_FILES} files")
    for name in files:
        if name not in english and name != ABOUT:
            raise _fault(f"{lang}/{name[:64]!a}", 0, "no file of this name is read")
    name, direction, fonts = _about(lang, files.get(ABOUT))
    entries = {}
    for part, data in files.items():
        if part != ABOUT:
            entries[part] = _entries(lang, part, data, english[part])
    layer = {
        f"{'' if part == SHARED else part.removesuffix(_SUFFIX) + '/'}words/{lang}.toml": data
        for part, data in files.items()
        if part != ABOUT and part not in _FORMATTED
    }
    return Language(lang, name, direction, fonts, entries, layer)


def problems(
    lang: str, files: Mapping[str, bytes], english: Mapping[str, Mapping[str, str]]
) -> list[Gap]:
    """Return what a translator still has to do in files that `parse_language` takes."""
    found: list[Gap] = []
    for part, due in english.items():
        if part not in files:
            text = f"is not there: {len(due)} texts are shown in English"
            found.append(Gap(part, 0, "", "file-missing", text))
            continue
        where = lines(files[part])
        last = max(where.values(), default=1)
        given = parse_words(_table(lang, part, files[part]), file=part).entries
        found += [
            Gap(part, _line(where, key) or last, key, "text-missing", f"no text for: {text}")
            for key, text in due.items()
            if not given.get(key, "").strip()
        ]
        found += [
            Gap(part, _line(where, key), key, "text-foreign", "is the text of nothing")
            for key in given
            if key not in due
        ]
    return sorted(found)


def _about(lang: str, data: bytes | None) -> tuple[str, Literal["ltr", "rtl"], tuple[str, ...]]:
    place = f"{lang}/{ABOUT}"
    if data is None:
        raise _fault(place, 0, "is not there; it says name and direction")
    table, where = _table(lang, ABOUT, data), lines(data)
    if foreign := sorted(table.keys() - _MEMBERS):
        raise _fault(place, _line(where, foreign[0]), "only name, direction and fonts stand here")
    name, direction, fonts = table.get("name"), table.get("direction"), table.get("fonts", [])
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise _fault(place, _line(where, "name"), "name is what the language calls itself")
    if direction not in {"ltr", "rtl"}:
        raise _fault(place, _line(where, "direction"), "direction is ltr or rtl")
    if (
        not isinstance(fonts, list)
        or len(fonts) > MAX_FONTS
        or not all(isinstance(one, str) and 0 < len(one) <= MAX_NAME for one in fonts)
    ):
        raise _fault(place, _line(where, "fonts"), "fonts is a list of names of families")
    return name, "rtl" if direction == "rtl" else "ltr", tuple(fonts)


def _table(lang: str, part: str, data: bytes) -> Mapping[str, object]:
    place = f"{lang}/{part}"
    try:
        return read_table(part, data)
    except InstrumentError as fault:
        found = _AT_LINE.search(str(fault))
        key = str(fault.facts.get("key", ""))
        line = int(found[1]) if found else _line_by_end(data, key)
        told = str(fault).removeprefix(f"{part}: ")
        raise _fault(place, line, told) from fault


def _entries(lang: str, part: str, data: bytes, due: Mapping[str, str]) -> dict[str, str]:
    place = f"{lang}/{part}"
    table = dict(_table(lang, part, data))
    table.pop("reviewed_by", None)
    where = lines(data)
    try:
        given = parse_words(table, file=part).entries
    except InstrumentError as fault:
        key = str(fault.facts.get("key", ""))
        raise _fault(place, _line(where, key), str(fault).removeprefix(f"{part}: ")) from fault
    kept = {key: text for key, text in given.items() if key in due and text.strip()}
    if part in _FORMATTED:
        for key, text in kept.items():
            if places(text) != places(due[key]):
                told = f"{key}: has other places in braces than {due[key]!a}"
                raise _fault(place, _line(where, key), told)
    return kept


def places(text: str) -> list[str] | None:
    """Return the names in braces of a text, sorted; None if they are not plain names."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    named = [(name, spec, turn) for _, name, spec, turn in parts if name is not None]
    if any(not name.isidentifier() or spec or turn for name, spec, turn in named):
        return None
    return sorted(name for name, _, _ in named)


# ------------------------------------------------------------------ lines


def lines(data: bytes) -> dict[str, int]:
    """Return dotted key to line, from 1, of the keys that begin a line, and of the tables."""
    found: dict[str, int] = {}
    before = ""
    for number, line in enumerate(_text(data).split("\n"), 1):
        if header := _HEADER.fullmatch(line.rstrip("\r")):
            before = _dotted(header[1]) + "."
            found.setdefault(before.rstrip("."), number)
        elif key := _KEY.match(line):
            found.setdefault(before + _dotted(key[1]), number)
    return found


def _text(data: bytes) -> str:
    return data.removeprefix(BOM_UTF8).decode("utf-8", "replace")


def _dotted(text: str) -> str:
    return ".".join(one or other for one, other in _PART.findall(text))


def _line(where: Mapping[str, int], key: str) -> int:
    """Return the line of a key, or of the table that would hold it; 0 if nothing is near."""
    while key:
        if key in where:
            return where[key]
        key = key.rpartition(".")[0]
    return 0


def _line_by_end(data: bytes, key: str) -> int:
    found = [line for name, line in lines(data[: 1 << 20]).items() if _ends(name, key)]
    return found[0] if found else 0


def _ends(name: str, key: str) -> bool:
    return bool(key) and (name == key or name.endswith(f".{key}"))


def _fault(file: str, line: int, text: str) -> LanguageError:
    place = f"{file}:{line}" if line else file
    return LanguageError(f"{place}: {text}", file=file, line=line)


# The catalogue of the pages in a language that an office adds: gettext's binary form, untrusted.
#
# A translator's program compiles ``django.po`` to ``django.mo``, which the pages read. A
# translation may not bring a place for a value, a tag or an invisible character that its English
# text does not have.
#
# Source: GNU gettext manual, "The Format of GNU MO Files".


MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ENTRIES: Final = 20_000
_LITTLE: Final = b"\xde\x12\x04\x95"
_SHOWN: Final = 80
_PLACE: Final = re.compile(r"%\(\w+\)[sd]|%.")
_TAG: Final = re.compile(r"<[^>]*>|[<>]")


@dataclass(frozen=True)
class Entry:
    """One text of the pages.

    Attributes:
        context: which of its senses the text has here, or empty.
        source: English.
        plural: English plural, or empty.
        texts: translations, one for each form.
    """

    context: str
    source: str
    plural: str
    texts: tuple[str, ...]


def parse_mo(data: bytes, *, file: str) -> list[Entry]:
    """Return the entries of a ``.mo`` file, checked; the header is none of them.

    Args:
        data: untrusted.
        file: its name, for errors.

    Raises:
        LanguageError: with the file, and the English text that it is about.
    """
    if len(data) > MAX_BYTES:
        raise _catalogue_fault(file, f"more than {MAX_BYTES} bytes")
    try:
        read = gettext.GNUTranslations(io.BytesIO(data))
        read.ngettext("", "", 1)  # reads the rule for plurals
        entries = list(_catalogue_entries(data))
    except (LookupError, OSError, ValueError, struct.error) as fault:
        raise _catalogue_fault(
            file, f"is no catalogue that can be used: {type(fault).__name__}"
        ) from fault
    if str(read.charset()).lower() not in {"utf-8", "utf8"}:
        raise _catalogue_fault(file, "is not in UTF-8")
    for entry in entries:
        for text in entry.texts:
            _check(entry, text, file)
    return [entry for entry in entries if entry.source]


def _catalogue_entries(data: bytes) -> Iterator[Entry]:
    order = "<" if data.startswith(_LITTLE) else ">"
    count, keys_at, texts_at = struct.unpack_from(f"{order}3I", data, 8)
    if count > MAX_ENTRIES:
        raise ValueError("too many entries")
    for number in range(count):
        key, text = (
            data[begin : begin + length].decode()
            for length, begin in (
                struct.unpack_from(f"{order}2I", data, table + 8 * number)
                for table in (keys_at, texts_at)
            )
        )
        singular, _, plural = key.partition("\0")
        context, _, source = singular.rpartition("\x04")
        yield Entry(context, source, plural, tuple(text.split("\0")))


def _check(entry: Entry, text: str, file: str) -> None:
    if not entry.source:
        return
    sources = [one for one in (entry.source, entry.plural) if one]
    place = ascii(entry.source[:_SHOWN])
    if not text:
        raise _catalogue_fault(file, f"{place} lacks one of its forms")
    if UNSEEN.search(text):
        raise _catalogue_fault(file, f"{place} holds what no eye sees")
    if all(sorted(_PLACE.findall(text)) != sorted(_PLACE.findall(one)) for one in sources):
        raise _catalogue_fault(file, f"{place} has other places for values than the English text")
    if all(sorted(_TAG.findall(text)) != sorted(_TAG.findall(one)) for one in sources):
        raise _catalogue_fault(file, f"{place} has other tags than the English text")


def _catalogue_fault(file: str, text: str) -> LanguageError:
    return LanguageError(f"{file}: {text}", file=file, line=0)


# The line of an entry in a file of the law as data, for the person who has to mend it.


_ARRAY: Final = re.compile(r"\s*\[\[\s*([\w.-]+)\s*\]\]")
_TABLE: Final = re.compile(r"\s*\[")
_NAMED: Final = re.compile(r"""\s*(?:key|state|party)\s*=\s*["']([^"'\n]+)["']""")
_PLACE_AT_LINE: Final = re.compile(r"\bline (\d+)")
_LARGEST: Final = 1 << 20


def line_of(data: bytes, key: str, *, table: str = "", text: str = "") -> int:
    """Return the line, from 1, at which an entry begins; 0 where it is not found.

    Args:
        data: the file, untrusted; what lies beyond 1 MiB is not looked at.
        key: of the entry: ``rules.R-030`` of words, ``R-030`` or ``rule R-030`` of an instrument.
        table: the array of tables in which the entry stands, ``rule``, where that is known.
        text: what is wrong; the line that a parser of TOML named there comes first.
    """
    if told := _PLACE_AT_LINE.search(text):
        return int(told[1])
    data = data[:_LARGEST]
    kind, _, name = key.partition(" ")
    if not name:
        kind, name = table, key
    name = name.removesuffix(" limits")
    entries = _place_entries(data)
    exact = entries.get((kind, name), 0)
    if exact or not key:
        return exact
    known = lines(data)
    return known.get(key, 0) or known.get(key.rpartition(".")[0], 0)


def _place_entries(data: bytes) -> dict[tuple[str, str], int]:
    """Return the line of each entry of an array, by the array's name and its own, or "no. 2"."""
    found: dict[tuple[str, str], int] = {}
    counts: Counter[str] = Counter()
    array = ""
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        if header := _ARRAY.match(line):
            array = header[1]
            counts[array] += 1
            found[array, f"no. {counts[array]}"] = number
        elif _TABLE.match(line):
            array = ""
        elif array and (named := _NAMED.match(line)):
            found.setdefault((array, named[1]), number)
    return found
