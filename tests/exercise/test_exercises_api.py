"""Exercises over the API and from the command line: what is refused, and a whole day of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.exercise.conftest import T0, act_at, minute
from tests.programs.commanding import Run

from comity.node.exercise import exercises, team_events
from comity.node.models import AuditRow, Exercise, Officer, Team, TeamEvent, TeamMember
from comity.node.people import accounts

type Player = Callable[..., TeamMember]
type Call = Callable[..., Any]
ROOT = "/api/v1/exercises"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    act_at(monkeypatch, lambda: minute(12))
    for module in ("api", "answers"):
        monkeypatch.setattr(f"comity.node.exercise.{module}.now", lambda: minute(12))


@pytest.fixture
def call(add: Callable[..., Officer]) -> Call:
    """Call the API as somebody, the trainer if nobody else is named."""
    tokens: dict[str, str] = {}

    def done(method: str, path: str, body: Any = None, *, who: str = "trainer", **more: str) -> Any:
        if who not in tokens:
            add(who, who)
            tokens[who] = accounts.make_token(who, label="x", at=datetime.now(UTC), by="x")
        headers = {"Authorization": f"Bearer {tokens[who]}", **more}
        data = (
            {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        )
        return getattr(Client(), method)(f"{ROOT}{path}", headers=headers, **data)

    return done


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["code"])


def every(begun: Exercise) -> list[tuple[str, str, Any]]:
    one, team = f"/{begun.pk}", f"/{begun.pk}/teams/{begun.teams.order_by('id')[0].pk}"
    return [
        ("get", "", None),
        ("post", "", {"scenario": "first-night", "teams": ["A"]}),
        ("get", "/scenarios", None),
        ("get", one, None),
        ("get", f"{one}/export", None),
        ("post", f"{one}/begin", {}),
        ("post", f"{one}/steer", {"kind": "pause"}),
        ("post", f"{one}/board", {"shown": False}),
        ("post", f"{one}/close", None),
        ("get", team, None),
        ("post", f"{team}/branch", {"name": "B"}),
        ("get", f"{team}/lessons", None),
        ("post", f"{team}/lessons", {"text": "Ask.", "owner": "Watch", "due": "2031-01-01"}),
        ("post", f"{team}/lessons/1", {"done": True}),
    ]


# ------------------------------------------------------------------ what is refused


def test_a_live_node_answers_every_call_with_one_code(
    call: Call, begun: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    for method, path, body in every(begun):
        assert code_of(call(method, path, body)) == (404, "exercise-live"), path
    assert not TeamEvent.objects.exists()
    assert Exercise.objects.get().closed_at is None


@pytest.mark.parametrize("who", ["case", "operator"])
def test_nobody_else_may(call: Call, begun: Exercise, who: str) -> None:
    for method, path, body in every(begun):
        assert code_of(call(method, path, body, who=who)) == (403, "not-allowed"), path


def test_a_trainee_in_a_browser_may_not(player: Player, begun: Exercise) -> None:
    client = Client()
    client.force_login(player().officer.user)
    for method, path, body in every(begun):
        answer = getattr(client, method)(
            f"{ROOT}{path}", data=json.dumps(body), content_type="application/json"
        ) if method == "post" else client.get(f"{ROOT}{path}")  # fmt: skip
        assert answer.status_code in (401, 403), path
    assert not TeamEvent.objects.exists()


def test_a_team_of_another_exercise_is_not_reached(call: Call, begun: Exercise) -> None:
    other = exercises.make("first-night", teams=["Stork"], at=T0, by="trainer")
    exercises.begin(other, at=T0, by="trainer")
    stork = other.teams.get().pk
    assert code_of(call("get", f"/{begun.pk}/teams/{stork}")) == (404, "not-here")
    named = {"name": "B"}
    assert code_of(call("post", f"/{begun.pk}/teams/{stork}/branch", named)) == (404, "not-here")
    wanted = {"kind": "pause", "teams": [begun.teams.get(name="Heron").pk, stork]}
    assert code_of(call("post", f"/{begun.pk}/steer", wanted)) == (422, "exercise")
    assert code_of(call("get", "/no-such")) == (404, "not-here")
    assert not TeamEvent.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"scenario": "no-such", "teams": ["A"]}, "scenario-unknown"),
        ({"scenario": "first-night", "teams": []}, "request-malformed"),
        ({"scenario": "first-night", "teams": [f"T{n}" for n in range(41)]}, "request-malformed"),
        ({"scenario": "first-night", "teams": ["A", "a"]}, "exercise"),
        ({"scenario": "first-night", "teams": ["A\u202e"]}, "exercise"),
        ({"scenario": "first-night", "teams": ["A\u0007"]}, "exercise"),
        ({"scenario": "first-night", "teams": ["  "]}, "exercise"),
        ({"scenario": "first-night", "teams": ["A"], "form": "nodes"}, "request-malformed"),
    ],
)
def test_an_exercise_is_not_made_of_what_is_none(call: Call, body: Any, code: str) -> None:
    assert code_of(call("post", "", body)) == (422, code)
    assert not Exercise.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "told"}, "request-malformed"),
        ({"kind": "pause", "percent": 0}, "request-malformed"),
        ({"kind": "pause", "at": "2027-01-01T00:00:00Z"}, "request-malformed"),
        ({"kind": "pause", "inject": "handover"}, "drill-event"),
        ({"kind": "pace"}, "drill-event"),
        ({"kind": "inject", "inject": "no-such"}, "drill-event"),
        ({"kind": "speak", "text": "  "}, "request-malformed"),
        ({"kind": "speak", "text": "Hello", "role": "no-such"}, "drill-event"),
        ({"kind": "judge", "score": "score no-such", "points": 1, "reason": "x"}, "drill-event"),
        ({"kind": "judge", "score": "{score}", "points": 999, "reason": "x"}, "drill-event"),
        ({"kind": "judge", "score": "{score}", "points": -999, "reason": "x"}, "drill-event"),
        ({"kind": "judge", "score": "{score}", "points": 1, "reason": " "}, "request-malformed"),
    ],
)
def test_what_the_run_does_not_know_is_not_done(
    call: Call, begun: Exercise, body: dict[str, Any], code: str
) -> None:
    scores = exercises.scenario_in(begun).plan.scores
    told = {
        name: value.format(score=f"score {next(iter(scores))}") if name == "score" else value
        for name, value in body.items()
    }
    assert code_of(call("post", f"/{begun.pk}/steer", told)) == (422, code)
    assert not TeamEvent.objects.exists()


def test_a_closed_exercise_is_read_and_not_steered(call: Call, begun: Exercise) -> None:
    exercises.close(begun, at=minute(12), by="trainer")
    for method, path, body in every(begun)[5:]:
        if method == "post" and "board" not in path and "lessons" not in path:
            assert code_of(call(method, path, body)) == (422, "exercise"), path
    told = call("get", f"/{begun.pk}").json()
    assert told["hall"] == ""
    assert {one["state"] for one in told["teams"]} == {"closed"}
    assert {one["code"] for one in told["teams"]} == {""}
    assert not TeamEvent.objects.exists()


# ------------------------------------------------------------------ what is done


def test_an_exercise_is_made_once_though_the_call_comes_twice(call: Call) -> None:
    key = {"Idempotency-Key": '"' + "k" * 22 + '"'}
    body = {"scenario": "first-night", "teams": ["Heron", "Ibis"], "board_shown": False}
    first = call("post", "", body, **key)
    again = call("post", "", body, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Exercise.objects.count() == 1
    assert [one["name"] for one in first.json()["teams"]] == ["Heron", "Ibis"]
    assert not first.json()["board_shown"]


def test_all_teams_or_those_named_are_steered(call: Call, begun: Exercise) -> None:
    heron, ibis = begun.teams.select_related("exercise__edition").order_by("id")
    path = f"/{begun.pk}/steer"
    assert call("post", path, {"kind": "pause"}).json()["teams"] == [heron.pk, ibis.pk]
    done = call("post", path, {"kind": "resume", "teams": [ibis.pk]}).json()
    assert done["teams"] == [ibis.pk]
    assert not team_events.look_at(heron, minute(13)).running
    assert team_events.look_at(ibis, minute(13)).running


def test_a_team_is_given_in_full_and_branched(call: Call, heron: Team) -> None:
    path = f"/{heron.exercise_id}/teams/{heron.pk}"
    score = next(iter(exercises.scenario_in(heron.exercise).plan.scores))
    wanted = {"kind": "judge", "score": f"score {score}", "points": 1, "reason": "Said aloud"}
    assert call("post", f"/{heron.exercise_id}/steer", wanted).status_code == 200
    told = call("get", path).json()
    assert told["view"]["passed_s"] == 12 * 60
    (line,) = [one for one in told["board"]["points"] if one["key"] == f"score {score}"]
    assert line["overruled"]["reason"] == "Said aloud"
    assert told["run"]["events"][0]["kind"] == "judge"
    made = call("post", f"{path}/branch", {"name": "Heron again"})
    assert made.status_code == 201
    assert made.json()["run"]["branched_from"] == "Heron"
    assert call("post", f"{path}/branch", {"name": "heron AGAIN"}).status_code == 422


def test_a_lesson_is_written_down_marked_and_opened_again(
    call: Call, begun: Exercise, heron: Team
) -> None:
    path = f"/{begun.pk}/teams/{heron.pk}/lessons"
    wanted = {"text": "Ask first.", "owner": "Watch", "due": "2031-01-01"}
    assert code_of(call("post", path, {**wanted, "owner": " "}))[0] == 422
    made = call("post", path, wanted)
    assert made.status_code == 201
    number = made.json()["number"]
    for done in (True, True, False):
        told = call("post", f"{path}/{number}", {"done": done}).json()
        assert (told["done_at"] is not None) == done
    assert [one["number"] for one in call("get", path).json()["lessons"]] == [number]
    other = begun.teams.exclude(pk=heron.pk)[0]
    foreign = call("post", f"/{begun.pk}/teams/{other.pk}/lessons/{number}", {"done": True})
    assert foreign.status_code == 404
    words = AuditRow.objects.filter(action__startswith="exercise.lesson").order_by("pk")
    assert [row.action.partition("-")[2] for row in words] == ["written", "done", "opened"]


def test_everything_is_taken_out_and_audited(call: Call, begun: Exercise) -> None:
    told = call("get", f"/{begun.pk}/export")
    assert [one["name"] for one in told.json()["teams"]] == ["Heron", "Ibis"]
    assert begun.hall not in told.content.decode()
    assert AuditRow.objects.filter(action="exercise.exported").count() == 1


# ------------------------------------------------------------------ commands


def test_a_whole_exercise_from_the_command_line(run: Run, tmp_path: Path) -> None:
    listed = run("trainer", "exercise", "scenarios", "--lang", "fr")
    assert "first-night" in listed.output
    names = tmp_path / "teams.txt"
    names.write_text("Heron\n\nبلشون\n", "utf-8")
    made = run("trainer", "exercise", "new", "first-night", "--teams-file", names, "--json")
    told = json.loads(made.stdout)
    key = told["exercise"]
    assert [one["name"] for one in told["teams"]] == ["Heron", "بلشون"]
    assert "running" in run("trainer", "exercise", "begin", key, "--pace", 200).output
    done = run("trainer", "exercise", "steer", key, "pause", "--team", "Heron")
    assert (done.exit_code, done.output) == (0, "pause: teams 1\n")
    shown = run("trainer", "exercise", "show", key).output
    assert " paused " in shown
    assert "needs attention: no one has joined\n" in shown
    whole = json.loads(run("trainer", "exercise", "show", key, "--team", "Heron").stdout)
    assert whole["run"]["events"][0]["kind"] == "pause"
    assert run("trainer", "exercise", "points", key, "--hide").exit_code == 0
    assert "Again" in run("trainer", "exercise", "branch", key, "Heron", "Again").output
    file = tmp_path / "all.json"
    assert run("trainer", "exercise", "export", key, "-o", file).exit_code == 0
    assert len(json.loads(file.read_bytes())["teams"]) == 3
    assert run("trainer", "exercise", "close", key, typed="n\n").exit_code == 1
    assert Exercise.objects.get().closed_at is None
    assert run("trainer", "exercise", "close", key, "--yes").exit_code == 0
    assert "closed" in run("trainer", "exercise", "list").output


def test_commands_say_what_is_wrong(run: Run) -> None:
    made = run("trainer", "exercise", "new", "first-night", "--teams", 2, "--team", "A")
    assert made.exit_code == 2
    assert "in one way" in made.output
    told = json.loads(
        run("trainer", "exercise", "new", "first-night", "--teams", 2, "--json").output
    )
    done = run("trainer", "exercise", "steer", told["exercise"], "pause", "--team", "Crane")
    assert done.exit_code == 2
    assert "no team" in done.output
    done = run("trainer", "exercise", "steer", told["exercise"], "pause")
    assert "[exercise]" in done.output
    assert run("case", "exercise", "list").exit_code != 0
