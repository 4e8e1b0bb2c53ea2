"""Exercises that scripted teams have played to the end, and trainees at their desks."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.test import Client

from comity.drills import Event, rehearse
from comity.node.core.clock import now
from comity.node.exercise import exercises, membership, team_events
from comity.node.models import Exercise, Team, TeamEvent, TeamMember
from comity.node.models.people import SIGNED

LONG_AGO = timedelta(days=1)


def played(
    name: str, teams: Mapping[str, str], *, started_at: datetime | None = None
) -> dict[str, Team]:
    """Return teams of one exercise; each has played as its skill does.

    Args:
        name: of the scenario.
        teams: name to a skill of `drills.SKILLS`.
        started_at: a day ago, if nothing is said.
    """
    at = (started_at or now() - LONG_AGO).replace(microsecond=0)
    made = exercises.make(name, teams=list(teams), at=at - timedelta(minutes=9), by="trainer")
    exercises.begin(made, at=at, by="trainer")
    found = {}
    for team in Team.objects.filter(exercise=made).select_related("exercise__edition"):
        scenario = exercises.scenario_in(team.exercise)
        events = rehearse(scenario, skill=teams[team.name], at=at).events
        TeamEvent.objects.bulk_create(
            TeamEvent(team=team, number=number, value=event.to_value())
            for number, event in enumerate(events)
        )
        found[team.name] = Team.objects.select_related("exercise__edition").get(pk=team.pk)
    return found


def joined(team: Team, name: str, role: str) -> TeamMember:
    member, _ = membership.join(team.code, name=name, role=role, at=now() - LONG_AGO)
    return member


def seated(member: TeamMember) -> Client:
    """Return the browser of a player who has joined."""
    client = Client()
    client.force_login(member.officer.user)
    stamp = now().timestamp()
    session = client.session
    session[SIGNED] = {"at": stamp, "seen": stamp, "role": "trainee", "way": "code", "client": "x"}
    session.save()
    return client


def judged(team: Team, score: str, points: int, reason: str) -> None:
    """Let an evaluator overrule a line of points as soon as the players are done."""
    last = team_events.read(team).events[-1].at
    names = {"score": score, "points": str(points), "reason": reason}
    team_events.steer(team, Event(at=last, kind="judge", by="evaluator", names=names))


def fresh(exercise: Exercise) -> Exercise:
    return Exercise.objects.select_related("edition").get(pk=exercise.pk)
