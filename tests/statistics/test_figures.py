"""Figures are what docs/reference/statistics.md says they are."""

from datetime import timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.node.people.goals import Goals
from comity.node.statistics.counts import (
    SPREADS,
    Asked,
    Besides,
    Figures,
    OpenWork,
    Volume,
    figures,
)
from comity.node.statistics.disclosure_control import publish
from comity.node.statistics.durations import spread
from comity.node.statistics.periods import PeriodError, offered, parse_period

HOUR = 3600
GOALS = Goals(dict.fromkeys(SPREADS, timedelta(hours=24)))
NOTHING = Besides(
    refusals={},
    evidence_in=Volume(),
    evidence_out=Volume(),
    translations_asked=0,
    translations_delivered=0,
    open_work=OpenWork(),
)
SECONDS = st.lists(st.integers(0, 10**8), min_size=1, max_size=60)


def asked(*, acknowledged: int | None = HOUR, **more: object) -> Asked:
    values: dict[str, object] = {
        "incoming": True,
        "partner": "vn/contact-point",
        "state": "vn",
        "month": "2026-03",
        "measure": "preservation",
        "stands": "submitted",
        "seconds": {"request.submitted": 1000}
        | ({} if acknowledged is None else {"request.acknowledged": 1000 + acknowledged}),
    }
    return Asked(**(values | more))  # type: ignore[arg-type]


def counted(*requests: Asked, besides: Besides = NOTHING) -> Figures:
    return figures(requests, months=parse_period("2026").months, goals=GOALS, besides=besides)


@given(SECONDS)
def test_half_took_at_most_the_median(seconds: list[int]) -> None:
    found = spread(seconds, goal_s=HOUR)
    assert found.median_s == int(median(seconds))
    assert found.count == found.within + found.beyond == len(seconds)


@given(SECONDS)
def test_nine_in_ten_took_at_most_p90_and_no_smaller_one_does(seconds: list[int]) -> None:
    p90 = spread(seconds, goal_s=HOUR).p90_s
    assert p90 is not None
    assert p90 in seconds
    assert 10 * sum(each <= p90 for each in seconds) >= 9 * len(seconds)
    assert 10 * sum(each < p90 for each in seconds) < 9 * len(seconds)


@given(SECONDS, st.integers(0, 10**8))
def test_the_order_of_durations_says_nothing(seconds: list[int], goal_s: int) -> None:
    assert spread(seconds, goal_s=goal_s) == spread(reversed(seconds), goal_s=goal_s)


def test_of_nothing_there_is_no_median() -> None:
    found = spread([], goal_s=1)
    assert (found.median_s, found.p90_s, found.percent) == (None, None, None)


def test_every_split_counts_every_request_once() -> None:
    found = counted(
        asked(), asked(incoming=False, state="fr", measure=""), asked(measure="emergency")
    )
    for split in found.splits.values():
        assert sum(received for received, _ in split.rows.values()) == found.received == 2
        assert sum(sent for _, sent in split.rows.values()) == found.sent == 1
    assert len(found.splits["months"].rows) == 12


def test_what_is_on_paper_is_counted_and_not_timed() -> None:
    found = counted(asked(paper=True))
    assert (found.received, found.on_paper) == (1, 1)
    assert all(timed.received.count == 0 for timed in found.timed)


def test_an_emergency_is_timed_with_the_others_and_on_its_own() -> None:
    timed = {one.step: one.received for one in counted(asked(), asked(measure="emergency")).timed}
    assert timed["acknowledged"].count == 2
    assert timed["emergency"].count == 1


def test_a_partial_acceptance_is_a_decision_and_the_first_one_counts() -> None:
    seconds = {
        "request.submitted": 0,
        "request.refused": 9 * HOUR,
        "request.accepted-in-part": HOUR,
    }
    timed = {one.step: one.received for one in counted(asked(seconds=seconds)).timed}
    assert timed["decided"].median_s == HOUR


def test_times_of_few_cases_are_not_handed_out() -> None:
    for number, wanted in ((4, None), (5, HOUR)):
        found = counted(*[asked() for _ in range(number)])
        out = publish(found, party="za/x", office="", period=parse_period("2026"), threshold=5)
        assert out.times[0].median_s == wanted


def test_a_share_that_tells_of_few_late_cases_is_not_handed_out() -> None:
    late = [asked(acknowledged=30 * HOUR) for _ in range(2)]
    found = counted(*[asked() for _ in range(50)], *late)
    out = publish(found, party="za/x", office="", period=parse_period("2026"), threshold=5)
    assert (out.times[0].median_s, out.times[0].percent) == (HOUR, None)


def test_partners_stay_at_home() -> None:
    out = publish(counted(asked()), party="z", office="", period=parse_period("2026"), threshold=5)
    assert [one.key for one in out.counts] == ["months", "states", "measures", "stands"]


def test_few_refusals_on_a_ground_are_hidden() -> None:
    besides = Besides(
        refusals={"un-2024 order": (2, 7)},
        evidence_in=Volume(),
        evidence_out=Volume(),
        translations_asked=0,
        translations_delivered=0,
        open_work=OpenWork(),
    )
    found = counted(besides=besides)
    out = publish(found, party="z", office="", period=parse_period("2026"), threshold=5)
    assert out.refusals == (("un-2024 order", (None, 7)),)


def test_a_month_alone_is_not_handed_out() -> None:
    with pytest.raises(PeriodError):
        publish(counted(), party="z", office="", period=parse_period("2026-03"), threshold=5)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-", "2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-1", "２０２６"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        parse_period(text)


def test_a_period_ends_where_the_next_begins() -> None:
    for one, two in (("2026-H1", "2026-Q3"), ("2026-12", "2027"), ("2026-Q4", "2027-01")):
        assert parse_period(one).end == parse_period(two).start
    assert parse_period("2026-Q3").months == ("2026-07", "2026-08", "2026-09")


def test_the_chooser_offers_nothing_that_has_not_begun() -> None:
    names = [one.name for one in offered(at=parse_period("2026-05").start)]
    assert names[:4] == ["2026", "2026-H1", "2026-Q2", "2026-Q1"]
    assert "2026-06" not in names
