"""A small, grey, blurred picture of an original, made in a process of its own.

Only what begins as PNG, JPEG, GIF or TIFF is read, and only as that. SVG, HTML, PDF and archives
are none: they are programs rather than pictures.
"""

import base64
import binascii
from typing import Any, Final

from comity.forensics.confinement import Limits
from comity.forensics.errors import ImageCrashError, ImageError, ImageLimitError
from comity.forensics.isolation import need_extra, run_worker
from comity.intake.errors import IntakeError
from comity.intake.kinds import sniff

PREVIEWED: Final = {"gif": "GIF", "jpeg": "JPEG", "png": "PNG", "tiff": "TIFF"}
"""Kind by first bytes to the only reader that may try."""
MAX_PIXELS: Final = 60_000_000
MAX_EDGE: Final = 400
_MAX_PNG_BYTES: Final = 512 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LIMITS: Final = Limits(cpu_s=15, wall_s=30, stall_s=30, answer_bytes=1024 * 1024)
_WORKER: Final = "comity.intake.worker"


class PreviewError(IntakeError, code="preview"):
    """No picture can be made of it: it is none, is too large, is broken, or killed its reader."""


def preview(data: bytes, *, edge: int, radius: int, limits: Limits = _LIMITS) -> bytes:
    """Return a grey PNG of a picture, its longest edge at most ``edge``.

    Args:
        data: untrusted.
        edge: pixels, 1 to 400.
        radius: of the blur, pixels of the small picture, 1 or more.
        limits: of the process that reads it.

    Raises:
        PreviewError: there is no picture to be had.
        ExtraMissingError: the library is not installed; the message names it.
    """
    kind = sniff(data)
    if kind not in PREVIEWED or not 0 < edge <= MAX_EDGE or radius < 1:
        raise PreviewError("it is no picture of a kind that is shown")
    need_extra("PIL", extra="previews", doing="read pictures")
    request = {"edge": edge, "kind": kind, "operation": "preview", "radius": radius}
    try:
        told = run_worker(_WORKER, request, data, limits)
    except (ImageCrashError, ImageError, ImageLimitError) as fault:
        raise PreviewError("the picture could not be read within its limits") from fault
    return _checked(told, edge)


def _checked(told: Any, edge: int) -> bytes:
    """Return the PNG of an answer that is one; what read the file is trusted no more than it."""
    try:
        made = base64.b64decode(told["png"], validate=True)
    except (binascii.Error, KeyError, TypeError, ValueError) as fault:
        raise PreviewError("the picture could not be read") from fault
    width, height = int.from_bytes(made[16:20]), int.from_bytes(made[20:24])
    grey = made[24:26] == b"\x08\x00"  # eight bits, no colour (ISO/IEC 15948 section 11.2.2)
    if len(made) > _MAX_PNG_BYTES or not made.startswith(_PNG) or not grey:
        raise PreviewError("the answer is no small grey picture")
    if not (0 < width <= edge and 0 < height <= edge):
        raise PreviewError("the answer is no small grey picture")
    return made
