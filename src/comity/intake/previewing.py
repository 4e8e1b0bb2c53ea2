"""Reading a picture with Pillow, under limits; what it knows of the file but pixels is dropped."""

import base64
import io
from typing import Any, Final

from PIL import Image, ImageFilter, UnidentifiedImageError

from comity.intake.errors import OriginalMalformedError
from comity.intake.previews import MAX_PIXELS, PREVIEWED

_BROKEN: Final = (
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    UnidentifiedImageError,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    SyntaxError,
    TypeError,
    ValueError,
    ZeroDivisionError,
)
"""What Pillow raises over broken files, by its own tests."""


def answer(data: bytes, request: dict[str, Any]) -> dict[str, str]:
    """Return the picture that a request of `comity.intake.previews` asks for, as base64.

    Raises:
        OriginalMalformedError: there is none to be had.
    """
    made = _made(data, PREVIEWED[request["kind"]], int(request["edge"]), int(request["radius"]))
    return {"png": base64.b64encode(made).decode("ascii")}


def _made(data: bytes, form: str, edge: int, radius: int) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=(form,)) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS:  # by its header, before a pixel is unpacked
                raise OriginalMalformedError("more pixels than are read")
            opened.draft("L", (edge, edge))  # a JPEG is read at an eighth where that is enough
            opened.load()
            grey = opened.convert("RGBA").convert("L")  # a palette with transparency, too
        grey.thumbnail((edge, edge))
        blurred = Image.new("L", grey.size)
        blurred.paste(grey.filter(ImageFilter.GaussianBlur(radius)))
        out = io.BytesIO()
        blurred.save(out, "PNG")
    except _BROKEN as fault:
        raise OriginalMalformedError("the picture is broken") from fault
    return out.getvalue()
