"""A QR code: bytes in, rows of dark and light modules out.

Byte mode, error correction level M (15 %), versions 1 to 20: up to 666 bytes. The mask is the one
with the lowest penalty.

Source: ISO/IEC 18004:2015 sections 7.4 to 7.10, table 9 (level M) and annex E.
"""

from collections.abc import Iterator
from typing import Final

from comity.papers.errors import PaperContentError

# per version from 1: error correction bytes in a block, and number of blocks (table 9, level M)
_BLOCKS: Final = (
    (10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5),
    (30, 5), (22, 8), (22, 9), (24, 9), (24, 10), (28, 10), (28, 11), (26, 13), (26, 14), (26, 16),
)  # fmt: skip
_LEVEL_M: Final = 0b00
_BYTE_MODE: Final = 0b0100
_MASKS: Final = 8

type Grid = list[list[bool]]


def qr(data: bytes) -> Grid:
    """Return the symbol of ``data`` without its quiet zone; True is dark.

    Raises:
        PaperContentError: more than 666 bytes.
    """
    version, codewords = _codewords(data)
    grid, fixed = _patterns(version)
    bits = (byte >> shift & 1 for byte in codewords for shift in range(7, -1, -1))
    for row, column in _zigzag(len(grid)):
        if not fixed[row][column]:
            grid[row][column] = bool(next(bits, 0))
    return min((_masked(grid, fixed, number) for number in range(_MASKS)), key=_penalty)


def _codewords(data: bytes) -> tuple[int, bytes]:
    """Return the smallest version that holds the data, and its data and correction bytes."""
    for version, (correction, blocks) in enumerate(_BLOCKS, 1):
        room = _raw_bytes(version) - correction * blocks
        count_bits = 8 if version < 10 else 16
        if len(data) * 8 + 4 + count_bits <= room * 8:
            break
    else:
        raise PaperContentError("the code holds at most 666 bytes: shorten the texts in it")
    bits = _BYTE_MODE << count_bits | len(data)
    value, length = bits << 8 * len(data) | int.from_bytes(data), 4 + count_bits + 8 * len(data)
    terminator = min(4, room * 8 - length)
    padded = -(-(length + terminator) // 8) * 8
    message = (value << padded - length).to_bytes(padded // 8)
    message += bytes(0xEC if i % 2 == 0 else 0x11 for i in range(room - len(message)))
    return version, _interleaved(message, correction, blocks)


def _interleaved(message: bytes, correction: int, blocks: int) -> bytes:
    short, longer = divmod(len(message), blocks)
    parts, at = [], 0
    for number in range(blocks):
        size = short + (number >= blocks - longer)
        parts.append(message[at : at + size])
        at += size
    divisor = _generator(correction)
    checks = [_remainder(part, divisor) for part in parts]
    data = bytes(part[i] for i in range(short + 1) for part in parts if i < len(part))
    return data + bytes(check[i] for i in range(correction) for check in checks)


def _times(a: int, b: int) -> int:
    """Return the product in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for shift in range(7, -1, -1):
        product = product << 1 ^ (product >> 7) * 0x11D
        product ^= (b >> shift & 1) * a
    return product


def _generator(degree: int) -> bytes:
    """Return the generator polynomial without its leading 1."""
    found, root = bytearray(degree), 1
    found[-1] = 1
    for _ in range(degree):
        for i in range(degree):
            found[i] = _times(found[i], root) ^ (found[i + 1] if i + 1 < degree else 0)
        root = _times(root, 2)
    return bytes(found)


def _remainder(part: bytes, divisor: bytes) -> bytes:
    found = bytearray(len(divisor))
    for byte in part:
        factor = byte ^ found.pop(0)
        found.append(0)
        for i, coefficient in enumerate(divisor):
            found[i] ^= _times(coefficient, factor)
    return bytes(found)


def _side(version: int) -> int:
    return 17 + 4 * version


def _alignments(version: int) -> list[int]:
    """Return the centres of the alignment patterns along one side (annex E)."""
    if version == 1:
        return []
    number = version // 7 + 2
    step = (version * 4 + number * 2 + 1) // (number * 2 - 2) * 2
    last = _side(version) - 7
    return [6, *reversed([last - step * i for i in range(number - 1)])]


def _raw_bytes(version: int) -> int:
    _, fixed = _patterns(version)
    return sum(not cell for row in fixed for cell in row) // 8


def _patterns(version: int) -> tuple[Grid, Grid]:
    """Return the function patterns, and which modules they or the format bits take."""
    side = _side(version)
    grid: Grid = [[False] * side for _ in range(side)]
    fixed: Grid = [[False] * side for _ in range(side)]

    def put(row: int, column: int, *, dark: bool) -> None:
        if 0 <= row < side and 0 <= column < side:
            grid[row][column], fixed[row][column] = dark, True

    for i in range(side):
        put(6, i, dark=i % 2 == 0)
        put(i, 6, dark=i % 2 == 0)
    for row, column in ((3, 3), (3, side - 4), (side - 4, 3)):
        for y in range(-4, 5):
            for x in range(-4, 5):
                put(row + y, column + x, dark=max(abs(x), abs(y)) not in {2, 4})
    centres = _alignments(version)
    corners = {(6, 6), (6, side - 7), (side - 7, 6)}
    for row, column in ((r, c) for r in centres for c in centres if (r, c) not in corners):
        for y in range(-2, 3):
            for x in range(-2, 3):
                put(row + y, column + x, dark=max(abs(x), abs(y)) != 1)
    for (row, column), _ in _format_places(side, 0):
        put(row, column, dark=False)
    for (row, column), dark in _version_places(version):
        put(row, column, dark=dark)
    return grid, fixed


def _format_places(side: int, mask: int) -> Iterator[tuple[tuple[int, int], bool]]:
    """Yield both copies of the format information (section 7.9), and the one dark module."""
    data = _LEVEL_M << 3 | mask
    rest = data
    for _ in range(10):
        rest = rest << 1 ^ (rest >> 9) * 0x537
    bits = (data << 10 | rest) ^ 0x5412
    first = [(i + (i > 5), 8) for i in range(8)] + [(8, 7)] + [(8, 14 - i) for i in range(9, 15)]
    second = [(8, side - 1 - i) for i in range(8)] + [(side - 15 + i, 8) for i in range(8, 15)]
    for places in (first, second):
        for i, place in enumerate(places):
            yield place, bool(bits >> i & 1)
    yield (side - 8, 8), True


def _version_places(version: int) -> Iterator[tuple[tuple[int, int], bool]]:
    """Yield both copies of the version information (section 7.10), from version 7 on."""
    if version < 7:
        return
    rest = version
    for _ in range(12):
        rest = rest << 1 ^ (rest >> 11) * 0x1F25
    bits = version << 12 | rest
    for i in range(18):
        near, far = i // 3, _side(version) - 11 + i % 3
        yield (near, far), bool(bits >> i & 1)
        yield (far, near), bool(bits >> i & 1)


def _zigzag(side: int) -> Iterator[tuple[int, int]]:
    """Yield the places of the data in their order: upwards and downwards, two columns wide."""
    upwards = True
    for right in (column for column in range(side - 1, 0, -2)):
        pair = right if right > 6 else right - 1
        rows = range(side - 1, -1, -1) if upwards else range(side)
        for row in rows:
            yield row, pair
            yield row, pair - 1
        upwards = not upwards


def _flips(mask: int, row: int, column: int) -> bool:
    """Return whether a mask turns a module over (section 7.8.2, table 10)."""
    product = row * column
    conditions = (
        row + column & 1,
        row & 1,
        column % 3,
        (row + column) % 3,
        row // 2 + column // 3 & 1,
        product % 2 + product % 3,
        product % 2 + product % 3 & 1,
        (row + column) % 2 + product % 3 & 1,
    )
    return conditions[mask] == 0


def _masked(grid: Grid, fixed: Grid, number: int) -> Grid:
    made = [
        [cell ^ (not fixed[r][c] and _flips(number, r, c)) for c, cell in enumerate(row)]
        for r, row in enumerate(grid)
    ]
    for (row, column), dark in _format_places(len(grid), number):
        made[row][column] = dark
    return made


def _penalty(grid: Grid) -> int:
    """Return how hard a symbol is to read (section 7.8.3)."""
    side = len(grid)
    lines = ["".join("01"[cell] for cell in row) for row in grid]
    lines += ["".join("01"[row[c]] for row in grid) for c in range(side)]
    found = 0
    for line in lines:
        found += sum(
            len(run) - 2 for run in line.replace("01", "0 1").replace("10", "1 0").split()
            if len(run) >= 5
        )  # fmt: skip
        found += 40 * sum(
            line.startswith(("10111010000", "00001011101"), i) for i in range(side - 10)
        )
    for r in range(side - 1):
        for c in range(side - 1):
            square = grid[r][c] + grid[r][c + 1] + grid[r + 1][c] + grid[r + 1][c + 1]
            found += 3 * (square in {0, 4})
    dark = sum(map(sum, grid))
    return found + 10 * (abs(dark * 20 - side * side * 10) // (side * side))
