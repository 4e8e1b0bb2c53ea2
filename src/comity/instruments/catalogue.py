"""The catalogue of the pages in a language that an office adds: gettext's binary form, untrusted.

A translator's program compiles ``django.po`` to ``django.mo``, which the pages read. A translation
may not bring a place for a value, a tag or an invisible character that its English text does not
have.

Source: GNU gettext manual, "The Format of GNU MO Files".
"""

import gettext
import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.instruments.language_files import LanguageError
from comity.instruments.library import UNSEEN

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
        raise _fault(file, f"more than {MAX_BYTES} bytes")
    try:
        read = gettext.GNUTranslations(io.BytesIO(data))
        read.ngettext("", "", 1)  # reads the rule for plurals
        entries = list(_entries(data))
    except (LookupError, OSError, ValueError, struct.error) as fault:
        raise _fault(file, f"is no catalogue that can be used: {type(fault).__name__}") from fault
    if str(read.charset()).lower() not in {"utf-8", "utf8"}:
        raise _fault(file, "is not in UTF-8")
    for entry in entries:
        for text in entry.texts:
            _check(entry, text, file)
    return [entry for entry in entries if entry.source]


def _entries(data: bytes) -> Iterator[Entry]:
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
        raise _fault(file, f"{place} lacks one of its forms")
    if UNSEEN.search(text):
        raise _fault(file, f"{place} holds what no eye sees")
    if all(sorted(_PLACE.findall(text)) != sorted(_PLACE.findall(one)) for one in sources):
        raise _fault(file, f"{place} has other places for values than the English text")
    if all(sorted(_TAG.findall(text)) != sorted(_TAG.findall(one)) for one in sources):
        raise _fault(file, f"{place} has other tags than the English text")


def _fault(file: str, text: str) -> LanguageError:
    return LanguageError(f"{file}: {text}", file=file, line=0)
