"""Text of other people: bounded, made safe to show, and searched for letters that deceive.

Source: Unicode Standard Annex 9 (bidirectional controls, isolates); Unicode Technical Standard 39
sections 4 and 5 (confusables, mixed scripts), of which this is a small part: scripts are told by
the names of characters, and look-alikes are those of the letters a to z and A to Z.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from comity.instruments.identifiers.errors import IdentifierTextError

MAX_TEXT_CHARS: Final = 500
MAX_NAME_CHARS: Final = 200

_REFUSED: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")  # seen as nothing
_JOINERS: Final = frozenset("\u200c\u200d")  # Persian and Indic spelling needs them
_WORD: Final = re.compile(r"[^\W\d_]+")
_FSI, _LRI, _PDI = "\u2068", "\u2066", "\u2069"

# Letters that most typefaces draw as a Latin letter.
LOOKALIKES: Final = frozenset(
    "аеорсухѕіјһԁԛԝкмтнвгӏӀАВЕКМНОРСТУХЅІЈԌ"  # Cyrillic
    "αονρυικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
    "օոսհցզԼՍՕ"  # Armenian
    "ıɑɡɩʟ"  # Latin
)
# Scripts that one word may mix: Unicode Technical Standard 39 section 5.2, "highly restrictive".
_MIXES: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def bounded(text: str, what: str, *, most: int = MAX_TEXT_CHARS) -> str:
    """Return the text in NFC without white space around it.

    Args:
        text: as it was given.
        what: the name of what it is, for the error.
        most: characters that it may have.

    Raises:
        IdentifierTextError: it is empty, too long, or holds a control character, a line break or
            half of a surrogate pair.
    """
    if len(text) > most:
        raise IdentifierTextError(what, "it is too long", f"write at most {most} characters")
    if any(unicodedata.category(char) in _REFUSED for char in text):
        raise IdentifierTextError(
            what, "it holds a control character or a line break", "type it anew on one line"
        )
    trimmed = unicodedata.normalize("NFC", text).strip()
    if not trimmed or len(trimmed) > most:
        why = "it is too long" if trimmed else "it is empty"
        raise IdentifierTextError(what, why, f"write 1 to {most} characters")
    return trimmed


def is_hidden(char: str) -> bool:
    """Tell whether a character is seen as nothing, or steers the letters around it."""
    if char in _JOINERS:
        return False
    return unicodedata.category(char) in _HIDDEN or char in _FILLERS


def script(char: str) -> str:
    """Return a letter's script: the first word of its name, "" for what belongs to none."""
    folded = unicodedata.normalize("NFKC", char)[:1]
    name = unicodedata.name(folded, "")
    return name.split(" ")[0].split("-")[0] if folded.isalpha() else ""


def is_lookalike(char: str) -> bool:
    """Tell whether a letter that is not ASCII is drawn like one that is."""
    if char.isascii():
        return False
    folded = unicodedata.normalize("NFKC", char)
    return char in LOOKALIKES or (len(folded) == 1 and folded.isascii() and folded.isalpha())


def mixes_scripts(word: str) -> bool:
    """Tell whether a word has letters of scripts that no language writes together."""
    scripts = {script(char) for char in word} - {""}
    return len(scripts) > 1 and not any(scripts <= mix for mix in _MIXES)


def reads_as_latin(word: str) -> bool:
    """Tell whether every letter of a word that is not ASCII looks like one that is."""
    foreign = [char for char in word if not char.isascii()]
    return bool(foreign) and all(map(is_lookalike, foreign))


def deceiving_words(text: str, *, strict: bool) -> Iterator[re.Match[str]]:
    """Yield the words that may be read as other words than they are.

    Args:
        text: what is shown.
        strict: also words of one script, all of whose letters look Latin. It is meant for
            technical names: a person may well be called Сара.
    """
    for word in _WORD.finditer(text):
        if mixes_scripts(word[0]) or (strict and reads_as_latin(word[0])):
            yield word


def visible(text: str, *, strict: bool) -> str:
    """Return the text with hidden characters as ``⟨U+202E⟩`` and deceiving letters marked so."""
    marked = {
        place
        for word in deceiving_words(text, strict=strict)
        for place in range(word.start(), word.end())
        if not text[place].isascii()
    }
    pieces = []
    for place, char in enumerate(text):
        mark = f"⟨U+{ord(char):04X}⟩"
        pieces.append(mark if is_hidden(char) else char + mark if place in marked else char)
    return "".join(pieces)


def isolated(text: str, *, technical: bool = False) -> str:
    """Return the text made visible, so that it cannot reorder what stands beside it.

    Args:
        text: what is shown.
        technical: it runs from left to right whatever its letters are, and is read strictly.
    """
    return (_LRI if technical else _FSI) + visible(text, strict=technical) + _PDI


def text_notices(text: str, *, technical: bool = False) -> list[str]:
    """Return the codes of the warnings that a text deserves."""
    found = []
    if any(map(is_hidden, text)):
        found.append("text-hidden")
    if any(True for _ in deceiving_words(text, strict=technical)):
        found.append("text-lookalike")
    return found
