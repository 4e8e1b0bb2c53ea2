"""People whom another State nominates: taken, put on a list, or told why not; then answered."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.bundle.parties import VN, ZA
from tests.bundle.stories import Story
from tests.exchange.makers import BODIES
from tests.papers.letters import record_data
from tests.training.making import FILES, known
from tests.training.test_commands import run, told

from comity.training.cohort import Cohort, Nomination, parse_cohort
from comity.training.columns import tag_of
from comity.training.errors import NominationError, NominationOpenError
from comity.training.nominated import (
    Nominee,
    Wish,
    answers,
    take_nominations,
    with_outcomes,
)
from comity.training.reading import load_course

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
COURSE = load_course(FILES, known=known)
CONTENT, TALK = "sha256:" + "1a" * 32, "sha256:" + "2b" * 32
MESSAGE = Nomination(party="vn/contact-point", conversation=TALK, content=CONTENT, outcomes={})
EMPTY = Cohort(course="small", begins_at=NOW, due_at=NOW + timedelta(days=9))


def nominee(number: int, **changes: Any) -> Nominee:
    made = Nominee(number=number, name=f"Trần {number}", function="Examiner", language="en-GB")
    return replace(made, **changes)


PEOPLE = [nominee(number) for number in range(1, 5)]

# ------------------------------------------------------------------ who does not fit


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "A\u202eB"}, "row-text"),
        ({"name": "x" * 201}, "row-text"),
        ({"name": " "}, "row-text"),
        ({"function": "Giám định viên"}, "row-function"),
        ({"language": "pt"}, "row-language"),
        ({"name": "TRẦN  1"}, "row-repeated"),
    ],
)
def test_who_does_not_fit_is_told_by_number_and_nobody_is_declined(
    changes: dict[str, Any], code: str
) -> None:
    people = [nominee(1), nominee(2, **changes), nominee(3)]
    found = take_nominations(EMPTY, COURSE, MESSAGE, people, Wish())
    assert [(one.line, one.code) for one in found.problems] == [(2, code)]
    assert found.nomination.outcomes == {1: "accepted", 2: None, 3: "accepted"}
    assert set(found.cohort.members) == {"vn-1a1a1a1a-1", "vn-1a1a1a1a-3"}
    with pytest.raises(NominationOpenError, match=r"about 2$"):
        answers(found.cohort, CONTENT)


def test_the_organiser_says_what_to_do_with_who_does_not_fit() -> None:
    people = [nominee(1, function="Chuyên viên", language="pt"), nominee(2, name="Trần 1")]
    wish = Wish(function="examiner", language="en", also=[2])
    found = take_nominations(EMPTY, COURSE, MESSAGE, people, wish)
    assert (found.added, found.problems) == (2, ())
    assert found.cohort.members["vn-1a1a1a1a-1"].who.function == "examiner"


def test_the_waiting_list_moves_when_places_come_free() -> None:
    first = take_nominations(EMPTY, COURSE, MESSAGE, PEOPLE, Wish(places=2))
    assert list(first.nomination.outcomes.values()) == ["accepted"] * 2 + ["waiting-list"] * 2
    other = replace(MESSAGE, content="sha256:" + "3c" * 32)
    full = take_nominations(first.cohort, COURSE, other, [nominee(1, name="Lê")], Wish(places=2))
    assert full.nomination.outcomes == {1: "waiting-list"}
    gone = with_outcomes(first.cohort, CONTENT, {1: "declined"})
    again = take_nominations(gone, COURSE, MESSAGE, PEOPLE, Wish(places=2))
    assert list(again.nomination.outcomes.values()) == [
        "declined",
        "accepted",
        "accepted",
        "waiting-list",
    ]
    assert parse_cohort(again.cohort.encode()) == again.cohort


@pytest.mark.parametrize(
    ("content", "outcomes"),
    [
        ("sha256:" + "00" * 32, {1: "declined"}),
        (CONTENT, {9: "declined"}),
        (CONTENT, {1: "perhaps"}),
        (CONTENT, {2: "accepted"}),
        (CONTENT, {1: "declined"}),
    ],
)
def test_what_cannot_be_answered_is_misuse(content: str, outcomes: dict[int, str]) -> None:
    made = take_nominations(EMPTY, COURSE, MESSAGE, PEOPLE[:2], Wish(places=1)).cohort
    member = made.members["vn-1a1a1a1a-1"]
    made = made.with_members({"vn-1a1a1a1a-1": replace(member, lessons=frozenset({"one"}))})
    with pytest.raises(NominationError):
        with_outcomes(made, content, outcomes)


@pytest.mark.parametrize(
    ("tag", "ours"),
    [
        ("fr-FR", "fr"),
        ("zh_CN", "zh-hans"),
        ("zh-Hans-SG", "zh-hans"),
        ("zh-TW", ""),
        ("zh-Hant", ""),
        ("en-gb;q=0.8, fr", "en"),
        ("da, en-gb;q=0.8", ""),
        ("VI", "vi"),
        ("", ""),
        ("french", ""),
    ],
)
def test_a_tag_from_elsewhere_is_one_of_ours_or_none(tag: str, ours: str) -> None:
    assert tag_of(tag) == ours


# ------------------------------------------------------------------ the commands


@pytest.fixture
def record(tmp_path: Path) -> Path:
    story = Story()
    offered = story.say(ZA, "training.places-offered", places=BODIES["places"])
    people = [
        {"number": 1, "name": "Trần Thị A", "function": "Examiner", "language": "en"},
        {"number": 2, "name": "Lê Văn B", "function": "Công tố viên", "language": "vi"},
    ]
    named = story.say(
        VN,
        "training.nominated",
        conversation=offered.content,
        nominations={"nominees": people, "note": None},
    )
    file = tmp_path / "nominated.json"
    file.write_bytes(record_data(story, named))
    (tmp_path / "offered.json").write_bytes(record_data(story, offered))
    return file


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    file = tmp_path / "cohort.json"
    told(run("cohort", "new", "examiner", "--due", "2099-01-01", "-o", file, "--json"))
    return file


def test_nominations_of_a_file_are_taken_and_answered(
    record: Path, cohort: Path, tmp_path: Path
) -> None:
    said = run("cohort", "nominated", cohort, record)
    assert said.exit_code == 1
    assert f"{VN}:2: the function is no key" in said.output
    found = told(run("cohort", "nominated", cohort, record, "--json"), 1)
    assert (found["added"], found["party"]) == (0, VN)
    out = tmp_path / "answers.json"
    early = run("cohort", "answer", cohort, found["message"], "-o", out, "--json")
    assert early.exit_code == 2
    assert json.loads(early.stdout)["error"]["code"] == "nomination-open"
    assert not out.exists()
    late = ("--outcome", "2=declined", "-o", out, "--json")
    told(run("cohort", "answer", cohort, found["message"], *late))
    assert json.loads(out.read_bytes()) == {
        "answers": [{"number": 1, "outcome": "accepted"}, {"number": 2, "outcome": "declined"}],
        "note": None,
    }
    assert len(parse_cohort(cohort.read_bytes()).members) == 1


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("offered.json",), 1, "nomination-message"),
        (("nominated.json", "--exercise"), 1, "nomination-message"),
        (("cohort.json",), 2, ""),
        (("none.json",), 2, "not-found"),
        ((CONTENT,), 2, "misuse"),
        (("nominated.json", "--language", "pt"), 2, "course-unknown"),
        (("nominated.json", "--function", "Giám định"), 2, "misuse"),
    ],
)
def test_what_nominates_nobody_changes_nothing(
    words: tuple[str, ...], status: int, code: str, record: Path, cohort: Path
) -> None:
    before = cohort.read_bytes()
    named = record.parent / words[0] if words[0].endswith(".json") else words[0]
    said = run("cohort", "nominated", cohort, named, *words[1:], "--json")
    assert said.exit_code == status, said.output
    assert code in json.loads(said.stdout)["error"]["code"]
    assert cohort.read_bytes() == before
