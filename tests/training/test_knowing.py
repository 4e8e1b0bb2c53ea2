"""What a team knew before and after; what few answered is theirs, and is hidden with its rest."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from comity.training.errors import QuizFiguresError
from comity.training.knowing import Figures, Group, Paper, figures, hidden, read_figures

ASKED: Final = ("owl:a", "owl:b")
ROLES: Final = ("duty", "counsel", "examiner", "nobody")
RIGHT: Final = {"owl:a": True, "owl:b": True}
HALF: Final = {"owl:a": True, "owl:b": False}


def team(**people: int) -> list[Paper]:
    """Return so many people of each role: all half right before, and right after."""
    return [
        Paper(person=f"{role}-{n}", role=role, before=HALF, after=RIGHT)
        for role, count in people.items()
        for n in range(count)
    ]


def of(told: Figures) -> Mapping[str, Group]:
    return {one.role: one for one in told.groups}


def shown(told: Figures) -> set[str]:
    return {one.role for one in told.groups if one.before is not None}


def made(papers: list[Paper]) -> Figures:
    return figures(papers, ASKED, ROLES)


# ------------------------------------------------------------------ what is counted


def test_who_did_not_answer_is_counted_and_never_as_wrong() -> None:
    papers = [
        Paper(person="Kim", role="duty", before=HALF, after=RIGHT),
        Paper(person="Ali", role="duty", before={}, after=None),
        Paper(person="Mai", role="counsel", before={"owl:b": True}),
    ]
    found = of(made(papers))
    assert found[""].people == 3
    assert vars(found[""].before) == {"people": 2, "right": 2, "of": 3}
    assert vars(found[""].after) == {"people": 1, "right": 2, "of": 2}
    assert vars(found["duty"].before) == {"people": 1, "right": 1, "of": 2}
    assert list(found) == ["", "duty", "counsel"]  # a role that nobody has is no line


def test_each_question_has_its_own_numbers() -> None:
    first, second = made(team(duty=3)).questions
    assert (first.question, first.before, first.after) == ("owl:a", (3, 3), (3, 3))
    assert (second.before, second.after) == ((0, 3), (3, 3))


# ------------------------------------------------------------------ what is hidden


@pytest.mark.parametrize("count", [1, 2])
def test_figures_of_one_or_two_people_are_theirs(count: int) -> None:
    told = hidden(made(team(duty=count)))
    assert shown(told) == set()
    assert all(one.before is None and one.after is None for one in told.questions)


def test_a_role_of_two_is_hidden_and_so_is_the_one_from_which_it_would_follow() -> None:
    told = hidden(made(team(duty=3, counsel=2)))
    assert shown(told) == {""}  # the team less the duty officers would be the two
    assert told.questions[0].before == (5, 5)


def test_two_small_roles_hide_each_other() -> None:
    assert shown(hidden(made(team(duty=4, counsel=2, examiner=1)))) == {"", "duty"}


def test_the_reader_is_not_one_of_those_behind_a_figure() -> None:
    papers = team(duty=3)
    assert shown(hidden(made(papers))) == {"", "duty"}
    assert shown(hidden(made(papers), reader=papers[0])) == set()
    papers = team(duty=4)
    assert shown(hidden(made(papers), reader=papers[0])) == {"", "duty"}


def test_before_and_after_are_hidden_each_by_its_own_people() -> None:
    papers = [*team(duty=2), Paper(person="Ali", role="duty", before=RIGHT)]
    (whole, duty) = hidden(made(papers)).groups
    assert whole.before is not None
    assert whole.after is None
    assert duty.after is None


def test_that_nobody_answered_is_told_of_a_group_and_of_nobody_alone() -> None:
    silent = [Paper(person=f"P{n}", role="duty") for n in range(4)]
    assert shown(hidden(made(silent))) == {"", "duty"}
    assert shown(hidden(made(silent[:2]))) == set()
    alone = Paper(person="Ali", role="counsel")
    assert shown(hidden(made([*team(duty=4), alone]))) == {""}


# ------------------------------------------------------------------ as a report holds them


def test_figures_are_read_back_as_they_were_hidden_or_not() -> None:
    for told in (made(team(duty=3, counsel=1)), hidden(made(team(duty=3, counsel=1)))):
        assert read_figures(told.to_value()) == told


def spoilt(**changes: Any) -> dict[str, Any]:
    group = {"role": "", "people": 3, "before": {"people": 1, "right": 1, "of": 2}, "after": None}
    known = {"question": "owl:a", "before": [1, 2], "after": None}
    return {"groups": [{**group, **changes.pop("group", {})}],
            "questions": [{**known, **changes.pop("known", {})}], **changes}  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        spoilt(groups=[]),
        spoilt(groups={}),
        spoilt(questions=None),
        spoilt(groups=[7]),
        spoilt(group={"role": "duty"}),
        spoilt(group={"role": 7}),
        spoilt(group={"people": -1}),
        spoilt(group={"people": True}),
        spoilt(group={"before": {"people": 1, "right": 3, "of": 2}}),
        spoilt(group={"before": {"people": 1}}),
        spoilt(known={"question": "owl"}),
        spoilt(known={"question": "<b>:a"}),
        spoilt(known={"question": None}),
        spoilt(known={"before": [3, 2]}),
        spoilt(known={"before": [1]}),
        spoilt(known={"before": [1, 10**9]}),
        spoilt(groups=[spoilt()["groups"][0]] * 2),
    ],
    ids=str,
)
def test_what_is_no_figures_is_refused(value: Any) -> None:
    with pytest.raises(QuizFiguresError):
        read_figures(value)


def test_a_sound_value_is_read() -> None:
    assert read_figures(spoilt()).groups[0].before is not None
