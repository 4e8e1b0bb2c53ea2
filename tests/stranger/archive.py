"""The tar inside a package: plain files alone, and sparse ones as GNU 1.0 (spec 15.1; pax)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from tests.stranger.values import demand, refuse

BLOCK = 512
CODE = "package-tar"
NUMBER = re.compile(rb"0|[1-9][0-9]{0,18}")
MAX_PIECES = 65_537
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\..*)?", re.IGNORECASE
)
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
FOREIGN = set('\\:%"*?<>|')
SPARSE = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
SPARSE_NAMES = {*SPARSE, "GNU.sparse.name", "GNU.sparse.realsize"}


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        name: where it stands.
        offset: where in the archive its content begins.
        size: how long it is as it reads after unpacking.
        data: its content, after unpacking.
        sparse: whether it is kept with its holes.
    """

    name: str
    offset: int
    size: int
    data: bytes
    sparse: bool = False


def check_name(name: str) -> None:
    """Refuse a path that could leave its folder, or that two systems may read differently."""
    demand(name and len(name.encode("utf-8", "replace")) <= 4096, "package-name", "its length")
    for part in name.split("/"):
        ends = part[:1] == " " or part[-1:] in (" ", ".")
        demand(part and not ends and len(part.encode()) <= 255, "package-name", "a part of it")
        plain = not any(unicodedata.category(c) in HIDDEN for c in part) and not FOREIGN & set(part)
        demand(plain and not RESERVED.fullmatch(part), "package-name", "what it holds")
    demand(unicodedata.normalize("NFC", name) == name, "package-name", "not in form C")


def check_alone(names: list[str]) -> None:
    """Refuse names that fall together, also as folders, where case makes no difference."""
    files = [name.casefold() for name in names]
    demand(len(set(files)) == len(files), "package-duplicate")
    folders = {name[:at] for name in names for at, c in enumerate(name) if c == "/"}
    folded = {folder.casefold() for folder in folders}
    demand(len(folded) == len(folders) and not folded & set(files), "package-duplicate")


def _octal(field: bytes) -> int:
    text = field.rstrip(b"\0 ")
    demand(re.fullmatch(rb"[0-7]+", text), CODE, "a number of a header")
    return int(text, 8)


def _pax(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    while data:
        length, gap, _ = data.partition(b" ")
        demand(gap and re.fullmatch(rb"[1-9][0-9]{0,7}", length), CODE, "a pax record")
        record = data[: int(length)]
        demand(len(record) == int(length) and record.endswith(b"\n"), CODE, "a pax record")
        name, gap, text = record[len(length) + 1 : -1].partition(b"=")
        try:
            key, value = name.decode("utf-8"), text.decode("utf-8")
        except UnicodeError:
            refuse(CODE, "a pax record")
        demand(gap and key not in found, CODE, "a pax record")
        found[key] = value
        data = data[int(length) :]
    return found


def read_archive(data: bytes) -> list[Member]:
    """Return the members of an archive, in order."""
    at, extended, found = 0, dict[str, str](), list[Member]()
    while True:
        header = data[at : at + BLOCK]
        demand(len(header) == BLOCK, CODE, "it does not end")
        if header == bytes(BLOCK):
            demand(not data[at:].strip(b"\0") and len(data) - at >= 2 * BLOCK, CODE, "its end")
            demand(not extended and len(data) % BLOCK == 0, CODE, "its end")
            return found
        bare = header[:148] + b" " * 8 + header[156:]
        demand(_octal(header[148:156]) == sum(bare), CODE, "the sum of a header")
        demand(header[257:265] == b"ustar\x0000", CODE, "another kind of tar")
        size, kind = _octal(header[124:136]), header[156:157]
        if kind == b"0" and "size" in extended:
            demand(NUMBER.fullmatch(extended["size"].encode()), CODE, "a pax record")
            size = int(extended["size"])
        start = at + BLOCK
        content = data[start : start + size]
        at = start + size + -size % BLOCK
        demand(len(content) == size and len(data) >= at, CODE, "cut short")
        demand(not data[start + size : at].strip(b"\0"), CODE, "bytes behind a file")
        if kind == b"x":
            demand(not extended, CODE, "two extended headers")
            extended = _pax(content)
            continue
        demand(kind == b"0", CODE, "no plain file")
        found.append(_member(header, extended, start, content))
        extended = {}


def _member(header: bytes, extended: dict[str, str], start: int, content: bytes) -> Member:
    demand(set(extended) <= {"path", "size"} | SPARSE_NAMES, CODE, "an extended header")
    raw = header[:100].rstrip(b"\0")
    if prefix := header[345:500].rstrip(b"\0"):
        raw = prefix + b"/" + raw
    if not SPARSE_NAMES & set(extended):
        try:
            name = extended.get("path") or raw.decode("utf-8")
        except UnicodeError:
            refuse("package-name", "not UTF-8")
        return Member(name, start, len(content), content)
    whole = set(extended) >= SPARSE_NAMES and SPARSE.items() <= extended.items()
    demand(whole and "path" not in extended, CODE, "another form of sparse file")
    size = extended["GNU.sparse.realsize"].encode()
    demand(NUMBER.fullmatch(size), CODE, "a real size")
    return Member(
        extended["GNU.sparse.name"], start, int(size), _unfold(content, int(size)), sparse=True
    )


def _unfold(content: bytes, size: int) -> bytes:
    """Return what a sparse file reads as, from its map and its data."""
    numbers, at = [], 0

    def number() -> int:
        nonlocal at
        end = content.find(b"\n", at, at + 21)
        demand(end >= 0 and NUMBER.fullmatch(content[at:end]), CODE, "a number of a map")
        value, at = int(content[at:end]), end + 1
        return value

    count = number()
    demand(1 <= count <= MAX_PIECES, CODE, "how many pieces a map has")
    numbers = [(number(), number()) for _ in range(count)]
    start = at + -at % BLOCK
    demand(not content[at:start].strip(b"\0"), CODE, "bytes behind a map")
    found, end = bytearray(size), -1
    for place, (offset, length) in enumerate(numbers):
        last = place == count - 1
        demand(offset > end and offset + length <= size, CODE, "a piece in another's place")
        demand(length or (last and offset == size), CODE, "an empty piece")
        found[offset : offset + length] = content[start : start + length]
        start, end = start + length, offset + length
    demand(end == size, CODE, "a hole at the end that the map does not tell")
    demand(start == len(content), CODE, "more or less data than the map tells")
    return bytes(found)


# ------------------------------------------------------------------ writing


def _header(name: bytes, size: int, kind: bytes) -> bytes:
    def octal(value: int, width: int) -> bytes:
        return f"{value:0{width - 1}o}\0".encode()

    parts = [name.ljust(100, b"\0"), octal(0o644, 8), octal(0, 8), octal(0, 8), octal(size, 12)]
    parts += [octal(0, 12), b" " * 8, kind, bytes(100), b"ustar\x0000", bytes(64)]
    parts += [octal(0, 8), octal(0, 8), bytes(155), bytes(12)]
    block = b"".join(parts)
    return block[:148] + f"{sum(block):06o}\0 ".encode() + block[156:]


def write_archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of plain files."""
    parts = []
    for name, data in files:
        raw = name.encode()
        if len(raw) > 100:
            record = b" path=" + raw + b"\n"
            length = len(record) + len(str(len(record) + 4))
            record = str(length).encode() + record
            parts += [_header(b"pax", len(record), b"x"), record, bytes(-len(record) % BLOCK)]
            raw = raw[:100]
        parts += [_header(raw, len(data), b"0"), data, bytes(-len(data) % BLOCK)]
    return b"".join(parts) + bytes(2 * BLOCK)
