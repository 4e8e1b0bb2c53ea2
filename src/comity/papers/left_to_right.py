"""What is read from left to right inside a text that runs the other way.

A date, a telephone number, an address or a case number keeps its order on a page and on paper: in
an Arabic sentence the bidirectional algorithm turns `2026-12-03` into `03-12-2026` and the groups
of a telephone number round, because a hyphen or a blank between two numbers is neutral there.

Source: Unicode Standard Annex 9, sections 3.3.4 (weak types) and 2.4 (isolates).
"""

import re
from typing import Final

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
