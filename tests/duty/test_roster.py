"""Nights on which the clocks change are watched like any other."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.node.core.local_time import ZoneUnknownError, moment_of, zone_named
from comity.node.duty.roster import Change, Crew, Roster, Weekly

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Casablanca",
    "Asia/Ho_Chi_Minh",
    "America/Santiago",  # changes at midnight
    "Antarctica/Troll",  # two hours
    "Pacific/Apia",
)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))
A, B = Crew(officer="a", second="b"), Crew(officer="b", second="a")


def tiled(zone: str, change: time) -> Roster:
    """Two shifts a day, every day, that meet at a reading and twelve hours later."""
    hours = (change.hour + 12) % 24
    other = change.replace(hour=hours)
    rows = []
    for weekday in range(7):
        rows.append(Weekly(weekday=weekday, begins=change, ends=other, zone=zone, crew=A))
        rows.append(Weekly(weekday=weekday, begins=other, ends=change, zone=zone, crew=B))
    return Roster(rows)


@given(zone=st.sampled_from(ZONES), day=DAYS, change=TIMES)
def test_shifts_that_meet_on_the_wall_leave_no_gap_and_no_overlap(
    zone: str, day: date, change: time
) -> None:
    begin = datetime.combine(day, time(0), UTC)
    end = begin + timedelta(days=4)
    roster = tiled(zone, change)
    assert roster.gaps(begin, end) == []
    shifts = roster.shifts(begin, end)
    assert all(one.ends == two.begins for one, two in pairwise(shifts))
    assert sum((s.ends - s.begins for s in shifts), timedelta()) == end - begin


@given(zone=st.sampled_from(ZONES), day=DAYS, readings=st.tuples(TIMES, TIMES))
def test_later_readings_of_a_day_are_never_earlier_moments(
    zone: str, day: date, readings: tuple[time, time]
) -> None:
    early, late = sorted(readings)
    place = ZoneInfo(zone)
    assert moment_of(day, early, place) <= moment_of(day, late, place)


@given(zone=st.sampled_from(ZONES), day=DAYS, reading=TIMES)
def test_a_reading_that_occurs_is_shown_by_the_clock_at_its_moment(
    zone: str, day: date, reading: time
) -> None:
    place = ZoneInfo(zone)
    shown = moment_of(day, reading, place).astimezone(place).replace(tzinfo=None)
    wanted = datetime.combine(day, reading)
    assert shown == wanted or shown > wanted  # skipped: the first reading after the change


def test_the_night_of_the_longer_hour_is_one_hour_longer() -> None:
    night = Weekly(weekday=5, begins=time(22), ends=time(6), zone="Europe/Berlin", crew=A)
    found = Roster([night]).shifts(
        datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
    )
    assert [(s.begins.hour, s.ends - s.begins) for s in found] == [(20, timedelta(hours=9))]


def test_a_shift_that_the_clocks_skip_whole_does_not_exist() -> None:
    row = Weekly(weekday=6, begins=time(2), ends=time(3), zone="Europe/Berlin", crew=A)
    begin = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert Roster([row]).shifts(begin, begin + timedelta(days=1)) == []


def test_a_reading_that_does_not_occur_is_the_moment_of_the_change() -> None:
    place = ZoneInfo("Europe/Berlin")
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert moment_of(date(2026, 3, 29), time(2, 30), place) == change


def test_a_change_counts_before_the_weekly_shift_and_the_newest_change_counts() -> None:
    begin = datetime(2026, 11, 23, tzinfo=UTC)
    hour = timedelta(hours=1)
    crew = Crew(officer="c")
    roster = Roster(
        tiled("UTC", time(0)).weekly,
        [
            Change(begins=begin + 2 * hour, ends=begin + 6 * hour, crew=B),
            Change(begins=begin + 4 * hour, ends=begin + 5 * hour, crew=crew),
        ],
    )
    found = [
        (s.crew.officer, s.begins.hour, s.ends.hour) for s in roster.shifts(begin, begin + 8 * hour)
    ]
    assert found == [("a", 0, 2), ("b", 2, 4), ("c", 4, 5), ("b", 5, 6), ("a", 6, 8)]
    on_duty = roster.on_duty(begin + 4 * hour)
    assert on_duty is not None
    assert on_duty.crew == crew


def test_a_gap_is_from_where_somebody_left_to_where_somebody_comes() -> None:
    rows = [
        Weekly(weekday=0, begins=time(8), ends=time(16), zone="Asia/Ho_Chi_Minh", crew=A),
        Weekly(weekday=0, begins=time(20), ends=time(23), zone="Asia/Ho_Chi_Minh", crew=B),
    ]
    begin = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Monday, 08:00 there
    gaps = Roster(rows).gaps(begin, begin + timedelta(hours=15))
    assert [(g.begins.hour, g.ends.hour) for g in gaps] == [(9, 13)]


def test_a_shift_counts_only_on_days_it_is_for() -> None:
    row = Weekly(
        weekday=0, begins=time(8), ends=time(16), zone="UTC", crew=A,
        first=date(2026, 11, 30), last=date(2026, 11, 30),
    )  # fmt: skip
    found = Roster([row]).shifts(
        datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    )
    assert [s.begins.date() for s in found] == [date(2026, 11, 30)]


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Asia/Ho_Chi_Minh\n", "/"])
def test_a_zone_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(ZoneUnknownError):
        zone_named(name)


def test_who_is_on_duty_is_told_with_the_whole_shift() -> None:
    roster = tiled("Asia/Ho_Chi_Minh", time(8))
    shift = roster.on_duty(datetime(2026, 11, 25, 3, 12, tzinfo=UTC))
    assert shift is not None
    assert (shift.begins, shift.ends) == (
        datetime(2026, 11, 25, 1, tzinfo=UTC), datetime(2026, 11, 25, 13, tzinfo=UTC),
    )  # fmt: skip


def test_two_shifts_of_one_crew_stay_two() -> None:
    rows = [
        Weekly(weekday=day, begins=time(0), ends=time(0), zone="UTC", crew=A) for day in range(7)
    ]
    begin = datetime(2026, 11, 23, tzinfo=UTC)
    assert len(Roster(rows).shifts(begin, begin + timedelta(days=7))) == 7
