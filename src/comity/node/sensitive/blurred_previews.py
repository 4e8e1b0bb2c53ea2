"""A picture of an original as it may be seen: small, grey and blurred, made anew each time.

Nothing of it is kept. The picture is read in a process of its own (ADR 0035), and what comes back
is a PNG that Comity's own process wrote, without a byte of the original.
"""

from typing import Final

from comity.intake.kinds import sniff
from comity.intake.previews import PREVIEWED, preview
from comity.node.models import Original

SIZES: Final = {"blurred": (160, 6), "clearer": (320, 2)}
"""Step to longest edge in pixels, and radius of the blur in pixels."""


def can_be_seen(original: Original) -> bool:
    """Tell by the first bytes whether a picture can be made of an original."""
    return sniff(bytes(original.data)) in PREVIEWED


def picture(original: Original, step: str) -> bytes:
    """Return a PNG of an original.

    Args:
        original: with its bytes.
        step: ``blurred`` or ``clearer``.

    Raises:
        PreviewError: no picture, or one that its reader refused or died of.
        ExtraMissingError: the library that reads pictures is not installed.
    """
    edge, radius = SIZES[step]
    return preview(bytes(original.data), edge=edge, radius=radius)
