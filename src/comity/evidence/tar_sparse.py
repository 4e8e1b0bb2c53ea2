"""The map of a sparse member: where in the file its data lie, strictly read.

The form is the one GNU calls 1.0: decimal numbers, a line each, the count of entries first, then
offset and length of every piece of data; zeros fill the last block. An entry of no bytes stands
only last and at the file's end: by it GNU tar knows that the file ends in a hole.

Source: GNU tar manual, "Storing Sparse Files", "PAX Format, Version 1.0"; spec 15.1.
"""

from array import array
from collections.abc import Iterator

from comity.evidence.tar_write import BLOCK_BYTES

MAX_ENTRIES = (1 << 16) + 1  # the last one may be empty
MAX_DIGITS = 18


class SparseMapError(ValueError):
    """A map breaks its form; the tar reader tells it with its place."""


class SparseMap:
    """Feed it blocks until `complete`; then `regions` tells data and holes in order."""

    def __init__(self, *, real_size: int, stored_size: int) -> None:
        self.complete = False
        self.stored_size = stored_size
        self._real = real_size
        self._numbers = array("q")
        self._due = 1  # numbers, until the count is known
        self._line = b""
        self._blocks = 0

    def feed(self, block: bytes) -> None:
        """Take the next block of 512 bytes; `SparseMapError`."""
        self._blocks += 1
        lines = (self._line + block).split(b"\n")
        for position, line in enumerate(lines[:-1]):
            self._number(line)
            if len(self._numbers) == self._due:
                if any(b"\n".join(lines[position + 1 :]).strip(b"\0")):
                    raise SparseMapError("bytes hide behind the map of a sparse file")
                self._check()
                self.complete = True
                return
        self._line = lines[-1]
        if len(self._line) > MAX_DIGITS:
            raise SparseMapError("the map of a sparse file has no form")

    def _number(self, line: bytes) -> None:
        if not line.isdigit() or len(line) > MAX_DIGITS or (line[:1] == b"0" and line != b"0"):
            raise SparseMapError("a number in the map of a sparse file is none")
        number = int(line)
        if not self._numbers:
            if not 1 <= number <= MAX_ENTRIES:
                raise SparseMapError("the map of a sparse file has no entry, or too many")
            self._due = 1 + 2 * number
        elif number > self._real:
            raise SparseMapError("the map of a sparse file points behind its end")
        self._numbers.append(number)

    def _check(self) -> None:
        end, stored, left = -1, self._blocks * BLOCK_BYTES, self._numbers[0]
        for offset, length in self._pieces():
            left -= 1
            is_end = not left and offset == self._real
            if offset <= end or not (length or is_end):
                raise SparseMapError("pieces of a sparse file overlap, touch, or are out of order")
            end = offset + length
            stored += length
        if end != self._real or stored != self.stored_size:
            raise SparseMapError("the map of a sparse file does not fit its size")

    def _pieces(self) -> Iterator[tuple[int, int]]:
        numbers = iter(self._numbers[1:])
        return zip(numbers, numbers, strict=True)

    def regions(self) -> Iterator[tuple[int, int]]:
        """Yield (hole, data) in bytes: how much to skip, and how much follows it."""
        end = 0
        for offset, length in self._pieces():
            yield offset - end, length
            end = offset + length
