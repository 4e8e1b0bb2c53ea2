"""docs/reference/stories.md says what the code reads and makes: no word more or less."""

import ast
import re

import pytest
from tests.conftest import REPOSITORY

from comity.drills.making import FORMS, WHY
from comity.drills.making.harmless import RANGES
from comity.drills.making.kinds import ENDINGS, EVENTS, SERVICES, STATUSES
from comity.drills.making.parse import MAX_EVENTS, MAX_EXHIBITS, MAX_ORDINARY

PAGE = (REPOSITORY / "docs" / "reference" / "stories.md").read_text("utf-8")
PARSER = ast.parse((REPOSITORY / "src/comity/drills/making/parse.py").read_text("utf-8"))


def part(heading: str) -> str:
    _, _, rest = PAGE.partition(f"\n{heading}\n")
    assert rest, heading
    return re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(heading: str, *, table: int = 0) -> dict[str, list[str]]:
    tables = re.findall(r"(?:^\|.*\n)+", part(heading), re.MULTILINE)
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in tables[table].splitlines()
    ]
    return {cells[0].strip("`"): cells[1:] for cells in lines if cells[0].startswith("`")}


def ticked(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def read_by(name: str) -> set[str]:
    """Return the members that a function of the parser takes from its row."""
    (function,) = [
        node for node in PARSER.body if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    found = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        on = called.value if isinstance(called, ast.Attribute) else next(iter(node.args), None)
        if not (isinstance(on, ast.Name) and on.id in {"row", "head"}):
            continue
        method = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if method in {"text", "texts", "name", "choice", "moment", "_upto", "number"}:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            found |= {text for text in texts[:1] if isinstance(text, str)}
    return found


@pytest.mark.parametrize(
    ("heading", "reader"),
    [
        ("## `[story]`", "_story"),
        ("## `[[person]]`", "_person"),
        ("## `[[machine]]`", "_machine"),
        ("## `[[account]]`", "_account"),
        ("## `[[file]]`", "_file"),
        ("## `[[exhibit]]`", "_wanted"),
    ],
)
def test_the_page_lists_the_members_that_the_parser_takes(heading: str, reader: str) -> None:
    more = set() if reader == "_story" else {"key"}
    assert set(rows(heading)) == read_by(reader) | more


def test_the_page_lists_events_with_their_members() -> None:
    told = {
        kind: [ticked(cell) for cell in cells] for kind, cells in rows("## `[[event]]`").items()
    }
    assert told == {
        kind: [one.must, one.may, (one.serves,) if one.serves else ()]
        for kind, one in EVENTS.items()
    }
    members = {name for one in EVENTS.values() for name in (*one.must, *one.may)}
    assert set(rows("## `[[event]]`", table=1)) == members


def test_the_page_lists_kinds_and_where_each_event_is_seen() -> None:
    told = {kind: tuple(cells) for kind, cells in rows("## `[[exhibit]]`", table=1).items()}
    assert told == {
        kind: (f"`{form}`", f"`{ending}`", what) for kind, (form, ending, what) in FORMS.items()
    }
    seen = re.findall(r"^\| ((?:`[a-z-]+`(?:, )?)+) \|", part("## What shows what"), re.MULTILINE)
    assert {kind for cell in seen for kind in ticked(cell)} == set(EVENTS)
    assert {why: cells[0] for why, cells in rows("## Whether they agree").items()} == dict(WHY)


def test_the_page_names_what_is_allowed() -> None:
    for network in RANGES:
        assert f"`{network}`" in PAGE
    assert set(ticked(rows("## `[[file]]`")["name"][0])) == set(ENDINGS)
    assert set(ticked(rows("## `[[machine]]`")["serves"][0])) == set(SERVICES)
    status = rows("## `[[event]]`", table=1)["status"][0]
    assert {int(one) for one in re.findall(r"\d{3}", status)} == set(STATUSES)
    limits = f"{MAX_EVENTS} events, {MAX_ORDINARY} ordinary ones, {MAX_EXHIBITS} exhibits"
    assert limits in PAGE
