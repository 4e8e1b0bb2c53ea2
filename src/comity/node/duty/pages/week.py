"""What the page of the roster shows of a week: its cells by name, gaps, and who is on now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from comity.node.core.config import NodeConfig
from comity.node.core.formats import date_text
from comity.node.core.local_time import city
from comity.node.duty import notice_delivery, unreachable_staff
from comity.node.duty.escalation_ladder import ladder_for
from comity.node.duty.pages import labels, people
from comity.node.duty.roster import Gap, Roster, Shift
from comity.node.duty.week_grid import Stretch, WeekGrid, monday_of, week_grid
from comity.node.models import Notice
from comity.node.web.render import day_in

_FARTHEST: Final = timedelta(days=3 * 366)
"""How far from today a week may be looked at."""
_NEXT_LOOKED: Final = timedelta(days=7)
_MOST_TESTS: Final = 200


@dataclass(frozen=True)
class Part:
    """A stretch of a cell, in words.

    Attributes:
        name: of the officer; empty: nobody is on duty.
        second: name of the second, or empty.
        now: whether it is the stretch of this moment.
        hours: from when to when, where it does not fill its cell; else empty.
        fill: query of the form that fills a gap which is not over; else empty.
    """

    name: str
    second: str
    now: bool
    hours: str
    fill: str


def asked_week(text: str, zone: ZoneInfo, *, at: datetime) -> date:
    """Return the Monday of the week that an address names; of this week where it names none."""
    today = monday_of(at, zone)
    day = day_in(text)
    if day is None or abs(day - today) > _FARTHEST:
        return today
    return day - timedelta(days=day.weekday())


def shown(kept: Roster, monday: date, zone: ZoneInfo, *, at: datetime) -> dict[str, Any]:
    """Return what the template shows of a week."""
    grid, known = week_grid(kept, monday, zone), people.names()
    ahead = [gap for gap in grid.gaps if gap.ends > at]
    return {
        "grid": grid,
        "city": city(zone),
        "heads": [(labels.DAY_SHORT[day.weekday()], day.day) for day in grid.days],
        "rows": [
            (row, [[_part(one, zone, known, at=at) for one in cell] for cell in row.cells])
            for row in grid.rows
        ],
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "this_week": monday == monday_of(at, zone),
        "gaps": ahead,
        "gap_begins": max(ahead[0].begins, at) if ahead else None,
        "fill": fill_query(ahead[0], at=at) if ahead else "",
        "handovers": _handovers(grid),
    }


def _part(one: Stretch, zone: ZoneInfo, known: dict[str, str], *, at: datetime) -> Part:
    begins, ends = one.begins.astimezone(zone), one.ends.astimezone(zone)
    hours = "" if one.whole else f"{begins:%H:%M}–{ends:%H:%M}"
    is_now = one.begins <= at < one.ends
    if one.crew is None:
        gap = Gap(begins=one.begins, ends=one.ends)
        return Part("", "", is_now, hours, fill_query(gap, at=at) if one.ends > at else "")
    crew = people.named(one.crew, known)
    return Part(crew.officer, crew.second, is_now, hours, "")


def fill_query(gap: Gap, *, at: datetime) -> str:
    """Return the query of the form that fills a gap, from this moment on."""
    begins = max(gap.begins, at.replace(second=0, microsecond=0))
    return f"begins={begins:%Y-%m-%dT%H:%M}&ends={gap.ends:%Y-%m-%dT%H:%M}"


def _handovers(grid: WeekGrid) -> list[tuple[str, str]]:
    """Return the readings at which rows begin, each in the city and in UTC."""
    return [(f"{row.begins:%H:%M}", f"{row.utc_begins:%H:%M}") for row in grid.rows]


def handover_after(kept: Roster, shift: Shift | None) -> people.Line | None:
    """Return the shift that begins when one ends, by name; None where nobody follows."""
    after = kept.on_duty(shift.ends) if shift else None
    return people.lines([after], people.names())[0] if after else None


def contacts(config: NodeConfig, kept: Roster, *, at: datetime) -> list[dict[str, Any]]:
    """Return who is on the roster of the next days, and whether a notice can reach them.

    No number and no address is read here: these are for the call-out list, whose reading is
    audited.
    """
    crews = [shift.crew for shift in kept.shifts(at, at + _NEXT_LOOKED)]
    named = {one for crew in crews for one in (crew.officer, crew.second, crew.deputy) if one}
    ways = notice_delivery.channels(config)
    can, known = unreachable_staff.reached(ways, named), people.names()
    tested: dict[str, Notice] = {}
    for row in Notice.objects.filter(alarm=None, officer__in=named).order_by("-pk")[:_MOST_TESTS]:
        tested.setdefault(row.officer, row)
    found = [
        {"name": known.get(one, one), "reached": one in can, "told": _tested(tested.get(one))}
        for one in named
    ]
    return sorted(found, key=lambda one: str(one["name"]))


def _tested(row: Notice | None) -> str:
    if row is None:
        return ""
    day = {"day": date_text(row.made_at)}
    if row.stage == Notice.Stage.SENT:
        return _("tested %(day)s") % day
    return _("test failed %(day)s") % day if row.stage == Notice.Stage.FAILED else ""


def policy(kind: str) -> dict[str, Any]:
    """Return the escalation policy of a kind of alarm, in words."""
    ladder = ladder_for(kind)
    return {
        "steps": [
            (step.minutes, labels.WHOM[step.whom], [labels.CHANNEL[one] for one in step.channels])
            for step in ladder.steps
        ],
        "repeat": ladder.repeat_minutes,
    }
