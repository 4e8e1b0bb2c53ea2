"""The screen of a hall: what it must not show, and what it shows."""

import re

import pytest
from django.test import Client
from tests.exercise.rooming import Player, held, steer, team_of

from comity.node.core.clock import now
from comity.node.exercise import codes, exercises
from comity.node.exercise.pages import hall as hall_page
from comity.node.models import Exercise


@pytest.fixture
def exercise(db: None, config: object) -> Exercise:
    hall_page._looks.clear()
    return held(18)


def screen(exercise: Exercise, place: str = "") -> str:
    """Return the screen as it is now, not as it was a moment ago."""
    hall_page._looks.clear()
    answer = Client().get(f"/hall/{exercise.hall}{place}")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("place", ["", "/now"])
def test_a_live_node_has_no_hall(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    answer = Client().get(f"/hall/{exercise.hall}{place}")
    assert answer.status_code == 404
    assert "No exercises on this node" in answer.content.decode()


@pytest.mark.parametrize("code", ["AAAAAAAAAA", "x", "%20", "%3Cscript%3E"])
def test_a_code_that_is_none_shows_nothing(exercise: Exercise, code: str) -> None:
    for place in ("", "/now"):
        assert Client().get(f"/hall/{code}{place}").status_code == 404


def test_the_code_of_a_team_opens_no_hall_and_that_of_the_hall_no_team(exercise: Exercise) -> None:
    team = team_of(exercise)
    assert Client().get(f"/hall/{team.code}").status_code == 404
    assert Client().post("/exercise/join", {"code": exercise.hall}).status_code == 422
    for one in exercise.teams.all():
        assert one.code not in screen(exercise)
        assert codes.spaced(one.code) not in screen(exercise)


def test_what_one_team_has_and_another_has_not_is_not_shown(exercise: Exercise) -> None:
    heron, ibis = team_of(exercise), team_of(exercise, "Ibis")
    title = exercises.scenario_in(exercise).texts["en"]["injects.press-question.title"]
    assert title not in screen(exercise)
    steer(heron, "inject", inject="press-question")
    assert title not in screen(exercise), "Ibis must not know of it"
    steer(ibis, "inject", inject="press-question")
    assert title in screen(exercise)


def test_what_came_to_a_role_alone_is_not_shown_nor_any_text_or_name(exercise: Exercise) -> None:
    Player(team_of(exercise), "Kim the Quiet").post("came/handover", note="a secret note")
    texts, text = exercises.scenario_in(exercise).texts["en"], screen(exercise)
    plan = exercises.scenario_in(exercise).plan
    for key, inject in plan.injects.items():
        told = texts[f"injects.{key}.title"] in text
        assert told == (key in {"handover", "tessany-request"}), key
        assert texts[f"injects.{key}.text"][:40] not in text
        assert not (told and inject.to)
    assert "Kim the Quiet" not in text
    assert "a secret note" not in text
    steer(team_of(exercise), "speak", text="a word to Heron")
    assert "a word to Heron" not in screen(exercise)


def test_hidden_points_are_not_shown(exercise: Exercise) -> None:
    Player(team_of(exercise)).post("tasks/until-when", answer="2027-01-01T00:00Z")
    assert "6 points" in screen(exercise, "/now")
    exercises.show_board(exercise, False, at=now(), by="trainer")
    assert "points" not in screen(exercise, "/now")


def test_teams_stand_side_by_side_each_with_its_clock(exercise: Exercise) -> None:
    steer(team_of(exercise, "Ibis"), "freeze")
    text = screen(exercise)
    assert len(re.findall("<h2><bdi>(?:Heron|Ibis)", text)) == 2
    assert text.count('<bdi dir="ltr">18:') == 2
    assert "Frozen" in text
    assert "Running" in text
    assert 'hx-trigger="every 5s"' in text


def test_a_hall_that_waits_or_is_closed_says_so(db: None, config: object) -> None:
    waiting = held(None)
    assert "Exercise not started." in screen(waiting)
    exercises.close(waiting, at=now(), by="trainer")
    assert "Exercise closed." in screen(waiting)


def test_a_team_whose_name_is_a_script_is_a_name(db: None, config: object) -> None:
    text = screen(held(1, teams=("<script>alert(1)</script>",)))
    assert "<script>alert" not in text
