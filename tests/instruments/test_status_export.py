"""A register as JSON, CSV and TOML: all of it, and nothing that a spreadsheet runs."""

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.instruments.registers import SMALL, deposit, register, row, shipped, total

from comity.instruments.csv_text import csv_text
from comity.instruments.state_names import StateNames
from comity.instruments.status import parse_status
from comity.instruments.status_export import (
    COLUMNS,
    register_csv,
    register_json,
    register_toml,
)

ON = date(2026, 6, 1)
NAMES = StateNames({"at": {"en": "Austria", "fr": "Autriche"}})
NOTICE = (
    '[[state.notice]]\nkind = "languages"\ncite = ["40(13)"]\nlanguages = ["de", "en"]\n'
    'source = "a law"\n'
)


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_one_line_a_state() -> None:
    known = register(row("at", deposit("2026-01-10")), NOTICE, row("br", deposit("2026-02-01")))
    text = register_csv("un-2024", known, SMALL, ON, names=NAMES, lang="fr")
    first, second = cells(text)
    assert tuple(first) == COLUMNS
    assert (first["name"], first["deposited"], first["languages"]) == (
        "Autriche",
        "2026-01-10",
        "de en",
    )
    assert (first["standing"], first["reason"]) == ("in-force", "computed-latest")
    assert second["name"] == "BR"


def test_csv_lines_end_as_the_standard_says() -> None:
    assert csv_text(["a", "b"], [['x, "y"', "z\nz"]]) == 'a,b\r\n"x, ""y""","z\nz"\r\n'


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", " @x"]
)
def test_a_cell_that_looks_like_a_formula_is_text(cell: str) -> None:
    ((found,),) = list(csv.reader(io.StringIO(csv_text(["head"], [[cell]]), newline="")))[1:]
    assert found == f"'{cell}"


def test_a_source_that_is_a_formula_is_text() -> None:
    known = register(row("at").replace("the depositary's page", "=HYPERLINK(1)"))
    (found,) = cells(register_csv("x", known, SMALL, ON, names=NAMES, lang="en"))
    assert found["source"] == "'=HYPERLINK(1)"


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4))
def test_any_cells_are_read_back(row_: list[str]) -> None:
    (found,) = list(csv.reader(io.StringIO(csv_text([], [row_]), newline="")))[1:]
    assert [cell.removeprefix("'") for cell in found] == [cell.removeprefix("'") for cell in row_]


def test_json_holds_all_of_a_register() -> None:
    known = register(
        total(3, as_of="2026-05-21"), row("at", deposit("2026-01-10")), NOTICE, complete=True
    )
    value = json.loads(register_json("un-2024", known, SMALL, ON))
    assert (value["complete"], value["counts"][0]["number"]) == (True, 3)
    (state,) = value["states"]
    assert state["consent"] == {"kind": "ratification", "deposited": "2026-01-10"}
    assert state["notice"][0]["languages"] == ["de", "en"]
    assert state["standing"]["reason"] == "treaty-not-in-force"


@pytest.mark.parametrize("key", ["un-2024", "coe-2001", "untoc-2000", "uncac-2003"])
def test_toml_is_read_back_as_the_same_register(key: str) -> None:
    known = shipped(key)
    assert parse_status(register_toml(known).encode()) == known


def test_toml_keeps_quotes_and_lines() -> None:
    known = register(row("at").replace("page", 'page \\"one\\"\\n\\\\two é'))
    assert known.states["at"].source == 'the depositary\'s page "one"\n\\two é'
    assert parse_status(register_toml(known).encode()) == known
