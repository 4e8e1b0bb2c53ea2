"""How a team's run stands, computed once for all who look until something can change.

`drills.View.wake_at` says before which moment nothing comes by itself; only the clocks move.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from comity.drills import Run, Scenario, View, look
from comity.drills.happened import Did, Happened
from comity.drills.run import TICKS_PER_SECOND, ticks_at
from comity.drills.threads import Walked, walk
from comity.node.exercise import scenario_library, team_events
from comity.node.models import Team

_KEPT: Final = 128


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A run at a moment.

    Attributes:
        at: the moment.
        deeds: what players did, each answer judged.
        talks: conversation to where it stands and what was said in it.
    """

    at: datetime
    scenario: Scenario
    run: Run
    view: View
    deeds: tuple[Did, ...]
    talks: Mapping[str, Walked]


_known: "OrderedDict[str, Seen]" = OrderedDict()
_lock: Final = threading.Lock()


def see(team: Team, at: datetime, run: Run | None = None) -> Seen:
    """Return how a team's run stands.

    Args:
        team: whose exercise has begun.
        at: the moment.
        run: as it was read a moment ago; read now if it is None.

    Raises:
        ExerciseError: the exercise has not begun.
    """
    run, scenario = (
        run or team_events.read(team),
        scenario_library.scenario_of(team.exercise.edition),
    )
    with _lock:
        kept = _known.get(team.pk)
    if kept is not None and _holds(kept, run, at):
        return _moved(kept, at)
    happened = Happened(scenario, run)
    ticks = min(ticks_at(run.changes(), at), happened.end)
    found = Seen(
        at=at,
        scenario=scenario,
        run=run,
        view=look(scenario, run, at),
        deeds=tuple(happened.deeds),
        talks=walk(happened, until=ticks),
    )
    with _lock:
        _known[team.pk] = found
        _known.move_to_end(team.pk)
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found


def _holds(kept: Seen, run: Run, at: datetime) -> bool:
    """Tell whether nothing but the clocks can have moved since."""
    if kept.run.started_at != run.started_at or kept.run.edition != run.edition:
        return False
    if kept.run.events != run.events or at < kept.at:
        return False
    wake = kept.view.wake_at
    return at < wake if wake is not None else not kept.view.running


def _moved(kept: Seen, at: datetime) -> Seen:
    passed_s = ticks_at(kept.run.changes(), at) // TICKS_PER_SECOND
    passed_s = min(passed_s, kept.scenario.plan.minutes * 60)
    story_at = kept.scenario.plan.begins + timedelta(seconds=passed_s)
    return replace(kept, at=at, view=replace(kept.view, passed_s=passed_s, story_at=story_at))
