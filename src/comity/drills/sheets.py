"""A scenario as tables for a spreadsheet: texts, injects, tasks, hints; out, and in again.

What has no table (parties, triggers, points, the ideal, the test) stays as it is in scenario.toml.
Rows that a table lacks stay too: a spreadsheet takes nothing away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args, get_origin

from comity.drills.errors import DrillError
from comity.drills.model import KINDS, Entry
from comity.drills.reading import TEXTS, read_texts
from comity.drills.texts import check_text, due_keys, may_keys
from comity.drills.values import Key, Of
from comity.drills.writing import checked, table_of, with_plan, with_texts
from comity.instruments.model import LANGUAGES
from comity.instruments.toml import KEY
from comity.instruments.words import ENGLISH

MAX_ROWS: Final = 20_000
_NUMBER: Final = "number"
_KEYS: Final = "keys"
_LINES: Final = "lines"
_FLAG: Final = "flag"
_TEXT: Final = "text"
SHEETS: Final[Mapping[str, str]] = {"injects": "inject", "tasks": "task", "hints": "hint"}
"""Name of a sheet to the kind of its entries; the sheet ``texts`` holds a column a language."""


def _columns(model: type[Entry]) -> dict[str, str]:
    """Return what a cell of each member of an entry holds, besides its key."""
    found = {}
    for name, member in model.model_fields.items():
        kind, marks = member.annotation, member.metadata
        if get_origin(kind) is tuple:
            are_keys = get_args(kind)[0] == Key or any(isinstance(one, Of) for one in marks)
            form = _KEYS if are_keys else _LINES
        else:
            form = _TEXT if kind is str else _FLAG if kind is bool else _NUMBER
        found[member.alias or name] = form
    found.pop("key")
    return found


COLUMNS: Final = {kind: _columns(KINDS[kind].model) for kind in SHEETS.values()}
"""Kind of an entry to its columns and what a cell of each holds; all have the column ``key``."""


@dataclass(frozen=True)
class Cell:
    """One cell that came in: its text, and what kept it from being plain, such as ``formula``."""

    text: str
    flag: str = ""


@dataclass(frozen=True, order=True)
class Remark:
    """What is to be said of a row; row 1 is the header, 0 the whole sheet."""

    sheet: str
    row: int
    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class TakenOver:
    """What became of tables.

    Attributes:
        files: changed, or as they were if there is any problem.
        problems: why nothing was taken over.
        notes: what was left as it is.
        changed: cells that say something else than before.
    """

    files: Mapping[str, bytes]
    problems: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    changed: int


def sheets_of(name: str, files: Mapping[str, bytes]) -> dict[str, list[list[str]]]:
    """Return the tables of a scenario, each with its header.

    Raises:
        DrillError: a file breaks the format.
    """
    plan, table = checked(name, files), table_of(files)
    texts = {
        found[1]: read_texts(path, files[path])
        for path in sorted(files)
        if (found := TEXTS.fullmatch(path))
    }
    order = (ENGLISH, *(lang for lang in (*LANGUAGES, *sorted(texts)) if lang != ENGLISH))
    langs = tuple(dict.fromkeys(order))
    keys = [*texts.get(ENGLISH, {}), *sorted(due_keys(plan))]
    made = {
        "texts": [
            ["key", *langs],
            *(
                [key, *(texts.get(lang, {}).get(key, "") for lang in langs)]
                for key in dict.fromkeys(keys)
            ),
        ]
    }
    for sheet, kind in SHEETS.items():
        columns = COLUMNS[kind]
        made[sheet] = [
            ["key", *columns],
            *(
                [str(row["key"]), *(_shown(row.get(column), columns[column]) for column in columns)]
                for row in table.get(kind, [])
            ),
        ]
    return made


def kind_of_sheet(header: Sequence[str]) -> str:
    """Return which table a header is of, where nobody says so."""
    names = set(header)
    if "minute" in names:
        return "injects"
    if "answers" in names or "points" in names:
        return "tasks"
    return "hints" if "cost" in names else "texts"


def take_over(
    name: str, files: Mapping[str, bytes], sheets: Mapping[str, Sequence[tuple[int, list[Cell]]]]
) -> TakenOver:
    """Return a scenario with what tables say, or every reason why not.

    Args:
        name: of the scenario.
        files: as they are, which can be read.
        sheets: name to rows with their numbers, the header first; untrusted.

    Raises:
        DrillError: the files themselves break the format.
    """
    work = _Work(name, dict(files))
    for sheet in sorted(sheets, key=lambda one: (one == "texts", one)):  # texts are due to entries
        if sheet not in SHEETS and sheet != "texts":
            work.notes.append(Remark(sheet, 0, "", "is no table of a scenario; it was not read"))
        elif sheet == "texts":
            work.texts(sheets[sheet])
        else:
            work.entries(sheet, sheets[sheet])
    if work.problems:
        return TakenOver(
            files=dict(files), problems=tuple(sorted(work.problems)), notes=(), changed=0
        )
    return TakenOver(
        files=work.files, problems=(), notes=tuple(sorted(work.notes)), changed=work.changed
    )


@dataclass
class _Work:
    name: str
    files: dict[str, bytes]
    problems: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    changed: int = 0

    def entries(self, sheet: str, rows: Sequence[tuple[int, list[Cell]]]) -> None:
        """Take entries of one kind over."""
        kind, table = SHEETS[sheet], table_of(self.files)
        old = {str(one["key"]): dict(one) for one in table.get(kind, [])}
        new, columns = dict(old), COLUMNS[kind]
        places: dict[str, int] = {}
        for number, key, cells in self._rows(sheet, rows, known=columns.__contains__):
            places[key] = number
            row = dict(new.get(key, {"key": key}))
            for column, text in cells.items():
                value = self._value(sheet, number, key, column, text)
                if value is None:
                    row.pop(column, None)
                else:
                    row[column] = value
            self.changed += row != old.get(key)
            new[key] = row
        self._stayed(sheet, old, places)
        if self.problems or new == old:
            return
        made = with_plan(self.files, {**table, kind: list(new.values())})
        try:
            checked(self.name, made)
        except DrillError as fault:
            key = str(fault.facts.get("key", "")).partition(" ")[2]
            self.problems.append(Remark(sheet, places.get(key, 0), key, str(fault)))
        else:
            self.files = made

    def texts(self, rows: Sequence[tuple[int, list[Cell]]]) -> None:
        """Take texts over."""
        plan = checked(self.name, self.files)
        due = due_keys(plan) | may_keys(plan)
        said: dict[str, dict[str, str]] = {}
        places: dict[str, int] = {}
        for number, key, cells in self._rows("texts", rows, known=_is_language):
            places[key] = number
            if key not in due:
                told = "is the text of nothing in scenario.toml"
                self.problems.append(Remark("texts", number, key, told))
            for lang, text in cells.items():
                try:
                    check_text(text, file=lang, key=key)
                except DrillError as fault:
                    self.problems.append(Remark("texts", number, key, str(fault)))
                else:
                    said.setdefault(lang, {})[key] = text
        self._stayed("texts", due, places)
        if self.problems:
            return
        for lang, changes in said.items():
            path = f"texts/{lang}.toml"
            old = read_texts(path, self.files.get(path, b""))
            self.changed += sum(old.get(key, "") != text for key, text in changes.items())
            self.files = with_texts(self.files, lang, changes)

    def _rows(
        self,
        sheet: str,
        rows: Sequence[tuple[int, list[Cell]]],
        *,
        known: Callable[[str], bool],
    ) -> Iterator[tuple[int, str, dict[str, str]]]:
        """Yield number, key and cells by column of each row that can be read."""
        if len(rows) > MAX_ROWS:
            self.problems.append(Remark(sheet, 0, "", f"more than {MAX_ROWS} rows"))
            return
        header = [cell.text.strip().lower() for cell in rows[0][1]] if rows else []
        if "key" not in header or len({one for one in header if one}) != len(
            list(filter(None, header))
        ):
            told = "the first row names the columns, each once, and one of them is key"
            self.problems.append(Remark(sheet, 1, "", told))
            return
        for column in header:
            if column and column != "key" and not known(column):
                self.notes.append(Remark(sheet, 1, column, "is no column of a scenario"))
        seen = set[str]()
        for number, given in rows[1:]:
            cells = dict(zip(header, (*given, *[Cell("")] * len(header)), strict=False))
            key = cells["key"].text.strip()
            if not KEY.fullmatch(key[:65]):
                self.problems.append(Remark(sheet, number, "", "the row has no key"))
            elif key in seen:
                self.problems.append(Remark(sheet, number, key, "is there twice"))
            elif any(cell.flag == "formula" for cell in cells.values()):
                told = "holds a formula; paste what it shows as a value"
                self.problems.append(Remark(sheet, number, key, told))
            else:
                seen.add(key)
                told_cells = {n: c.text for n, c in cells.items() if n != "key" and known(n)}
                yield number, key, told_cells

    def _stayed(self, sheet: str, known: Any, places: Mapping[str, int]) -> None:
        missing = len(set(known) - set(places))
        if missing:
            told = f"{missing} entries are not in the table; they stay as they are"
            self.notes.append(Remark(sheet, 0, "", told))

    def _value(self, sheet: str, number: int, key: str, column: str, text: str) -> Any:
        form, text = COLUMNS[SHEETS[sheet]][column], text.strip()
        if not text:
            return None
        if form == _NUMBER and not (text.isascii() and text.isdigit() and len(text) < 10):
            self.problems.append(Remark(sheet, number, key, f"{column} is a whole number"))
            return None
        if form == _FLAG and text.lower() not in {"yes", "no", "true", "false"}:
            self.problems.append(Remark(sheet, number, key, f"{column} is yes or no"))
            return None
        return _READ[form](text)


def _is_language(column: str) -> bool:
    return column != "key" and TEXTS.fullmatch(f"texts/{column}.toml") is not None


def _shown(value: Any, form: str) -> str:
    if value is None:
        return ""
    if form == _FLAG:
        return "yes" if value else ""
    items = [value] if isinstance(value, str) else value
    if form == _KEYS:
        return ", ".join(items)
    return "\n".join(items) if form == _LINES else str(value)


def _lines(text: str) -> list[str]:
    return [one.strip() for one in text.split("\n") if one.strip()]


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    _NUMBER: int,
    _KEYS: lambda text: [one.strip() for one in text.replace("\n", ",").split(",") if one.strip()],
    _LINES: _lines,
    _FLAG: lambda text: True if text.lower() in {"yes", "true"} else None,
    _TEXT: str,
}

__all__ = [
    "COLUMNS",
    "SHEETS",
    "Cell",
    "Remark",
    "TakenOver",
    "kind_of_sheet",
    "sheets_of",
    "take_over",
]
