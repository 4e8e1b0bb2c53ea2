"""The line of an entry in a file of the law as data, for the person who has to mend it."""

import re
from collections import Counter
from typing import Final

from comity.instruments.language_files import lines

_ARRAY: Final = re.compile(r"\s*\[\[\s*([\w.-]+)\s*\]\]")
_TABLE: Final = re.compile(r"\s*\[")
_NAMED: Final = re.compile(r"""\s*(?:key|state|party)\s*=\s*["']([^"'\n]+)["']""")
_AT_LINE: Final = re.compile(r"\bline (\d+)")
_LARGEST: Final = 1 << 20


def line_of(data: bytes, key: str, *, table: str = "", text: str = "") -> int:
    """Return the line, from 1, at which an entry begins; 0 where it is not found.

    Args:
        data: the file, untrusted; what lies beyond 1 MiB is not looked at.
        key: of the entry: ``rules.R-030`` of words, ``R-030`` or ``rule R-030`` of an instrument.
        table: the array of tables in which the entry stands, ``rule``, where that is known.
        text: what is wrong; the line that a parser of TOML named there comes first.
    """
    if told := _AT_LINE.search(text):
        return int(told[1])
    data = data[:_LARGEST]
    kind, _, name = key.partition(" ")
    if not name:
        kind, name = table, key
    name = name.removesuffix(" limits")
    entries = _entries(data)
    exact = entries.get((kind, name), 0)
    if exact or not key:
        return exact
    known = lines(data)
    return known.get(key, 0) or known.get(key.rpartition(".")[0], 0)


def _entries(data: bytes) -> dict[tuple[str, str], int]:
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
