"""A roster as values: weekly shifts, changes that override them, and who is on duty when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from comity.node.core.local_time import day_at, is_zone, moment_of, zone_named

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Who is woken for a shift, by officer identifier; second and deputy may be empty."""

    officer: str
    second: str = ""
    deputy: str = ""


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """A shift that comes every week.

    Attributes:
        weekday: on which it begins, 0 for Monday.
        begins, ends: readings of the wall clock; an end not after the begin is on the next day.
        zone: name in the IANA database.
        first, last: days on which it may begin; None without bound.
    """

    weekday: int
    begins: time
    ends: time
    zone: str
    crew: Crew
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A time in which another crew is on duty than the weekly shifts say; the newest counts."""

    begins: datetime
    ends: datetime
    crew: Crew


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A crew for a stretch of time, ``begins`` included, ``ends`` not; aware UTC.

    ``zone`` is that of the clock on the wall by which the shift was entered, in the IANA database;
    a change has the zone of what it stands in place of, or none.
    """

    begins: datetime
    ends: datetime
    crew: Crew
    zone: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A stretch of time in which nobody is on duty."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Roster:
    """Weekly shifts and changes, older first.

    Attributes:
        weekly: shifts that come every week, as entered.
        changes: shifts of one time, as entered.
        absent: who is named and cannot be on duty any more. Whoever comes after them in a crew
            takes their place; a shift that has nobody else is a gap.
    """

    weekly: Sequence[Weekly] = ()
    changes: Sequence[Change] = ()
    absent: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether the office keeps a roster at all."""
        return bool(self.weekly or self.changes)

    def unknown_zones(self) -> list[str]:
        """Return the time zones of weekly shifts that this machine does not know."""
        return sorted({row.zone for row in self.weekly if not is_zone(row.zone)})

    def shifts(self, begin: datetime, end: datetime) -> list[Shift]:
        """Return who is on duty between two moments, in order and without overlap.

        Where two rows speak of the same moment, a change counts before a weekly shift, and what was
        entered later before what was entered earlier.
        """
        cut = (_cut(shift, begin, end) for shift in self._laid(begin, end))
        return sorted(filter(None, cut), key=lambda shift: shift.begins)

    def _laid(self, begin: datetime, end: datetime) -> list[Shift]:
        """Return all shifts that reach into a time, whole, laid over each other."""
        found: list[Shift] = []
        for row in self.weekly:
            for shift in _occurrences(row, begin, end):
                _put(found, shift)
        for change in self.changes:
            _put(found, Shift(begins=change.begins, ends=change.ends, crew=change.crew))
        return [shift for shift in map(self._present, found) if shift.crew.officer]

    def _present(self, shift: Shift) -> Shift:
        """Return a shift with those of its crew who can be on duty."""
        if not self.absent:
            return shift
        crew = (shift.crew.officer, shift.crew.second, shift.crew.deputy)
        there = [one for one in crew if one and one not in self.absent]
        officer, second, deputy, *_ = (*there, "", "", "")
        return replace(shift, crew=Crew(officer=officer, second=second, deputy=deputy))

    def on_duty(self, at: datetime) -> Shift | None:
        """Return the shift of a moment, whole, or None."""
        found = self._laid(at, at)
        return next((shift for shift in found if shift.begins <= at < shift.ends), None)

    def gaps(self, begin: datetime, end: datetime) -> list[Gap]:
        """Return when nobody is on duty between two moments."""
        found, reached = [], begin
        for shift in self.shifts(begin, end):
            if shift.begins > reached:
                found.append(Gap(begins=reached, ends=shift.begins))
            reached = shift.ends
        if reached < end:
            found.append(Gap(begins=reached, ends=end))
        return found


def _occurrences(row: Weekly, begin: datetime, end: datetime) -> Iterable[Shift]:
    if not is_zone(row.zone):  # told by `unknown_zones`; it must not take the other shifts along
        return
    zone = zone_named(row.zone)
    day, last = day_at(begin, zone) - 2 * DAY, day_at(end, zone) + DAY
    while day <= last:
        allowed = (row.first is None or row.first <= day) and (row.last is None or day <= row.last)
        if day.weekday() == row.weekday and allowed:
            until = day if row.ends > row.begins else day + DAY
            shift = Shift(
                begins=moment_of(day, row.begins, zone),
                ends=moment_of(until, row.ends, zone),
                crew=row.crew,
                zone=row.zone,
            )
            if shift.begins < shift.ends:  # none, where the clocks skip it whole
                yield shift
        day += DAY


def _put(found: list[Shift], new: Shift) -> None:
    """Lay a shift over what was found: where it stands, nothing else does."""
    kept, zone = [], new.zone
    for old in found:
        if old.ends <= new.begins or new.ends <= old.begins:
            kept.append(old)
            continue
        zone = zone or old.zone
        if old.begins < new.begins:
            kept.append(replace(old, ends=new.begins))
        if new.ends < old.ends:
            kept.append(replace(old, begins=new.ends))
    found[:] = [*kept, replace(new, zone=zone)]


def _cut(shift: Shift, begin: datetime, end: datetime) -> Shift | None:
    begins, ends = max(shift.begins, begin), min(shift.ends, end)
    return replace(shift, begins=begins, ends=ends) if begins < ends else None
