"""Who answered what, as CSV that a spreadsheet opens and never runs."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.canonical import time_text
from comity.instruments.csv_text import csv_text

HEADER: Final = (
    "person",
    "name",
    "function",
    "course",
    "version",
    "answered_at",
    "points",
    "questions",
    "percent",
    "passed",
)


@dataclass(frozen=True, kw_only=True)
class Result:
    """One attempt of one person.

    Attributes:
        person: the office's own reference.
        points: with two decimals, as text, so that no spreadsheet reads another number.
    """

    person: str
    name: str
    function: str
    course: str
    version: int
    answered_at: datetime
    points: str
    questions: int
    percent: int
    passed: bool


def results_csv(results: Iterable[Result]) -> bytes:
    """Return a table in UTF-8 with a byte order mark, by which spreadsheets know the encoding.

    Source: RFC 4180 section 2.
    """
    rows = (
        (
            one.person,
            one.name,
            one.function,
            one.course,
            str(one.version),
            time_text(one.answered_at),
            one.points,
            str(one.questions),
            str(one.percent),
            "yes" if one.passed else "no",
        )
        for one in results
    )
    return codecs.BOM_UTF8 + csv_text(HEADER, rows).encode("utf-8")
