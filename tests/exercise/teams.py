"""Exercises with many teams that have done something, and names of what is in their scenario."""

from tests.exercise.conftest import T0, minute

from comity.drills import Event
from comity.node.exercise import exercises, membership, team_events
from comity.node.models import Exercise, Team


def full(number: int) -> Exercise:
    made = exercises.make(
        "first-night", teams=[f"T{n}" for n in range(number)], at=minute(-5), by="trainer"
    )
    exercises.begin(made, at=T0, by="trainer")
    for team in made.teams.select_related("exercise__edition"):
        kim, _ = membership.join(team.code, name="Kim", role="duty", at=minute(1))
        for at in range(2, 10):
            event = Event(at=minute(at), kind="told", by="", names={"to": a_voice(team)})
            team_events.do(kim, event)
    return made


def page_of(team: Team) -> str:
    return f"/exercises/{team.exercise_id}/teams/{team.pk}"


def a_score(team: Team) -> str:
    return next(iter(exercises.scenario_in(team.exercise).plan.scores))


def a_voice(team: Team) -> str:
    plan = exercises.scenario_in(team.exercise).plan
    return next(key for key, one in plan.parties.items() if one.played == "voice")
