"""A picture of an original is small, grey and blurred, and no file harms who asks for it."""

import io
import itertools
import struct
import zlib
from typing import Any

import pytest

from comity.forensics.confinement import Limits
from comity.intake.previews import PreviewError, preview

Image = pytest.importorskip("PIL.Image", reason="the extra previews is not installed")


def picture(form: str, size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """Return a picture: sharp black and red squares, so that blur and colour can be seen."""
    made = Image.new("RGB", size, "white")
    for place in range(0, size[0], 40):
        made.paste("red" if place % 80 else "black", (place, 0, place + 20, size[1]))
    out = io.BytesIO()
    made.save(out, form, **more)
    return out.getvalue()


def seen(data: bytes, *, edge: int = 160, radius: int = 6) -> Any:
    return Image.open(io.BytesIO(preview(data, edge=edge, radius=radius)))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "TIFF"])
def test_it_is_small_grey_and_blurred(form: str) -> None:
    made = seen(picture(form))
    assert made.mode == "L"
    assert max(made.size) == 160
    row = [made.getpixel((x, 60)) for x in range(20, 140)]
    assert max(abs(a - b) for a, b in itertools.pairwise(row)) < 12  # no edge is left


def test_the_second_step_is_less_blurred_and_still_grey_and_small() -> None:
    one, two = seen(picture("PNG")), seen(picture("PNG"), edge=320, radius=2)
    assert (one.mode, two.mode) == ("L", "L")
    assert max(two.size) == 320


def test_nothing_but_pixels_leaves() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Anna, 12 Main Street"
    data = picture("JPEG", exif=exif, comment=b"Anna was here")
    made = preview(data, edge=160, radius=6)
    assert b"Anna" not in made
    assert b"Anna" in data
    kinds = {made[at + 4 : at + 8] for at in _chunks(made)}
    assert kinds == {b"IHDR", b"IDAT", b"IEND"}


def _chunks(data: bytes) -> list[int]:
    found, at = [], 8
    while at < len(data):
        found.append(at)
        at += 12 + struct.unpack_from(">I", data, at)[0]
    return found


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it has very many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


HOSTILE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04" + bytes(100),
    "bomb": bomb(60_000, 60_000),
    "bomb-wide": bomb(2**31 - 1, 1),
    "bomb-none": bomb(0, 0),
    "cut": picture("PNG")[:300],
    "cut-jpeg": picture("JPEG")[:300],
    "polyglot-gif": b"GIF89a" + b"/*" + b"<script>alert(1)</script>" * 20 + b"*/",
    "polyglot-png": b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>",
    "tiff-loop": b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 256, 4, 1, 5) + struct.pack("<I", 8),
    "exif-bomb": b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0\xff\xff\xff\x7f" + bytes(2000),
    "jpeg-2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
    "text": b"nothing",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sound_picture_gives_none(name: str) -> None:
    with pytest.raises(PreviewError):
        preview(HOSTILE[name], edge=160, radius=6)


def test_a_reader_that_takes_too_much_is_ended() -> None:
    with pytest.raises(PreviewError):
        preview(picture("PNG", (4000, 4000)), edge=160, radius=6, limits=Limits(memory_bytes=1))
