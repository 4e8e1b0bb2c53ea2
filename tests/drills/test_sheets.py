"""A scenario as a spreadsheet: out and in without a change, and what is wrong named by row."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from tests.walks import sampled

from comity.canonical import ComityError
from comity.cli import main
from comity.drills.reading import read_scenario
from comity.drills.sheets import Cell, TakenOver, sheets_of, take_over
from comity.files.drills import read_folder, read_shipped, shipped_names
from comity.intake.scenario_files import read_sheets, write_csv, write_workbook

pytestmark = pytest.mark.long  # workbooks are packed and unpacked

NAME = "first-night"


def taken(data: bytes, **how: str) -> TakenOver:
    return take_over(NAME, read_shipped(NAME), read_sheets(data, **how))


def book(sheet: str, rows: list[list[Any]]) -> bytes:
    made, out = Workbook(), BytesIO()
    page = made.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(row)
    made.save(out)
    return out.getvalue()


def told(found: TakenOver) -> str:
    assert found.files == read_shipped(NAME)  # nothing of it was taken
    return " ".join(f"{one.row} {one.key} {one.text}" for one in found.problems)


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("data", [b"", b" \r\n", b"PK\x03\x04", b"%PDF-1.7", b"\x00" * 99])
def test_what_is_no_spreadsheet_is_refused(data: bytes) -> None:
    with pytest.raises(ComityError) as refused:
        taken(data)
    assert refused.value.code in {"register-unreadable", "drill-file"}


def test_what_is_text_and_no_table_names_its_first_row() -> None:
    assert "the first row names the columns" in told(taken(b"\x01\x02 a letter to a colleague"))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["minute"], ["handover"]], "one of them is key"),
        ([["key", "minute", "minute"], ["handover", 1, 2]], "each once"),
        ([["key", "minute"], ["handover", "soon"]], "whole number"),
        ([["key", "minute"], ["handover", "-1"]], "whole number"),
        ([["key", "minute"], ["handover", "1.5"]], "whole number"),
        ([["key", "minute"], ["handover", 1], ["handover", 2]], "twice"),
        ([["key", "minute"], ["", 1]], "no key"),
        ([["key", "minute"], ["a/../b", 1]], "no key"),
        ([["key", "minute", "kind"], ["new", 1, "bomb"]], "kind is one of"),
        ([["key", "minute", "trigger"], ["handover", 1, "midnight"]], "not by both"),
        ([["key", "minute"], ["handover", "=1+1"]], "formula"),
        ([["key", "minute", "loss"], ["handover", 0, "maybe"]], "yes or no"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_nothing_is_taken(rows: list[Any], why: str) -> None:
    assert why in told(taken(book("injects", rows)))


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("injects.handover.title", "<script>alert(1)</script>", "markup or a script"),
        ("injects.handover.title", "a {stray", "brace"),
        ("injects.handover.title", "x" * 4001, "longer than"),
        ("injects.no-such.title", "Text", "text of nothing"),
        ("injects.handover.title", "=HYPERLINK(1)", "formula"),
    ],
)
def test_a_text_that_cannot_be_is_named_by_its_row(key: str, text: str, why: str) -> None:
    said = told(taken(book("texts", [["key", "en"], [key, text]])))
    assert why in said
    assert said.startswith(f"2 {key}")


def test_five_thousand_rows_of_something_else_are_each_named() -> None:
    rows = [["key", "en"], *([f"row.{number}", "Text"] for number in range(5000))]
    found = taken(write_csv(rows))
    assert len(found.problems) == 5000
    assert found.files == read_shipped(NAME)


def test_more_rows_than_a_scenario_can_have_are_refused_at_once() -> None:
    cells = [
        (1, [Cell("key"), Cell("en")]),
        *((n, [Cell(f"k{n}"), Cell("x")]) for n in range(20_001)),
    ]
    found = take_over(NAME, read_shipped(NAME), {"texts": cells})
    assert [one.row for one in found.problems] == [0]


# ------------------------------------------------------------------ what looks like a formula


FORMULAS = ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_goes_out_neutral_and_comes_in_as_it_was(text: str) -> None:
    rows = [["key", "fr"], ["injects.handover.title", text.strip()]]
    page = load_workbook(BytesIO(write_workbook({"texts": rows}))).worksheets[0]
    cell = page["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert (
        write_csv(rows).decode("utf-8-sig").splitlines()[1].partition(",")[2].strip('"')[0] == "'"
    )
    for data in (write_workbook({"texts": rows}), write_csv(rows)):
        found = taken(data)
        assert not found.problems
        said = read_scenario(NAME, found.files).texts["fr"]["injects.handover.title"]
        assert said == text.strip()


# ------------------------------------------------------------------ what is taken over


@pytest.mark.parametrize("name", sampled(shipped_names(), ["first-night"]))
def test_out_and_in_again_changes_not_one_byte(name: str) -> None:
    files = read_shipped(name)
    found = take_over(name, files, read_sheets(write_workbook(sheets_of(name, files))))
    assert (found.problems, found.notes, found.changed) == ((), (), 0)
    assert found.files == files


@pytest.mark.parametrize("sheet", ["texts", "injects", "tasks", "hints"])
def test_a_table_alone_goes_out_and_in_as_csv(sheet: str) -> None:
    found = taken(write_csv(sheets_of(NAME, read_shipped(NAME))[sheet]))
    assert (found.problems, found.changed) == ((), 0)
    assert found.files == read_shipped(NAME)


@pytest.mark.parametrize(
    ("lang", "encoding", "text"),
    [
        ("ru", "windows-1251", "Смена принята в полночь, журнал ведёт дежурный офицер"),
        ("fr", "windows-1252", "Relève du soir : à bientôt, dès que possible"),
        ("ar", "windows-1256", "استلام المناوبة المسائية من الزملاء"),
        ("zh-hans", "utf-16", "晚班交接"),
        ("vi", "utf-8", "Bàn giao ca tối"),
    ],
)
def test_csv_in_the_encodings_of_offices_is_read(lang: str, encoding: str, text: str) -> None:
    data = f"key;{lang}\r\ninjects.handover.title;{text}\r\n".encode(
        encoding.replace("windows-", "cp")
    )
    found = taken(data, encoding=encoding)
    assert not found.problems
    assert read_scenario(NAME, found.files).texts[lang]["injects.handover.title"] == text


def test_rows_and_columns_that_are_missing_stay_and_are_told() -> None:
    rows: list[list[Any]] = [["key", "minute", "colour"], ["handover", 2, "red"]]
    found = taken(book("injects", rows))
    before, after = (read_scenario(NAME, f).plan for f in (read_shipped(NAME), found.files))
    assert after.injects.keys() == before.injects.keys()
    assert after.injects["handover"].minute == 2
    assert after.test == before.test != ()
    assert {one.text for one in found.notes} == {
        "20 entries are not in the table; they stay as they are",
        "is no column of a scenario",
    }
    assert b"# our own request: Belmora has preserved" in found.files["scenario.toml"]


def test_a_new_inject_and_its_texts_come_in_one_workbook() -> None:
    sheets = {
        "texts": [["key", "en"], ["injects.extra.title", "More"], ["injects.extra.text", "Text"]],
        "injects": [["key", "kind", "minute", "to"], ["extra", "note", "4", "duty, counsel"]],
    }
    found = taken(write_workbook(sheets))
    assert not found.problems
    assert read_scenario(NAME, found.files).plan.injects["extra"].to == ("duty", "counsel")


def test_the_commands_carry_a_scenario_out_and_in(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(main, ["drill", "new", "mine", "-o", str(tmp_path)]).exit_code == 0
    folder, out = tmp_path / "mine", tmp_path / "mine.xlsx"
    done = run(main, ["drill", "export", str(folder), "--xlsx", str(out)])
    assert done.exit_code == 0, done.output
    assert run(main, ["drill", "export", str(folder), "--xlsx", str(out)]).exit_code != 0
    book_ = load_workbook(out)
    rows = book_["injects"]
    place = next(cell for cell in rows["C"] if cell.value == "2")
    place.value = "6"
    book_.save(out)
    done = run(main, ["drill", "import", str(out), "--into", str(folder), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["files"]) == (0, ["scenario.toml"])
    assert read_scenario("mine", read_folder(folder)).plan.injects["request"].minute == 6
    place.value = "never"
    book_.save(out)
    done = run(main, ["drill", "import", str(out), "--into", str(folder)])
    assert done.exit_code == 1
    assert "nothing was changed" in done.output
    assert read_scenario("mine", read_folder(folder)).plan.injects["request"].minute == 6
