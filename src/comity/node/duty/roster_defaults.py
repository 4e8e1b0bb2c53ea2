"""Who may be on a roster, by which clock it is read, and a first week of whole days."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.local_time import is_zone, zone_named
from comity.node.core.time_zones import seen_in
from comity.node.duty.roster import Crew
from comity.node.duty.roster_store import may_be_on_duty
from comity.node.models import Officer, WeeklyShift

DAYS_OF_WEEK: Final = range(7)
HANDOVER: Final = time(8, 0)
"""When the shift of a first week changes: in the morning, when people are in the office."""


def callable_people() -> list[tuple[str, str]]:
    """Return (identifier, name) of whoever may be on a roster."""
    rows = Officer.objects.select_related("user").filter(user__is_active=True)
    found = [(row.identifier, row.user.get_username()) for row in rows if may_be_on_duty(row)]
    return sorted(found, key=lambda one: one[1])


def office_zone(zones: Iterable[str], config: NodeConfig, party: str) -> ZoneInfo:
    """Return the zone whose clock hangs in the office: that of most shifts, else of its State.

    Args:
        zones: of the weekly shifts.
        config: of this node.
        party: the office.
    """
    known = Counter(zone for zone in zones if is_zone(zone))
    if known:
        return zone_named(known.most_common(1)[0][0])
    for seen in seen_in(config, now(), [party]):
        if isinstance(seen.local.tzinfo, ZoneInfo):
            return seen.local.tzinfo
    return ZoneInfo("UTC")


def this_office_zone() -> ZoneInfo:
    """Return the zone of this node's office, for the forms that ask for a moment."""
    config = settings.CONFIG
    if not config:
        return ZoneInfo("UTC")
    zones = WeeklyShift.objects.order_by("pk").values_list("zone", flat=True)
    return office_zone(zones, config, config.party)


def first_week(people: Sequence[str]) -> dict[int, Crew]:
    """Return who takes which day of a week, by weekday: in turn, each second and deputy too.

    Args:
        people: identifiers of officers; without any, no day has a crew.
    """
    if not people:
        return {}
    found = {}
    for day in DAYS_OF_WEEK:
        turn = [people[(day + place) % len(people)] for place in range(min(3, len(people)))]
        found[day] = Crew(**dict(zip(("officer", "second", "deputy"), turn, strict=False)))
    return found
