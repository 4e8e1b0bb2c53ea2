"""Response times by month: gaps are no zeros, few cases no slow tenth, hidden ones no trace."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statistics.test_charts import SVG, read
from tests.statistics.test_figures import HOUR, NOTHING, asked

from comity.cli.law.figures import _lines
from comity.figures.charts import MonthPoint, times_by_month
from comity.node.people.goals import Goals
from comity.node.statistics.by_month import MonthTimes, month_times
from comity.node.statistics.counts import SPREADS, Asked, figures
from comity.node.statistics.disclosure_control import MonthTime, Published, publish
from comity.node.statistics.periods import parse_period

QUARTER = parse_period("2026-Q1")
MONTHS = QUARTER.months
GOALS = Goals(dict.fromkeys(SPREADS, timedelta(hours=24)) | {"emergency": timedelta(hours=1)})
ACKNOWLEDGED = "acknowledged"


def by_month(*requests: Asked) -> dict[tuple[str, str], MonthTimes]:
    found = figures(requests, months=MONTHS, goals=GOALS, besides=NOTHING)
    return {(one.step, one.urgency): one for one in found.by_month}


def released(requests: list[Asked], threshold: int = 5) -> Published:
    found = figures(requests, months=MONTHS, goals=GOALS, besides=NOTHING)
    return publish(found, party="za/x", office="", period=QUARTER, threshold=threshold)


def several(seconds: list[int], **more: object) -> list[Asked]:
    return [asked(acknowledged=each, **more) for each in seconds]


@pytest.mark.parametrize(
    ("seconds", "median_s", "p90_s"),
    [
        ([], None, None),
        ([7], 7, None),
        ([1, 2], 1, None),
        (list(range(1, 10)), 5, None),
        (list(range(1, 11)), 5, 9),
        (list(range(1, 21)), 10, 18),
        ([-5, 3, 9], 3, None),
    ],
)
def test_a_month_has_a_median_of_any_and_a_p90_that_is_not_its_slowest_case(
    seconds: list[int], median_s: int | None, p90_s: int | None
) -> None:
    taken = {(ACKNOWLEDGED, "normal", "2026-02", True): seconds}
    found = month_times(taken, months=MONTHS, goals=GOALS)[0]
    received, sent = found.months["2026-02"]
    assert (received.median_s, received.p90_s) == (median_s, p90_s)
    assert (received.count, sent.count) == (len(seconds), 0)


def test_every_month_of_the_period_is_there_and_one_without_an_answer_has_no_median() -> None:
    found = by_month(asked(month="2026-01"), asked(month="2026-03", acknowledged=None))
    months = found[ACKNOWLEDGED, "normal"].months
    assert tuple(months) == MONTHS
    assert [received.median_s for received, _sent in months.values()] == [HOUR, None, None]


def test_each_urgency_is_timed_on_its_own_and_an_emergency_by_its_own_target() -> None:
    found = by_month(
        asked(), asked(urgency="urgent", acknowledged=2 * HOUR), asked(urgency="emergency")
    )
    timed = {urgency: found[ACKNOWLEDGED, urgency].months["2026-03"][0] for _s, urgency in found}
    assert [timed[word].median_s for word in ("normal", "urgent", "emergency")] == [
        HOUR, 2 * HOUR, HOUR,
    ]  # fmt: skip
    assert (timed["normal"].goal_s, timed["emergency"].goal_s) == (24 * HOUR, HOUR)


def test_requests_of_the_office_are_timed_apart_from_those_to_it() -> None:
    found = by_month(asked(incoming=False, acknowledged=2 * HOUR), asked())
    received, sent = found[ACKNOWLEDGED, "normal"].months["2026-03"]
    assert (received.median_s, sent.median_s) == (HOUR, 2 * HOUR)
    assert (found[ACKNOWLEDGED, "normal"].received, found[ACKNOWLEDGED, "normal"].all) == (1, 2)


@pytest.mark.parametrize(("number", "shown"), [(0, None), (1, None), (4, None), (5, HOUR)])
def test_a_month_of_few_cases_leaves_the_office_like_one_of_none(
    number: int, shown: int | None
) -> None:
    out = released(several([HOUR] * number))
    march = [one for one in out.by_month if one.month == "2026-03"]
    assert march[0] == MonthTime(ACKNOWLEDGED, "normal", "2026-03", True, shown, None)


def test_a_higher_threshold_hides_the_slow_tenth_too() -> None:
    for threshold, wanted in ((12, (HOUR, HOUR)), (13, (None, None))):
        out = released(several([HOUR] * 12), threshold)
        march = next(one for one in out.by_month if one.month == "2026-03")
        assert (march.median_s, march.p90_s) == wanted


@given(
    st.lists(st.integers(0, 10**6), max_size=4),
    st.lists(st.integers(0, 10**6), max_size=4),
    st.lists(st.integers(0, 10**6), min_size=5, max_size=12),
)
def test_what_is_hidden_of_a_month_changes_nothing_that_is_shown_by_month(
    few: list[int], other: list[int], many: list[int]
) -> None:
    shown = several(many, month="2026-01")
    first = released([*shown, *several(few, month="2026-02", urgency="urgent")])
    second = released([*shown, *several(other, month="2026-02", urgency="urgent")])
    assert first.by_month == second.by_month
    assert len(first.by_month) == len(released([]).by_month), "as many rows whatever happened"


def test_the_command_prints_months_with_an_answer_whole_and_as_released() -> None:
    spread = {"median_s": 3600, "p90_s": None}
    none = {"median_s": None, "p90_s": None}
    head = {"step": ACKNOWLEDGED, "urgency": "urgent"}
    whole = {**head, "months": [{"month": "2026-03", "received": spread, "sent": none}]}
    line = "  2026-03  acknowledged  urgent     received  3600, -"
    for row in (whole, {**head, "month": "2026-03", "incoming": True, **spread}):
        told = list(_lines({"splits": {}, "times": [], "times_by_month": [row]}))
        assert told[2:] == [line]


POINTS = st.lists(
    st.one_of(
        st.tuples(st.none(), st.none()),
        st.integers(0, 10**7).flatmap(
            lambda median: st.tuples(
                st.just(median), st.one_of(st.none(), st.integers(median, 2 * 10**7))
            )
        ),
    ),
    min_size=1,
    max_size=12,
)


@given(POINTS, st.integers(0, 10**7), st.booleans())
def test_a_curve_has_a_mark_for_each_month_with_an_answer_and_none_for_a_gap(
    points: list[tuple[int | None, int | None]], target: int, rtl: bool
) -> None:
    rows = [MonthPoint(f"m{number}", *point) for number, point in enumerate(points)]
    drawn = times_by_month(rows, "told", target=target, head="told", span=str, rtl=rtl)
    known = [median for median, _p90 in points if median is not None]
    assert (drawn is not None) is (len(known) >= 2)
    if drawn is None:
        return
    root = read(drawn)
    dots = root.findall(f"{SVG}circle")
    assert len(dots) == len(known)
    paths = [one.get("class") for one in root.findall(f"{SVG}path")]
    assert paths.count("pa") == sum(p90 is not None for _median, p90 in points)
    assert all(0 <= float(dot.get("cx", "")) <= 560 for dot in dots)
    assert all(44 <= float(dot.get("cy", "")) <= 164 for dot in dots)
    order = [float(dot.get("cx", "")) for dot in dots]
    assert order == sorted(order, reverse=rtl)
    stretches = sum(
        median is not None and (number == 0 or points[number - 1][0] is None)
        for number, (median, _p90) in enumerate(points)
    )
    assert paths.count("curve") == stretches, "a gap breaks the curve"
