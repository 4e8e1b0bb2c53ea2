"""Exercises of a node: what cannot be made, joined or played, and what is kept of what can."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from tests.exercise.conftest import T0, minute

from comity.drills import DrillError, DrillEventError, Event
from comity.files.drills import read_shipped
from comity.node.exercise import codes, exercises, membership, scenario_library, team_events
from comity.node.exercise.errors import (
    ExerciseError,
    ExerciseLiveError,
    FloodError,
    JoinError,
    ScenarioUnknownError,
)
from comity.node.models import AuditRow, Exercise, Officer, Team, TeamEvent, TeamMember
from comity.node.people.permissions import Right, rights_of

type Player = Callable[..., TeamMember]


def deed(at: float, kind: str, *, by: str = "x", role: str = "duty", **names: str) -> Event:
    return Event(at=minute(at), kind=kind, by=by, role=role, names=names)


# ------------------------------------------------------------------ what is refused


def test_a_live_node_holds_no_exercise_and_lets_nobody_join(
    heron: Team, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    with pytest.raises(ExerciseLiveError):
        exercises.make("first-night", teams=["A"], at=T0, by="trainer")
    with pytest.raises(ExerciseLiveError):
        membership.join(heron.code, name="Kim", role="duty", at=T0)


@pytest.mark.parametrize(
    ("teams", "why"),
    [
        ([], "teams"),
        (["A"] * 2, "teams"),
        ([f"T{n}" for n in range(exercises.MAX_TEAMS + 1)], "teams"),
        ([" "], "characters"),
        (["x" * 65], "characters"),
    ],
)
def test_teams_are_told_apart_and_not_too_many(
    db: None, config: object, teams: list[str], why: str
) -> None:
    with pytest.raises(ExerciseError, match=why):
        exercises.make("first-night", teams=teams, at=T0, by="trainer")
    assert not Exercise.objects.exists()


def test_an_unknown_scenario_is_not_played(db: None, config: object) -> None:
    with pytest.raises(ScenarioUnknownError):
        exercises.make("no-such", teams=["A"], at=T0, by="trainer")


def test_a_scenario_with_something_to_mend_is_kept_and_not_played(db: None, config: object) -> None:
    files = read_shipped("first-night")
    files["texts/en.toml"] = b""
    scenario_library.save("first-night", files, at=T0, by="trainer")
    assert scenario_library.findings("first-night", scenario_library.files_of("first-night"))
    with pytest.raises(ExerciseError, match="not sound"):
        exercises.make("first-night", teams=["A"], at=T0, by="trainer")
    scenario_library.drop("first-night", at=T0, by="trainer")
    assert exercises.make("first-night", teams=["A"], at=T0, by="trainer").pk


def test_what_is_no_scenario_at_all_is_not_kept(db: None, config: object) -> None:
    with pytest.raises(DrillError):
        scenario_library.save("mine", {"run.py": b"print()"}, at=T0, by="trainer")


@pytest.mark.parametrize(
    ("name", "role", "why"),
    [
        ("", "duty", "name"),
        ("x" * 65, "duty", "name"),
        ("a\u202eb", "duty", "name"),
        ("Kim", "no-such", "role"),
        ("KIM", "duty", "name"),
    ],
)
def test_nobody_joins_under_no_name_a_taken_one_or_an_unknown_role(
    player: Player, heron: Team, name: str, role: str, why: str
) -> None:
    player("kim")
    with pytest.raises(JoinError, match=why):
        membership.join(heron.code, name=name, role=role, at=minute(2))
    assert TeamMember.objects.count() == 1


def test_a_wrong_code_or_number_lets_nobody_in(player: Player, heron: Team) -> None:
    player("kim")
    with pytest.raises(JoinError):
        membership.join("AAAAA AAAAA", name="Kim", role="duty", at=minute(2))
    for pin in ("", "000000x", "1"):
        with pytest.raises(JoinError):
            membership.come_back(heron.code, name="kim", pin=pin, at=minute(2))


def test_a_player_cannot_act_before_the_beginning_or_after_the_end(
    db: None, config: object
) -> None:
    made = exercises.make("first-night", teams=["A"], at=minute(-5), by="trainer")
    team = made.teams.get()
    kim, _ = membership.join(team.code, name="Kim", role="duty", at=minute(-4))
    with pytest.raises(ExerciseError, match="begun"):
        team_events.do(kim, deed(-3, "told", to="x"))
    exercises.begin(made, at=T0, by="trainer")
    exercises.close(made, at=minute(1), by="trainer")
    with pytest.raises(ExerciseError, match="closed"):
        team_events.do(TeamMember.objects.get(pk=kim.pk), deed(2, "told", to="x"))
    assert not kim.officer.user.__class__.objects.get(pk=kim.officer.user.pk).is_active
    for again in (exercises.begin, exercises.close):
        with pytest.raises(ExerciseError):
            again(made, at=minute(3), by="trainer")


def test_a_player_steers_nothing_and_a_trainer_plays_for_nobody(
    player: Player, heron: Team
) -> None:
    with pytest.raises(DrillEventError):
        team_events.do(player(), Event(at=minute(2), kind="pause", by="Kim", names={}))
    with pytest.raises(DrillEventError):
        team_events.steer(heron, deed(2, "told", to="x"))
    with pytest.raises(DrillEventError):
        team_events.relay(heron, Event(at=minute(2), kind="pause", by="x", names={}))
    assert not TeamEvent.objects.exists()


def test_whatever_an_event_says_it_is_its_players_own(player: Player) -> None:
    kim = player("Kim", role="counsel")
    team_events.do(kim, deed(2, "hint", by="somebody else", role="duty", hint=_hint(kim.team)))
    (event,) = team_events.read(kim.team).events
    assert (event.by, event.role) == ("Kim", "counsel")


def test_a_flood_is_stopped_and_costs_the_team_nothing(player: Player) -> None:
    kim, lan = player("Kim"), player("Lan")
    for _ in range(team_events.MOST_A_MINUTE):
        team_events.do(kim, deed(2, "hint", hint=_hint(kim.team)))
    with pytest.raises(FloodError):
        team_events.do(kim, deed(2, "hint", hint=_hint(kim.team)))
    team_events.do(lan, deed(2, "hint", hint=_hint(kim.team)))
    team_events.do(kim, deed(2, "hint", hint=_hint(kim.team)))  # another acted in between
    assert TeamEvent.objects.count() == team_events.MOST_A_MINUTE + 2


# ------------------------------------------------------------------ what is kept


def test_teams_play_the_edition_they_began_with(begun: Exercise) -> None:
    files = read_shipped("first-night")
    text = files["scenario.toml"].decode()
    files["scenario.toml"] = text.replace("version = 1", "version = 2", 1).encode()
    saved = scenario_library.save("first-night", files, at=minute(1), by="trainer")
    assert saved.edition != begun.edition_id
    assert exercises.scenario_in(begun).plan.version == 1
    assert scenario_library.names().count("first-night") == 1


def test_each_deed_is_kept_in_order_and_looked_at_from_anywhere(
    player: Player, heron: Team
) -> None:
    kim = player()
    team_events.do(kim, deed(2, "told", to=_party(heron)))
    team_events.steer(heron, Event(at=minute(3), kind="pause", by="trainer", names={}))
    kinds = [event.kind for event in team_events.read(heron).events]
    assert kinds == ["told", "pause"]
    assert not team_events.look_at(heron, minute(4)).running
    assert team_events.look_at(heron, minute(4)).passed_s == 180
    rows = AuditRow.objects.filter(subject=heron.pk, action="exercise.steered")
    assert [(row.actor, row.detail) for row in rows] == [("trainer", "pause")]


@pytest.mark.django_db(transaction=True)
def test_what_was_undone_is_not_remembered(config: object) -> None:
    made = exercises.make("first-night", teams=["A"], at=minute(-5), by="trainer")
    exercises.begin(made, at=T0, by="trainer")
    team = Team.objects.select_related("exercise__edition").get(exercise=made)
    stop = Event(at=minute(1), kind="pause", by="trainer", names={})
    seen: list[Event] = []

    def steer_and_break() -> None:
        team_events.steer(team, stop)
        seen.extend(team_events.read(team).events)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        steer_and_break()
    assert len(seen) == 1
    assert team_events.read(team).events == ()
    team_events.steer(team, stop)
    assert [event.kind for event in team_events.read(team).events] == ["pause"]


def test_a_branch_shares_the_past_and_nothing_else(player: Player, heron: Team) -> None:
    team_events.do(player(), deed(2, "told", to=_party(heron)))
    made = exercises.branch_off(heron, "Heron again", at=minute(5), by="trainer")
    team_events.steer(heron, Event(at=minute(6), kind="freeze", by="trainer", names={}))
    again = Team.objects.select_related("exercise__edition").get(pk=made.pk)
    assert [event.kind for event in team_events.read(again).events] == ["told"]
    assert team_events.read(again).branched_from == "Heron"
    with pytest.raises(ExerciseError):
        exercises.branch_off(heron, "Heron again", at=minute(5), by="trainer")


def test_who_comes_back_with_the_number_is_the_same_person(heron: Team) -> None:
    member, pin = membership.join(heron.code.lower(), name="Kim Lê", role="duty", at=minute(1))
    spoken = codes.spaced(heron.code)
    assert membership.come_back(spoken, name=" kim  lê ", pin=pin, at=minute(2)).pk == member.pk
    assert pin not in str(list(AuditRow.objects.values()))


def test_a_trainee_may_play_and_nothing_else(player: Player) -> None:
    officer = Officer.objects.get(pk=player().officer_id)
    assert rights_of(officer) == {Right.PLAY, Right.SELF}


def _hint(team: Team) -> str:
    return next(iter(exercises.scenario_in(team.exercise).plan.hints))


def _party(team: Team) -> str:
    plan = exercises.scenario_in(team.exercise).plan
    return next(key for key, one in plan.parties.items() if one.played == "voice")
