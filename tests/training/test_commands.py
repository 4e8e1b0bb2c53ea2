"""The commands, from a list of people to a certificate that another office checks."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.directory.world import entry, key, record, row, signed, trust
from tests.training.making import FILES, KEY, PARTY, judge_moodle
from tests.walks import in_two_languages

from comity.canonical import Mode, encode
from comity.cli import main
from comity.directory.handover import encode_handover
from comity.papers.words import LANGUAGES

LONG = 3650


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(result: Result, status: int = 0) -> dict[str, Any]:
    assert result.exit_code == status, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def office(folder: Path, mode: Mode = "live", *, days: int = LONG, use: str = "credential") -> Path:
    """Make an authority: its key for certificates, its State's records, a trust file."""
    folder.mkdir(exist_ok=True)
    plain = entry(PARTY, mode=mode)
    listed = signed(replace(plain, keys=(*plain.keys, row(KEY, use, days=days))))
    handed = encode_handover(mode=mode, states=[record("vn", mode=mode).jws], entries=[listed.jws])
    (folder / "key.json").write_bytes(encode({"jwk": key(KEY).private_jwk, "use": "credential"}))
    (folder / "records.json").write_bytes(handed)
    (folder / "trust.json").write_bytes(trust("vn", mode=mode).data)
    return folder


def issue(place: Path, output: Path, *words: object) -> Result:
    options: Sequence[object] = (
        *("--authority", "Contact point of Viet Nam", "--party", PARTY),
        *("--key", place / "key.json", "--records", place / "records.json"),
        *("--register", place / "register.json", "-o", output, "--json"),
    )
    if "--cohort" not in words:
        options = (*options, "--exercise-taken")
    return run("certificate", "issue", "contact-point-officer", *options, *words)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return office(tmp_path / "office")


@pytest.fixture
def made(place: Path) -> Path:
    told(issue(place, place / "one.json", "--name", "Nguyễn Thị Hoa", "--lang", "vi"))
    return place / "one.json"


def verify(path: Path, place: Path, *words: object, status: int = 0) -> dict[str, Any]:
    return told(run("verify", path, "--trust", place / "trust.json", "--json", *words), status)


def test_a_certificate_is_proved_and_a_forged_one_is_not(made: Path, place: Path) -> None:
    found = verify(made, place)
    assert (found["verdict"], found["party"]) == ("proved", PARTY)
    said = {one["what"]: one["word"] for one in found["findings"]}
    assert said["withdrawn"] == "unknown"
    text = made.read_text()
    at = text.index(".", text.index("credential")) + 40
    spoilt = place / "spoilt.json"
    spoilt.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    assert run("verify", spoilt, "--trust", place / "trust.json").exit_code == 1


def test_without_a_trust_file_the_status_is_three(made: Path) -> None:
    assert told(run("verify", made, "--json"), 3)["verdict"] == "consistent"


def test_a_withdrawn_certificate_is_refused_by_the_next_list(made: Path, place: Path) -> None:
    signing = ("--key", place / "key.json", "--records", place / "records.json")
    kept = ("--register", place / "register.json")
    run("certificate", "list", *signing, *kept, "-o", place / "first.json")
    assert verify(made, place, "--status", place / "first.json")["verdict"] == "proved"
    number = verify(made, place)["certificate"]
    assert run("certificate", "withdraw", number, *kept, "--reason", "Left").exit_code == 0
    run("certificate", "list", *signing, *kept, "-o", place / "second.json")
    found = verify(made, place, "--status", place / "second.json", status=1)
    assert found["findings"][0]["code"] == "training-certificate-revoked"


def test_a_certificate_of_an_exercise_is_no_live_one(tmp_path: Path, place: Path) -> None:
    played = office(tmp_path / "played", "exercise")
    told(issue(played, played / "one.json", "--name", "Hoa"))
    assert verify(played / "one.json", played)["mode"] == "exercise"
    found = verify(played / "one.json", place, status=1)
    assert found["findings"][0]["code"] == "training-certificate-mode"
    plain = run("verify", played / "one.json", "--trust", played / "trust.json")
    assert "EXERCISE" in plain.output


def test_a_cohort_of_300_is_enrolled_certified_and_one_of_it_checked(place: Path) -> None:
    people = place / "people.csv"
    rows = [f"{n};Cán bộ {n};contact-point-officer" for n in range(300)]
    people.write_text("\n".join(["mã số;họ và tên;chức vụ", *rows]), encoding="utf-16")
    checked = told(run("course", "enrol", people, "--json"))
    assert (checked["people"], checked["encoding"]) == (300, "utf-16")
    found = told(issue(place, place / "all", "--people", people))
    assert len(set(found["certificates"])) == 300
    files = sorted((place / "all").iterdir())
    assert len(files) == 300
    assert verify(files[123], place)["verdict"] == "proved"


def test_nothing_is_issued_for_a_list_with_an_error(place: Path) -> None:
    people = place / "people.csv"
    people.write_text("person,name,function\n1,Ann,examiner\n2,,examiner\n")
    assert told(run("course", "enrol", people, "--json"), 1)["problems"][0]["line"] == 3
    result = issue(place, place / "all", "--people", people)
    assert result.exit_code == 1
    assert "line 3" in result.output
    assert not (place / "all").exists()
    assert not (place / "register.json").exists()


@pytest.mark.parametrize("changes", [{"use": "export"}, {"days": 400}])
def test_a_key_that_is_not_listed_or_ends_too_soon_issues_nothing(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    place = office(tmp_path / "other", **changes)
    result = issue(place, place / "one.json", "--name", "Hoa")
    assert result.exit_code == 2
    assert not (place / "one.json").exists()


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_the_paper_holds_the_certificate_and_its_pages_are_made_again(
    lang: str, made: Path, place: Path
) -> None:
    pdf = place / "paper.pdf"
    assert run("certificate", "show", made, "--pdf", pdf, "--lang", lang).exit_code == 0
    found = verify(pdf, place)
    assert found["verdict"] == "proved"
    assert {one["what"]: one["word"] for one in found["findings"]}["pages"] == "proved"
    changed = place / "changed.pdf"
    changed.write_bytes(pdf.read_bytes() + b"\n% a note\n")
    assert verify(changed, place, status=3)["verdict"] == "consistent"


def test_a_certificate_is_shown_with_a_warning_that_nothing_was_checked(made: Path) -> None:
    assert "NOT CHECKED" in run("certificate", "show", made).output
    assert run("certificate", "show", made, "--jwt").output.count(".") == 2


# ------------------------------------------------------------------ courses


def test_the_shipped_courses_have_nothing_to_mend() -> None:
    assert told(run("course", "lint", "--json")) == {"problems": []}
    assert any(
        one["course"] == "contact-point-officer"
        for one in told(run("course", "list", "--json"))["courses"]
    )


def test_a_spoilt_course_is_told_by_file_and_line(tmp_path: Path) -> None:
    for path, data in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    assert run("course", "lint", tmp_path).exit_code == 0
    (tmp_path / "en" / "one.md").write_text("# One\n\n<script>x</script>\n")
    result = run("course", "lint", tmp_path)
    assert result.exit_code == 1
    assert "en/one.md:3: " in result.output
    assert run("course", "show", tmp_path).exit_code == 1


def test_a_lesson_is_shown_and_questions_go_to_moodle(tmp_path: Path) -> None:
    shown = run("course", "show", "contact-point-officer", "--lang", "ru", "--lesson", "call")
    assert shown.output.startswith("# Первые минуты")
    for name, questions in (("contact-point-officer", 30), ("examiner", 36)):
        out = tmp_path / f"{name}.xml"
        told(run("course", "export", name, "--lang", "ar", "-o", out, "--json"))
        assert len(judge_moodle(out.read_bytes())) == questions


@pytest.mark.parametrize(
    "words",
    [
        ("show", "no-such-course"),
        ("show", "contact-point-officer", "--lang", "de"),
        ("show", "contact-point-officer", "--lesson", "none"),
        ("show", "contact-point-officer", "--html"),
    ],
)
def test_what_is_not_there_is_misuse(words: tuple[str, ...]) -> None:
    assert run("course", *words).exit_code == 2
