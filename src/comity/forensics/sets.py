"""Which files belong together: the names of EWF segments and of the parts of a split raw image.

Source: libewf, "Expert Witness Compression Format", section "Segment file": E01 to E99, then EAA to
EZZ, FAA and so on; version 2 the same after ``Ex``.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAX_FILES: Final = 20_000
"""Of one set; EWF's names end at 14,971."""

_EWF: Final = re.compile(r"[EL](?:[0-9]{2}|[A-Z]{2})|[F-KM-Z][A-Z]{2}", re.IGNORECASE)
_EWF_2: Final = re.compile(r"[EL][XYZ](?:[0-9]{2}|[A-Z]{2})", re.IGNORECASE)
_PART: Final = re.compile(r"[0-9]{3,5}")


@dataclass(frozen=True)
class Place:
    """A file's place in a set, by its name.

    Attributes:
        set: what all names of the set have in common.
        number: of the file in it.
    """

    set: tuple[str, ...]
    number: int


def ewf_place(path: Path, family: str) -> Place | None:
    """Return the place of a segment's name.

    Args:
        path: of the file.
        family: ``E01 L01 Ex01 Lx01``.
    """
    stem, _, suffix = path.name.rpartition(".")
    first, second = family[0], len(family) == 4
    if not stem or not (_EWF_2 if second else _EWF).fullmatch(suffix):
        return None
    upper = suffix.upper()
    if second:
        if upper[0] != first:
            return None
        high, base, rest = upper[1], "X", upper[2:]
    else:
        high, base, rest = upper[0], first, upper[1:]
    if rest.isdigit():
        return Place((stem, family), int(rest)) if high == base and int(rest) else None
    rounds = ord(high) - ord(base)
    if rounds < 0:
        return None
    number = 100 + rounds * 676 + (ord(rest[0]) - 65) * 26 + ord(rest[1]) - 65
    return Place((stem, family), number)


def part_place(path: Path) -> Place | None:
    """Return the place of a part's name: ``image.001``, ``disk.dd.000``."""
    stem, _, suffix = path.name.rpartition(".")
    if not stem or not _PART.fullmatch(suffix):
        return None
    return Place((stem, str(len(suffix))), int(suffix))


def siblings(path: Path, place: Place, family: str | None) -> dict[int, Path]:
    """Return the files beside a file that have a place in its set, by number.

    Args:
        path: of the file.
        place: of the file.
        family: of EWF segments; None for parts of a raw image.
    """
    found = {place.number: path}
    stem = place.set[0] + "."
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if not entry.name.startswith(stem):
                continue
            other = path.with_name(entry.name)
            at = ewf_place(other, family) if family else part_place(other)
            if at is None or at.set != place.set or not entry.is_file():
                continue
            found.setdefault(at.number, other)
            if len(found) == MAX_FILES:
                break
    return dict(sorted(found.items()))


def ranges(numbers: list[int]) -> str:
    """Return ascending numbers as people write them: ``2, 5-7``."""
    told: list[str] = []
    begin = previous = None
    for number in [*numbers, None]:
        if begin is not None and previous is not None and number != previous + 1:
            told.append(str(begin) if begin == previous else f"{begin}-{previous}")
            begin = None
        begin = number if begin is None else begin
        previous = number
    return ", ".join(told)
