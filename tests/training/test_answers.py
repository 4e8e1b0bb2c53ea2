"""What an answer is worth, exports, and where people stand."""

import codecs
import csv
import io
from datetime import timedelta
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from tests.training.making import FILES, NOW, at, judge_moodle, known

from comity.canonical import MisuseError
from comity.files.courses import names, shipped_course
from comity.training.asking import grade, normalised, parse_number
from comity.training.moodle import moodle_xml
from comity.training.progress import trained
from comity.training.reading import load_course
from comity.training.results import Result, results_csv
from comity.training.standing import Attempt, Given, Step, standing, valid_until

COURSE = load_course(FILES, known=known)


@pytest.mark.parametrize(
    ("question", "answer", "points"),
    [
        ("pick", "", 0),
        ("pick", "b", 0),
        ("pick", ["a", "b"], 0),
        ("pick", "z", 0),
        ("pick", "a", 1),
        ("tick", ["a", "b", "c"], 0),
        ("tick", ["a"], Fraction(1, 2)),
        ("tick", ["a", "b"], 1),
        ("count", "sixty", 0),
        ("count", "61", 0),
        ("count", "1e2", 0),
        ("count", "60,5", 1),
        ("count", "٦٠", 1),
        ("count", "６０", 1),
        ("say", "orally", 0),
        ("say", "", 0),
        ("say", " In  WRITING. ", 1),
        ("say", "ｉｎ writing", 1),
        ("say", "e\u0301crit", 1),
    ],
)
def test_an_answer_is_worth_this(question: str, answer: str, points: int | Fraction) -> None:
    score = grade(COURSE, "en", {question: answer})
    assert {one.question: one.points for one in score.graded}[question] == points
    assert score.points == points


def test_every_point_says_why_and_cites() -> None:
    score = grade(COURSE, "en", {"pick": "b"})
    first = score.graded[0]
    assert first.why == ("Because.", "Not that.")
    assert list(map(str, first.cites)) == ["un-2024:41"]
    assert all(one.why for one in score.graded)


def test_nobody_passes_by_rounding() -> None:
    right = {"pick": "a", "tick": ["a"]}
    assert grade(COURSE, "en", right).percent == 37
    assert not grade(COURSE, "en", right).passed
    assert grade(COURSE, "en", right | {"count": "60"}).passed


def test_vowel_signs_and_case_do_not_matter_and_letters_do() -> None:
    assert normalised("كِتَابَةً") == normalised("كتابة")
    assert normalised("GRÜNDE") == normalised("gründe")
    assert normalised("écrit") != normalised("ecrit")
    assert parse_number("--1") is None


@pytest.mark.parametrize("name", names())
def test_all_right_answers_of_a_shipped_course_pass_in_every_language(name: str) -> None:
    course = shipped_course(name)
    for lang in course.languages:
        texts = course.texts[lang].questions
        answers = {
            one.key: sorted(one.right)
            or (str(one.value) if one.kind == "number" else texts[one.key].accept[0])
            for one in course.questions
        }
        assert grade(course, lang, answers).percent == 100


# ------------------------------------------------------------------ exports


@pytest.mark.parametrize("name", names())
def test_moodle_takes_every_question_of_a_shipped_course(name: str) -> None:
    course = shipped_course(name)
    for lang in course.languages:
        assert len(judge_moodle(moodle_xml(course, lang))) == len(course.questions)


def test_moodle_gets_each_kind_with_its_reasons() -> None:
    made = moodle_xml(COURSE, "en")
    assert judge_moodle(made) == ["multichoice", "multichoice", "numerical", "shortanswer"]
    assert b"$course$/top/Small // course" in made  # a single slash would part two categories
    assert b"&lt;p&gt;Which &amp;lt;one&amp;gt;?&lt;/p&gt;" in made
    assert "ب\\*".encode() in made  # an asterisk is a wild card there


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'fraction="100"', b'fraction="99"'),
        (b'fraction="50"', b'fraction="100"'),
        (b"<single>true</single>", b""),
        (b"<text>60</text>", b"<text>many</text>"),
        (b"<usecase>0</usecase>", b""),
        (b'type="numerical"', b'type="number"'),
        (b"</quiz>", b""),
        (b"<name>", b"<title>"),
    ],
)
def test_the_judge_refuses_a_spoilt_copy(old: bytes, new: bytes) -> None:
    made = moodle_xml(COURSE, "en")
    assert old in made
    with pytest.raises((AssertionError, ET.ParseError, ValueError)):
        judge_moodle(made.replace(old, new, 1))


def test_results_are_csv_that_no_spreadsheet_runs() -> None:
    row = Result(
        person="=1+1",
        name='@SUM(A1) "quoted", \u202bاسم',
        function="examiner",
        course="small",
        version=1,
        answered_at=NOW,
        points="2.50",
        questions=4,
        percent=62,
        passed=True,
    )
    data = results_csv([row])
    assert data.startswith(codecs.BOM_UTF8)
    assert b"\r\n" in data
    header, cells = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert cells[0] == "'=1+1"
    assert cells[1].startswith("'@SUM")
    assert dict(zip(header, cells, strict=True))["percent"] == "62"


# ------------------------------------------------------------------ where people stand


@pytest.mark.parametrize(
    ("read", "percent", "ends", "withdrawn", "step"),
    [
        ([], None, None, False, "not-begun"),
        (["one"], None, None, False, "under-way"),
        (["one"], 49, None, False, "under-way"),
        ([], 100, None, False, "under-way"),
        (["one"], 50, None, False, "passed"),
        (["one"], 50, 31, False, "certified"),
        (["one"], 0, 30, False, "refresher-due"),
        (["one"], 50, 30, False, "passed"),
        (["one"], 0, -1, False, "expired"),
        (["one"], 0, 31, True, "withdrawn"),
    ],
)
def test_a_person_stands_here(
    read: list[str], percent: int | None, ends: int | None, withdrawn: bool, step: str
) -> None:
    tried = [] if percent is None else [Attempt(version=1, percent=percent, at=NOW)]
    given = (
        [] if ends is None else [Given(valid_until=NOW + timedelta(days=ends), withdrawn=withdrawn)]
    )
    found = standing(COURSE, read=read, attempts=tried, certificates=given, now=NOW)
    assert found.step == step


def test_an_attempt_at_a_former_version_does_not_pass_the_present_one() -> None:
    old = [Attempt(version=2, percent=100, at=NOW)]
    found = standing(COURSE, read=["one"], attempts=old, certificates=[], now=NOW)
    assert (found.step, found.best_percent) == ("under-way", None)


def test_a_certificate_ends_on_the_last_day_of_a_short_month() -> None:
    assert valid_until(COURSE, at("2026-08-31T12:00:00")) == at("2027-02-28T12:00:00")


def test_small_numbers_of_people_are_hidden_and_not_given_back_by_the_totals() -> None:
    counted: dict[tuple[str, Step], int] = {
        ("examiner", "certified"): 12,
        ("examiner", "expired"): 2,
        ("officer", "certified"): 20,
        ("officer", "not-begun"): 9,
    }
    people = [one for one, number in counted.items() for _ in range(number)]
    table = trained(people, threshold=5)
    rows = {row[0]: row[1:] for row in table.rows()}
    assert rows["examiner"][3] == "*"
    assert sum(cell == "*" for row in rows.values() for cell in row) >= 4
    assert "2" not in {cell for row in rows.values() for cell in row}
    assert table.csv().startswith("function,trained,")


def test_a_threshold_that_hides_nothing_is_refused() -> None:
    with pytest.raises(MisuseError):
        trained([], threshold=1)
