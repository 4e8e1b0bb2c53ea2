"""Letters of other people: decoded so that what was wrong stays visible, bounded, looked over."""

import codecs
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from comity.instruments.identifiers.text import (
    deceiving_words,
    is_hidden,
    is_lookalike,
    reads_as_latin,
    text_notices,
    visible,
)
from comity.intake.original import MAX_ATTACHMENTS, MAX_TEXT_CHARS, MAX_TEXTS, Text

_KEPT: Final = frozenset("\n\t")
_QUIET: Final = frozenset("\u00ad\u200b\u200e\u200f\u061c\ufeff\u2060")
"""Ordinary in mail and in Arabic or Hebrew text; they turn nothing that is not theirs."""
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPECIAL: Final = frozenset(
    {"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"}
)
_LOOKED_AT: Final = 400_000  # characters; what deceives stands where it is read
_SPACES: Final = re.compile(r"\s+")
_NOTICES: Final = {"text-hidden": "hidden-characters", "text-lookalike": "look-alikes"}


def decoded(data: bytes, charset: str) -> tuple[str, bool]:
    """Return text and whether all of it could be decoded as it says.

    Args:
        data: untrusted.
        charset: that the sender names, or "" for none: then UTF-8, or Windows-1252.
    """
    try:
        name = codecs.lookup(charset or "utf-8").name
        if name.replace("-", "_") in _SPECIAL:
            raise LookupError
        return data.decode(name), True
    except (LookupError, ValueError):
        pass
    if not charset:
        return data.decode("cp1252", "replace"), False
    return data.decode("utf-8", "replace"), False


def clean(text: str) -> tuple[str, set[str]]:
    """Return text with line feeds, without controls and halves of pairs, and what was met."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found: set[str] = set()
    if "\ufffd" in text:
        found.add("bad-charset")
    pieces = []
    for char in text:
        kind = "" if char in _KEPT or char == " " else unicodedata.category(char)
        if kind == "Cs":
            found.add("bad-charset")
            pieces.append("\ufffd")
        elif kind == "Cc":
            found |= set() if char == "\f" else {"control-characters"}
            pieces.append("\n" if char == "\f" else "\ufffd")
        else:
            pieces.append("\n" if kind in {"Zl", "Zp"} else char)
    return "".join(pieces), found


def text_cautions(text: str) -> set[str]:
    """Return the cautions that running text deserves."""
    part = text[:_LOOKED_AT]
    if part.isascii():
        return set()
    found = {"bidi-controls"} if any(char in _TURNING for char in part) else set()
    if any(is_hidden(char) for char in set(part) - _KEPT - _QUIET - _TURNING):
        found.add("hidden-characters")
    if any(_deceives(word[0]) for word in deceiving_words(part, strict=False)):
        found.add("look-alikes")
    return found


def _deceives(word: str) -> bool:
    return any(map(is_lookalike, word)) or reads_as_latin(word)


def shown_name(raw: str, most: int) -> tuple[str, set[str]]:
    """Return a name of one line with everything invisible written out, and its cautions.

    Args:
        raw: untrusted; may hold anything, halves of surrogate pairs too.
        most: characters that are kept of it.
    """
    text = _SPACES.sub(" ", raw[: 4 * most]).strip()
    found = {_NOTICES[code] for code in text_notices(text, technical=False)}
    if any(char in _TURNING for char in text):
        found.add("bidi-controls")
    if any(unicodedata.category(char) == "Cs" for char in text):
        found.add("bad-charset")
    return visible(text[:most], strict=False), found


# What reading one original may take, attachments included: counted down as it is used.


MAX_UNPACKED_BYTES: Final = 256 * 1024 * 1024


@dataclass
class Budget:
    """What is left.

    Attributes:
        chars: of text.
        texts: places with text.
        attachments: at every depth together.
        unpacked_bytes: that compression may still bring forth.
    """

    chars: int = MAX_TEXT_CHARS
    texts: int = MAX_TEXTS - 1
    attachments: int = MAX_ATTACHMENTS
    unpacked_bytes: int = MAX_UNPACKED_BYTES

    def take_attachment(self) -> bool:
        """Tell whether one more may be read, and count it."""
        self.attachments -= 1
        return self.attachments >= 0

    def take_unpacked(self, size_bytes: int) -> bool:
        """Tell whether so many bytes may be unpacked, and count them."""
        self.unpacked_bytes -= size_bytes
        return self.unpacked_bytes >= 0


@dataclass
class Found:
    """What a reader of one kind found so far; `comity.intake.reading` makes an original of it.

    Attributes:
        warnings: codes.
        texts: with their places.
        values: other members of `comity.intake.original.Original`.
        parts: what is attached: name, declared kind, bytes.
    """

    warnings: set[str] = field(default_factory=set)
    texts: list[Text] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    parts: list[tuple[str, str, bytes]] = field(default_factory=list)

    def say(self, budget: Budget, place: str, raw: str) -> None:
        """Add text of a place as far as the budget goes, with the cautions it deserves."""
        if not raw.strip():
            return
        if budget.chars <= 0 or budget.texts <= 0:
            self.warnings.add("truncated")
            return
        cut = raw[: budget.chars]
        text, cautions = clean(cut)
        self.warnings |= cautions | text_cautions(text)
        is_truncated = len(cut) < len(raw)
        if is_truncated:
            self.warnings.add("truncated")
        budget.chars -= len(text)
        budget.texts -= 1
        self.texts.append(Text(place=place, text=text, is_truncated=is_truncated))
