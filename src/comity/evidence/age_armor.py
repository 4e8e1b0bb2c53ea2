"""The armor of age: a sealed file as text, for channels that take no bytes.

The reader is strict, because armor that is read forgivingly can be changed without being noticed:
only white space may stand around it, and of the base64 only the one canonical form is taken.

Source: C2SP age v1, "ASCII armor"; RFC 7468 section 3, strict form.
"""

import binascii
from collections.abc import Iterator

from comity.evidence.age import Sink, Source
from comity.evidence.age_header import ARMOR_BEGIN, VERSION_LINE
from comity.keys.bech32 import AgeArmorError

ARMOR_END = b"-----END AGE ENCRYPTED FILE-----"
MAX_WHITESPACE_BYTES = 1024  # before and after; the format itself has no limit
_COLUMNS = 64
_LINE_BYTES = 48  # what one full line holds
_PIECE_BYTES = 1 << 18
_BATCH_LINES = 4096  # decoded at once
_PEEK_BYTES = 4096


class ArmorWriter:
    """A sink that passes on armor; `close` writes the rest, and nothing may follow."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._mark = ARMOR_BEGIN + b"\n"
        self._rest = b""  # less than a line

    def write(self, view: memoryview) -> None:
        """Take more sealed bytes."""
        data = self._rest + view
        whole = len(data) - len(data) % _LINE_BYTES
        self._rest = data[whole:]
        self._pass_on(data[:whole])

    def close(self) -> None:
        """Write the last line and the end mark."""
        self._pass_on(self._rest)
        self._sink(memoryview(ARMOR_END + b"\n"))

    def _pass_on(self, data: bytes) -> None:
        text = binascii.b2a_base64(data, newline=False)
        lines = [text[at : at + _COLUMNS] + b"\n" for at in range(0, len(text), _COLUMNS)]
        self._sink(memoryview(self._mark + b"".join(lines)))
        self._mark = b""


class ArmorReader:
    """A source of the bytes inside armor, decoded as they are asked for.

    It tells the end only after the end mark and what follows it have been checked.
    """

    def __init__(self, source: Source) -> None:
        self._pieces = _decode(source)
        self._plain = memoryview(b"")

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the front of ``buffer``; return the bytes read, 0 at the end.

        Raises:
            AgeArmorError: the armor breaks a rule.
        """
        while not self._plain:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._plain = memoryview(piece)
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size


def without_armor(source: Source) -> Source:
    """Return a source of the binary age file, whether ``source`` is armored or not.

    What neither is nor looks like armor is passed on, for the header's reader to refuse.
    """
    head = bytearray()
    buffer = memoryview(bytearray(_PEEK_BYTES))
    while len(head) < _PEEK_BYTES and (size := source.readinto(buffer[len(head) :])):
        head += buffer[:size]
    whole = _Joined(bytes(head), source)
    binary = head.startswith(VERSION_LINE[: len(head)])
    armored = head.lstrip().startswith(b"-----") or ARMOR_BEGIN in head
    return ArmorReader(whole) if armored and not binary else whole


class _Joined:
    """A source whose first bytes have been read already."""

    def __init__(self, head: bytes, source: Source) -> None:
        self._head, self._source = memoryview(head), source

    def readinto(self, buffer: memoryview, /) -> int | None:
        if not self._head:
            return self._source.readinto(buffer)
        size = min(len(buffer), len(self._head))
        buffer[:size] = self._head[:size]
        self._head = self._head[size:]
        return size


def _decode(source: Source) -> Iterator[bytes]:
    lines = _lines(source)
    if _next_text(lines) != ARMOR_BEGIN:
        raise AgeArmorError("the file does not begin with the line that begins armor")
    full: list[bytes] = []
    any_full = False
    for line in lines:
        if len(line) != _COLUMNS or line.endswith(b"="):
            break
        full.append(line)
        if len(full) == _BATCH_LINES:
            any_full = True
            yield _full_lines(full)
            full.clear()
    else:
        raise AgeArmorError("the armor ends before its end mark")
    yield _full_lines(full)
    if line != ARMOR_END:
        yield _last_line(line)
        if next(lines, None) != ARMOR_END:
            raise AgeArmorError("the armor's short line is not followed by its end mark")
    elif not (full or any_full):
        raise AgeArmorError("the armor is empty")
    if _next_text(lines) is not None:
        raise AgeArmorError("something follows the armor's end mark")


def _lines(source: Source) -> Iterator[bytes]:
    """Yield each line without its end, which is LF or CR LF; the last may lack it."""
    rest = b""
    buffer = memoryview(bytearray(_PIECE_BYTES))
    while size := source.readinto(buffer):
        *lines, rest = (rest + buffer[:size]).split(b"\n")
        if len(rest) > MAX_WHITESPACE_BYTES:
            raise AgeArmorError("a line of the armor is too long")
        for line in lines:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest.removesuffix(b"\r")


def _next_text(lines: Iterator[bytes]) -> bytes | None:
    """Return the next line that is not white space, or None at the end."""
    skipped = 0
    for line in lines:
        if line.strip():
            return line
        skipped += len(line) + 1
        if skipped > MAX_WHITESPACE_BYTES:
            raise AgeArmorError("there is too much white space around the armor")
    return None


def _full_lines(lines: list[bytes]) -> bytes:
    try:
        return binascii.a2b_base64(b"".join(lines), strict_mode=True)
    except binascii.Error as error:
        raise AgeArmorError("a line of the armor is not base64") from error


def _last_line(line: bytes) -> bytes:
    data = _full_lines([line])
    if not 0 < len(line) <= _COLUMNS or binascii.b2a_base64(data, newline=False) != line:
        raise AgeArmorError("the armor's last line is not the canonical base64 of some bytes")
    return data
