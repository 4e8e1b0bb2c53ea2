"""The test before and after: a scenario names questions of courses, and holds none itself."""

import pytest
from tests.drills.making import added, small

from comity.drills import DrillError, read_scenario
from comity.files.courses import quizzes
from comity.files.drills import read_shipped, shipped_names

FIVE = [f"owl:{key}" for key in "abcde"]


def refused(test: str) -> str:
    with pytest.raises(DrillError) as fault:
        read_scenario("small", added(test))
    assert fault.value.facts["key"] == "test"
    return fault.value.code


@pytest.mark.parametrize(
    "questions",
    [
        [],
        FIVE[:4],  # too few to tell anything
        [f"owl:{key}" for key in "abcdefghi"],  # too many for a room that waits
        [*FIVE, "a"],
        [*FIVE, "owl:"],
        [*FIVE, ":a"],
        [*FIVE, "owl:a:b"],
        [*FIVE, "Owl hoots:a"],
        [*FIVE, f"owl:{'a' * 65}"],
        [*FIVE, 7],
    ],
    ids=str,
)
def test_questions_are_few_and_named_by_course_and_key(questions: list[object]) -> None:
    assert refused(f"[test]\nquestions = {questions}\n") == "drill-member"


def test_a_question_is_asked_once() -> None:
    assert refused(f"[test]\nquestions = {[*FIVE, FIVE[0]]}\n") == "drill-duplicate"


def test_a_question_of_the_scenarios_own_has_no_place() -> None:
    assert refused(f"[test]\nquestions = {FIVE}\nask = 'Who?'\n") == "drill-member"


def test_a_list_of_tests_is_none() -> None:
    assert refused(f"[[test]]\nquestions = {FIVE}\n") == "drill-member"


def test_a_scenario_without_a_test_asks_nothing() -> None:
    assert small().plan.test == ()


def test_questions_keep_their_order() -> None:
    plan = read_scenario("small", added(f"[test]\nquestions = {FIVE[::-1]}\n")).plan
    assert list(map(str, plan.test)) == FIVE[::-1]


@pytest.mark.parametrize("name", shipped_names())
def test_each_shipped_scenario_asks_what_a_shipped_course_asks(name: str) -> None:
    asked = read_scenario(name, read_shipped(name)).plan.test
    assert 5 <= len(asked) <= 8
    assert [one for one in asked if one.question not in quizzes()[one.course]] == []
