"""What is told of one original: claims of whoever sent it, none of which is proved.

The values cross from a process that a hostile file may have taken over, so they are read strictly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.intake.cautions import CAUTIONS
from comity.intake.errors import OriginalAnswerError
from comity.intake.kinds import KINDS

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
        warnings: keys of `comity.intake.cautions.CAUTIONS`, sorted, each once.
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
