"""A mapping proposed from an office's headings and words, as a TOML file for a person to read.

Headings and words of seven languages come from `data/register_words.toml`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from comity.intake.register_mapping import fitting, folded
from comity.intake.register_rows import StateOf, sheet_of
from comity.intake.register_table import CODED, DATES, FIELDS, Row, Table

_HEADING_ROWS: Final = 20
_SAMPLE_ROWS: Final = 2_000
_MOST_VALUES: Final = 100
_MARKS: Final = " .:*#°"


@dataclass(frozen=True, slots=True)
class RegisterWords:
    """Folded headings to field, and for each coded field folded words to code."""

    headings: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]


@cache
def register_words() -> RegisterWords:
    """Return the words of the data file."""
    text = resources.files("comity.intake").joinpath("data/register_words.toml").read_text("utf-8")
    told: dict[str, Any] = tomllib.loads(text)
    return RegisterWords(
        headings=_turned(told["headings"]),
        values={name: _turned(table) for name, table in told["values"].items()},
    )


def _turned(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {_plain(word): key for key, words in table.items() for word in words}


def _plain(text: str) -> str:
    return folded(text).strip(_MARKS) or folded(text)


def propose_mapping(table: Table, *, state_of: StateOf) -> str:
    """Return a mapping as TOML, with what is not known as comments.

    Args:
        table: of `comity.intake.registers.read_table`.
        state_of: State's code of a name, None if it is none.

    Raises:
        RegisterColumnError: every sheet is hidden.
    """
    sheet = sheet_of(table, "")
    heading = max(sheet.rows[:_HEADING_ROWS], key=_known, default=Row(1, ()))
    columns, unknown = _columns(heading)
    sample = [row for row in sheet.rows if row.number > heading.number][:_SAMPLE_ROWS]
    lines = ["# A proposal from the headings. Read every line; nothing is taken over before.", ""]
    lines.append("mapping = 1")
    lines += [f"sheet = {_quoted(sheet.name)}"] if sheet.name else []
    lines += [f"encoding = {_quoted(table.encoding)}"] if table.encoding else []
    lines += [f"separator = {_quoted(table.separator)}"] if table.separator else []
    lines.append(f"heading_row = {heading.number}")
    lines += _date_lines(columns, sample)
    lines += ["", "[columns]"]
    lines += [f"{name} = {_quoted(_heading(heading, place))}" for name, place in columns.items()]
    if "reference" not in columns:
        lines.append('# reference = "the heading of your own number; without it nothing is made"')
    lines += [f"# not mapped: {_quoted(heading.cells[place].text)}" for place in unknown]
    for name in (*CODED, "state"):
        if name in columns:
            lines += _value_lines(name, _texts(sample, columns[name]), state_of)
    return "\n".join(lines) + "\n"


def _known(row: Row) -> int:
    return len({register_words().headings.get(_plain(cell.text)) for cell in row.cells} - {None})


def _columns(heading: Row) -> tuple[dict[str, int], list[int]]:
    """Return field to column of what is known, in the order of fields, and the other columns."""
    found: dict[str, int] = {}
    unknown = []
    for place, cell in enumerate(heading.cells):
        field = register_words().headings.get(_plain(cell.text))
        if field is None or field in found:
            unknown += [place] if cell.text else []
        else:
            found[field] = place
    return {name: found[name] for name in FIELDS if name in found}, unknown


def _heading(heading: Row, place: int) -> str:
    texts = [folded(cell.text) for cell in heading.cells]
    twice = texts.count(texts[place]) > 1
    return f"#{place + 1}" if twice else heading.cells[place].text


def _texts(sample: Iterable[Row], place: int) -> list[str]:
    found = (row.cells[place].text for row in sample if place < len(row.cells))
    return list(dict.fromkeys(filter(None, found)))


def _date_lines(columns: Mapping[str, int], sample: list[Row]) -> list[str]:
    values = [
        row.cells[columns[name]].text
        for name in DATES
        if name in columns
        for row in sample
        if columns[name] < len(row.cells) and row.cells[columns[name]].flag != "date"
    ]
    forms = fitting([value for value in values if value]) or ("YYYY-MM-DD",)
    lines = [f"dates = [{', '.join(map(_quoted, forms[:4]))}]"]
    if len(forms) > 1:
        lines.append("# Days and months could be exchanged: keep the one format that is right.")
    if any(":" in value for value in values):
        lines.append('# zone = "Area/City"  # some cells have a time; say in which zone')
    return lines


def _value_lines(name: str, texts: list[str], state_of: StateOf) -> list[str]:
    known = register_words().values.get(name, {})
    lines = ["", f"[values.{name}]"]
    for text in texts[:_MOST_VALUES]:
        code = known.get(_plain(text)) or ""
        if name == "state":
            if state_of(text) is None:
                lines.append(f'# {_quoted(text)} = ""  # code of two letters')
        elif folded(text) not in CODED[name]:
            mark = "" if code else "# "
            lines.append(f"{mark}{_quoted(text)} = {_quoted(code)}")
    if len(texts) > _MOST_VALUES:
        lines.append(f"# and {len(texts) - _MOST_VALUES} more")
    return lines


def _quoted(text: str) -> str:
    """Return a TOML basic string; what cannot be seen is escaped."""
    pieces = []
    for char in text:
        if char in '"\\':
            pieces.append("\\" + char)
        else:
            pieces.append(char if char.isprintable() else f"\\U{ord(char):08X}")
    return '"' + "".join(pieces) + '"'
