"""The trainer's console: what nobody else may do, what is refused, and what a trainer sees."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.exercise.conftest import T0, act_at, minute
from tests.exercise.teams import a_score, a_voice, full, page_of

from comity.drills import Event
from comity.files.drills import read_shipped
from comity.node.exercise import codes, exercises, scenario_library, team_events
from comity.node.exercise.pages.console.rows import Told
from comity.node.models import AuditRow, Exercise, Officer, Team, TeamEvent, TeamMember

pytestmark = pytest.mark.full  # a whole exercise for each test; test_scenarios.py has the pages

type Player = Callable[..., TeamMember]
PAGES = ("", "/now", "/codes", "/export", "/close")
POSTS = ("/begin", "/steer", "/board", "/close")
OF_TEAM = ("", "/now")
POSTS_OF_TEAM = ("/judge", "/branch")


class Hand:
    """The clock of the pages, set by hand."""

    at = minute(12)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Hand]:
    act_at(monkeypatch, lambda: Hand.at)
    for module in ("views", "team"):
        place = f"comity.node.exercise.pages.console.{module}.now"
        monkeypatch.setattr(place, lambda: Hand.at)
    Hand.at = minute(12)
    return Hand


def every(begun: Exercise) -> list[tuple[str, str]]:
    """Return method and address of each page of one exercise."""
    root, team = f"/exercises/{begun.pk}", begun.teams.order_by("id")[0]
    found = [("get", "/exercises"), ("get", "/exercises/new"), ("post", "/exercises/new")]
    found += [("get", root + path) for path in PAGES] + [("post", root + path) for path in POSTS]
    found += [("get", f"{root}/teams/{team.pk}{path}") for path in OF_TEAM]
    return found + [("post", f"{root}/teams/{team.pk}{path}") for path in POSTS_OF_TEAM]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# ------------------------------------------------------------------ what is refused


def test_a_live_node_shows_at_every_address_that_there_are_no_exercises(
    trainer: Client, begun: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    for method, path in every(begun):
        answer = getattr(trainer, method)(path)
        assert answer.status_code == 404, path
        assert "This node is live" in text_of(answer), path
        assert begun.hall not in text_of(answer)
    assert not TeamEvent.objects.exists()


@pytest.mark.parametrize("role", ["case", "operator", "auditor"])
def test_an_officer_without_the_right_sees_and_does_nothing(
    add: Callable[..., Officer], sign_in: Callable[[str], Client], begun: Exercise, role: str
) -> None:
    add("someone", role)
    client = sign_in("someone")
    for method, path in every(begun):
        answer = getattr(client, method)(path)
        assert answer.status_code == 403, path
        assert begun.hall not in text_of(answer)


def test_a_trainee_sees_and_does_nothing_here(player: Player, begun: Exercise) -> None:
    client = Client()
    client.force_login(player().officer.user)
    for method, path in every(begun):
        assert getattr(client, method)(path).status_code in (302, 401, 403), path
    assert Exercise.objects.get().closed_at is None
    assert not TeamEvent.objects.exists()


def test_a_team_of_another_exercise_is_not_reached_through_this_one(
    trainer: Client, begun: Exercise
) -> None:
    other = exercises.make("forged-emergency", teams=["Stork"], at=T0, by="trainer")
    exercises.begin(other, at=T0, by="trainer")
    stork = other.teams.get()
    root = f"/exercises/{begun.pk}"
    for path in OF_TEAM:
        assert trainer.get(f"{root}/teams/{stork.pk}{path}").status_code == 404
    for path in POSTS_OF_TEAM:
        assert trainer.post(f"{root}/teams/{stork.pk}{path}").status_code == 404
    told = {"kind": "pause", "team": stork.pk}
    assert trainer.post(f"{root}/steer", told).status_code == 404
    assert trainer.get("/exercises/no-such").status_code == 404
    assert not TeamEvent.objects.exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"number": "0"}, "whole number from 1 to 40"),
        ({"number": "41"}, "whole number from 1 to 40"),
        ({"number": ""}, "Enter the number of teams"),
        ({"names": "\n".join(f"T{n}" for n in range(41))}, "These are 41 names"),
        ({"names": "Heron\nHERON"}, "the same name"),
        ({"names": "He\u202eron"}, "invisible characters"),
        ({"names": "He\x07ron"}, "invisible characters"),
        ({"names": "x" * 65}, "at most 64 characters"),
        ({"scenario": "no-such", "number": "2"}, "Select a valid choice"),
        ({"scenario": "", "number": "2"}, "This field is required"),
    ],
)
def test_an_exercise_is_not_made_of_too_many_teams_or_of_names_that_are_none(
    trainer: Client, typed: dict[str, str], told: str
) -> None:
    answer = trainer.post("/exercises/new", {"scenario": "first-night", **typed})
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not Exercise.objects.exists()


def test_a_scenario_with_something_to_mend_cannot_be_chosen(trainer: Client) -> None:
    files = read_shipped("first-night")
    files["texts/en.toml"] = b""
    scenario_library.save("first-night", files, at=T0, by="trainer")
    page = text_of(trainer.get("/exercises/new"))
    assert '<option value="first-night"' not in page
    assert "Not available" in page
    told = {"scenario": "first-night", "number": "2"}
    assert trainer.post("/exercises/new", told).status_code == 422
    assert not Exercise.objects.exists()


@pytest.mark.parametrize("percent", ["0", "10001", "-5", "fast", ""])
def test_a_pace_that_is_none_begins_and_changes_nothing(
    trainer: Client, begun: Exercise, percent: str
) -> None:
    waiting = exercises.make("first-night", teams=["A"], at=T0, by="trainer")
    answer = trainer.post(f"/exercises/{waiting.pk}/begin", {"percent": percent})
    assert answer.status_code == 422
    assert Exercise.objects.get(pk=waiting.pk).begun_at is None
    told = {"kind": "pace", "percent": percent}
    assert trainer.post(f"/exercises/{begun.pk}/steer", told).status_code == 422
    assert not TeamEvent.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        {"kind": ""},
        {"kind": "told"},
        {"kind": "inject", "inject": "no-such"},
        {"kind": "inject", "inject": ""},
        {"kind": "withhold"},
        {"kind": "inject", "inject-inject": "no-such"},
        {"kind": "speak", "speak-text": ""},
        {"kind": "speak", "speak-text": "x" * 2001},
        {"kind": "speak", "speak-text": "Hello", "speak-role": "no-such"},
        {"kind": "judge"},
    ],
)
def test_what_the_run_does_not_know_is_not_done(
    trainer: Client, begun: Exercise, told: dict[str, str]
) -> None:
    answer = trainer.post(f"/exercises/{begun.pk}/steer", told, follow=True)
    assert "note-bad" in text_of(answer)
    assert not TeamEvent.objects.exists()


@pytest.mark.parametrize(
    ("points", "reason", "told"),
    [
        ("{over}", "Late, but well founded", "give from minus"),
        ("-{over}", "Late, but well founded", "give from minus"),
        ("1", "  ", "This field is required"),
        ("many", "Why not", "Enter a whole number"),
    ],
)
def test_nobody_is_overruled_beyond_the_points_or_without_a_reason(
    trainer: Client, heron: Team, points: str, reason: str, told: str
) -> None:
    score = a_score(heron)
    most = exercises.scenario_in(heron.exercise).plan.scores[score].points
    typed = {
        "judge-score": f"score {score}",
        "judge-points": points.format(over=most + 1),
        "judge-reason": reason,
    }
    answer = trainer.post(f"{page_of(heron)}/judge", typed)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not TeamEvent.objects.exists()


def test_what_has_not_begun_is_not_steered_or_branched(trainer: Client) -> None:
    made = exercises.make("first-night", teams=["A"], at=T0, by="trainer")
    root = f"/exercises/{made.pk}"
    answer = trainer.post(f"{root}/steer", {"kind": "pause"}, follow=True)
    assert "note-bad" in text_of(answer)
    answer = trainer.post(
        f"{root}/teams/{made.teams.get().pk}/branch", {"branch-name": "B"}, follow=True
    )
    assert "note-bad" in text_of(answer)
    assert Team.objects.count() == 1


def test_a_closed_exercise_is_looked_at_and_not_steered(trainer: Client, heron: Team) -> None:
    exercises.close(heron.exercise, at=minute(12), by="trainer")
    root = f"/exercises/{heron.exercise_id}"
    page = text_of(trainer.get(root))
    assert "Closed" in page
    assert heron.code[:5] not in page
    assert "console-act" not in page
    for path, told in (
        ("/steer", {"kind": "pause"}),
        ("/begin", {"percent": "100"}),
        (f"/teams/{heron.pk}/branch", {"branch-name": "B"}),
        ("/close", {"confirmed": "1"}),
    ):
        answer = trainer.post(root + path, told, follow=True)
        assert "note-bad" in text_of(answer), path
    assert not TeamEvent.objects.exists()
    assert Team.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ibis", "Another team has this name"),
        ("", "This field is required"),
        ("He\u202eron", "invisible characters"),
    ],
)
def test_a_branch_has_a_name_of_its_own(trainer: Client, heron: Team, name: str, told: str) -> None:
    answer = trainer.post(f"{page_of(heron)}/branch", {"branch-name": name})
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert Team.objects.count() == 2


def test_closing_asks_first_and_says_what_follows(
    trainer: Client, begun: Exercise, player: Player
) -> None:
    player()
    path = f"/exercises/{begun.pk}/close"
    page = text_of(trainer.get(path))
    assert "The account of 1 player is closed" in page
    assert trainer.post(path).status_code == 422
    assert Exercise.objects.get().closed_at is None
    trainer.post(path, {"confirmed": "1"})
    assert Exercise.objects.get().closed_at == minute(12)


# ------------------------------------------------------------------ what a trainer sees and does


def test_an_exercise_is_made_from_a_pasted_list_and_begun_at_a_pace(trainer: Client) -> None:
    typed = {"scenario": "first-night", "names": " Heron \n\n Ibis\r\nبلشون", "board_shown": "on"}
    answer = trainer.post("/exercises/new", typed)
    made = Exercise.objects.get()
    assert answer.headers["Location"] == f"/exercises/{made.pk}"
    assert [team.name for team in made.teams.order_by("id")] == ["Heron", "Ibis", "بلشون"]
    assert made.board_shown
    page = text_of(trainer.get(f"/exercises/{made.pk}"))
    assert "Not begun" in page
    assert page.count("No one has joined") == 3
    trainer.post(f"/exercises/{made.pk}/begin", {"percent": "200"})
    Hand.at = minute(13)
    page = text_of(trainer.get(f"/exercises/{made.pk}"))
    assert "2:00" in page
    assert "200 %" in page


def test_teams_are_numbered_where_no_names_are_given(trainer: Client) -> None:
    trainer.post("/exercises/new", {"scenario": "first-night", "number": "3"})
    made = Exercise.objects.get()
    assert [team.name for team in made.teams.order_by("id")] == ["Team 1", "Team 2", "Team 3"]
    assert not made.board_shown


def test_the_list_shows_the_newest_first_and_goes_on_to_its_end(trainer: Client) -> None:
    for number in range(30):
        exercises.make("first-night", teams=[f"T{number}"], at=minute(number), by="trainer")
    first = text_of(trainer.get("/exercises"))
    assert first.count('<li class="item">') == 25
    after = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = text_of(trainer.get(f"/exercises{after}"))
    assert second.count('<li class="item">') == 5
    newest, *_between, oldest = Exercise.objects.order_by("-made_at")
    assert f"/exercises/{newest.pk}" in first
    assert f"/exercises/{oldest.pk}" in second
    assert trainer.get("/exercises?after=nonsense").status_code == 302


def test_the_board_shows_every_team_with_its_people_time_and_what_comes(
    trainer: Client, heron: Team, player: Player
) -> None:
    kim = player("Kim", role="duty")
    team_events.do(kim, Event(at=minute(2), kind="told", by="", names={"to": a_voice(heron)}))
    page = text_of(trainer.get(f"/exercises/{heron.exercise_id}/now"))
    assert "Kim" in page
    assert "Duty officer" in page or "duty" in page.lower()
    assert "12:00" in page
    assert codes.spaced(heron.code) in page
    assert "Silent for 10 minutes" in page
    view = team_events.look_at(heron, minute(12))
    title = exercises.scenario_in(heron.exercise).texts["en"][
        f"injects.{view.planned[0].inject}.title"
    ]
    assert title.split("{")[0][:20] in page
    assert "2 teams need attention." in page


def test_a_team_that_acts_is_not_called_silent(
    trainer: Client, heron: Team, player: Player
) -> None:
    kim = player()
    team_events.do(kim, Event(at=minute(11), kind="told", by="", names={"to": a_voice(heron)}))
    page = text_of(trainer.get(page_of(heron)))
    assert "Silent" not in page


def test_time_stands_goes_on_and_is_hurried_for_one_team_or_for_all(
    trainer: Client, heron: Team
) -> None:
    ibis = heron.exercise.teams.select_related("exercise__edition").get(name="Ibis")
    root = f"/exercises/{heron.exercise_id}/steer"
    trainer.post(root, {"kind": "pause", "team": heron.pk})
    assert not team_events.look_at(heron, minute(13)).running
    assert team_events.look_at(ibis, minute(13)).running
    trainer.post(root, {"kind": "resume"})
    trainer.post(root, {"kind": "pace", "percent": "400"})
    for team in (heron, ibis):
        assert team_events.look_at(team, minute(14)).passed_s == (12 + 8) * 60
    trainer.post(root, {"kind": "freeze", "team": ibis.pk})
    assert team_events.look_at(ibis, minute(13)).frozen
    assert not team_events.look_at(heron, minute(13)).frozen
    kinds = AuditRow.objects.filter(action="exercise.steered").values_list("subject", "detail")
    assert (heron.pk, "pause") in set(kinds)
    assert len(kinds) == 1 + 2 + 2 + 1


def test_an_inject_is_brought_by_hand_and_another_held_back(trainer: Client, heron: Team) -> None:
    view = team_events.look_at(heron, minute(12))
    first, second = (one.inject for one in view.planned[:2])
    root = f"/exercises/{heron.exercise_id}/steer"
    trainer.post(root, {"kind": "inject", "inject-inject": first, "team": heron.pk})
    trainer.post(root, {"kind": "withhold", "inject": second, "team": heron.pk})
    seen = team_events.look_at(heron, minute(12))
    assert seen.delivered[-1].inject == first
    assert seen.delivered[-1].by == "trainer"
    assert second not in {one.inject for one in seen.planned}
    page = text_of(trainer.get(page_of(heron)))
    assert "brought by the trainer" in page
    assert "Held back" in page


def test_what_is_said_reaches_the_role_and_stands_escaped_on_the_timeline(
    trainer: Client, heron: Team
) -> None:
    typed = {"kind": "speak", "speak-role": "counsel", "speak-text": "Look <b>here</b>\u202e"}
    trainer.post(f"/exercises/{heron.exercise_id}/steer", {**typed, "team": heron.pk})
    (said,) = team_events.look_at(heron, minute(12)).spoken
    assert (said.role, said.text) == ("counsel", "Look <b>here</b>\u202e")
    page = text_of(trainer.get(page_of(heron)))
    assert "Look &lt;b&gt;here&lt;/b&gt;" in page
    assert "U+202E" in page


def test_an_evaluator_overrules_and_the_word_of_the_machine_stays_beside_it(
    trainer: Client, heron: Team
) -> None:
    key = a_score(heron)
    typed = {"judge-score": f"score {key}", "judge-points": "1", "judge-reason": "Said it aloud"}
    trainer.post(f"{page_of(heron)}/judge", typed)
    (line,) = [
        one for one in team_events.board_of(heron, minute(13)).points if one.key == f"score {key}"
    ]
    assert line.got == 1
    assert line.overruled is not None
    assert (line.overruled.by, line.overruled.reason) == ("trainer", "Said it aloud")
    Hand.at = minute(13)
    assert "Said it aloud" in text_of(trainer.get(page_of(heron)))


def test_a_branch_goes_on_from_here_with_a_code_of_its_own(
    trainer: Client, heron: Team, player: Player
) -> None:
    team_events.do(player(), Event(at=minute(2), kind="told", by="", names={"to": a_voice(heron)}))
    answer = trainer.post(f"{page_of(heron)}/branch", {"branch-name": "Heron again"}, follow=True)
    made = Team.objects.get(name="Heron again")
    assert made.code != heron.code
    page = text_of(answer)
    assert "shares its past with" in page
    assert made.code[:5] in page


def test_points_are_hidden_and_shown(trainer: Client, begun: Exercise) -> None:
    path = f"/exercises/{begun.pk}/board"
    trainer.post(path, {"shown": "0"})
    assert not Exercise.objects.get().board_shown
    trainer.post(path, {"shown": "1"})
    assert Exercise.objects.get().board_shown


def test_the_sheet_holds_each_code_in_words_and_as_a_picture(
    trainer: Client, begun: Exercise
) -> None:
    page = text_of(trainer.get(f"/exercises/{begun.pk}/codes"))
    for team in begun.teams.all():
        assert f"{team.code[:5]} {team.code[5:]}" in page
    assert page.count("<svg") == 3
    assert begun.hall[:5] in page


def test_everything_is_taken_out_without_what_lets_people_in(
    trainer: Client, heron: Team, player: Player
) -> None:
    kim = player()
    team_events.do(kim, Event(at=minute(2), kind="told", by="", names={"to": a_voice(heron)}))
    answer = trainer.get(f"/exercises/{heron.exercise_id}/export")
    told = json.loads(answer.content)
    first = told["teams"][0]
    assert first["members"] == [{"name": "Kim", "role": "duty"}]
    assert [one["kind"] for one in first["run"]["events"]] == ["told"]
    assert first["view"]["passed_s"] == 12 * 60
    assert first["report"]["board"]["of"] > 0
    for secret in (heron.code, heron.exercise.hall, kim.pin):
        assert secret not in text_of(answer)
    assert AuditRow.objects.filter(action="exercise.exported", actor="trainer").count() == 1


def test_texts_are_in_the_language_of_the_page_or_marked_as_english(
    trainer: Client, heron: Team
) -> None:
    scenario = exercises.scenario_in(heron.exercise)
    page = text_of(trainer.get(page_of(heron), headers={"Accept-Language": "ar"}))
    assert 'dir="rtl"' in page
    assert scenario.texts["ar"]["roles.duty.title"] in text_of(
        trainer.get(page_of(heron), headers={"Accept-Language": "ar"})
    )
    with translation.override("pt"):  # as an office's own language may be
        assert Told(scenario).text("title").startswith('<bdi lang="en" dir="ltr">')
    with translation.override("ar"):
        assert Told(scenario).text("title") == f"<bdi>{scenario.texts['ar']['title']}</bdi>"


def test_a_long_timeline_goes_on_page_by_page(trainer: Client, heron: Team) -> None:
    said = Event(at=minute(12), kind="speak", by="trainer", names={"text": "Mind the clock"})
    rows = [TeamEvent(team=heron, number=n, value=said.to_value()) for n in range(150)]
    TeamEvent.objects.bulk_create(rows)
    page = text_of(trainer.get(page_of(heron)))
    assert page.count("Mind the clock") == 100
    before = page.partition("?before=")[2].partition('"')[0]
    page = text_of(trainer.get(f"{page_of(heron)}?before={before}"))
    assert page.count("Mind the clock") == 50
    assert "hx-get" not in page


def test_twenty_teams_cost_no_more_questions_to_the_database_than_two(trainer: Client) -> None:
    few, many = (full(number) for number in (2, 20))
    for path in ("", "/now", "/codes", "/close"):
        asked = []
        for made in (few, many):
            trainer.get(f"/exercises/{made.pk}{path}")  # editions are read once a process
            with CaptureQueriesContext(connection) as seen:
                assert trainer.get(f"/exercises/{made.pk}{path}").status_code == 200
            asked.append(len(seen))
        assert asked[0] == asked[1], path
