"""Typed identifiers found in running text: only what has the form of its type, as proposals.

Source: docs/reference/identifiers.md; addresses written so that nobody follows them by mistake
(``hxxp``, ``[.]``) are read as what they mean.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from comity.instruments.identifiers import Identifier, IdentifierError, parse
from comity.intake.original import Text

# What a program proposes a text might say: each with its place, none taken by itself.


MAX_PROPOSALS: Final = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One value that a person may take, beside the original.

    Attributes:
        field: what it may be: ``reference``, ``requesting.email``, ``identifier`` ...
        value: as it stands in the text, blanks around it taken off; an identifier in normal form.
        place: of the text, as `comity.intake.original.Text` names it.
        start: of the value in that text, in characters.
        end: after it.
        source: template that it was found by, or ``identifier``.
        type: of an identifier, key of `comity.instruments.identifiers.KINDS`; else "".
        notices: codes of warnings of an identifier.
        is_confirmed: whether the template is known to have such a field; its wording never is.
    """

    field: str
    value: str
    place: str
    start: int
    end: int
    source: str
    type: str = ""
    notices: tuple[str, ...] = ()
    is_confirmed: bool = False

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "end": self.end,
            "field": self.field,
            "is_confirmed": self.is_confirmed,
            "notices": list(self.notices),
            "place": self.place,
            "source": self.source,
            "start": self.start,
            "type": self.type,
            "value": self.value,
        }


_LOOKED_AT: Final = 2_000_000  # characters of one text
_MAX_TRIES: Final = 5_000  # of one text; an IBAN is tried up to eight times
_NOT_IN_WORD: Final = r"(?<![\w@.+/-])"
_LOCAL: Final = r"(?<![A-Za-z0-9_.+%'-])(?:(?![\u2e80-\uffff])[\w.+%'-]){1,64}"
"""Chinese and Arabic put letters of their own before a name without a blank."""
_HOST: Final = r"[\w-]{1,63}(?:(?:\.|\[\.\])[\w-]{1,63}){1,8}"
_FORMS: Final[tuple[tuple[str, str], ...]] = (
    ("url", r"(?:https?|hxxps?|ftp)(?::|\[:\])//[^\s<>\"'«»]{1,2000}"),
    ("email", _LOCAL + r"(?:@|\[at\]|\(at\))" + _HOST),
    ("mac", _NOT_IN_WORD + r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])"),
    ("ip", _NOT_IN_WORD + r"(?:\d{1,3}(?:\.|\[\.\])){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\d)"),
    ("ip", r"(?<![\w:.])\[?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\]:\d{1,5})?(?![\w:])"),
    ("wallet", _NOT_IN_WORD + r"(?:bc1[a-z0-9]{20,87}|0x[0-9A-Fa-f]{40})\b"),
    ("wallet", _NOT_IN_WORD + r"[13][1-9A-HJ-NP-Za-km-z]{25,34}\b"),
    (
        "hash",
        _NOT_IN_WORD + r"[0-9A-Fa-f]{32}(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{96})?\b",
    ),
    ("iban", _NOT_IN_WORD + r"[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{1,4}){3,8}\b"),
    ("imei", r"(?<=IMEI)\W{0,12}\d[\d /-]{13,20}\b"),
    ("imsi", r"(?<=IMSI)\W{0,12}\d[\d -]{13,18}\b"),
    ("phone", _NOT_IN_WORD + r"(?:\+|00)[1-9](?:[ \u00a0().-]{0,2}\d){6,14}\b"),
    ("domain", r"(?<![\w@./])[\w-]{1,63}(?:(?:\[\.\]|\.)[\w-]{1,63}){0,8}\[\.\][A-Za-z]{2,24}\b"),
)
_TRIMMED: Final = ".,;:!?)]}>*_’”…\u00a0 "


def identifiers(texts: Iterable[Text]) -> tuple[Proposal, ...]:
    """Return the identifiers that texts hold, in the order of each text, each place once.

    Args:
        texts: of one original.
    """
    found: list[Proposal] = []
    for text in texts:
        found += sorted(_in(text), key=lambda one: one.start)
        if len(found) >= MAX_PROPOSALS:
            break
    return tuple(found[:MAX_PROPOSALS])


def _in(text: Text) -> Iterator[Proposal]:
    letters = text.text[:_LOOKED_AT]
    taken: list[tuple[int, int]] = []
    tries = _MAX_TRIES
    for kind, form in _COMPILED:
        for hit in form.finditer(letters):
            if any(hit.start() < end and start < hit.end() for start, end in taken[-2_000:]):
                continue
            tries -= 1
            if tries < 0:
                return
            told = _parsed(kind, hit[0])
            if told is None:
                continue
            identifier, length, skipped = told
            start = hit.start() + skipped
            taken.append((start, start + length))
            yield Proposal(
                field="identifier",
                value=identifier.text,
                place=text.place,
                start=start,
                end=start + length,
                source="identifier",
                type=kind,
                notices=tuple(notice.code for notice in identifier.warnings),
            )
            if len(taken) >= MAX_PROPOSALS:
                return


_COMPILED: Final = tuple((kind, re.compile(form)) for kind, form in _FORMS)


def _parsed(kind: str, raw: str) -> tuple[Identifier, int, int] | None:
    """Return the identifier that raw text writes, its length, and what stands before it."""
    skipped = 0
    if kind in {"imei", "imsi"}:
        skipped = next(at for at, char in enumerate(raw) if char.isdigit())
    text = raw[skipped:].rstrip(_TRIMMED)
    for tried in _SHORTENED.get(kind, _whole)(text):
        try:
            return parse(kind, _meant(kind, tried)), len(tried), skipped
        except IdentifierError:
            continue
    return None


def _whole(text: str) -> Iterator[str]:
    yield text


def _shorter(text: str) -> Iterator[str]:
    """Yield a text, and what is left when its last words are dropped one by one."""
    yield text
    while " " in text:
        text = text.rpartition(" ")[0]
        yield text


_SHORTENED: Final[dict[str, Callable[[str], Iterator[str]]]] = {
    "iban": _shorter,
    "imei": _shorter,
    "phone": _shorter,
}


def _meant(kind: str, text: str) -> str:
    text = text.replace("[.]", ".").replace("[:]", ":")
    if kind == "url" and text.startswith("hxxp"):
        return "http" + text[4:]
    if kind == "email":
        return text.replace("[at]", "@").replace("(at)", "@")
    if kind == "phone" and text.startswith("00"):
        return "+" + text[2:]
    return text.replace("\u00a0", " ")
