"""An exercise under way, and its players as browsers see them."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client

from comity.drills import Event
from comity.node.core.clock import now
from comity.node.exercise import exercises, team_events
from comity.node.models import Exercise, Team, TeamMember

SCENARIO = "first-night"


def held(
    minutes: float | None, *, teams: tuple[str, ...] = ("Heron", "Ibis"), **more: Any
) -> Exercise:
    """Return an exercise that began so many minutes ago, or waits."""
    at = now() - timedelta(minutes=minutes or 0)
    made = exercises.make(SCENARIO, teams=teams, at=at, by="trainer", **more)
    if minutes is not None:
        exercises.begin(made, at=at, by="trainer")
    return Exercise.objects.get(pk=made.pk)


def team_of(exercise: Exercise, name: str = "Heron") -> Team:
    return Team.objects.select_related("exercise__edition").get(exercise=exercise, name=name)


def steer(team: Team, kind: str, **names: str) -> None:
    team_events.steer(team, Event(at=now(), kind=kind, by="trainer", names=names))


@dataclass
class Player:
    """Somebody who joined by the page."""

    team: Team
    name: str = "Kim"
    role: str = "duty"
    language: str = "en"
    number: str = ""
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.cookies["django_language"] = self.language
        answer = self.post("join", code=self.team.code, new="1", **self._who())
        assert answer.status_code == 302, answer.content.decode()
        shown = self.client.get(answer["Location"]).content.decode()
        found = re.search(r'big-number"><bdi dir="ltr">(\d+)<', shown)
        assert found, shown
        self.number = found[1]

    def _who(self) -> dict[str, str]:
        return {"new-name": self.name, "new-role": self.role}

    @property
    def member(self) -> TeamMember:
        return TeamMember.objects.get(team=self.team, name=self.name)

    def get(self, path: str = "", **query: str) -> Any:
        return self.client.get(f"/exercise{'/' if path else ''}{path}", query)

    def text(self, path: str = "", **query: str) -> str:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(f"/exercise/{path}", data)

    def api(self, **query: str) -> Any:
        answer = self.client.get("/api/v1/exercise/room", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def deed(self, kind: str, **names: str) -> Any:
        """Do a deed; ``fields`` are separated by commas."""
        fields = [one for one in names.pop("fields", "").split(",") if one]
        body = {"kind": kind, "names": names, "fields": fields}
        return self.client.post(
            "/api/v1/exercise/room/deeds", body, content_type="application/json"
        )


def events(team: Team) -> list[dict[str, Any]]:
    """Return what was kept of a team, as it lies there."""
    return list(team.events.order_by("number").values_list("value", flat=True))
