"""A due moment as each State sees it, with the days on which nobody may be at work."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from comity.files.instruments import shipped
from comity.instruments import InstrumentError, Library
from comity.instruments.calendars import FILE, calendars, shown, zoned
from comity.instruments.clock_terms import policy_of
from comity.instruments.clocks import Clock, Happening, clocks
from comity.instruments.state_names import state_names

STATE = '[[state]]\nkey = "vn"\nzone = "Asia/Ho_Chi_Minh"\nweekend = ["saturday", "sunday"]\n'
TET = '[[holiday]]\nstate = "vn"\ndate = 2027-02-05\nname = "New Year"\n'


def library(*texts: str) -> Library:
    return Library(*({FILE: text.encode()} for text in texts))


def due_at(moment: datetime) -> Clock:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    (found,) = clocks([Happening(start, "preserved", moment)], policy_of(None), at=start)
    return found


def test_a_moment_falls_on_different_days_in_two_states() -> None:
    zones = zoned(calendars(shipped()), ZoneInfo)
    clock = due_at(datetime(2027, 2, 5, 18, 30, tzinfo=UTC))  # a Friday
    hanoi, pretoria = shown(clock, (zones["vn"], zones["za"]))
    assert (hanoi.local.isoformat(), hanoi.off) == ("2027-02-06T01:30:00+07:00", "weekend")
    assert (pretoria.local.isoformat(), pretoria.off) == ("2027-02-05T20:30:00+02:00", "")


def test_an_office_adds_holidays_and_the_moment_itself_does_not_move() -> None:
    (calendar,) = calendars(library(STATE, TET)).values()
    clock = due_at(datetime(2027, 2, 5, 3, 0, tzinfo=UTC))
    (seen,) = shown(clock, [(calendar, ZoneInfo(calendar.zone))])
    assert (seen.off, seen.local) == ("New Year", clock.due)


def test_an_office_sets_right_what_is_shipped() -> None:
    mended = STATE.replace('"saturday", "sunday"', '"sunday"')
    assert calendars(library(STATE, mended))["vn"].weekend == {6}


def test_every_state_has_a_zone_and_the_unsure_ones_no_weekend() -> None:
    found = calendars(shipped())
    assert found.keys() == state_names(shipped()).names.keys() - {"eu"}
    assert found["af"].weekend == frozenset()
    assert found["eg"].weekend == {4, 5}


def test_a_holiday_on_a_weekend_is_named() -> None:
    (calendar,) = calendars(library(STATE, TET.replace("02-05", "02-06"))).values()
    assert calendar.off(date(2027, 2, 6)) == "New Year"
    assert calendar.off(date(2027, 2, 7)) == "weekend"
    assert calendar.off(date(2027, 2, 8)) == ""


def test_what_is_shipped_names_zones_that_exist() -> None:
    found = calendars(shipped())
    assert {"vn", "za"} <= found.keys()
    assert {calendar.zone for calendar in found.values()} <= available_timezones()


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ((STATE + STATE,), "law-duplicate"),
        ((STATE, TET, TET), "law-duplicate"),
        ((TET,), "law-member"),
        ((STATE, TET.replace("vn", "za")), "law-member"),
        ((STATE, TET.replace("2027-02-05", '"5 February"')), "law-member"),
        ((STATE, TET.replace("2027-02-05", "2027-02-05T00:00:00")), "law-member"),
        ((STATE, TET + 'moved = "yes"\n'), "law-member"),
        ((STATE.replace("sunday", "sonntag"),), "law-member"),
        ((STATE.replace("sunday", "saturday"),), "law-duplicate"),
        ((STATE.replace("zone", "place"),), "law-member"),
        (('state = "vn"\n',), "law-member"),
        (("state = [1]\n",), "law-member"),
        (("days = 5\n",), "law-member"),
    ],
)
def test_a_file_that_breaks_the_format_is_refused(texts: tuple[str, ...], code: str) -> None:
    with pytest.raises(InstrumentError) as fault:
        calendars(library(*texts))
    assert fault.value.code == code
    assert fault.value.facts["file"] == FILE
