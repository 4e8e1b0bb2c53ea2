"""Letters made alike before they are compared: width, case, vowel signs, marks, digits.

`folded` loses only what nobody means by it; `bare` also loses the marks of Latin, Greek and
Cyrillic letters, so that ``Nguyen`` finds ``Nguyễn``. No database does any of this: both get the
same tokens, so both find the same things.

Source: UAX 15 (NFKC); ADR 0043.
"""

import re
import unicodedata
from typing import Final

_DROPPED: Final = re.compile(
    "["
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"  # vowel signs
    "\u06ea-\u06ed\u08d3-\u08ff"
    "\u0640"  # tatweel
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"  # nothing to see
    "]+"
)
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        **dict.fromkeys("ىیېۍئ", "ي"),
        "ؤ": "و",
        "ة": "ه",
        **dict.fromkeys("ہھۀە", "ه"),
        **dict.fromkeys("کڪ", "ك"),
        "ё": "е",
        "ʼ": "'",
        "’": "'",
        "‐": "-",
        "‑": "-",
        "–": "-",
    }
)
_MARKS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
_STROKES: Final = str.maketrans(
    {
        "đ": "d", "ð": "d", "ł": "l", "ø": "o", "ħ": "h", "ı": "i", "ŋ": "n", "þ": "th",
        "æ": "ae", "œ": "oe", "ŧ": "t", "ƀ": "b", "ɨ": "i", "ə": "a",
    }
)  # fmt: skip
_DIGIT: Final = re.compile(r"\d")


def folded(text: str) -> str:
    """Return a text in one form: width, case, vowel signs and digits of all scripts made alike."""
    if text.isascii():
        return text.lower()
    form = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    form = _DROPPED.sub("", form).translate(_ALIKE)
    return _DIGIT.sub(lambda found: str(unicodedata.decimal(found[0], found[0])), form)


def bare(word: str) -> str:
    """Return a folded word without the marks on its letters."""
    if word.isascii():
        return word
    plain = _MARKS.sub("", unicodedata.normalize("NFD", word.translate(_STROKES)))
    return unicodedata.normalize("NFC", plain)
