"""A label's code is read by other people's scanner, and is the code that was meant."""

import random
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.conftest import needs
from tests.papers.makers import EXHIBIT, ROOT, label_of, make

from comity.papers.errors import PaperContentError
from comity.papers.label import svg
from comity.papers.qr import Grid, qr

PIXELS = 4  # a module
TEXT = b"comity:exhibit:0123456789abcdef?root=sha256:"


def scanned(grid: Grid, folder: Path) -> bytes:
    """Return what zbar reads in a symbol with its quiet zone, or nothing."""
    quiet = [False] * 4
    rows = [quiet + row + quiet for row in grid]
    blank = [[False] * len(rows[0])] * 4
    pixels = [
        b"".join(b"\x00" * PIXELS if dark else b"\xff" * PIXELS for dark in row) * PIXELS
        for row in [*blank, *rows, *blank]
    ]
    side = len(rows[0]) * PIXELS
    picture = folder / "code.pgm"
    picture.write_bytes(b"P5 %d %d 255\n" % (side, side) + b"".join(pixels))
    return _read(picture)


def _read(picture: Path) -> bytes:
    command = [needs("zbarimg"), "--nodbus", "--quiet", "--raw", "-Sbinary", str(picture)]
    return subprocess.run(command, check=False, capture_output=True).stdout


@pytest.mark.parametrize("length", [1, 14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287,
                                    331, 362, 412, 450, 504, 560, 624, 666])  # fmt: skip
def test_a_scanner_reads_the_fullest_symbol_of_every_version(length: int, tmp_path: Path) -> None:
    data = (TEXT * 20)[:length]
    assert scanned(qr(data), tmp_path) == data


@pytest.mark.parametrize("seed", range(12))
def test_a_scanner_reads_texts_of_any_length(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    data = bytes(chance.choice(TEXT) for _ in range(chance.randrange(1, 667)))
    assert scanned(qr(data), tmp_path) == data


def test_a_symbol_survives_a_stain(tmp_path: Path) -> None:
    grid = qr(TEXT * 4)
    side = len(grid)
    for row in range(side // 2, side // 2 + 6):
        for column in range(side // 2, side // 2 + 6):
            grid[row][column] = True
    assert scanned(grid, tmp_path) == TEXT * 4


def test_a_spoilt_symbol_is_not_read_as_another_text(tmp_path: Path) -> None:
    grid = qr(TEXT * 4)
    for row in grid[12:-12]:
        row[12:-12] = [not cell for cell in row[12:-12]]
    assert scanned(grid, tmp_path) == b""


def test_more_than_a_symbol_holds_is_refused() -> None:
    with pytest.raises(PaperContentError):
        qr(b"x" * 667)


def test_the_drawing_is_the_symbol() -> None:
    grid = qr(b"drawn")
    drawn = svg(grid)
    assert drawn.count("z") == sum(
        cell and (column == 0 or not row[column - 1])
        for row in grid
        for column, cell in enumerate(row)
    )
    assert 'viewBox="0 0 29 29"' in drawn


@pytest.mark.parametrize("sheet", ["a6", "a4"])
def test_the_printed_label_scans_to_its_facts(sheet: str, tmp_path: Path) -> None:
    facts = label_of(seal_number="№ 48/Б", case="2026 & 17")
    (tmp_path / "label.pdf").write_bytes(make("label", "ru", facts, sheet=sheet))  # type: ignore[arg-type]
    command = [needs("pdftoppm"), "-r", "200", "-png", "-singlefile", "label.pdf", "label"]
    subprocess.run(command, check=True, cwd=tmp_path, stderr=subprocess.DEVNULL)
    codes = set(_read(tmp_path / "label.png").split(b"comity:")[1:])
    assert len(codes) == 1
    read = urlsplit("comity:" + codes.pop().decode("ascii"))
    assert (read.scheme, read.path) == ("comity", f"exhibit:{EXHIBIT}")
    assert parse_qs(read.query) == {
        "root": [f"sha256:{ROOT.hex()}"],
        "seal": ["№ 48/Б"],
        "case": ["2026 & 17"],
        "mode": ["live"],
    }
