"""The after-action report on a node: who reads it, from when on, what leaves the house, lessons."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.exercise.played import fresh, joined, judged, played, seated

from comity.drills import Outline
from comity.files.drills import read_shipped
from comity.node.core.clock import now
from comity.node.exercise import exercises, lessons, reports, scenario_library
from comity.node.exercise.errors import ExerciseError, ExerciseLiveError
from comity.node.models import AuditRow, Lesson, Team, TeamMember

pytestmark = pytest.mark.full  # a whole exercise for each test

HOSPITAL = "hospital-ransomware"
DUE = date(2027, 2, 1)
HOSTILE = '<script>alert(1)</script>\u202eabc"><img src=x onerror=alert(2)>'
OWN = ("/exercise/report", "/exercise/report.pdf", "/exercise/report.json")


@pytest.fixture
def pair(db: None, config: object) -> dict[str, Team]:
    """Two teams of one exercise that is over: one good, one careless."""
    return played(HOSPITAL, {"Heron": "good", "Ibis": "careless"})


def place(team: Team, rest: str = "report") -> str:
    return f"/exercises/{team.exercise_id}/teams/{team.pk}/{rest}"


def body(answer: Any) -> str:
    return str(answer.content.decode())


# ------------------------------------------------------------------ who reads it, and when


@pytest.mark.parametrize("rest", ["report", "report.pdf", "report.json", "lessons", "lessons/1"])
def test_a_trainee_reads_no_report_by_a_teams_address_not_even_the_own(
    pair: dict[str, Team], rest: str
) -> None:
    client = seated(joined(pair["Heron"], "Kim", "duty"))
    for team in pair.values():
        ask = client.post if rest.startswith("lessons") else client.get
        assert ask(place(team, rest)).status_code == 403
    assert client.get(f"/exercises/{pair['Heron'].exercise_id}/report").status_code == 403


def test_a_trainee_reads_the_own_teams_report_and_nothing_of_another(
    pair: dict[str, Team],
) -> None:
    client = seated(joined(pair["Heron"], "good duty", "duty"))
    for path in (OWN[0], OWN[2]):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Heron" in body(answer)
        for foreign in ("Ibis", "careless", pair["Ibis"].pk):
            assert foreign not in body(answer)
    assert client.get(OWN[1])["Content-Type"] == "application/pdf"


def test_a_trainee_sees_the_own_name_and_roles_in_place_of_the_others(
    pair: dict[str, Team],
) -> None:
    client = seated(joined(pair["Heron"], "good duty", "duty"))
    value = json.loads(body(client.get(OWN[2])))
    assert set(value["board"]["by_person"]) == {"good duty"}
    assert "run" not in value
    for path in (OWN[0], OWN[2]):
        assert "good examiner" not in body(client.get(path))
    page = body(client.get(OWN[0]))
    assert page.index("Your actions") < page.index("Actions compared with the model solution")
    assert "Compared with earlier runs" not in page


@pytest.mark.parametrize("path", OWN)
def test_before_the_end_a_trainee_reads_nothing(
    player: Callable[..., TeamMember], path: str
) -> None:
    answer = seated(player("Kim")).get(path)
    assert answer.status_code == 404
    assert "when the time of the exercise is over" in body(answer)
    assert "Ideal" not in body(answer)


@pytest.mark.parametrize("path", OWN)
def test_while_points_are_hidden_the_report_is_hidden_with_them(
    pair: dict[str, Team], path: str
) -> None:
    client = seated(joined(pair["Heron"], "Kim", "duty"))
    exercises.show_board(pair["Heron"].exercise, shown=False, at=now(), by="trainer")
    answer = client.get(path)
    assert answer.status_code == 404
    assert "hidden" in body(answer)
    exercises.show_board(pair["Heron"].exercise, shown=True, at=now(), by="trainer")
    assert client.get(path).status_code == 200


def test_a_closed_exercise_is_told_to_nobody_but_the_trainer(
    pair: dict[str, Team], trainer: Client
) -> None:
    client = seated(joined(pair["Heron"], "Kim", "duty"))
    exercises.close(pair["Heron"].exercise, at=now(), by="trainer")
    assert client.get(OWN[0]).status_code == 302  # asked to sign in: the account has ended
    assert trainer.get(place(pair["Heron"])).status_code == 200


def test_who_is_in_no_team_is_told_so(add: Any, sign_in: Any) -> None:
    add("lost", "trainee")
    answer = sign_in("lost").get(OWN[0])
    assert answer.status_code == 404
    assert "You are in no team." in body(answer)


def test_a_live_node_has_no_report_and_keeps_no_lesson(
    pair: dict[str, Team], trainer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, member = pair["Heron"], joined(pair["Heron"], "Kim", "duty")
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    told = {"text": "x", "owner": "y", "due": "2027-02-01"}
    answers = [trainer.get(place(team, rest)) for rest in ("report", "report.pdf", "report.json")]
    answers += [trainer.get(f"/exercises/{team.exercise_id}/report")]
    answers += [trainer.post(place(team, rest), told) for rest in ("lessons", "lessons/1")]
    answers += [seated(member).get(path) for path in OWN]
    for answer in answers:
        assert answer.status_code == 404
        assert "This node is live" in body(answer)
    with pytest.raises(ExerciseLiveError):
        lessons.add(team, text="x", owner="y", due=DUE, at=now(), by="trainer")
    assert not Lesson.objects.exists()


def test_no_report_is_at_an_address_that_names_nothing(
    pair: dict[str, Team], trainer: Client
) -> None:
    heron, other = pair["Heron"], played("first-night", {"Heron": "silent"})["Heron"]
    for path in (
        f"/exercises/{other.exercise_id}/teams/{heron.pk}/report",
        f"/exercises/{heron.exercise_id}/teams/none/report.pdf",
        "/exercises/none/report",
        place(heron, "report.pdf?lang=xx"),
        place(heron, "report.pdf?lang=../en"),
    ):
        assert trainer.get(path).status_code == 404, path
    lesson = lessons.add(other, text="x", owner="y", due=DUE, at=now(), by="trainer")
    assert trainer.post(place(heron, f"lessons/{lesson.pk}"), {"done": "1"}).status_code == 404
    assert Lesson.objects.get().done_at is None


def test_what_has_not_begun_has_no_report(db: None, trainer: Client) -> None:
    made = exercises.make("first-night", teams=["A"], at=now(), by="trainer")
    team = made.teams.get()
    for path in (place(team), place(team, "report.pdf"), f"/exercises/{made.pk}/report"):
        answer = trainer.get(path)
        assert answer.status_code == 404
        assert "has not begun" in body(answer)
    with pytest.raises(ExerciseError, match="begun"):
        lessons.add(team, text="x", owner="y", due=DUE, at=now(), by="trainer")


def test_hostile_names_lessons_and_reasons_are_text_and_nothing_else(
    db: None, config: object, trainer: Client
) -> None:
    name = HOSTILE.replace("\u202e", "")[:64]  # no team can have a letter that nobody sees
    team = played("first-night", {name: "careless"})[name]
    judged(team, "score mailbox-given", -1, HOSTILE)
    lessons.add(team, text=HOSTILE, owner=HOSTILE[:120], due=DUE, at=now(), by="trainer")
    for path in (place(team), f"/exercises/{team.exercise_id}/report"):
        page = body(trainer.get(path))
        assert "<img" not in page
        assert "<script>alert" not in page
        assert "\u202e" not in page
    assert body(trainer.get(place(team))).count("&lt;script&gt;") >= 3
    made = trainer.get(place(team, "report.pdf?people=1"))
    assert made.content.startswith(b"%PDF-")


# ------------------------------------------------------------------ what it tells


def test_two_teams_get_two_reports_that_can_be_explained(
    pair: dict[str, Team], trainer: Client
) -> None:
    good, careless = (body(trainer.get(place(pair[name]))) for name in ("Heron", "Ibis"))
    assert "264 of 264 points" in good
    assert "No incorrect messages or actions." in good
    assert "208 of 264 points" in careless
    assert "A whole database of patients" in careless
    assert "36(1)" in careless
    part = "Notified incompletely or by the wrong channel"
    assert f"{part}: Contact point of Calder." in careless


def test_a_trainer_reads_it_as_it_stands_while_it_runs(heron: Team, trainer: Client) -> None:
    page = body(trainer.get(place(heron)))
    assert "still running" in page
    assert "open at the time of the report" in page


def test_an_evaluators_word_stands_beside_the_machines(
    pair: dict[str, Team], trainer: Client
) -> None:
    page = body(trainer.get(place(pair["Heron"])))
    assert "No evaluator changed any points." in page
    judged(pair["Heron"], "score server-kept", 3, "It was kept without a reason.")
    page = body(trainer.get(place(pair["Heron"])))
    assert "It was kept without a reason." in page
    assert "evaluator" in page


def test_earlier_runs_of_the_scenario_stand_beside_it_and_say_their_edition(
    pair: dict[str, Team],
) -> None:
    heron = pair["Heron"]
    began = fresh(heron.exercise).begun_at
    assert began is not None
    assert reports.earlier(heron, now()) == ()
    files = read_shipped(HOSPITAL)
    files["scenario.toml"] = files["scenario.toml"].replace(b"version = 1", b"version = 2", 1)
    scenario_library.save(HOSPITAL, files, at=now(), by="trainer")
    before = played(HOSPITAL, {"Old": "late"}, started_at=began - timedelta(days=30))
    played("first-night", {"Other": "good"}, started_at=began - timedelta(days=3))
    found = reports.earlier(heron, now())
    assert [one.team for one in found] == ["Old"]
    assert isinstance(found[0], Outline)
    assert found[0].edition == before["Old"].exercise.edition_id != heron.exercise.edition_id
    assert reports.earlier(before["Old"], now()) == ()


def test_all_teams_stand_side_by_side_the_best_first(
    pair: dict[str, Team], trainer: Client
) -> None:
    page = body(trainer.get(f"/exercises/{pair['Heron'].exercise_id}/report"))
    assert page.index("Heron") < page.index("Ibis")
    assert "208 of 264" in page
    assert "Points lost" in page


# ------------------------------------------------------------------ what leaves the house


def test_on_paper_roles_stand_in_place_of_names_unless_names_are_asked_for(
    pair: dict[str, Team], trainer: Client
) -> None:
    plain, named = (
        body(trainer.get(place(pair["Ibis"], f"report.json{query}"))) for query in ("", "?people=1")
    )
    assert "careless duty" not in plain
    assert "run" not in json.loads(plain)
    assert json.loads(named)["run"]["team"] == "Ibis"
    assert "careless duty" in named


def test_that_a_report_was_taken_out_is_audited(pair: dict[str, Team], trainer: Client) -> None:
    team = pair["Ibis"]
    trainer.get(place(team))
    for rest in ("report.pdf?lang=fr", "report.pdf?lang=fr&people=1", "report.json"):
        assert trainer.get(place(team, rest)).status_code == 200
    rows = AuditRow.objects.filter(action="exercise.reported").order_by("pk")
    assert [(row.actor, row.subject, row.detail) for row in rows] == [
        ("trainer", team.pk, "pdf fr"),
        ("trainer", team.pk, "pdf fr names"),
        ("trainer", team.pk, "json"),
    ]


# ------------------------------------------------------------------ lessons


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"text": " ", "owner": "x", "due": "2027-02-01"}, "text"),
        ({"text": "x" * 1001, "owner": "x", "due": "2027-02-01"}, "text"),
        ({"text": "x", "owner": "", "due": "2027-02-01"}, "owner"),
        ({"text": "x", "owner": "x" * 121, "due": "2027-02-01"}, "owner"),
        ({"text": "x", "owner": "x", "due": "soon"}, "due"),
        ({"text": "x", "owner": "x", "due": "2026-01-01"}, "due"),
    ],
)
def test_a_lesson_without_text_owner_or_day_is_not_kept_and_nothing_typed_is_lost(
    pair: dict[str, Team], trainer: Client, told: dict[str, str], field: str
) -> None:
    answer = trainer.post(place(pair["Heron"], "lessons"), told)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in body(answer)
    assert not Lesson.objects.exists()
    with pytest.raises(ExerciseError):
        lessons.add(pair["Heron"], text=" ", owner="x", due=DUE, at=now(), by="trainer")


def test_a_lesson_has_an_owner_and_a_day_is_done_and_can_be_opened_again(
    pair: dict[str, Team], trainer: Client
) -> None:
    team = pair["Heron"]
    told = {"text": "Ask for the keys first.", "owner": "Head of watch", "due": "2031-01-01"}
    assert trainer.post(place(team, "lessons"), told).status_code == 302
    Lesson.objects.update(due=date(2026, 1, 1))
    lesson = Lesson.objects.get()
    page = body(trainer.get(place(team)))
    assert "Ask for the keys first." in page
    assert "overdue" in page
    assert "These lessons have an owner and a date." in page
    for done in ("1", "1", "0"):
        trainer.post(place(team, f"lessons/{lesson.pk}"), {"done": done})
    rows = AuditRow.objects.filter(action__startswith="exercise.lesson").order_by("pk")
    assert [row.action.partition(".")[2] for row in rows] == [
        "lesson-written",
        "lesson-done",
        "lesson-opened",
    ]
    assert {row.detail for row in rows} == {str(lesson.pk)}
    assert Lesson.objects.get().done_at is None


def test_players_read_the_lessons_of_their_team(pair: dict[str, Team]) -> None:
    lessons.add(pair["Heron"], text="Ask first.", owner="Watch", due=DUE, at=now(), by="trainer")
    lessons.add(pair["Ibis"], text="Give less.", owner="Watch", due=DUE, at=now(), by="trainer")
    page = body(seated(joined(pair["Heron"], "Kim", "duty")).get(OWN[0]))
    assert "Ask first." in page
    assert "Give less." not in page


def test_a_team_has_so_many_lessons_and_no_more(pair: dict[str, Team]) -> None:
    for number in range(lessons.MAX_LESSONS):
        lessons.add(pair["Heron"], text=str(number), owner="x", due=DUE, at=now(), by="trainer")
    with pytest.raises(ExerciseError, match="at most"):
        lessons.add(pair["Heron"], text="more", owner="x", due=DUE, at=now(), by="trainer")
