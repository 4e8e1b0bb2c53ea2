"""Whom no notice can reach: found before the night in which somebody has to be woken."""

from datetime import datetime
from typing import Final

from comity.node.core.config import NodeConfig
from comity.node.core.notice_channels import Channels
from comity.node.duty import escalation, notice_delivery, roster_store
from comity.node.duty.escalation_ladder import tells_beyond_screens
from comity.node.duty.roster import Roster
from comity.node.models import Reached

NODE: Final = "node"
"""Stands for everybody: the node has no way out, or nobody has an address for one."""


def unwakeable(config: NodeConfig, kept: Roster, *, at: datetime) -> list[str]:
    """Return whom no notice can reach, by officer identifier, or `NODE` for everybody.

    Looked at is everybody on the roster of the next seven days and everybody whose shift runs.
    Where no roster is kept, one person who can be reached is enough, and an office that has set up
    neither a roster nor a way out is not told what it knows. Ladders that tell nobody but by the
    screen need no way out.

    Args:
        config: settings of the node.
        kept: its roster.
        at: this node's clock.
    """
    ways = notice_delivery.channels(config)
    none_set = ways.mail is None and ways.hook is None
    if (none_set and not kept) or not tells_beyond_screens():
        return []
    if none_set:
        return [NODE]
    if not kept:
        return [] if reached(ways, escalation.everybody()) else [NODE]
    crews = [shift.crew for shift in kept.shifts(at, at + roster_store.AHEAD)]
    named = {one for crew in crews for one in (crew.officer, crew.second, crew.deputy) if one}
    named.update(escalation.on_shift())
    return sorted(named - reached(ways, named))


def reached(ways: Channels, officers: set[str] | list[str]) -> set[str]:
    """Return whom of some officers a notice can reach by a way that is set up."""
    rows = Reached.objects.filter(officer__in=officers)
    return {
        row.officer
        for row in rows
        if (ways.mail is not None and row.email) or (ways.hook is not None and row.phone)
    }
