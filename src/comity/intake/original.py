"""What is told of one original: claims of whoever sent it, none of which is proved.

The values cross from a process that a hostile file may have taken over, so they are read strictly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.intake.errors import OriginalAnswerError
from comity.intake.kinds import KINDS

# What deserves a second look in something that came: stable codes, by which pages find words.


CAUTIONS: Final = {
    "active-content": "It holds scripts, forms or actions; none was run.",
    "bad-charset": "Some letters could not be decoded and stand as \ufffd; see the original.",
    "bidi-controls": "Characters in it change the direction of the text beside them.",
    "control-characters": "It holds control characters, which stand as \ufffd.",
    "embedded-files": "Files lie inside it; they are told as attachments.",
    "encrypted": "It, or a part of it, cannot be read without a key or a password.",
    "external-reference": "It fetches something when opened elsewhere; nothing was fetched.",
    "extra-missing": "A part was not read: the libraries of comity[intake] are not installed.",
    "hidden-characters": "It holds characters that cannot be seen.",
    "hidden-text": "Text in it is styled not to be seen; it was read all the same.",
    "html-only": "The message has no plain text; what is shown was made from its HTML.",
    "letter-broken": "It holds a letter's record that is none; a letter of ours it is not.",
    "letter-inside": "It holds a letter's record; check it: comity verify FILE.",
    "look-alikes": "Letters of another script look like Latin ones; check each name and address.",
    "macro": "It holds a macro; it was not run. Do not open it in an office program.",
    "malformed": "It breaks its own format; what is told may not be all.",
    "name-and-kind-differ": "The name says another kind of file than the content.",
    "nested-too-deep": "What lies deeper inside was not read.",
    "no-text": "No text can be read in it, as in a scan; a person reads it.",
    "not-read": "Files of this kind are stored and not read.",
    "reader-crash": "A library crashed while reading it; it is stored, all else is unaffected.",
    "reader-limit": "Reading it took more time or memory than allowed; it is stored.",
    "reader-unconfined": "This system cannot confine a reader; the file is stored, and not read.",
    "repeated-header": "A header is repeated against the rules; programs may show another one.",
    "reply-elsewhere": "An answer would go to another domain than the one it says it is from.",
    "signed-not-checked": "It carries a signature, which was not checked.",
    "too-many-parts": "It has more parts than are read.",
    "tracking-image": "It would tell its sender when it is read; no image was fetched.",
    "truncated": "Its text is longer than is read; the end is missing here, not in the original.",
}
"""Code to what it tells an officer, in English."""


MAX_DEPTH: Final = 3
MAX_ATTACHMENTS: Final = 200
MAX_TEXT_CHARS: Final = 4_000_000
"""Of all texts of an original and its attachments; 200 closely written pages have 800,000."""
MAX_TEXTS: Final = 5_000
MAX_CLAIMS: Final = 200
MAX_NAME_CHARS: Final = 200
MAX_CLAIM_CHARS: Final = 2_000
_MAX_COUNT: Final = 2**53


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One header as it was written; anybody can write any.

    Attributes:
        name: in small letters.
        value: decoded; of a DKIM signature only that there is one.
    """

    name: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Text of one place in the original; its language is not known.

    Attributes:
        place: ``text-plain``, ``text-html``, ``page-7``, ``document``, ``header-1`` ...
        text: with line feeds; what could not be decoded stands as U+FFFD.
        is_truncated: whether the end is missing.
    """

    place: str
    text: str
    is_truncated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """One original, or something attached to one.

    Attributes:
        name: that it came under, with hidden and turning characters made visible.
        kind: key of `comity.intake.kinds.KINDS`, by content.
        sha256: of its bytes, 64 hexadecimal digits.
        size_bytes: of it.
        is_read: whether its kind is one that is read, and reading it came to an end.
        warnings: keys of `comity.intake.original.CAUTIONS`, sorted, each once.
        claims: headers in their order.
        texts: in their order.
        pages: number of pages, or None.
        width: pixels, or None.
        height: pixels, or None.
        letter_code: what a letter of ours inside it would be read aloud as, or None; not verified.
        declared: kind that the message it lay in gave it, or "".
        attachments: read alike, to a depth of 3.
    """

    name: str
    kind: str
    sha256: str
    size_bytes: int
    is_read: bool = False
    warnings: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    texts: tuple[Text, ...] = ()
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    letter_code: str | None = None
    declared: str = ""
    attachments: tuple["Original", ...] = ()

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "attachments": [one.to_value() for one in self.attachments],
            "claims": [{"name": one.name, "value": one.value} for one in self.claims],
            "declared": self.declared,
            "height": self.height,
            "is_read": self.is_read,
            "kind": self.kind,
            "letter_code": self.letter_code,
            "name": self.name,
            "pages": self.pages,
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
            "texts": [
                {"is_truncated": one.is_truncated, "place": one.place, "text": one.text}
                for one in self.texts
            ],
            "warnings": list(self.warnings),
            "width": self.width,
        }


_MEMBERS: Final = frozenset(Original.__dataclass_fields__)


def parse_original(value: Any, *, depth: int = 0) -> Original:
    """Return the original that a JSON value tells of.

    Args:
        value: untrusted.
        depth: at which it lies inside another.

    Raises:
        OriginalAnswerError: it tells of none.
    """
    told = _table(value, _MEMBERS)
    attachments = _list(told["attachments"], MAX_ATTACHMENTS)
    if depth > MAX_DEPTH:
        raise OriginalAnswerError("originals lie too deep in one another")
    warnings = tuple(_word(one, CAUTIONS) for one in _list(told["warnings"], len(CAUTIONS)))
    return Original(
        name=_text(told["name"], 16 * MAX_NAME_CHARS),
        kind=_word(told["kind"], KINDS),
        sha256=_digest(told["sha256"]),
        size_bytes=_count(told["size_bytes"]) or 0,
        is_read=_flag(told["is_read"]),
        warnings=tuple(sorted(set(warnings))),
        claims=tuple(_claim(one) for one in _list(told["claims"], MAX_CLAIMS)),
        texts=tuple(_text_of(one) for one in _list(told["texts"], MAX_TEXTS)),
        pages=_count(told["pages"]),
        width=_count(told["width"]),
        height=_count(told["height"]),
        letter_code=None if told["letter_code"] is None else _text(told["letter_code"], 40),
        declared=_text(told["declared"], MAX_NAME_CHARS),
        attachments=tuple(parse_original(one, depth=depth + 1) for one in attachments),
    )


def _claim(value: Any) -> Claim:
    told = _table(value, frozenset({"name", "value"}))
    return Claim(name=_text(told["name"], 100), value=_text(told["value"], MAX_CLAIM_CHARS))


def _text_of(value: Any) -> Text:
    told = _table(value, frozenset({"is_truncated", "place", "text"}))
    return Text(
        place=_text(told["place"], 100),
        text=_text(told["text"], MAX_TEXT_CHARS),
        is_truncated=_flag(told["is_truncated"]),
    )


def _table(value: Any, members: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != members:
        raise OriginalAnswerError("a value has other members")
    return value


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise OriginalAnswerError("a value is no list, or a longer one")
    return value


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise OriginalAnswerError("a value is no text, or a longer one")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise OriginalAnswerError("a text holds half of a surrogate pair")
    return value


def _word(value: Any, known: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or value not in known:
        raise OriginalAnswerError("a code is not known")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise OriginalAnswerError("a digest is none")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise OriginalAnswerError("a flag is none")
    return value


def _count(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_COUNT:
        raise OriginalAnswerError("a number is none, or out of bounds")
    return value
