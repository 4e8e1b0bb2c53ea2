"""The grid of a week shows each moment once, and so each gap, whatever the roster."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from comity.node.core.local_time import moment_of
from comity.node.duty.roster import Change, Crew, Roster, Weekly
from comity.node.duty.week_grid import MOST_ROWS, Stretch, WeekGrid, monday_of, week_grid

ZONES = st.sampled_from(["Africa/Johannesburg", "Europe/Berlin", "America/New_York", "UTC",
                         "Asia/Ho_Chi_Minh", "Australia/Lord_Howe"])  # fmt: skip
READINGS = st.times(time(0), time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))
MONDAYS = st.integers(0, 300).map(lambda n: date(2024, 1, 1) + n * timedelta(days=7))
CREWS = st.integers(1, 3).map(lambda n: Crew(officer=f"o{n}"))


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Roster, date]:
    monday = draw(MONDAYS)
    weekly = draw(st.lists(st.builds(
        Weekly, weekday=st.integers(0, 6), begins=READINGS, ends=READINGS, zone=ZONES, crew=CREWS,
    ), max_size=9))  # fmt: skip
    start = datetime.combine(monday, time(0), UTC) - timedelta(days=1)
    changes = [
        Change(begins=start + timedelta(minutes=at), ends=start + timedelta(minutes=at + long),
               crew=crew)
        for at, long, crew in draw(st.lists(
            st.tuples(st.integers(0, 9 * 1440), st.integers(1, 3000), CREWS), max_size=4))
    ]  # fmt: skip
    return Roster(weekly, changes), monday


def stretches(grid: WeekGrid) -> list[Stretch]:
    """All parts of all cells, in order of time."""
    found = [part for row in grid.rows for cell in row.cells for part in cell]
    return sorted(found, key=lambda part: part.begins)


@given(rosters(), ZONES)
def test_each_moment_of_a_week_is_in_one_cell_and_each_gap_is_named(
    made: tuple[Roster, date], name: str
) -> None:
    (kept, monday), zone = made, ZoneInfo(name)
    grid = week_grid(kept, monday, zone)
    assert len(grid.rows) <= MOST_ROWS
    assert {len(row.cells) for row in grid.rows} == {7}
    found = stretches(grid)
    begin = moment_of(monday, time(0), zone)
    end = moment_of(monday + timedelta(days=7), time(0), zone)
    assert found[0].begins == begin
    assert found[-1].ends == end
    for one, after in pairwise(found):
        assert one.ends == after.begins, "no moment twice, none left out"
    for part in found:
        on = kept.on_duty(part.begins)
        assert part.crew == (on.crew if on else None)
    gaps: list[list[datetime]] = []
    for part in found:
        if part.crew is None:
            if gaps and gaps[-1][1] == part.begins:
                gaps[-1][1] = part.ends
            else:
                gaps.append([part.begins, part.ends])
    assert (
        gaps
        == [[gap.begins, gap.ends] for gap in grid.gaps]
        == [[gap.begins, gap.ends] for gap in kept.gaps(begin, end)]
    )


def test_rows_are_the_hours_at_which_shifts_change_on_the_clock_of_the_city() -> None:
    kept = Roster([
        Weekly(weekday=day, begins=time(hour), ends=time((hour + 12) % 24),
               zone="Africa/Johannesburg", crew=Crew(officer="a"))
        for day in range(7) for hour in (6, 18)
    ])  # fmt: skip
    grid = week_grid(kept, date(2026, 11, 30), ZoneInfo("Africa/Johannesburg"))
    assert [(row.begins.hour, row.ends.hour) for row in grid.rows] == [(0, 6), (6, 18), (18, 0)]
    assert [row.utc_begins.hour for row in grid.rows] == [22, 4, 16]
    assert grid.gaps == ()


def test_a_week_begins_on_the_monday_of_the_city() -> None:
    sunday = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    assert monday_of(sunday, ZoneInfo("Africa/Johannesburg")) == date(2026, 11, 30)
    assert monday_of(sunday, ZoneInfo("America/New_York")) == date(2026, 11, 23)


def test_a_week_in_which_the_clocks_change_says_so() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert week_grid(Roster(), date(2026, 10, 19), berlin).shifts_clock
    assert not week_grid(Roster(), date(2026, 10, 12), berlin).shifts_clock
