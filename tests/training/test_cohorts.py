"""A cohort: who began, where each stands, who is late, who is reminded, how many are trained."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.training.making import FILES, known
from tests.training.test_commands import run, told

from comity.canonical import PeerError
from comity.training.cohort import Cohort, Held, Member, parse_cohort
from comity.training.enrolment import Person
from comity.training.errors import CohortCourseError, CohortFullError, ResultsError
from comity.training.incoming import take_results
from comity.training.model import LANGUAGES
from comity.training.progress import counts, progress, steps_of, trained
from comity.training.reading import load_course
from comity.training.reminders import reminders
from comity.training.standing import Attempt

pytestmark = pytest.mark.full

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
COURSE = load_course(FILES, known=known)
DAY = timedelta(days=1)


def person(number: int, language: str = "", function: str = "examiner") -> Person:
    return Person(person=str(number), name=f"Ann {number}", function=function, language=language)


def cohort(*people: Person, due: timedelta = 10 * DAY, course: str = "small") -> Cohort:
    made = Cohort(course=course, begins_at=NOW - 30 * DAY, due_at=NOW + due)
    return made.with_people(people or [person(number) for number in range(4)])


def stood(changes: dict[str, dict[str, Any]], **more: Any) -> Cohort:
    made = cohort(**more)
    changed = {key: replace(made.members[key], **some) for key, some in changes.items()}
    return made.with_members(changed)


PASSED: dict[str, Any] = {
    "lessons": frozenset({"one"}),
    "attempts": (Attempt(version=1, percent=50, at=NOW),),
}
MIXED: dict[str, dict[str, Any]] = {
    "0": PASSED,
    "1": {"attempts": (Attempt(version=1, percent=49, at=NOW),)},
    "2": {"certificates": (Held("01936d5e-0000-7000-8000-000000000001", NOW + 100 * DAY),)},
}

# ------------------------------------------------------------------ the file


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"examiner"', b'"Examiner!"'),
        (b'"language":""', b'"language":"xx"'),
        (b'"percent":50', b'"percent":101'),
        (b'"percent":50', b'"percent":true'),
        (b'"version":1', b'"version":0'),
        (b'"person":"1"', b'"person":"0"'),
        (b'"name":"Ann 0"', b'"name":" "'),
        (b'"lessons":["one"]', b'"lessons":[1]'),
        (b'"course":"small"', b'"course":"../x"'),
        (b'"due_at":"2026-11-11T12:00:00Z"', b'"due_at":"2026-01-11T12:00:00Z"'),
        (b'"attempts"', b'"attempt5"'),
        (b"{", b"["),
    ],
)
def test_a_file_that_is_no_cohort_is_refused_by_code(old: bytes, new: bytes) -> None:
    data = stood(MIXED).encode()
    assert old in data
    with pytest.raises(PeerError):
        parse_cohort(data.replace(old, new, 1))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_coded_error(data: bytes) -> None:
    with pytest.raises(PeerError):
        parse_cohort(data)


def test_a_cohort_is_read_as_it_was_written() -> None:
    made = stood(MIXED)
    assert parse_cohort(made.encode()) == made


def test_whoever_is_enrolled_again_keeps_what_was_done() -> None:
    again = stood({"0": PASSED}).with_people([replace(person(0), name="Ann Lee")])
    assert again.members["0"].who.name == "Ann Lee"
    assert again.members["0"].attempts
    assert len(again.members) == 4


def test_a_cohort_has_a_most() -> None:
    with pytest.raises(CohortFullError):
        cohort().with_people(person(number) for number in range(20_001))


# ------------------------------------------------------------------ progress


def test_everybody_stands_somewhere_and_who_is_late_is_told() -> None:
    places = progress(stood(MIXED, due=-DAY), COURSE, now=NOW)
    assert [(one.stands.step, one.late) for one in places] == [
        ("passed", False),
        ("under-way", True),
        ("certified", False),
        ("not-begun", True),
    ]
    assert counts(places)["late"] == 2
    assert not any(one.late for one in progress(stood(MIXED), COURSE, now=NOW))


def test_a_withdrawn_certificate_is_told_apart() -> None:
    (number,) = [one.id for one in MIXED["2"]["certificates"]]
    places = progress(stood(MIXED), COURSE, withdrawn={number}, now=NOW)
    assert places[2].stands.step == "withdrawn"


def test_a_cohort_of_another_course_is_misuse() -> None:
    with pytest.raises(CohortCourseError):
        progress(cohort(course="other"), COURSE, now=NOW)


# ------------------------------------------------------------------ results


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9,2026-10-01,80,,,", "row-person"),
        ("0,2026-10-01,,,,", "row-missing"),
        ("0,2026-10-01,101,,,", "row-percent"),
        ("0,2026-10-01,100.5,,,", "row-percent"),
        ("0,2026-10-01,-1,,,", "row-percent"),
        ("0,2026-10-01,८०,,,", "row-percent"),
        ("0,yesterday,80,,,", "row-time"),
        ("0,2026-11-02,80,,,", "row-time"),
        ("0,2026-10-01,80,other,,", "row-course"),
        ("0,2026-10-01,80,small,0.5x,", "row-version"),
        ("0,2026-10-01,80,small,0,", "row-version"),
        ("0", "row-missing"),
        ("", "row-person"),
        ("0,2026-10-01,80,small,1,two", "row-lesson"),
    ],
)
def test_a_result_that_does_not_fit_is_told_and_the_others_are_taken(row: str, code: str) -> None:
    head = "person,answered_at,percent,course,version,lessons"
    data = f"{head}\n{row or ',x'}\n1,2026-10-01,80.75%,small,1,one\n"
    found = take_results(cohort(), COURSE, data.encode(), now=NOW)
    assert [(one.line, one.code) for one in found.problems] == [(2, code)]
    assert found.cohort.members["1"].attempts[0].percent == 80
    assert found.cohort.members["0"] == cohort().members["0"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"person,percent\n1,80\n",
        b"person,answered_at,percent,percent\n1,2026-10-01,80,80\n",
        b'person,answered_at,percent\n"1,2026-10-01,80\n',
        b"x" * (8 * 2**20 + 1),
    ],
)
def test_what_is_no_list_of_results_is_refused(data: bytes) -> None:
    with pytest.raises(ResultsError):
        take_results(cohort(), COURSE, data, now=NOW)


def test_the_same_list_twice_changes_nothing() -> None:
    data = b"person;answered_at;percent\n0;2026-10-01T09:00:00Z;80\n1;2026-10-01;40\n"
    once = take_results(cohort(), COURSE, data, now=NOW)
    again = take_results(once.cohort, COURSE, data, now=NOW)
    assert (once.taken, again.taken, again.repeated) == (2, 0, 2)
    assert again.cohort == once.cohort
    assert [one.stands.step for one in progress(once.cohort, COURSE, now=NOW)][:2] == [
        "passed",
        "under-way",
    ]


def test_lessons_come_before_answers() -> None:
    data = b"person,answered_at,percent,lessons\n0,,,one\n1,2026-10-01,80,\n"
    made = take_results(cohort(), COURSE, data, now=NOW).cohort
    assert made.members["0"].lessons == {"one"}
    assert progress(made, COURSE, now=NOW)[1].stands.lessons_left == ("one",)


# ------------------------------------------------------------------ reminders


def why(made: Cohort, within: timedelta = 14 * DAY) -> dict[str, str]:
    places = progress(made, COURSE, now=NOW)
    found = reminders(made, COURSE, places, lang="en", within=within, now=NOW)
    return {one.member.who.person: one.why for one in found}


def test_who_is_to_be_reminded_and_of_what() -> None:
    ends = {"3": {"certificates": (Held("01936d5e-0000-7000-8000-000000000002", NOW - DAY),)}}
    assert why(stood(MIXED | ends)) == {"1": "due", "3": "expired"}
    assert why(stood(MIXED | ends, due=-DAY)) == {"1": "late", "3": "expired"}
    assert why(stood(MIXED | ends), within=9 * DAY) == {"3": "expired"}
    assert why(stood(MIXED), within=100 * DAY) == {"1": "due", "2": "refresher", "3": "due"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reminder_is_in_the_persons_language_and_says_no_result(lang: str) -> None:
    course = replace(
        COURSE,
        languages=LANGUAGES,
        texts={one: replace(COURSE.texts["en"], title=f"T {one}") for one in LANGUAGES},
    )
    attempt = Attempt(version=1, percent=37, at=NOW)
    member = Member(who=person(7, lang), attempts=(attempt,))
    made = cohort(person(7, lang), due=-DAY).with_members({"7": member})
    places = progress(made, course, now=NOW)
    (one,) = reminders(made, course, places, lang="en", within=DAY, now=NOW)
    assert one.lang == lang
    assert one.text.split("\n")[1:] == [f"T {lang}", "2026-10-31", ""]
    assert "37" not in one.letter()
    assert "examiner" not in one.letter()


# ------------------------------------------------------------------ the statistic


def test_people_in_two_cohorts_are_counted_once_and_small_numbers_are_hidden() -> None:
    people = [person(number, function="examiner" if number else "judge") for number in range(12)]
    first = cohort(*people)
    second = first.with_members({"1": Member(who=people[1], **PASSED)})
    steps = steps_of([first, second, first], COURSE, now=NOW)
    assert sorted(step for _, step in steps) == ["not-begun"] * 11 + ["passed"]
    shown = trained(steps, threshold=5).csv()
    assert "judge,0,0,0,0,*,*" in shown
    assert ",12\r\n" in shown


# ------------------------------------------------------------------ the commands


@pytest.fixture
def begun(tmp_path: Path) -> Callable[..., Path]:
    def make(*words: str, due: str = "2099-01-01") -> Path:
        file = tmp_path / "cohort.json"
        made = run("cohort", "new", "contact-point-officer", "--due", due, "-o", file, *words)
        assert made.exit_code == 0, made.output
        people = tmp_path / "people.csv"
        rows = [f"{n},Ann {n},contact-point-officer,{LANGUAGES[n % 7]}" for n in range(14)]
        people.write_text("\n".join(["person,name,function,language", *rows]), encoding="utf-8")
        assert told(run("cohort", "enrol", file, people, "--json"))["people"] == 14
        return file

    return make


def test_a_cohort_is_enrolled_taught_looked_at_and_counted(
    begun: Callable[..., Path], tmp_path: Path
) -> None:
    file = begun()
    answered = tmp_path / "results.csv"
    answered.write_text("person,answered_at,percent\n0,2026-01-02,95\n1,2026-01-02,20\n9x,,\n")
    result = told(run("cohort", "results", file, answered, "--json"), 1)
    assert (result["taken"], result["problems"][0]["code"]) == (2, "row-person")
    found = told(run("cohort", "progress", file, "--json"))
    assert found["counts"]["not-begun"] == 12
    assert found["people"][1]["best_percent"] == 20
    table = run("cohort", "progress", file)
    assert "Ann 1" in table.output
    assert "14 people; due 2099-01-01" in table.output
    out = tmp_path / "trained.csv"
    told(run("cohort", "statistic", file, file, "--csv", out, "--json"))
    assert out.read_text().splitlines()[0].startswith("function,trained")


def test_the_late_are_reminded_each_in_a_text_and_a_dry_run_writes_nothing(
    begun: Callable[..., Path], tmp_path: Path
) -> None:
    file = begun("--begins", "2025-01-01", due="2025-02-01")
    late = told(run("cohort", "progress", file, "--late", "--json"))
    assert len(late["people"]) == 14
    dry = told(run("cohort", "remind", file, "--dry-run", "--json"))
    assert (len(dry["reminders"]), dry["written"]) == (14, False)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cohort.json", "people.csv"]
    told(
        run("cohort", "remind", file, "-o", tmp_path / "out", "--csv", tmp_path / "a.csv", "--json")
    )
    texts = sorted((tmp_path / "out").iterdir())
    assert len(texts) == 14
    assert "Cán bộ" in texts[LANGUAGES.index("vi")].read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"))))
    assert [row["language"] for row in rows] == [LANGUAGES[n % 7] for n in range(14)]
    assert "2025-02-01" in rows[0]["text"]


def test_reminders_are_written_both_ways_or_not_at_all(
    begun: Callable[..., Path], tmp_path: Path
) -> None:
    file, table, folder = begun(), tmp_path / "a.csv", tmp_path / "out"
    table.write_text("of somebody else")
    assert run("cohort", "remind", file, "-o", folder, "--csv", table).exit_code != 0
    assert not folder.exists()
    folder.mkdir()
    (folder / "x").write_text("of somebody else")
    assert run("cohort", "remind", file, "-o", folder, "--csv", tmp_path / "b.csv").exit_code != 0
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("remind", "FILE"),
        ("remind", "FILE", "--dry-run", "--csv", "x.csv"),
        ("remind", "FILE", "--dry-run", "--lang", "de"),
        ("progress", "FILE", "--course", "examiner"),
        ("progress", "FILE", "--course", "none"),
        ("statistic", "FILE", "--threshold", "1"),
        ("new", "none", "--due", "2099-01-01", "-o", "x.json"),
        ("new", "examiner", "--due", "soon", "-o", "x.json"),
        ("new", "examiner", "--due", "2001-01-01", "-o", "x.json"),
    ],
)
def test_what_cannot_be_meant_is_misuse_and_changes_nothing(
    words: tuple[str, ...], begun: Callable[..., Path]
) -> None:
    file = begun()
    before = file.read_bytes()
    said = run("cohort", *(str(file) if word == "FILE" else word for word in words))
    assert said.exit_code == 2, said.output
    assert file.read_bytes() == before


def test_a_spoilt_cohort_is_told_by_code(begun: Callable[..., Path]) -> None:
    file = begun()
    file.write_bytes(file.read_bytes()[:-9])
    said = run("cohort", "progress", file, "--json")
    assert said.exit_code == 2
    assert json.loads(said.stdout)["error"]["code"]
