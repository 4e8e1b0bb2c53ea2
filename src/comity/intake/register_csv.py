"""CSV as offices have it: encoding and separator told from the bytes, or as a person says.

Source: RFC 4180; where it is silent, what spreadsheets write (separator by country, BOM).
"""

import csv
import io
import re
from typing import Any, Final

from comity.instruments.identifiers.text import script
from comity.intake.errors import RegisterTooLargeError, RegisterUnreadableError
from comity.intake.register_table import MAX_CELL_CHARS, SEPARATORS, Cell, Room
from comity.intake.safe_text import clean

_SAMPLE_CHARS: Final = 200_000
_SAMPLE_ROWS: Final = 50
_CODECS: Final = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "windows-1256": "cp1256",
}
_LIKELY: Final = ("windows-1252", "windows-1251", "windows-1256")  # the first wins a tie
_WORD: Final = re.compile(r"[^\W\d_]+")


def read_csv(data: bytes, *, encoding: str, separator: str) -> dict[str, Any]:
    """Return a table as JSON.

    Args:
        data: untrusted.
        encoding: one of `comity.intake.register_table.ENCODINGS`, or "" to tell it.
        separator: one of `SEPARATORS`, or "" to tell it.

    Raises:
        RegisterUnreadableError: no CSV.
        RegisterTooLargeError: more than is read.
    """
    encoding = encoding or told_encoding(data)
    text = _decoded(data, encoding)
    separator = separator or told_separator(text)
    room, rows = Room(), []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for number, cells in enumerate(reader, 1):
            if any(map(str.strip, cells)):
                rows.append(room.take(number, [_cell(cell) for cell in cells]))
    except csv.Error:
        raise RegisterUnreadableError("a row cannot be read as CSV") from None
    return {
        "encoding": encoding,
        "has_undecoded": "\ufffd" in text,
        "kind": "csv",
        "separator": separator,
        "sheets": [{"is_hidden": False, "merged": 0, "name": "", "rows": rows}],
    }


def _cell(raw: str) -> Cell:
    if len(raw) > MAX_CELL_CHARS:
        raise RegisterTooLargeError("a cell has more letters than are read")
    return Cell(clean(raw)[0].strip())


def _decoded(data: bytes, encoding: str) -> str:
    if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    return data.decode(_CODECS[encoding], "replace")


def told_encoding(data: bytes) -> str:
    """Return the encoding that bytes look written in; short texts may deceive."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return max(_LIKELY, key=lambda name: _likelihood(data, name))
    return "utf-8"


def _likelihood(data: bytes, encoding: str) -> int:
    """Count the words that make sense, less those that do not."""
    text = data[:_SAMPLE_CHARS].decode(_CODECS[encoding], "replace")
    return sum(_sense(word[0]) for word in _WORD.finditer(text) if not word[0].isascii())


def _sense(word: str) -> int:
    scripts = {script(char) for char in word}
    if scripts == {"LATIN"}:
        return 1 if 2 * sum(map(str.isascii, word)) >= len(word) else -1
    if len(scripts) != 1:
        return -1
    cased = word.islower() or word.isupper() or word.istitle()
    return 1 if cased or word.lower() == word.upper() else -1


def told_separator(text: str) -> str:
    """Return the separator that gives the first rows the same number of cells, most of all."""
    sample = text[:_SAMPLE_CHARS]

    def evenness(separator: str) -> tuple[int, int]:
        widths: list[int] = []
        try:
            for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                widths.append(len(cells))
                if len(widths) >= _SAMPLE_ROWS:
                    break
        except csv.Error:
            return (0, 0)
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common), common) if common > 1 else (0, 0)

    return max(SEPARATORS, key=evenness)
