"""An answer in a wrong form is told so at its field, with the right form; it costs no try."""

import pytest
from tests.exercise.rooming import Player, events, held, steer, team_of


@pytest.fixture
def team(db: None, config: object) -> Player:
    """Somebody on duty in a room in which everything has come."""
    return Player(team_of(held(50)))


@pytest.mark.parametrize(
    ("role", "task", "answer", "told"),
    [
        ("duty", "until-when", "1 January 2027", "Invalid time. Enter date, time and offset"),
        ("duty", "until-when", "2027-01-01 00:00", "Invalid time. Enter date, time and offset"),
        ("examiner", "how-often", "four", "Invalid number. Enter a whole number"),
        ("examiner", "find-address", "somewhere", "Invalid value. Copy the whole value"),
        ("examiner", "seal-stick", "abc", "Invalid digest. Enter the 64 digits"),
    ],
)
def test_a_wrong_form_is_said_at_the_field(
    team: Player, role: str, task: str, answer: str, told: str
) -> None:
    kim = Player(team.team, "Ada", role)
    shown = kim.post(f"tasks/{task}", answer=answer)
    page = shown.content.decode()
    assert shown.status_code == 422
    assert told in page
    assert "Not available to you" not in page
    assert f'value="{answer}"' in page, "what was typed stays"
    assert events(team.team) == [], "it costs no try"


def test_a_digest_beside_an_exhibit_is_told_so_too(team: Player) -> None:
    examiner = Player(team.team, "Ada", "examiner")
    page = examiner.post("exhibits/stick", digest="abc").content.decode()
    assert "Invalid digest. Enter the 64 digits" in page
    assert "Not available to you" not in page


def test_a_program_is_told_by_a_code_of_its_own(team: Player) -> None:
    answer = team.deed("answered", task="until-when", answer="soon")
    assert (answer.status_code, answer.json()["code"]) == (422, "exercise-answer")
    assert events(team.team) == []


def test_an_answer_after_the_end_is_told_that_the_time_is_over(team: Player) -> None:
    steer(team.team, "pace", percent="10000")
    over = Player(team_of(held(61, teams=("Egret",)), "Egret"))
    page = over.post("tasks/until-when", answer="2027-01-01T00:00Z").content.decode()
    assert "Invalid time" not in page
