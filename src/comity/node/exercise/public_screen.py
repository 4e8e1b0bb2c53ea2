"""What a hall sees of an exercise: nothing that one team knows and another does not.

A title is shown once every team has it, and only if it came to everybody in a team: the screen of
the hall hangs where all can see it.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from comity.drills import say, score
from comity.node.exercise import scenario_library
from comity.node.exercise.player_timeline import CLOSED, WAITING, state_of
from comity.node.exercise.room import Words
from comity.node.exercise.run_cache import Seen, see
from comity.node.models import Exercise


@dataclass(frozen=True, kw_only=True)
class TeamSeen:
    """One team on the screen.

    Attributes:
        state: as in a room.
        deeds: how many things it did.
        got: its points, or None where they are hidden.
    """

    name: str
    state: str
    passed_s: int
    story_at: datetime
    deeds: int
    got: int | None


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The screen of an exercise.

    Attributes:
        came: kind and title of what all teams have, newest first.
    """

    title: Words
    minutes: int
    begun: bool
    closed: bool
    teams: tuple[TeamSeen, ...]
    came: tuple[tuple[str, Words], ...]

    def to_value(self) -> dict[str, Any]:
        """Return it as plain values, for comparison."""
        return asdict(self)


def exercise_of(code: str) -> Exercise | None:
    """Return the exercise of a hall's code, or None."""
    rows = Exercise.objects.select_related("edition").defer("edition__files")
    return rows.filter(hall=code).first() if code else None


def hall_of(exercise: Exercise, at: datetime, lang: str) -> Hall:
    """Return what the hall sees at a moment, in a language."""
    scenario = scenario_library.scenario_of(exercise.edition)
    plan, found, came = scenario.plan, [], None
    rows = exercise.teams.select_related("exercise__edition").defer("exercise__edition__files")
    for team in rows.order_by("id"):
        seen = see(team, at) if team.run is not None else None
        state = WAITING if seen is None else state_of(seen)
        found.append(
            TeamSeen(
                name=team.name,
                state=CLOSED if exercise.closed_at is not None else state,
                passed_s=seen.view.passed_s if seen else 0,
                story_at=seen.view.story_at if seen else plan.begins,
                deeds=len(seen.deeds) if seen else 0,
                got=score(scenario, seen.run, at).got if seen and exercise.board_shown else None,
            )
        )
        public = _public(seen) if seen else []
        came = public if came is None else [key for key in came if key in public]
    title, said_in = say(plan, scenario.texts, "title", lang)
    told = []
    for key in reversed(came or []):
        text, text_in = say(plan, scenario.texts, f"injects.{key}.title", lang)
        told.append((plan.injects[key].kind, Words(text=text, lang=text_in)))
    return Hall(
        title=Words(text=title, lang=said_in),
        minutes=plan.minutes,
        begun=exercise.begun_at is not None,
        closed=exercise.closed_at is not None,
        teams=tuple(found),
        came=tuple(told),
    )


def _public(seen: Seen) -> list[str]:
    """Return what came to everybody in a team, in order of time."""
    injects = seen.scenario.plan.injects
    return [one.inject for one in seen.view.delivered if not injects[one.inject].to]
