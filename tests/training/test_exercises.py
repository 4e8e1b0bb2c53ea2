"""An exercise counts for a course: its report goes into the cohort, and no certificate without."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.training.making import FILES, known
from tests.training.test_cohorts import PASSED, cohort, person
from tests.training.test_commands import issue, office, run, told, verify

from comity.canonical import PeerError
from comity.files.drills import shipped_names
from comity.training.cohort import Cohort, parse_cohort
from comity.training.errors import DrillReportError
from comity.training.exercise import Played, read_report, take_exercise
from comity.training.progress import progress
from comity.training.reading import examine, load_course
from comity.training.standing import Exercised, Given, standing

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ASKS = b'\n[[drill]]\nscenario = "first-night"\npoints_percent = 60\n'
COURSE = load_course({**FILES, "course.toml": FILES["course.toml"] + ASKS}, known=known)


def lint(more: bytes) -> set[str]:
    files = {**FILES, "course.toml": FILES["course.toml"] + more}
    found = examine(files, known=known, languages=(), scenarios=shipped_names())
    return {f"{one.file}:{one.line} {one.code}" for one in found.problems}


def reported(*players: str, got: int = 60, **changes: Any) -> dict[str, Any]:
    board = {"by_person": dict.fromkeys(players, 5), "got": got, "of": 100, "points": []}
    made = {"board": board, "edition": "sha256:00", "scenario": "first-night", "team": "One"}
    return made | changes


def taken(
    *reports: dict[str, Any], names: dict[str, str] | None = None, at: datetime = NOW
) -> Played:
    teams = read_report(json.dumps({"teams": reports}).encode())
    made = cohort()
    made = made.with_members({"0": replace(made.members["0"], **PASSED)})
    return take_exercise(made, teams, scenarios=["first-night"], names=names or {}, at=at)


def step(made: Cohort, key: str = "0") -> tuple[str, tuple[str, ...]]:
    places = progress(made, COURSE, now=NOW)
    (place,) = [one for one in places if one.member.who.person == key]
    return place.stands.step, place.stands.drills_left


# ------------------------------------------------------------------ a course that asks for one


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"first-night", b"last-night", "course.toml:15 course-scenario"),
        (b"first-night", b"First night", "course.toml:15 course-member"),
        (b"= 60", b"= 0", "course.toml:15 course-member"),
        (b"= 60", b"= 101", "course.toml:15 course-member"),
        (b"= 60", b"= 60\nteams = 2", "course.toml:15 course-member"),
        (b"[[drill]]", b"[drill]", "course.toml:0 course-member"),
        (b"\n[[drill]]", ASKS + b"[[drill]]", "course.toml:18 course-duplicate"),
    ],
)
def test_what_is_wrong_with_an_exercise_is_named_by_line(old: bytes, new: bytes, code: str) -> None:
    assert lint(ASKS) == set()
    assert code in lint(ASKS.replace(old, new, 1))


def test_a_course_travels_to_where_its_scenario_is_not() -> None:
    files = {**FILES, "course.toml": FILES["course.toml"] + ASKS.replace(b"first-night", b"own")}
    assert load_course(files, known=known).drills[0].scenario == "own"


# ------------------------------------------------------------------ a report


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"teams": []},
        {"teams": [1]},
        {"teams": [reported("Ann 0")] * 101},
        reported("Ann 0", scenario="../x"),
        reported("Ann 0", team=""),
        reported("Ann 0", edition=None),
        reported("Ann 0", board=None),
        reported("Ann 0", got=101),
        reported("Ann 0", board={"by_person": {}, "got": True, "of": 2}),
        reported("Ann 0", board={"by_person": {}, "got": 0, "of": 0}),
        reported("Ann 0", board={"by_person": [], "got": 1, "of": 2}),
        reported("An\u202en"),
        reported("x" * 201),
        reported(*(f"Ann {number}" for number in range(1001))),
    ],
)
def test_what_is_no_report_is_refused(value: Any) -> None:
    with pytest.raises(DrillReportError):
        read_report(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_coded_error(data: bytes) -> None:
    with suppress(PeerError):
        read_report(data)


def test_a_report_of_another_scenario_counts_for_nothing() -> None:
    with pytest.raises(DrillReportError, match="the course asks for first-night"):
        taken(reported("Ann 0", scenario="power-grid"))
    with pytest.raises(DrillReportError):
        taken(reported("Ann 0"), names={"Ann 0": "99"})


def test_who_is_not_known_is_told_and_the_others_are_taken() -> None:
    found = taken(reported("Ann 0", "A stranger"))
    assert [(one.player, one.code) for one in found.problems] == [("A stranger", "player-unknown")]
    assert found.taken == 1
    assert step(found.cohort) == ("passed", ())


def test_two_of_one_name_are_told_apart_by_their_reference() -> None:
    made = cohort(person(1), replace(person(2), name="Ann 1"))
    teams = read_report(json.dumps(reported("ann  1")).encode())
    asked = {"scenarios": ["first-night"], "at": NOW}
    found = take_exercise(made, teams, names={}, **asked)  # type: ignore[arg-type]
    assert [one.code for one in found.problems] == ["player-ambiguous"]
    again = take_exercise(made, teams, names={"Ann 1": "2"}, **asked)  # type: ignore[arg-type]
    assert [len(one.exercises) for one in again.cohort.members.values()] == [0, 1]
    once_more = take_exercise(again.cohort, teams, names={"Ann 1": "2"}, **asked)  # type: ignore[arg-type]
    assert (once_more.repeated, once_more.cohort) == (1, again.cohort)


# ------------------------------------------------------------------ what it counts for


def test_nobody_passes_without_the_exercise_or_with_too_few_points() -> None:
    assert step(taken(reported("Ann 1")).cohort) == ("under-way", ("first-night",))
    assert step(taken(reported("Ann 0", got=59)).cohort) == ("under-way", ("first-night",))
    assert step(taken(reported("Ann 0", got=-3)).cohort) == ("under-way", ("first-night",))
    assert step(taken(reported("Ann 0")).cohort) == ("passed", ())
    assert step(taken(reported("Ann 1")).cohort, "1") == ("under-way", ())


def test_a_refresher_asks_for_the_exercise_again() -> None:
    ends = NOW + 10 * DAY

    def stands(at: datetime) -> str:
        played = Exercised(scenario="first-night", edition="e", team="t", percent=80, at=at)
        return standing(
            COURSE,
            read={"one"},
            attempts=PASSED["attempts"],
            exercises=[played],
            certificates=[Given(valid_until=ends)],
            now=NOW,
        ).step

    assert stands(ends - 31 * DAY) == "refresher-due"
    assert stands(ends - 30 * DAY) == "passed"


# ------------------------------------------------------------------ the commands


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return office(tmp_path / "office")


def begun(place: Path) -> Path:
    """Begin a cohort of three who answered, two of them enough."""
    file, people, results = (place / name for name in ("c.json", "people.csv", "results.csv"))
    told(run("cohort", "new", "contact-point-officer", "--due", "2099-01-01", "-o", file, "--json"))
    rows = [f"{n},Person {n},contact-point-officer" for n in range(3)]
    people.write_text("\n".join(["person,name,function", *rows]))
    told(run("cohort", "enrol", file, people, "--json"))
    results.write_text(
        "person,answered_at,percent\n0,2026-01-02,95\n1,2026-01-02,95\n2,2026-01-02,20\n"
    )
    told(run("cohort", "results", file, results, "--json"))
    return file


def test_a_rehearsed_report_is_taken_and_then_certificates_are_issued(place: Path) -> None:
    file = begun(place)
    early = issue(place, place / "early", "--cohort", file)
    assert early.exit_code == 2
    assert not (place / "early").exists()
    report = place / "report.json"
    played = run("drill", "rehearse", "first-night", "--players", "good", "--json")
    report.write_text(played.stdout)
    names = ("--player", "good duty=0", "--player", "good counsel=2")
    held = ("--held", "2026-01-03", "--json")
    found = told(run("cohort", "exercise", file, report, *names, *held), 1)
    assert found["taken"] == 2
    assert [one["player"] for one in found["problems"]] == ["good examiner"]
    made = told(issue(place, place / "all", "--cohort", file))
    assert len(made["certificates"]) == 1
    (only,) = (place / "all").iterdir()
    assert verify(only, place)["verdict"] == "proved"
    (first, *_) = parse_cohort(file.read_bytes()).members.values()
    assert [one.id for one in first.certificates] == made["certificates"]
    again = issue(place, place / "again", "--cohort", file)
    assert again.exit_code == 2, "nobody gets a second one"
    shown = told(run("cohort", "progress", file, "--register", place / "register.json", "--json"))
    assert [one["step"] for one in shown["people"]] == ["certified", "under-way", "under-way"]


def test_a_name_alone_is_not_enough_for_a_course_that_asks_for_an_exercise(place: Path) -> None:
    words: tuple[object, ...] = (
        *("certificate", "issue", "contact-point-officer", "--name", "Hoa"),
        *("--authority", "A", "--party", "vn/contact-point", "--key", place / "key.json"),
        *("--records", place / "records.json", "--register", place / "r.json"),
        *("-o", place / "one.json", "--json"),
    )
    said = run(*words)
    assert said.exit_code == 2
    assert json.loads(said.stdout)["error"]["code"] == "training-exercise-missing"
    assert not (place / "one.json").exists()
    assert run(*words, "--exercise-taken").exit_code == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("report.json", "--held", "2999-01-01"), 2),
        (("report.json", "--held", "2026-01-03", "--player", "Person 0"), 2),
        (("report.json", "--held", "2026-01-03", "--player", "Person 0=9"), 1),
        (("c.json", "--held", "2026-01-03"), 1),
        (("people.csv", "--held", "2026-01-03"), 2),
    ],
)
def test_what_is_no_exercise_of_the_cohort_changes_nothing(
    words: tuple[str, ...], status: int, place: Path
) -> None:
    file = begun(place)
    before = file.read_bytes()
    (place / "report.json").write_text(json.dumps(reported("Person 0")))
    said = run("cohort", "exercise", file, place / words[0], *words[1:], "--json")
    assert said.exit_code == status, said.output
    assert json.loads(said.stdout)["error"]["code"]
    assert file.read_bytes() == before


def test_lint_knows_the_scenarios_that_ship_and_those_of_a_folder(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for path, data in FILES.items():
        (course / path).parent.mkdir(exist_ok=True, parents=True)
        (course / path).write_bytes(data + (ASKS if path == "course.toml" else b""))
    assert run("course", "lint", course).exit_code == 0
    toml = course / "course.toml"
    toml.write_bytes(toml.read_bytes().replace(b"first-night", b"my-own"))
    said = told(run("course", "lint", course, "--json"), 1)
    assert [one["code"] for one in said["problems"]] == ["course-scenario"]
    assert run("drill", "new", "my-own", "-o", tmp_path / "scenarios").exit_code == 0
    assert run("course", "lint", course, "--scenarios", tmp_path / "scenarios").exit_code == 0


def test_a_cohort_of_300_is_enrolled_trained_by_script_and_certified(place: Path) -> None:
    file, people, results, report = (
        place / name for name in ("c.json", "people.csv", "results.csv", "report.json")
    )
    told(run("cohort", "new", "contact-point-officer", "--due", "2099-01-01", "-o", file, "--json"))
    rows = [f"u{n}@mps.example,Cán bộ {n},Officer,vi-VN" for n in range(300)]
    people.write_text(
        "\n".join(["userName,displayName,title,preferredLanguage", *rows]), encoding="utf-16"
    )
    told(run("cohort", "enrol", file, people, "--json"))
    answered = [f"u{n}@mps.example,2026-01-02,{70 + n % 30}" for n in range(300)]
    results.write_text("\n".join(["person,answered_at,percent", *answered]))
    assert told(run("cohort", "results", file, results, "--json"))["taken"] == 300
    teams = [
        reported(*(f"Cán bộ {n}" for n in range(team, 300, 20)), team=str(team), got=50 + team)
        for team in range(20)
    ]
    report.write_text(json.dumps({"teams": teams}))
    played = told(run("cohort", "exercise", file, report, "--held", "2026-01-03", "--json"))
    assert (played["taken"], played["problems"]) == (300, [])
    good = [n for n in range(300) if n % 30 >= 10 and n % 20 >= 10]
    made = told(issue(place, place / "all", "--cohort", file))["certificates"]
    assert len(set(made)) == len(good)
    files = sorted((place / "all").iterdir())
    assert verify(files[7], place)["verdict"] == "proved"
    text = files[8].read_text()
    at = text.index(".", text.index("credential")) + 40
    files[8].write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    assert run("verify", files[8], "--trust", place / "trust.json").exit_code == 1
    shown = told(run("cohort", "progress", file, "--json"))["counts"]
    assert (shown["certified"], shown["under-way"]) == (len(good), 300 - len(good))
