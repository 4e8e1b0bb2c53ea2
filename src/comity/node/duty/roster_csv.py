"""A roster as CSV, for spreadsheets: the same rows out and in."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Final

from comity.canonical import ComityError, PeerError, parse_time, time_text
from comity.node.duty.roster import Change, Crew, Roster, Weekly

COLUMNS: Final = (
    "kind", "weekday", "begins", "ends", "zone", "first", "last", "officer", "second", "deputy",
)  # fmt: skip
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_CHARS: Final = 256 * 1024
MAX_ROWS: Final = 1000
_MAX_CELL: Final = 64


class RosterRowError(PeerError, code="roster-row"):
    """A row of a roster's CSV cannot be read; the fact ``line`` says which."""


def write(kept: Roster) -> str:
    """Return a roster as CSV with a line of headings."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in kept.weekly:
        told = (DAYS[row.weekday], f"{row.begins:%H:%M}", f"{row.ends:%H:%M}", row.zone)
        days = (_day(row.first), _day(row.last))
        writer.writerow(["weekly", *told, *days, *_names(row.crew)])
    for change in kept.changes:
        told = ("", time_text(change.begins), time_text(change.ends), "UTC")
        writer.writerow(["change", *told, "", "", *_names(change.crew)])
    return out.getvalue()


def read(text: str) -> Roster:
    """Return the roster that a CSV tells; whether its people exist is checked when it is kept.

    Raises:
        RosterRowError: it is too long, has other columns, or a row that says nothing.
    """
    if len(text) > MAX_CHARS or "\0" in text:
        raise RosterRowError("a roster of more rows than any office has")
    weekly: list[Weekly] = []
    changes: list[Change] = []
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise RosterRowError("the first line must be: " + ",".join(COLUMNS))
        for number, row in enumerate(reader, start=2):
            if number > MAX_ROWS or None in row or None in row.values():
                raise RosterRowError(f"line {number} has too many or too few cells", line=number)
            _put(row, number, weekly, changes)
    except csv.Error as fault:
        raise RosterRowError("it is no CSV") from fault
    return Roster(weekly, changes)


def _put(row: Mapping[str, str], number: int, weekly: list[Weekly], changes: list[Change]) -> None:
    try:
        if any(len(cell) > _MAX_CELL for cell in row.values()):
            raise ValueError("cell")
        crew = Crew(officer=row["officer"], second=row["second"], deputy=row["deputy"])
        if row["kind"] == "weekly":
            weekly.append(
                Weekly(
                    weekday=DAYS.index(row["weekday"].lower()),
                    begins=_reading(row["begins"]),
                    ends=_reading(row["ends"]),
                    zone=row["zone"],
                    crew=crew,
                    first=date.fromisoformat(row["first"]) if row["first"] else None,
                    last=date.fromisoformat(row["last"]) if row["last"] else None,
                )
            )
        elif row["kind"] == "change":
            begins, ends = parse_time(row["begins"]), parse_time(row["ends"])
            changes.append(Change(begins=begins, ends=ends, crew=crew))
        else:
            raise ValueError("kind")
    except (ComityError, ValueError) as fault:
        raise RosterRowError(f"line {number} cannot be read", line=number) from fault


def _reading(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a reading has no zone


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _names(crew: Crew) -> Iterable[str]:
    return crew.officer, crew.second, crew.deputy
