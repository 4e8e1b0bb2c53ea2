"""An exercise on a node that runs as a process of its own, half played, with its trainee in it."""

import sys
from typing import Any, Final

from tests.api.nodes import TRAINEE, Office
from tests.forked import run

_HOLD: Final = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.cheap_node import cheaply
cheaply()
from comity.cli.options import open_node
open_node(Path(sys.argv[1]))
from comity.drills import Event
from comity.node.core.clock import now
from comity.node.exercise import exercises, lessons, team_events
from comity.node.models import Officer, TeamMember
begun = now() - timedelta(minutes=int(sys.argv[3]))
at = min(now(), begun + timedelta(minutes=55))
made = exercises.make("first-night", teams=["Heron", "Ibis"], at=begun, by="trainer")
exercises.begin(made, at=begun, by="trainer")
team = made.teams.get(name="Heron")
officer = Officer.objects.get(user__username=sys.argv[2])
member = TeamMember.objects.create(team=team, officer=officer, name="Kim", role="duty", pin="!")
for kind, names in (
    ("acknowledged", {"inject": "at-risk"}),
    ("told", {"to": "police"}),
    ("answered", {"task": "which-measure", "answer": "freezing"}),
    ("hint", {"hint": "count-days"}),
):
    team_events.do(member, Event(at=at, kind=kind, by="", names=names))
team_events.steer(team, Event(at=at, kind="speak", by="trainer", names={"text": "Ten minutes."}))
if int(sys.argv[3]) > 60:  # it is over: something was learnt from it
    due = (now() + timedelta(days=30)).date()
    lessons.add(team, text="Call earlier.", owner="Watch", due=due, at=now(), by="trainer")
print(team.code, made.hall)
"""


def hold(office: Office, *, minutes: int = 40) -> tuple[str, str]:
    """Hold an exercise of an hour that began a while ago; return codes of a team and the hall."""
    command: list[Any] = [sys.executable, "-c", _HOLD, office.process.folder, TRAINEE, minutes]
    done = run(
        [str(one) for one in command], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    code, hall = done.stdout.split()[-2:]
    return code, hall
