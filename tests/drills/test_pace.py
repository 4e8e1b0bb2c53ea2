"""Exercise time: paused, slowed, hurried, and back to the wall without a gap."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.drills.making import T0, at

from comity.drills.run import (
    TICKS_PER_MINUTE,
    Change,
    moment_of,
    ticks_at,
)

CHANGES = st.lists(
    st.tuples(st.integers(0, 3600), st.sampled_from([0, 1, 33, 50, 100, 200, 6000])), max_size=8
).map(
    lambda rows: [
        Change(T0, 100),
        *(Change(T0 + timedelta(seconds=s), p) for s, p in sorted(rows, key=lambda row: row[0])),
    ]
)


def test_nothing_has_passed_before_the_start() -> None:
    assert ticks_at([Change(T0, 100)], T0 - timedelta(hours=1)) == 0


def test_a_pause_adds_nothing_and_double_pace_adds_twice() -> None:
    changes = [Change(T0, 100), Change(at(10), 0), Change(at(20), 200)]
    assert ticks_at(changes, at(15)) == 10 * TICKS_PER_MINUTE
    assert ticks_at(changes, at(25)) == 20 * TICKS_PER_MINUTE


def test_a_moment_that_a_pause_holds_back_is_not_known() -> None:
    assert moment_of([Change(T0, 100), Change(at(10), 0)], 11 * TICKS_PER_MINUTE) is None
    assert moment_of([Change(T0, 100), Change(at(10), 0)], 9 * TICKS_PER_MINUTE) == at(9)


@given(CHANGES, st.integers(0, 7200), st.integers(0, 7200))
def test_exercise_time_never_runs_backwards(changes: list[Change], one: int, two: int) -> None:
    early, late = sorted((T0 + timedelta(seconds=one), T0 + timedelta(seconds=two)))
    assert ticks_at(changes, early) <= ticks_at(changes, late)


@given(CHANGES, st.integers(0, 100))
def test_the_moment_of_a_time_is_the_first_at_which_it_has_passed(
    changes: list[Change], minute: int
) -> None:
    moment = moment_of(changes, minute * TICKS_PER_MINUTE)
    if moment is None:
        assert ticks_at(changes, T0 + timedelta(days=9)) < minute * TICKS_PER_MINUTE
        return
    assert ticks_at(changes, moment) >= minute * TICKS_PER_MINUTE
    before = moment - timedelta(milliseconds=1)
    assert minute == 0 or ticks_at(changes, before) < minute * TICKS_PER_MINUTE
