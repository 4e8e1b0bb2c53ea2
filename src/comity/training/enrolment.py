"""A list of people for a course, as CSV: each row is taken, told as a duplicate, or told why not.

Source: RFC 4180; docs/reference/training.md, "A list of people".
"""

from dataclasses import dataclass
from typing import Final

from comity.instruments.library import UNSEEN
from comity.training.columns import NEEDED, Column, decoded, normal, rows, split_header, tag_of
from comity.training.errors import EnrolmentError
from comity.training.model import LANGUAGES
from comity.training.row import KEY, MAX_KEY

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_CELL: Final = 200
_ACTIVE: Final = frozenset({"", "true", "yes", "1", "active", "enabled"})


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is to be trained.

    Attributes:
        person: the office's own reference; two rows with the same one are one person.
        function: key of what the person does, as a certificate will say it.
        language: in which the person is trained; empty: the office's.
    """

    person: str
    name: str
    function: str
    language: str = ""


@dataclass(frozen=True, order=True)
class RowProblem:
    """A row that was not taken.

    Attributes:
        line: of the file, from 1, where the row begins.
        code: ``row-missing``, ``row-text``, ``row-function``, ``row-language``, ``row-columns``,
            ``row-conflict``, ``row-inactive``.
        text: English: what is the matter; it repeats nothing of the row.
    """

    line: int
    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What a list says; every row of it is in exactly one of the three.

    Attributes:
        people: in the order of the list.
        duplicates: line of a row that repeats another one -> line of that one.
        problems: by line.
        encoding: in which the list was read.
        ignored: columns that are not read.
        rows: how many there were, empty ones left out.
    """

    people: tuple[Person, ...]
    duplicates: tuple[tuple[int, int], ...]
    problems: tuple[RowProblem, ...]
    encoding: str
    ignored: int
    rows: int


def read_enrolment(data: bytes, *, encoding: str | None = None, function: str = "") -> Enrolment:
    """Return the people of a list, the office's own or an identity provider's.

    Args:
        data: untrusted.
        encoding: if a person knows it; else it is told from the file.
        function: of whoever has none that is a key; then the column may lack. Empty: they are told.

    Raises:
        EnrolmentError: larger than 8 MiB, more than 20,000 rows, no CSV, or without a column that
            is needed.
        EnrolmentEncodingError: the encoding cannot be told.
    """
    if len(data) > MAX_BYTES:
        raise EnrolmentError(f"a list has at most {MAX_BYTES // 1024 // 1024} MiB")
    without: Column | None = "function" if function else None
    text, told = decoded(data, encoding, without=without)
    head = split_header(text.split("\n", 1)[0].strip("\r\ufeff"), without=without)
    if head is None:
        raise EnrolmentError("the first line names no columns person, name and function")
    separator, columns, provider = head
    named = [column for column in columns if column is not None]
    if len(set(named)) != len(named):
        raise EnrolmentError("two columns have the same meaning")
    taken: dict[str, tuple[int, Person]] = {}
    duplicates: list[tuple[int, int]] = []
    problems: list[RowProblem] = []
    count = 0
    for line, cells in rows(text, separator, most=MAX_ROWS, refuse=EnrolmentError):
        count += 1
        made = _person(line, cells, columns, function, provider=provider)
        if isinstance(made, RowProblem):
            problems.append(made)
            continue
        before = taken.setdefault(normal(made.person), (line, made))
        if before[0] == line:
            continue
        if _same(before[1], made):
            duplicates.append((line, before[0]))
        else:
            told_text = (
                f"another person, or another function, under the reference of line {before[0]}"
            )
            problems.append(RowProblem(line, "row-conflict", told_text))
    return Enrolment(
        people=tuple(person for _, person in taken.values()),
        duplicates=tuple(duplicates),
        problems=tuple(problems),
        encoding=told,
        ignored=len(columns) - len(named),
        rows=count,
    )


def _person(
    line: int, cells: list[str], columns: list[Column | None], function: str, *, provider: bool
) -> Person | RowProblem:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        return RowProblem(line, "row-columns", "more cells than there are columns")
    found = _cells(cells, columns)
    if found.get("active", "").casefold() not in _ACTIVE:
        return RowProblem(line, "row-inactive", "the account is not active, so nobody is enrolled")
    if any(len(cell) > MAX_CELL or UNSEEN.search(cell) for cell in found.values()):
        told = f"a cell has more than {MAX_CELL} characters, or one that no eye sees"
        return RowProblem(line, "row-text", told)
    key = normal(found.get("function", "")).replace(" ", "-")
    if function and not (KEY.fullmatch(key) and len(key) <= MAX_KEY):
        key = found["function"] = function
    for needed in NEEDED:
        if not found.get(needed):
            return RowProblem(line, "row-missing", f"{needed} is empty")
    if not KEY.fullmatch(key) or len(key) > MAX_KEY:
        told = "function is a key, such as contact-point-officer"
        return RowProblem(line, "row-function", told)
    language = found.get("language", "").casefold()
    if provider:
        language = tag_of(language)  # of an account, not of a course: it may be any
    if language and language not in LANGUAGES:
        return RowProblem(line, "row-language", f"language is one of: {', '.join(LANGUAGES)}")
    return Person(person=found["person"], name=found["name"], function=key, language=language)


def _cells(cells: list[str], columns: list[Column | None]) -> dict[Column, str]:
    found: dict[Column, str] = {}
    for name, cell in zip(columns, cells, strict=False):
        if name is not None:
            found[name] = " ".join(cell.split())
    if "name" not in columns:
        found["name"] = f"{found.get('given', '')} {found.get('family', '')}".strip()
    return found


def _same(one: Person, other: Person) -> bool:
    return (normal(one.name), one.function, one.language) == (
        normal(other.name),
        other.function,
        other.language,
    )
