"""An office's spreadsheet is read row by row: what can be made, and why the rest cannot."""

import io
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.intake.making import LAUGHS, zipped
from tests.intake.test_commands import comity, kept

from comity.canonical import ComityError
from comity.forensics.errors import ExtraMissingError
from comity.intake import register_reading
from comity.intake.errors import (
    RegisterColumnError,
    RegisterMappingError,
    RegisterTooLargeError,
    RegisterUnreadableError,
)
from comity.intake.register_export import export_csv
from comity.intake.register_mapping import RegisterMapping, parse_mapping
from comity.intake.register_proposal import propose_mapping, register_words
from comity.intake.register_rows import RegisterResult, read_rows
from comity.intake.register_table import (
    CODED,
    FAULTS,
    FIELDS,
    MAX_COLUMNS,
    STOPPING,
    RegisterRow,
    Table,
    parse_table,
)
from comity.intake.registers import read_table

pytestmark = pytest.mark.long

STATES = {
    "vn": "vn",
    "viet nam": "vn",
    "south africa": "za",
    "afrique du sud": "za",
    "россия": "ru",
}
ROWS = 5_000


def state_of(text: str) -> str | None:
    return STATES.get(text.casefold())


def csv_of(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(rows).encode(encoding)


def xlsx_of(fill: Callable[[Any], None]) -> bytes:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mapped(columns: str, more: str = "", values: str = "") -> RegisterMapping:
    text = f'mapping = 1\ndates = ["DD.MM.YYYY"]\n{more}\n[columns]\n{columns}\n{values}'
    return parse_mapping(text.encode())


def result(data: bytes, mapping: RegisterMapping) -> RegisterResult:
    return read_rows(read_table(data), mapping, state_of=state_of)


def codes(found: RegisterResult) -> list[tuple[int, str]]:
    return [(fault.row, fault.code) for fault in found.faults]


# ------------------------------------------------------------------ encodings and separators

LANGUAGES = {
    "windows-1251": ("Номер;Страна;Получено;Примечание", "Россия", "Запрос о сохранении данных №"),
    "windows-1252": ("Référence;Pays;Reçu le;Remarques", "Afrique du Sud", "Données à garder, été"),
    "windows-1256": ("رقم الملف;الدولة;تاريخ الاستلام;ملاحظات", "Viet Nam", "طلب حفظ البيانات رقم"),
    "utf-8": ("Số hồ sơ;Quốc gia;Ngày nhận;Ghi chú", "Viet Nam", "Yêu cầu bảo quản dữ liệu, 请求"),
    "utf-16": ("编号;国家;收到日期;备注", "Viet Nam", "关于保全数据的请求"),
}  # fmt: skip


@pytest.mark.parametrize("encoding", sorted(LANGUAGES))
def test_five_thousand_rows_are_read_in_the_encoding_that_is_told(encoding: str) -> None:
    heading, state, note = LANGUAGES[encoding]
    rows = [f"{at}/2026;{state};{at % 28 + 1:02}.03.2026;{note} {at}" for at in range(ROWS)]
    data = csv_of(heading, *rows, encoding=encoding.replace("windows-", "cp"))
    table = read_table(data)
    assert (table.encoding, table.separator, table.has_undecoded) == (encoding, ";", False)
    mapping = parse_mapping(propose_mapping(table, state_of=state_of).encode())
    found = read_rows(table, mapping, state_of=state_of)
    assert (len(found.rows), found.faults) == (ROWS, ())
    assert found.rows[16] == RegisterRow(
        sheet="", row=18, reference="16/2026", state=state_of(state) or "",
        received="2026-03-17", notes=f"{note} 16",
    )  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_and_can_be_said(separator: str) -> None:
    rows = [separator.join(('"a,b;c"', str(at), "x")) for at in range(9)]
    table = read_table(csv_of(separator.join(("Ref", "No", "Notes")), *rows))
    assert (table.separator, len(table.sheets[0].rows[1].cells)) == (separator, 3)
    assert read_table(csv_of("a;b,c", "d;e,f"), separator=",").separator == ","
    assert read_table(b"\xef\xbb\xbfRef;x\n1;2").sheets[0].rows[0].cells[0].text == "Ref"
    assert read_table("Ref;x\n1;2".encode("utf-16-le")).encoding == "utf-16"
    wrong = read_table("Ref;é\n1;é".encode("cp1252"), encoding="utf-8")
    assert wrong.has_undecoded


# ------------------------------------------------------------------ workbooks


def filled(book: Any) -> None:
    sheet = book.active
    sheet.title = "Register"
    sheet.append(["Ref", "Received", "Due", "Notes"])
    sheet.append([17, date(2026, 3, 2), date(2026, 5, 1), "=1+1"])
    sheet.append(["18", datetime.fromisoformat("2026-03-02T09:30:00"), None, "merged"])
    sheet.append(["19", "02.03.2026", "#REF!", None])
    sheet.merge_cells("D3:D4")
    secret = book.create_sheet("Old")
    secret.append(["Ref"])
    secret.append(["1"])
    secret.sheet_state = "hidden"


def test_a_workbook_is_read_as_stored() -> None:
    table = read_table(xlsx_of(filled))
    assert [(one.name, one.is_hidden, one.merged) for one in table.sheets] == [
        ("Register", False, 1), ("Old", True, 0),
    ]  # fmt: skip
    columns = 'reference = "Ref"\nreceived = "Received"\ndue = "Due"\nnotes = "Notes"'
    found = read_rows(table, mapped(columns, 'zone = "Asia/Ho_Chi_Minh"'), state_of=state_of)
    assert [(row.reference, row.received, row.due) for row in found.rows] == [
        ("17", "2026-03-02", "2026-05-01"), ("18", "2026-03-02T02:30:00Z", ""),
    ]  # fmt: skip
    assert codes(found) == [(2, "cell-formula"), (4, "cell-error"), (4, "cell-merged")]
    assert found.hidden_sheets == ("Old",)


def test_a_hidden_sheet_is_read_only_when_it_is_named() -> None:
    table = read_table(xlsx_of(filled))
    found = read_rows(table, mapped('reference = "Ref"', 'sheet = "Old"'), state_of=state_of)
    assert ([row.reference for row in found.rows], found.other_sheets) == (["1"], ("Register",))


def test_five_thousand_rows_of_a_workbook_are_read() -> None:
    def fill(book: Any) -> None:
        book.active.append(["Reference", "Country", "Received"])
        for at in range(ROWS):
            book.active.append([f"{at}/2026", "Viet Nam", date(2026, 3, at % 28 + 1)])

    table = read_table(xlsx_of(fill))
    mapping = parse_mapping(propose_mapping(table, state_of=state_of).encode())
    assert len(read_rows(table, mapping, state_of=state_of).rows) == ROWS


def hostile(**members: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(xlsx_of(filled))) as archive:
        own = {name: archive.read(name) for name in archive.namelist()}
    return zipped(own | {name.replace("__", "/"): data for name, data in members.items()})


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (hostile(**{"xl__worksheets__sheet1.xml": LAUGHS}), RegisterUnreadableError),
        (hostile(**{"xl__styles.xml": b"<a>" * 5_000}), RegisterUnreadableError),
        (hostile(**{"xl__big.xml": b" " * 300 * 1024**2}), RegisterUnreadableError),
        (zipped({"xl/workbook.xml": b"<a/>"}), RegisterUnreadableError),
        (b"%PDF-1.7", RegisterUnreadableError),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), RegisterUnreadableError),
        (b";" * (MAX_COLUMNS + 1) + b"x", RegisterTooLargeError),
        (b"a\n" * 100_001, RegisterTooLargeError),
        (b"a" * 40_000, RegisterTooLargeError),
        ((b";" * 149 + b"a\n") * 7_000, RegisterTooLargeError),
        ((b"a" * 30_000 + b"\n") * 300, RegisterTooLargeError),
    ],
)
def test_what_is_no_register_is_refused_by_a_code(data: bytes, error: type[ComityError]) -> None:
    with pytest.raises(error):
        read_table(data)


def test_a_row_far_below_does_not_make_a_million_rows() -> None:
    def fill(book: Any) -> None:
        book.active["A1048576"] = "far"

    with pytest.raises(RegisterTooLargeError):
        read_table(xlsx_of(fill))


def test_without_the_extra_csv_is_read_and_xlsx_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = xlsx_of(filled)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ExtraMissingError, match=r"pip install comity\[intake\]"):
        read_table(data)
    assert read_table(b"a;b\n1;2").kind == "csv"


# ------------------------------------------------------------------ rows

COLUMNS = """
reference = "Ref"
direction = "Dir"
state = "State"
measure = "Measure"
received = "In"
due = "Due"
"""
VALUES = """
[values.direction]
"вх" = "in"
[values.measure]
"Bảo quản" = "preservation"
[values.state]
"Soviet Union" = "ru"
"""
HEADING = "Ref;Dir;State;Measure;In;Due"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (";in;vn;preservation;01.03.2026;", "reference-missing"),
        ("1;sideways;vn;preservation;01.03.2026;", "value-unmapped"),
        ("1;in;Atlantis;preservation;01.03.2026;", "state-unknown"),
        ("1;in;Viet Nam;a wish;01.03.2026;", "value-unmapped"),
        ("1;in;Viet Nam;preservation;31.02.2026;", "date-impossible"),
        ("1;in;Viet Nam;preservation;2026-03-01;", "date-unreadable"),
        ("1;in;Viet Nam;preservation;01.03.1526;", "date-impossible"),
        ("1;in;Viet Nam;preservation;01.03.2026 10:00;", "date-zone"),
        ("x" * 201 + ";in;Viet Nam;preservation;01.03.2026;", "cell-too-long"),
    ],
)
def test_a_row_that_cannot_be_made_says_why_and_where(row: str, code: str) -> None:
    data = csv_of(HEADING, "0;in;Viet Nam;preservation;01.03.2026;", row)
    found = result(data, mapped(COLUMNS, values=VALUES))
    assert (codes(found)[:1], [one.row for one in found.rows]) == ([(3, code)], [2])
    assert code in STOPPING


def test_words_of_the_office_become_codes_and_notes_keep_no_row_out() -> None:
    row = "1;Вх;soviet union;bảo  quản;٠٢.٠٣.٢٠٢٦;01.03.2026;surplus"
    found = result(csv_of(HEADING, row), mapped(COLUMNS, values=VALUES))
    (made,) = found.rows
    assert (made.direction, made.state, made.measure) == ("in", "ru", "preservation")
    assert (made.received, made.warnings) == ("2026-03-02", ("date-order", "row-short"))


def test_a_reference_that_stands_twice_is_made_once() -> None:
    found = result(csv_of("Ref", "A 1", "B", "a  1"), mapped('reference = "Ref"'))
    assert [(one.row, one.code, one.other_row) for one in found.faults] == [
        (4, "reference-twice", 2)
    ]
    assert [one.reference for one in found.rows] == ["A 1", "B"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("03.01.2026 10:00", "2026-01-03T03:00:00Z"),
        ("03.01.2026", "2026-01-03"),
    ],
)
def test_a_time_is_told_in_utc(text: str, wanted: str) -> None:
    mapping = mapped('reference = "Ref"\nsent = "Out"', 'zone = "Asia/Ho_Chi_Minh"')
    assert result(csv_of("Ref;Out", f"1;{text}"), mapping).rows[0].sent == wanted


@pytest.mark.parametrize("text", ["29.03.2026 02:30", "25.10.2026 02:30"])
def test_an_hour_that_is_skipped_or_comes_twice_is_told(text: str) -> None:
    mapping = mapped('reference = "Ref"\nsent = "Out"', 'zone = "Europe/Paris"')
    assert codes(result(csv_of("Ref;Out", f"1;{text}"), mapping)) == [(2, "date-zone")]


def test_days_that_could_be_months_are_not_guessed() -> None:
    mapping = parse_mapping(
        b'mapping = 1\ndates = ["DD/MM/YYYY", "MM/DD/YYYY"]\n[columns]\nreference = "R"\nsent = "S"'
    )
    found = result(csv_of("R;S", "1;03/04/2026", "2;13/04/2026", "3;04/04/2026"), mapping)
    assert codes(found) == [(2, "date-ambiguous")]
    proposed = propose_mapping(read_table(csv_of("Ref;Sent", "1;03/04/2026")), state_of=state_of)
    assert 'dates = ["DD/MM/YYYY", "MM/DD/YYYY"]' in proposed
    sure = propose_mapping(read_table(csv_of("Ref;Sent", "1;13/04/2026")), state_of=state_of)
    assert 'dates = ["DD/MM/YYYY"]' in sure


# ------------------------------------------------------------------ mappings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mapping = 2",
        "not toml",
        "mapping = 1\nsurplus = 1\n[columns]\nreference = 'a'",
        "mapping = 1\n[columns]\nsubject = 'a'",
        "mapping = 1\n[columns]\nreference = 1",
        "mapping = 1\n[columns]\nreference = 'a'\nspell = 'b'",
        "mapping = 1\ndates = ['DD.DD.YYYY']\n[columns]\nreference = 'a'",
        "mapping = 1\ndates = []\n[columns]\nreference = 'a'",
        "mapping = 1\nzone = '../../etc/passwd'\n[columns]\nreference = 'a'",
        "mapping = 1\nzone = 'Nowhere/City'\n[columns]\nreference = 'a'",
        "mapping = 1\nencoding = 'rot13'\n[columns]\nreference = 'a'",
        "mapping = 1\nseparator = 'x'\n[columns]\nreference = 'a'",
        "mapping = 1\nheading_row = 0\n[columns]\nreference = 'a'",
        "mapping = 1\n[columns]\nreference = 'a'\n[values.status]\nx = 'spell'",
        "mapping = 1\n[columns]\nreference = 'a'\n[values.state]\nx = 'Viet Nam'",
    ],
)
def test_a_mapping_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RegisterMappingError):
        parse_mapping(text.encode())


@pytest.mark.parametrize("heading", ["Nowhere", "Twice", "#9", "#0"])
def test_a_column_that_is_not_there_once_is_refused(heading: str) -> None:
    mapping = mapped(f'reference = "{heading}"')
    with pytest.raises(RegisterColumnError):
        result(csv_of("Ref;Twice;Twice", "1;2;3"), mapping)
    assert result(csv_of("Ref;Twice;Twice", "1;2;3"), mapped('reference = "#2"')).rows


def test_a_proposal_names_what_it_does_not_know() -> None:
    rows = ("Register of 2026;;", "Ref;Status;Colour", "1;Done;red", "2;Lost;blue")
    proposed = propose_mapping(read_table(csv_of(*rows)), state_of=state_of)
    assert "heading_row = 2" in proposed
    assert '"Done" = "executed"' in proposed
    assert '# "Lost" = ""' in proposed
    assert '# not mapped: "Colour"' in proposed
    parse_mapping(proposed.encode())


def test_the_words_of_the_data_file_mean_one_thing_each_in_every_field() -> None:
    known = register_words()
    assert set(known.headings.values()) == set(FIELDS)
    for name, table in known.values.items():
        assert set(table.values()) <= set(CODED[name])


def test_every_fault_says_something() -> None:
    assert list(FAULTS) == sorted(FAULTS)
    assert set(FAULTS) > STOPPING


# ------------------------------------------------------------------ export


def test_what_is_exported_runs_nothing_and_is_read_again() -> None:
    row = RegisterRow(
        sheet="", row=2, reference="17", direction="in", state="vn", measure="preservation",
        status="executed", received="2026-03-02", due="2026-05-01T10:00:00Z", notes="=cmd|x",
    )  # fmt: skip
    text = export_csv([row])
    assert ",'=cmd|x" in text
    columns = "\n".join(f'{name} = "{name}"' for name in FIELDS)
    again = parse_mapping(f"mapping = 1\n[columns]\n{columns}".encode())
    (read,) = result(text.encode(), again).rows
    assert read.to_value() == row.to_value() | {"notes": "'=cmd|x"}


# ------------------------------------------------------------------ commands


def test_a_mapping_is_proposed_and_tried(tmp_path: Path) -> None:
    data = csv_of("Ref;Country;Received", "1;Viet Nam;13.03.2026", "1;Viet Nam;13.03.2026")
    file, mapping = kept(tmp_path, "r.csv", data), tmp_path / "m.toml"
    done = comity("register", "map", file, "-o", mapping)
    assert done.exit_code == 0, done.output
    assert "CSV in utf-8, separated by ;" in done.stdout
    tried = comity("register", "read", file, "--mapping", mapping, "--dry-run")
    assert tried.exit_code == 1
    assert "row 2: reference=1; state=vn; received=2026-03-13" in tried.stdout
    assert "row 3, Ref: NOT MADE [reference-twice]" in tried.stdout
    assert "1 of 2 rows can be made" in tried.stdout
    told = json.loads(
        comity("register", "read", file, "--mapping", mapping, "--dry-run", "--json").stdout
    )
    assert (told["encoding"], told["read"], len(told["rows"])) == ("utf-8", 2, 1)
    assert comity("register", "read", file, "--mapping", mapping).exit_code == 2


def test_a_good_register_ends_with_zero_and_steers_no_terminal(tmp_path: Path) -> None:
    file = kept(tmp_path, "r.csv", csv_of("Ref;Notes", "1;a\u202eb\x1b[2J"))
    mapping = kept(
        tmp_path, "m.toml", b'mapping = 1\n[columns]\nreference = "Ref"\nnotes = "Notes"'
    )
    done = comity("register", "read", file, "--mapping", mapping, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "⟨U+202E⟩" in done.stdout
    assert "\x1b" not in done.stdout


# ------------------------------------------------------------------ fuzz


def tried(data: bytes) -> Table | None:
    try:
        table = parse_table(register_reading.read(data))
        propose_mapping(table, state_of=state_of)
        read_rows(table, mapped('reference = "#1"\nreceived = "#1"'), state_of=state_of)
    except ComityError:
        return None
    return table


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_code(data: bytes) -> None:
    tried(data)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16"]))
def test_any_text_gives_a_table_or_a_code(text: str, encoding: str) -> None:
    tried(("Ref;Received\n" + text).encode(encoding, "replace"))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, 10_000), piece=st.binary(min_size=1, max_size=20))
def test_a_damaged_workbook_gives_a_table_or_a_code(at: int, piece: bytes) -> None:
    data = bytearray(xlsx_of(filled))
    data[at % len(data) : at % len(data) + len(piece)] = piece
    tried(bytes(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_mapping_is_one_or_a_code(data: bytes) -> None:
    for text in (data, b"mapping = 1\n[columns]\nreference = 'a'\n" + data):
        try:
            parse_mapping(text)
        except RegisterMappingError:
            continue
