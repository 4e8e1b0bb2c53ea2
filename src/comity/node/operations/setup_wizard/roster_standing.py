"""Whether the stored roster of a set-up holds: each hour has somebody, and everybody can sign."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from comity.node.core.clock import now
from comity.node.core.local_time import day_at, is_zone, moment_of, zone_named
from comity.node.core.node import this_node
from comity.node.core.time_zones import seen_in
from comity.node.duty.roster import Roster
from comity.node.duty.roster_defaults import callable_people
from comity.node.messages.officer_ca import rows_to_certify

PLACES: Final = ("officer", "second", "deputy")
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Person:
    """Somebody who may be on duty."""

    identifier: str
    name: str
    certified: bool

    @property
    def told(self) -> str:
        """Return how the page names the person."""
        if self.certified:
            return self.name
        return _("%(name)s (not certified)") % {"name": self.name}


def people_of_office() -> list[Person]:
    """Return whoever may be on duty."""
    rows = rows_to_certify(this_node(), at=now())
    certified = {row["officer"].identifier for row in rows if row["certified"]}
    return [Person(one, name, one in certified) for one, name in callable_people()]


@dataclass(frozen=True)
class DutyStanding:
    """What of a stored roster holds and what does not: the one place that judges it in a set-up.

    Attributes:
        stored: whether there is a shift.
        gaps: when nobody is on duty in a week, in words.
        uncertified: names of people on the roster who cannot sign.
        other_zone: zone of the shifts where no clock of the office's State shows the same time; it
            may be meant, so it is asked about and not refused.
        own_zone: zone of the State, to compare.
    """

    stored: bool
    gaps: list[SafeString]
    uncertified: list[str]
    other_zone: str
    own_zone: str

    @property
    def is_whole(self) -> bool:
        """Tell whether each hour of a week has somebody, and everybody can sign."""
        return self.stored and not self.gaps and not self.uncertified


def duty_standing(kept: Roster) -> DutyStanding:
    """Return how a stored roster stands; of none, nothing is said."""
    if not kept:
        return DutyStanding(stored=False, gaps=[], uncertified=[], other_zone="", own_zone="")
    on_it = {
        one for row in kept.weekly for one in (getattr(row.crew, place) for place in PLACES) if one
    }
    node, at = this_node(), now()
    seen = [one.local for one in seen_in(node.config, at, [node.party])]
    named = sorted({row.zone for row in kept.weekly if is_zone(row.zone)})
    offsets = {one.utcoffset() for one in seen}
    other = [one for one in named if at.astimezone(zone_named(one)).utcoffset() not in offsets]
    return DutyStanding(
        stored=True,
        gaps=gaps_of_week(kept),
        uncertified=[
            one.name for one in people_of_office() if one.identifier in on_it and not one.certified
        ],
        other_zone=other[0] if other and seen else "",
        own_zone=str(seen[0].tzinfo) if seen else "",
    )


def gaps_of_week(kept: Roster) -> list[SafeString]:
    """Return in words when nobody is on duty in a week, from the hour at which shifts change."""
    first = kept.weekly[0] if kept.weekly else None
    name = first.zone if first and is_zone(first.zone) else "UTC"
    zone, opens = zone_named(name), first.begins if first else time(0)
    today = day_at(now(), zone)
    monday = today + timedelta(days=7 - today.weekday())
    begin, end = (moment_of(day, opens, zone) for day in (monday, monday + _WEEK))
    return [
        format_html(
            "{}–{}", _reading(gap.begins.astimezone(zone)), _reading(gap.ends.astimezone(zone))
        )
        for gap in kept.gaps(begin, end)
    ]


def _reading(moment: datetime) -> str:
    return f"{WEEKDAYS[moment.weekday()]} {moment:%H:%M}"
