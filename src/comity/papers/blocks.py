"""What a paper is made of, as data for the typesetter: values, and blocks of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from comity.papers.visible import UNBROKEN_CHARS, bounded, breakable, direction, visible

# What is read from left to right inside a text that runs the other way.
#
# A date, a telephone number, an address or a case number keeps its order on a page and on paper: in
# an Arabic sentence the bidirectional algorithm turns `2026-12-03` into `03-12-2026` and the groups
# of a telephone number round, because a hyphen or a blank between two numbers is neutral there.
#
# Source: Unicode Standard Annex 9, sections 3.3.4 (weak types) and 2.4 (isolates).


WHOLE: Final = re.compile(
    r"(\+\d[\d ()-]{4,}\d|https?://(?:[\w./:-]*[\w/])?|(?<![\w/.])(?:/[\w.-]*\w)+"
    r"|\b[a-z]{2}/[a-z][a-z-]+|\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?(?:Z| UTC\b)?"
    r"|\b\d+(?:\(\w{1,3}\))+|\b(?:[A-Za-z]+[-/.])*\d+(?:[-/.]\d+)+\b|\b\d{2,}(?: \d{2,}){2,}\b)"
)
"""A number to call, an address, a path, a party's name, a moment, a paragraph of an article,
numbers joined by strokes, groups of figures. One group, so that `split` gives every other piece."""
_RUNS_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_BEGIN, _END = "\u2066", "\u2069"


def runs_left(text: str) -> bool:
    """Tell whether a text has letters of a script that is written from right to left."""
    return _RUNS_LEFT.search(text) is not None


def set_apart(text: str) -> str:
    """Return a text of another script with isolates around what is read from left to right."""
    if not runs_left(text):
        return text
    return WHOLE.sub(lambda found: f"{_BEGIN}{found[0]}{_END}", text)


type Value = dict[str, Any]
type Block = dict[str, Any]

_GROUP: Final = 4
_GROUPS_A_LINE: Final = 8


def own(text: str) -> Value:
    """Return our own words."""
    return {"kind": "words", "text": text}


def strong(text: str) -> Value:
    """Return our own words, in bold."""
    return {"kind": "strong", "text": text}


def identifier(text: str) -> Value:
    """Return something a machine reads too: left to right, of one width, everything visible."""
    return {"kind": "identifier", "text": breakable(visible(text), most=UNBROKEN_CHARS)}


def digest(value: bytes, *, groups_a_line: int = _GROUPS_A_LINE) -> Value:
    """Return a digest in groups of four digits, so that two people can compare it aloud."""
    lines = grouped(value, groups_a_line=groups_a_line)
    return {"kind": "digest", "lines": list(lines)}


def grouped(value: bytes, *, groups_a_line: int = _GROUPS_A_LINE) -> tuple[str, ...]:
    """Return the hex digits in groups of four, several groups a line."""
    digits = value.hex()
    groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
    starts = range(0, len(groups), groups_a_line)
    return tuple(" ".join(groups[at : at + groups_a_line]) for at in starts)


def said(text: str, field: str) -> Value:
    """Return what somebody else wrote, in its own direction.

    Raises:
        PaperContentError: it is empty or too long; names the field.
    """
    shown = visible(bounded(text, field))
    return {"kind": "said", "text": breakable(set_apart(shown)), "direction": direction(text)}


def said_whole(text: str, field: str) -> Value:
    """Return an identifier as somebody else wrote it: on one line where it fits one.

    Raises:
        PaperContentError: as `said`.
    """
    whole = set_apart(visible(bounded(text, field)))
    return {**said(text, field), "whole": whole}


def lines(text: str, lang: str) -> Value:
    """Return a long text in a language; its lines stay lines, empty ones are left out."""
    kept = [one for one in text.replace("\r\n", "\n").split("\n") if one.strip()]
    return {
        "kind": "text",
        "lang": lang.partition("-")[0].lower(),
        "lines": [line(one) for one in kept],
    }


def line(text: str) -> Value:
    """Return a line that somebody else wrote, of any length, in its own direction."""
    shown = visible(text.replace("\t", " "))
    return {"kind": "said", "text": breakable(set_apart(shown)), "direction": direction(text)}


def several(*values: Value) -> Value:
    """Return values one below the other in one place."""
    return {"kind": "several", "values": list(values)}


def apart(*values: Value) -> Value:
    """Return values one below the other, with room between them."""
    return {"kind": "apart", "values": list(values)}


def heading(text: str, level: Literal[2, 3] = 2) -> Block:
    """Return a heading below the paper's title."""
    return {"kind": "heading", "level": level, "text": text}


def paragraph(text: str) -> Block:
    """Return a paragraph of our own words."""
    return {"kind": "paragraph", "text": text}


def facts(*rows: tuple[str, Value]) -> Block:
    """Return named values, one a line."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def table(head: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Value]]) -> Block:
    """Return a table whose head repeats on every page.

    Args:
        head: our own words.
        widths: parts of the width of each column; 0: as wide as its content.
        rows: as many values each as the head has.
    """
    return {
        "kind": "table",
        "head": list(head),
        "widths": list(widths),
        "rows": [list(row) for row in rows],
    }


def form(head: Sequence[str], rows: Sequence[tuple[str, str]], *, height_mm: int) -> Block:
    """Return boxes to fill in by hand.

    Args:
        head: the first column's name, then one for each person.
        rows: what to fill in, and what is printed in the box already: nothing, or a choice.
        height_mm: of a box.
    """
    boxes = len(head) - 1
    return {
        "kind": "form",
        "head": list(head),
        "height": height_mm,
        "rows": [[own(name), *(own(printed) for _ in range(boxes))] for name, printed in rows],
    }


def items(*values: Value) -> Block:
    """Return a list."""
    return {"kind": "items", "items": list(values)}


def small_items(*values: Value) -> Block:
    """Return a list in small type, close together: one page holds many."""
    return {"kind": "items", "items": list(values), "small": True}


def steps(*values: Value) -> Block:
    """Return a numbered list."""
    return {"kind": "steps", "items": list(values)}


def boxed(*values: Value) -> Block:
    """Return values in a frame."""
    return {"kind": "boxed", "values": list(values)}


def figures(*pairs: tuple[str, str]) -> Block:
    """Return numbers that are seen first, each with what it counts below it."""
    return {"kind": "figures", "items": [list(pair) for pair in pairs]}


def page_break() -> Block:
    """Return the end of a page."""
    return {"kind": "break"}


TIGHTEST: Final = 3  # text of 7.2 and lists of 6.7 points; smaller is not read on paper


@dataclass(frozen=True, kw_only=True)
class Page:
    """A paper of text and tables.

    Attributes:
        title: of the document, and its first heading.
        banner: on top of every page, or None: that this is an exercise.
        footer: on every page.
        blocks: in order.
        dense: whether it is set close, so that all of it fits on one page.
        tight: how much closer it is set where that is not enough, 0 to `TIGHTEST`.
    """

    title: str
    banner: str | None
    footer: str
    blocks: tuple[Block, ...]
    dense: bool = False
    tight: int = 0
