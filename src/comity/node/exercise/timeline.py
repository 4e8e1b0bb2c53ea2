"""A team's timeline: what came, what its players and the trainer did, what partners said."""

from dataclasses import dataclass, field

from comity.drills import Event, Run, Scenario, View
from comity.drills.engine import Delivered, Moved
from comity.drills.happened import Happened
from comity.drills.run import TICKS_PER_SECOND


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line; exactly one of `event`, `came` and `moved` is there.

    Attributes:
        at_s: exercise seconds.
        number: of the event among the run's, or -1.
        right: ``yes`` or ``no`` of an answer or a seal.
    """

    at_s: int
    number: int = -1
    event: Event | None = None
    right: str = ""
    came: Delivered | None = None
    moved: Moved | None = field(default=None)


def timeline(scenario: Scenario, run: Run, view: View) -> list[Entry]:
    """Return the entries, the oldest first; of one second, what came stands before what was done.

    Args:
        scenario: of the run.
        run: all of its events.
        view: of that run, at the moment at which it is looked at.
    """
    happened = Happened(scenario, run)
    found = [(one.at_s, 0, 0, Entry(at_s=one.at_s, came=one)) for one in view.delivered]
    found += [(one.at_s, 1, 0, Entry(at_s=one.at_s, moved=one)) for one in view.moved]
    judged = {did.number: did.right for did in happened.deeds}
    for number, (ticks, event) in enumerate(happened.dated):
        at_s = ticks // TICKS_PER_SECOND
        entry = Entry(at_s=at_s, number=number, event=event, right=judged.get(number, ""))
        found.append((at_s, 2, number, entry))
    return [entry for *_, entry in sorted(found, key=lambda one: one[:3])]
