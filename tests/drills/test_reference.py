"""docs/reference/scenarios.md says what the code reads: no member, word or code more or less."""

import inspect
import re

import pytest
from pydantic import BaseModel
from tests.conftest import REPOSITORY

from comity import drills
from comity.drills import CHARACTERS, SKILLS, parse
from comity.drills.errors import NEXT
from comity.drills.model import KINDS, Head
from comity.drills.scoring import OUTCOMES
from comity.drills.values import (
    DEEDS,
    INJECT_KINDS,
    MODES,
    PARTY_KINDS,
    SCORE_KINDS,
    STEERS,
    TASK_KINDS,
)
from comity.files.drills import shipped_names

PAGE = (REPOSITORY / "docs" / "reference" / "scenarios.md").read_text("utf-8")


def part(heading: str) -> str:
    """Return what stands under a heading, up to the next."""
    _, _, rest = PAGE.partition(f"\n{heading}\n")
    assert rest, heading
    return re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(heading: str, *, table: int = 0) -> dict[str, list[str]]:
    """Return the first cell of each row of a table, without its marks, to the other cells."""
    tables = re.findall(r"(?:^\|.*\n)+", part(heading), re.MULTILINE)
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in tables[table].splitlines()
    ]
    return {cells[0].strip("`"): cells[1:] for cells in lines if cells[0].startswith("`")}


def ticked(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


MODELS: dict[str, type[BaseModel]] = {
    "### `[scenario]`": Head,
    **{f"### `[[{name}]]`": kind.model for name, kind in KINDS.items()},
}


@pytest.mark.parametrize("heading", MODELS)
def test_the_page_lists_the_members_that_the_parser_takes(heading: str) -> None:
    fields = MODELS[heading].model_fields
    assert set(rows(heading)) == {one.alias or name for name, one in fields.items()}


def test_every_table_of_the_format_has_its_part() -> None:
    told = re.findall(r"^### `\[\[([a-z]+)\]\]`", PAGE, re.MULTILINE)
    assert set(told) == set(KINDS)
    assert parse.FILE in PAGE


def test_the_words_of_a_member_are_those_of_the_code() -> None:
    assert set(ticked(rows("### `[[inject]]`")["kind"][0])) == set(INJECT_KINDS)
    assert set(ticked(rows("### `[[party]]`")["kind"][0])) == set(PARTY_KINDS)
    assert set(ticked(rows("### `[scenario]`")["modes"][0])) == set(MODES)
    assert set(ticked(rows("### `[[score]]`")["kind"][0])) == set(SCORE_KINDS)


def test_deeds_and_what_they_name() -> None:
    told = {kind: [ticked(cell) for cell in cells] for kind, cells in rows("## Deeds").items()}
    assert told == {kind: [one.must, one.may, one.free] for kind, one in DEEDS.items()}
    steers = rows("## Deeds", table=1)
    assert {kind: set(ticked(cells[0])) for kind, cells in steers.items()} == {
        kind: {*one.must, *one.may, *one.free} for kind, one in STEERS.items()
    }


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("## Kinds of tasks", TASK_KINDS),
        ("## Outcomes of points", OUTCOMES),
        ("## Rehearsal", SKILLS),
    ],
)
def test_words_are_explained_as_in_the_code(heading: str, known: dict[str, str]) -> None:
    assert {key: cells[0] for key, cells in rows(heading).items()} == dict(known)


def test_characters_codes_and_what_ships() -> None:
    assert list(rows("## Characters")) == list(CHARACTERS)
    assert list(rows("## Lint")) == sorted(NEXT)
    assert list(rows("## What ships")) == list(shipped_names())


def test_what_programs_ask_is_there_to_be_asked() -> None:
    for call in rows("## What programs ask"):
        name, _, rest = call.partition("(")
        asked = [one.strip().rstrip("=") for one in rest.rstrip(")").split(",")]
        given = inspect.signature(getattr(drills, name)).parameters
        assert set(asked) <= set(given), call
        needed = {one.name for one in given.values() if one.default is inspect.Parameter.empty}
        assert needed <= set(asked), call
