"""In which zone and on which kind of day a moment falls in each State.

No time limit moves because of a holiday: no treaty here says so. People only see that nobody may be
at work there. Weekends and zones come with Comity, holidays from a file that an office fills.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from comity.canonical import in_zone
from comity.instruments.clocks import Clock
from comity.instruments.errors import LawDuplicateError
from comity.instruments.library import Library
from comity.instruments.model import Entry
from comity.instruments.toml import Table, rows

FILE: Final = "calendars.toml"
WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


@dataclass(frozen=True)
class Calendar:
    """Working days of a State.

    Attributes:
        state: its key.
        zone: name of the zone of its capital.
        weekend: numbers of the weekdays off, Monday 0; none where they are not known.
        holidays: day to name, as far as an office has filled them in.
    """

    state: str
    zone: str
    weekend: frozenset[int]
    holidays: Mapping[date, str]

    def off(self, day: date) -> str:
        """Return why nobody may be at work on a day: the holiday, ``weekend``, or empty."""
        return self.holidays.get(day) or ("weekend" if day.weekday() in self.weekend else "")


@dataclass(frozen=True)
class Shown:
    """A moment as one State sees it.

    Attributes:
        state: its key.
        local: the moment in the zone of its capital.
        off: as `Calendar.off` says of that day.
    """

    state: str
    local: datetime
    off: str


def shown(clock: Clock, zones: Iterable[tuple[Calendar, tzinfo]]) -> tuple[Shown, ...]:
    """Return the moment a clock falls due as each State sees it.

    Args:
        clock: whose due moment.
        zones: of each State its calendar and the data of its zone.
    """
    found = []
    for calendar, zone in zones:
        local = in_zone(clock.due, zone)
        found.append(Shown(calendar.state, local, calendar.off(local.date())))
    return tuple(found)


def calendars(library: Library) -> dict[str, Calendar]:
    """Return the calendar of each State that the library has one for; a later file replaces.

    Raises:
        LawMemberError, LawDuplicateError: a file breaks the format.

    Source: docs/reference/instruments.md, "calendars.toml".
    """
    found: dict[str, Calendar] = {}
    contents = [_Content(content) for content in library.tables(FILE)]
    for content in contents:
        found |= _states(content)
    for row in (row for content in contents for row in content.holidays):
        _add(found, row)
    return found


def zoned(
    found: Mapping[str, Calendar], zone: Callable[[str], tzinfo]
) -> dict[str, tuple[Calendar, tzinfo]]:
    """Return each calendar with the data of its zone, which ``zone`` reads by name."""
    return {state: (calendar, zone(calendar.zone)) for state, calendar in found.items()}


class _Content:
    """One file: its tables of States and of holidays."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        whole = Table(content, file=FILE, key="")
        self.states = rows(whole.take("state"), "state", file=FILE)
        self.holidays = rows(whole.take("holiday"), "holiday", file=FILE)
        whole.done()


def _states(content: _Content) -> dict[str, Calendar]:
    found: dict[str, Calendar] = {}
    for row in content.states:
        calendar = _calendar(row)
        if calendar.state in found:
            raise row.fault("is there already", LawDuplicateError)
        found[calendar.state] = calendar
    return found


def _calendar(row: Table) -> Calendar:
    state, zone = row.name(), row.text("zone")
    days = row.texts("weekend", WEEKDAYS)
    row.done()
    return Calendar(state, zone, frozenset(map(WEEKDAYS.index, days)), {})


def _add(found: dict[str, Calendar], row: Table) -> None:
    state, day, name = row.name("state"), row.day("date"), row.text("name")
    row.done()
    if day is None or state not in found:
        raise row.fault("needs a date, and a state that has a calendar")
    before = found[state]
    if day in before.holidays:
        raise row.fault("is there already", LawDuplicateError)
    found[state] = replace(before, holidays={**before.holidays, day: name})


# When a treaty enters into force, counted from the days on which consents were deposited.


@dataclass(frozen=True)
class Delay:
    """How long after a deposit its effect begins: in days, or in whole months.

    Attributes:
        days: the effect begins on this day after the deposit; not used if ``months`` is given.
        months: the effect begins on the first day of the month after these months have passed.
    """

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """Return the day on which a deposit of ``day`` takes effect; at most the last there is.

        Source: un-2024 Article 65(1), the ninetieth day; coe-2001 Article 36(4), the first day
        of the month following three months.
        """
        if self.months:
            years, month = divmod(day.month + self.months, 12)
            year = day.year + years
            return date(year, month + 1, 1) if year <= date.max.year else date.max
        return day + min(timedelta(days=self.days), date.max - day)


@dataclass(frozen=True)
class EntryRule:
    """What a treaty says of its own entry into force.

    Attributes:
        threshold: how many consents it takes; 0 for a basis that needs none.
        delay: from the consent that fills the threshold to entry into force.
        later: from the deposit of a State that joins later to the day it is bound.
        organizations_count: whether the consent of an organization is one of ``threshold``.
        in_force: the day the depositary published, if there is one.
    """

    threshold: int
    delay: Delay
    later: Delay
    organizations_count: bool = False
    in_force: date | None = None

    def filled(self, deposits: Iterable[date]) -> date | None:
        """Return when the treaty enters into force by these deposits, or None if too few.

        Args:
            deposits: days of the deposits that count, in any order.
        """
        days = sorted(deposits)
        if not self.threshold or len(days) < self.threshold:
            return None
        return self.delay.after(days[self.threshold - 1])

    def bound(self, deposit: date, treaty: date) -> date:
        """Return the day a State is bound that deposited on ``deposit``.

        Args:
            deposit: day of its own deposit.
            treaty: day of the treaty's entry into force.

        Source: un-2024 Article 65(2): the later of the two.
        """
        return max(self.later.after(deposit), treaty)


def entry_rule(entry: Entry | None) -> EntryRule | None:
    """Return what an instrument says of its entry into force; None for one that is no treaty.

    A treaty that says nothing of later joiners binds them after the same delay as the first.
    """
    if entry is None or (entry.threshold is None and entry.in_force is None):
        return None
    delay = Delay(entry.delay_days or 0, entry.delay_months or 0)
    own = entry.later_delay_days is not None or entry.later_delay_months is not None
    later = Delay(entry.later_delay_days or 0, entry.later_delay_months or 0) if own else delay
    return EntryRule(entry.threshold or 0, delay, later, entry.organizations_count, entry.in_force)
