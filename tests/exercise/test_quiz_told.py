"""What is told of the short test: how many answered, and after the end what was known."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.conftest import needs
from tests.exercise.rooming import Player, held, team_of
from tests.exercise.test_quiz import RIGHT, WHY, WRONG, C, E, begin, post

from comity.cli import main
from comity.node.core.clock import now
from comity.node.exercise import exercises, membership, quiz_store, reports
from comity.node.exercise.team_status import standings, whole
from comity.node.models import Exercise, Team, TeamMember
from comity.papers.after_action import INSIDE

pytestmark = pytest.mark.full  # a whole exercise for each test

ROLES = ("duty", "duty", "duty", "counsel", "examiner")


@pytest.fixture
def waiting(db: None, config: object) -> Exercise:
    return held(None)


@pytest.fixture
def trainer(add: Any, sign_in: Any) -> Client:
    add("trainer", "trainer")
    client: Client = sign_in("trainer")
    return client


def seat(team: Team) -> list[TeamMember]:
    """Let five people join a team."""
    return [
        membership.join(team.code, name=f"P{number}", role=role, at=now())[0]
        for number, role in enumerate(ROLES)
    ]


def played(exercise: Exercise) -> Team:
    """Return a team of five that answered before, all but one after, and played to the end."""
    team = team_of(exercise)
    people = seat(team)
    for one in people:
        quiz_store.hand_in(one, "before", WRONG, lang="en", at=now())
    begin(exercise, 61)
    for one in people[:-1]:
        quiz_store.hand_in(one, "after", RIGHT, lang="en", at=now())
    return team_of(exercise)


def place(team: Team, rest: str) -> str:
    return f"/exercises/{team.exercise_id}/teams/{team.pk}/{rest}"


def value(client: Client, team: Team, *, people: str = "") -> dict[str, Any]:
    answer = client.get(place(team, "report.json"), {"people": people})
    found: dict[str, Any] = json.loads(answer.content)["test"]
    return found


def rows(test: Mapping[str, Any]) -> dict[str, Any]:
    return {one["role"]: (one["before"], one["after"]) for one in test["groups"]}


# ------------------------------------------------------------------ while it runs


def test_the_trainer_sees_how_many_answered_and_not_what(
    waiting: Exercise, trainer: Client
) -> None:
    team = team_of(waiting)
    people = seat(team)
    quiz_store.hand_in(people[0], "before", WRONG, lang="en", at=now())
    quiz_store.hand_in(people[1], "before", {}, lang="en", at=now())  # handed in empty: no answer
    console = f"/exercises/{waiting.pk}"
    text = trainer.get(console).content.decode()
    assert "Test answered: 1 of 5" in text
    assert "You can start without it" in text
    seen = [text, trainer.get(place(team, "")[:-1]).content.decode()]
    begin(waiting, 10)
    seen += [trainer.get(console).content.decode(), str(whole(waiting, now()))]
    seen += [trainer.get(place(team, rest)).content.decode() for rest in ("report", "report.json")]
    for one in seen:
        assert WHY not in one
        assert f"{C}:lapse" not in one
    assert json.loads(trainer.get(place(team, "report.json")).content)["test"] is None


def test_counting_costs_one_query_however_many_teams_there_are(db: None, config: object) -> None:
    counts = []
    for number in (1, 6):
        exercise = held(None, teams=tuple(f"T{n}" for n in range(number)))
        for team in exercise.teams.select_related("exercise__edition"):
            seat(team)
        with CaptureQueriesContext(connection) as caught:
            standings(exercise, now())
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_who_closes_is_told_whose_second_test_is_lost(waiting: Exercise, trainer: Client) -> None:
    played(waiting)
    text = trainer.get(f"/exercises/{waiting.pk}/close").content.decode()
    assert "1 player has not answered the short test at the end" in text
    assert (
        "Test answered: before 5, after 4 of 5"
        in trainer.get(f"/exercises/{waiting.pk}").content.decode()
    )


def test_a_program_reads_how_many_answered(waiting: Exercise, add: Any) -> None:
    from comity.node.people import accounts

    played(waiting)
    add("trainer", "trainer")
    token = accounts.make_token("trainer", label="x", at=now(), by="x")
    headers = {"Authorization": f"Bearer {token}"}
    one = Client().get(f"/api/v1/exercises/{waiting.pk}", headers=headers).json()["teams"][0]
    assert (one["test_before"], one["test_after"]) == (5, 4)
    exported = Client().get(f"/api/v1/exercises/{waiting.pk}/export", headers=headers).json()
    heron = next(one for one in exported["teams"] if one["name"] == "Heron")
    assert (heron["test"]["answered_before"], heron["test"]["answered_after"]) == (5, 4)
    assert heron["test"]["knew"]["groups"][0]["after"] == {"people": 4, "right": 32, "of": 32}


# ------------------------------------------------------------------ afterwards


def test_without_names_the_figures_of_few_are_told_to_nobody(
    waiting: Exercise, trainer: Client
) -> None:
    found = rows(value(trainer, played(waiting)))
    assert found[""] == (
        {"people": 5, "right": 30, "of": 40},
        {"people": 4, "right": 32, "of": 32},
    )
    assert found["counsel"] == found["examiner"] == (None, None)
    assert found["duty"][0] is None  # five less three would be the two


def test_the_trainer_reads_the_team_and_each_role_with_names(
    waiting: Exercise, trainer: Client
) -> None:
    team = played(waiting)
    found = value(trainer, team, people="1")
    assert found["yours"] is None
    assert rows(found)["counsel"] == (
        {"people": 1, "right": 6, "of": 8},
        {"people": 1, "right": 8, "of": 8},
    )
    assert rows(found)["examiner"][1] == {"people": 0, "right": 0, "of": 0}
    questions = {one["question"]: one for one in found["questions"]}
    lapse = questions[f"{C}:lapse"]
    assert (lapse["before"], lapse["after"]) == ([0, 5], [4, 4])
    assert lapse["texts"]["en"]["why"] == [WHY]
    assert lapse["cites"] == ["un-2024:42"]
    assert len(lapse["texts"]) == 7
    assert "P0" not in str(found)
    text = trainer.get(place(team, "report")).content.decode()
    for part in ("Pre-test and post-test", "5 answered; right: 30 of 40", "no answers",
                 "Test results by question", WHY):  # fmt: skip
        assert part in text.replace("&#x27;", "'"), part


def test_a_player_reads_the_own_answers_and_no_ones_else(waiting: Exercise) -> None:
    team = team_of(waiting)
    kim, lan = Player(team, "Kim", "duty"), Player(team, "Lan", "counsel")
    post(kim, "before", {f"{C}:lapse": ["delete"]})
    post(lan, "before", WRONG)
    begin(waiting, 61)
    for one in (kim, lan):
        post(one, "after", RIGHT)
    found = json.loads(kim.text("report.json"))["test"]
    assert found["yours"] == {"before": {f"{C}:lapse": False}, "after": dict.fromkeys(RIGHT, True)}
    assert all(pair == (None, None) for pair in rows(found).values())
    assert {one["before"] is None for one in found["questions"]} == {True}
    text = kim.text("report")
    assert "fewer than three persons" in text
    assert "not answered" in text


def test_a_player_who_has_not_handed_in_is_told_where(waiting: Exercise) -> None:
    kim = Player(team_of(waiting))
    begin(waiting, 61)
    assert "You have not submitted the post-test" in kim.text("report")
    assert json.loads(kim.text("report.json"))["test"] is None


def test_a_team_in_which_nobody_answered_is_told_so(waiting: Exercise, trainer: Client) -> None:
    team = team_of(waiting)
    seat(team)
    begin(waiting, 61)
    text = trainer.get(place(team, "report")).content.decode()
    assert "No one in the team answered." in text
    assert "by question" not in text


def test_scripted_players_take_no_test(waiting: Exercise, trainer: Client) -> None:
    begin(waiting, 61)  # nobody has joined: scripts play at the nodes
    team = team_of(waiting)
    assert "Test" not in trainer.get(place(team, "report")).content.decode()
    assert json.loads(trainer.get(place(team, "report.json")).content)["test"] is None


def test_a_closed_exercise_that_was_never_over_tells_its_test(
    waiting: Exercise, trainer: Client
) -> None:
    team = team_of(waiting)
    for one in seat(team):
        quiz_store.hand_in(one, "before", WRONG, lang="en", at=now())
    begin(waiting, 10)
    exercises.close(waiting, at=now(), by="trainer")
    found = value(trainer, team_of(waiting))
    assert rows(found)[""][1] == {"people": 0, "right": 0, "of": 0}
    assert rows(found)[""][0]["people"] == 5


def test_a_question_that_the_course_asks_no_more_keeps_its_numbers(
    waiting: Exercise, monkeypatch: pytest.MonkeyPatch, trainer: Client
) -> None:
    team = played(waiting)
    monkeypatch.setattr(quiz_store, "courses_of", lambda _exercise: {})
    told = reports.for_trainer(team, at=now(), named=True)
    assert told.test is not None
    found = told.test.to_value()
    assert found is not None
    assert found["questions"][1]["before"] == [0, 5]
    assert found["questions"][1]["texts"] == {}
    assert f"{E}:seized" in trainer.get(place(team, "report")).content.decode()


# ------------------------------------------------------------------ paper and file


def test_the_paper_holds_the_test_and_its_data(
    waiting: Exercise, trainer: Client, tmp_path: Path
) -> None:
    answer = trainer.get(place(played(waiting), "report.pdf"), {"lang": "fr"})
    assert answer.status_code == 200
    paper = tmp_path / "report.pdf"
    paper.write_bytes(answer.content)
    text = words_of(tool("pdftotext", paper, "-"))
    assert "Test court, avant et après" in text
    assert "5 ont répondu ; justes : 30 sur 40" in text
    tool("pdfdetach", "-saveall", "-o", tmp_path, paper)
    inside = json.loads((tmp_path / INSIDE).read_text("utf-8"))
    assert rows(inside["test"])["counsel"] == (None, None)


def tool(name: str, *rest: Any) -> str:
    done = subprocess.run(
        [needs(name), *map(str, rest)], check=True, capture_output=True, text=True
    )
    return done.stdout


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_the_command_tells_the_test_of_a_report_and_hides_it_without_names(
    waiting: Exercise, trainer: Client, tmp_path: Path
) -> None:
    team = played(waiting)
    file = tmp_path / "report.json"
    file.write_bytes(trainer.get(place(team, "report.json"), {"people": "1"}).content)
    run = CliRunner().invoke
    named = run(main, ["drill", "report", str(file), "--lang", "en"])
    assert named.exit_code == 0, named.output
    assert "1 answered; right: 6 of 8" in named.output
    assert WHY in " ".join(named.output.split())
    nameless = run(main, ["drill", "report", str(file), "--lang", "en", "--no-names"])
    assert "1 answered" not in nameless.output
    assert "5 answered; right: 30 of 40" in nameless.output
    spoilt = json.loads(file.read_bytes())
    spoilt["test"]["groups"][0]["people"] = "many"
    file.write_text(json.dumps(spoilt))
    refused = run(main, ["drill", "report", str(file), "--json"])
    assert refused.exit_code != 0
    assert "quiz-figures" in refused.output
