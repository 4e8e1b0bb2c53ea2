"""Text of other people, made safe to print: nothing in it stays invisible or steers the line.

Controls, bidirectional controls, unassigned and private characters and pictographs become
``⟨U+202E⟩``; very long words may break anywhere. The text itself never reaches the typesetter as
markup: it travels as JSON data.

Source: Unicode Standard Annex 9 section 2 (bidirectional controls).
"""

import re
import unicodedata
from typing import Final, Literal

from comity.papers.errors import PaperContentError

type Direction = Literal["ltr", "rtl"]

MAX_TEXT_CHARS: Final = 4000  # as long as a reason or a description may be (spec 15)
MAX_NAME_CHARS: Final = 200
_JOINERS: Final = "\u200c\u200d"  # Persian and Indic spelling needs them; they steer nothing
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_FILLERS: Final = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # seen as nothing
_PICTOGRAPHS: Final = re.compile("[\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0100-\U000e01ef]")
_WORD_CHARS: Final = 24  # a longer run of letters may break after this many
UNBROKEN_CHARS: Final = 40  # of an identifier, so that one that is copied stays whole
_BREAK: Final = "\u200b"


def visible(text: str) -> str:
    """Return the text with everything invisible written out as ``⟨U+XXXX⟩``."""
    return "".join(f"⟨U+{ord(char):04X}⟩" if _is_hidden(char) else char for char in text)


def _is_hidden(char: str) -> bool:
    if char in _JOINERS:
        return False
    return (
        unicodedata.category(char) in _HIDDEN
        or char in _FILLERS
        or _PICTOGRAPHS.match(char) is not None
    )


def breakable(text: str, *, most: int = _WORD_CHARS) -> str:
    """Return the text with a place to break (U+200B) after ``most`` letters without one."""
    pieces, run = [], 0
    for char in text:
        run = 0 if char.isspace() or _breaks_anyway(char) else run + 1
        if run > most and not unicodedata.category(char).startswith("M"):
            pieces.append(_BREAK)
            run = 1
        pieces.append(char)
    return "".join(pieces)


def _breaks_anyway(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def direction(text: str) -> Direction:
    """Return the direction of a text by its first strong character; left to right without one."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def bounded(text: str, field: str, *, most: int = MAX_TEXT_CHARS) -> str:
    """Return the text if it is not empty and not too long.

    Raises:
        PaperContentError: it is; the message names the field and not its content.
    """
    if not text.strip() or len(text) > most:
        raise PaperContentError(f"{field}: between 1 and {most} characters are printed")
    return text
