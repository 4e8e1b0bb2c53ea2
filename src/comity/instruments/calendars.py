"""In which zone and on which kind of day a moment falls in each State.

No time limit moves because of a holiday: no treaty here says so. People only see that nobody may be
at work there. Weekends and zones come with Comity, holidays from a file that an office fills.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any, Final

from comity.canonical import in_zone
from comity.instruments.clocks import Clock
from comity.instruments.errors import LawDuplicateError
from comity.instruments.library import Library
from comity.instruments.table import Table, rows

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
