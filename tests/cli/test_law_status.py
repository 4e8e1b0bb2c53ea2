"""The commands about States claim no more than the sources prove, and overwrite nothing."""

import csv
import io
import json
import tomllib
from pathlib import Path

import pytest
from tests.cli.lawful import law, own_law, told

REGISTER = """
[register]
complete = true
as_of = 2026-06-01

[[state]]
key = "va"
signed = 2019-05-06
consent = {kind = "ratification", deposited = 2019-12-01}
in_force = 2020-01-01
source = "Gazette of Ruritania"
as_of = 2026-06-01
confidence = "text"

[[state.notice]]
kind = "languages"
cite = ["4"]
languages = ["it", "la"]
source = "Gazette of Ruritania"

[[state]]
key = "sm"
signed = 2019-05-06
source = "Gazette of Ruritania"
as_of = 2026-06-01
confidence = "text"
"""
NEWER = REGISTER.replace("2026-06-01", "2026-07-01").replace(
    "signed = 2019-05-06\nsource",
    'signed = 2019-05-06\nconsent = {kind = "accession", deposited = 2026-06-20}\nsource',
)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    laws = own_law(tmp_path)
    (laws / "ruritania-2019" / "status.toml").write_text(REGISTER, encoding="utf-8")
    return laws


def basis(key: str, *words: object) -> dict[str, object]:
    found: dict[str, object] = next(
        one for one in told("between", *words)["bases"] if one["instrument"] == key
    )
    return found


def test_a_treaty_with_too_few_confirmed_consents_is_in_force_for_nobody() -> None:
    found = told("between", "vn", "az", "--on", "2026-09-01")["bases"]
    values = {one["instrument"]: one["value"] for one in found}
    assert values["un-2024"] == "not-in-force"
    assert values["reciprocity"] == "domestic-law"
    text = law("between", "vn", "az", "--on", "2026-09-01").stdout
    assert "too few consents are confirmed; the treaty is not in force on any source seen" in text


def test_before_a_treaty_can_be_in_force_it_is_in_force_for_nobody() -> None:
    assert basis("un-2024", "vn", "az", "--on", "2026-08-01")["value"] == "not-in-force"


def test_states_are_found_by_their_names_and_tell_the_languages_they_accept(ours: Path) -> None:
    words = ("--instruments", ours, "--on", "2026-05-01")
    text = law("between", "San Marino", "va", *words).stdout
    assert "accepts requests in: it, la" in text
    assert basis("ruritania-2019", "sm", "va", *words)["value"] == "not-in-force"


@pytest.mark.parametrize("words", [("vn", "vn"), ("vn", "Atlantis"), ("vn", "\x1b[2J")])
def test_a_pair_that_is_none_is_refused(words: tuple[str, str]) -> None:
    result = law("between", *words)
    assert result.exit_code == 2
    assert "\x1b" not in result.stdout + result.stderr


def test_the_register_counts_what_is_missing_and_does_not_call_itself_complete() -> None:
    value = told("status", "un-2024", "--on", "2026-09-01")
    assert value["complete"] is False
    assert value["missing"]["threshold"] == 40
    assert value["missing"]["confirmed"] == 0
    assert value["missing"]["missing"] == 40 - value["missing"]["known"]
    assert "who is not listed is unknown" in law("status", "un-2024").stdout


def test_one_state_is_shown_with_its_reservations_and_its_source(ours: Path) -> None:
    text = law("status", "un-2024", "az").stdout
    assert "reservation, Art. 7(2)" in text
    assert "source: Netherlands Treaty Database" in text
    (row,) = told("status", "ruritania-2019", "va", "--instruments", ours)["states"]
    assert (row["value"], row["since"]) == ("in-force", "2020-01-01")
    assert law("status", "reciprocity").exit_code == 2


# ------------------------------------------------------------------ export and update


def test_an_export_holds_every_state_in_each_format(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(law("export", "un-2024", "--format", "csv").stdout)))
    value = json.loads(law("export", "un-2024", "--format", "json").stdout)
    table = tomllib.loads(law("export", "un-2024", "--format", "toml").stdout)
    keys = [row["state"] for row in rows]
    assert keys == [row["key"] for row in value["states"]]
    assert keys == [row["key"] for row in table["state"]]
    file = tmp_path / "register.csv"
    assert law("export", "un-2024", "--format", "csv", "-o", file).exit_code == 0
    before = file.read_bytes()
    assert b"\r\n" in before
    assert law("export", "un-2024", "--format", "csv", "-o", file).exit_code == 2
    assert file.read_bytes() == before


def test_a_newer_register_is_shown_then_written(ours: Path, tmp_path: Path) -> None:
    newer, output = tmp_path / "newer.toml", tmp_path / "status.toml"
    newer.write_text(NEWER, encoding="utf-8")
    words = ("update", "ruritania-2019", newer, "--instruments", ours)
    value = told(*words, "--dry-run")
    assert {row["state"]: row["kind"] for row in value["changes"]} == {
        "sm": "replaced",
        "va": "replaced",
    }
    assert (value["written"], output.exists()) == (False, False)
    assert told(*words, "-o", output)["written"] is True
    again = ("update", "ruritania-2019", output, "--dry-run", "--instruments", ours)
    assert told(*again) == value
    assert law(*words).exit_code == 2


def test_a_contradiction_is_written_only_by_somebody_who_looked(ours: Path, tmp_path: Path) -> None:
    newer, output = tmp_path / "newer.toml", tmp_path / "status.toml"
    newer.write_text(NEWER.replace("2020-01-01", "2020-03-01"), encoding="utf-8")
    words = ("update", "ruritania-2019", newer, "-o", output, "--instruments", ours)
    value = told(*words, status=1)
    assert [row["contradicts"] for row in value["changes"] if row["conflict"]] == [["in_force"]]
    assert not output.exists()
    text = law(*words).stdout
    assert "review: in_force" in text
    assert "not written" in text
    assert told(*words, "--accept-conflicts")["written"] is True


@pytest.mark.parametrize("spoilt", ["[register", REGISTER.replace("2019-12-01", "2018-12-01")])
def test_a_register_that_breaks_the_format_changes_nothing(
    ours: Path, tmp_path: Path, spoilt: str
) -> None:
    newer, output = tmp_path / "newer.toml", tmp_path / "status.toml"
    newer.write_text(spoilt, encoding="utf-8")
    words = ("update", "ruritania-2019", newer, "-o", output, "--instruments", ours)
    told(*words, status=2)
    assert not output.exists()


# ------------------------------------------------------------------ gaps

ANSWERS = 'state = "va"\n[items.terms]\ndone = true\nwhere = "Act 12 of 2026, section 1"\n'


def test_what_a_state_needs_is_open_until_it_names_the_provision(tmp_path: Path) -> None:
    everything = told("gaps", "un-2024")["items"]
    assert all(item["open"] for item in everything if item["kind"] == "law")
    file = tmp_path / "answers.toml"
    file.write_text(ANSWERS, encoding="utf-8")
    items = {item["key"]: item for item in told("gaps", "un-2024", "--answers", file)["items"]}
    assert (items["terms"]["status"], items["illegal-access"]["status"]) == ("done", "open")
    still = told("gaps", "un-2024", "--answers", file, "--open")["items"]
    assert "terms" not in {item["key"] for item in still}
    file.write_text(ANSWERS.replace("where", "# where"), encoding="utf-8")
    items = {item["key"]: item for item in told("gaps", "un-2024", "--answers", file)["items"]}
    assert items["terms"]["status"] == "open"


def test_the_draft_of_a_notification_says_that_it_is_one(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(ANSWERS, encoding="utf-8")
    lines = law("gaps", "un-2024", "--answers", file, "--draft").stdout.splitlines()
    assert lines[0] == lines[-1]
    assert told("gaps", "un-2024", "--answers", file, "--draft")["draft"] is True
    assert law("gaps", "un-2024", "--draft").exit_code == 2


def test_a_treaty_that_lists_no_needs_says_so_and_wrong_answers_are_refused(
    tmp_path: Path,
) -> None:
    assert law("gaps", "untoc-2000").exit_code == 2
    file = tmp_path / "answers.toml"
    file.write_text(ANSWERS.replace("items.terms", "items.tea"), encoding="utf-8")
    assert told("gaps", "un-2024", "--answers", file, status=2)["error"]["code"] == "law-answers"


SAME_DAY = """
[register]
complete = false
as_of = 2026-05-21

[[state]]
key = "vn"
signed_reported = "2025-11"
source = "Gazette of the ministry"
as_of = {as_of}
confidence = "high"
"""


@pytest.mark.parametrize(
    ("as_of", "disputed"),
    [("2026-05-21", True), ("2026-08-01", True), ("2025-12-01", False)],
    ids=["as new: the first row holds", "newer: ours holds", "older: the shipped row holds"],
)
def test_rows_of_an_offices_own_register_that_contradict_the_shipped_one_are_said(
    as_of: str, disputed: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "laws" / "un-2024"
    folder.mkdir(parents=True)
    (folder / "status.toml").write_text(SAME_DAY.format(as_of=as_of), encoding="utf-8")
    own = ("--instruments", folder.parent)
    value = told("status", "un-2024", "vn", *own)
    assert ("vn" in value["contradictions"]) is disputed
    (between,) = [
        b for b in told("between", "vn", "za", *own)["bases"] if b["instrument"] == "un-2024"
    ]
    assert (set(between["contradictions"]) == {"vn"}) is disputed
    for words in (("status", "un-2024", "vn"), ("status", "un-2024"), ("between", "vn", "za")):
        text = law(*words, *own).stdout
        assert ("two sources contradict each other: " in text) is disputed
    if disputed:
        assert "signed_reported" in value["contradictions"]["vn"]
        text = law("status", "un-2024", "vn", *own, "--lang", "fr").stdout
        assert "deux sources se contredisent" in text


def test_the_shipped_registers_contradict_nothing() -> None:
    for key in ("un-2024", "coe-2001", "untoc-2000", "uncac-2003"):
        assert told("status", key)["contradictions"] == {}
