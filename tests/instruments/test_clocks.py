"""What falls due, when people are told, and what was due at any moment of the past."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.canonical import MisuseError
from comity.files.instruments import shipped
from comity.instruments.clock_terms import Local, Policy, policy_of
from comity.instruments.clocks import (
    COURSES,
    KINDS,
    Clock,
    Happening,
    clocks,
    next_due,
)

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
END = START + 90 * DAY
UN = policy_of(shipped().instruments["un-2024"])
COE = policy_of(shipped().instruments["coe-2001"])
NO_LAW = policy_of(None)


def day(number: float) -> datetime:
    return START + number * DAY


def preserved(until: datetime | None = END) -> Happening:
    return Happening(START, "preserved", until)


def one(history: list[Happening], at: datetime, policy: Policy = UN) -> Clock:
    (found,) = clocks(history, policy, at=at)
    return found


def of(kind: str, history: list[Happening], at: datetime, policy: Policy = UN) -> Clock:
    (found,) = [clock for clock in clocks(history, policy, at=at) if clock.kind == kind]
    return found


# ------------------------------------------------------------------ preservation


@pytest.mark.parametrize(("policy", "cite"), [(UN, ("42(8)",)), (COE, ("29(7)",))])
def test_people_are_told_by_the_end_that_was_said_though_the_treaty_asks_for_more(
    policy: Policy, cite: tuple[str, ...]
) -> None:
    found = one([preserved(day(30))], START, policy)
    assert (found.due, found.cite, found.policy) == (day(30), cite, False)


def test_a_longer_preservation_ends_as_said() -> None:
    assert one([preserved()], START).due == END


def test_a_preservation_without_a_stated_end_is_counted_by_the_treaty() -> None:
    assert one([preserved(None)], START).due == day(60)


def test_without_a_law_the_stated_end_is_all_there_is() -> None:
    found = one([preserved(day(2))], START, NO_LAW)
    assert (found.due, found.cite) == (day(2), ())


def test_without_a_law_and_without_an_end_there_is_no_silence_but_an_error() -> None:
    with pytest.raises(MisuseError):
        clocks([preserved(None)], NO_LAW, at=START)


def test_people_are_told_by_level_and_each_day_after() -> None:
    found = one([preserved()], START)
    assert [(n.at - END, n.level, n.to_whom) for n in found.notices] == [
        (-14 * DAY, 14, "officer"),
        (-7 * DAY, 7, "officer"),
        (-3 * DAY, 3, "second"),
        (-1 * DAY, 1, "deputy"),
        (0 * DAY, 0, "deputy"),
    ]
    assert found.notice(END - 15 * DAY) is None
    assert found.notice(END + 23 * timedelta(hours=1)) == found.notices[-1]
    later = found.notice(END + 5.5 * DAY)
    assert later is not None
    assert (later.at, later.level, later.to_whom) == (END + 5 * DAY, -5, "deputy")


def test_a_clock_that_starts_late_tells_once_at_its_start() -> None:
    found = one([preserved(day(2))], START, NO_LAW)
    assert [(n.at, n.level) for n in found.notices] == [(START, 3), (day(1), 1), (day(2), 0)]
    assert found.state == "near"
    levels = [notice.level for notice in one([preserved(day(3))], START, NO_LAW).notices]
    assert levels == [3, 1, 0]


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (START, "running"),
        (END - 14 * DAY - timedelta(seconds=1), "running"),
        (END - 14 * DAY, "near"),
        (END - timedelta(seconds=1), "near"),
        (END, "overdue"),
        (END + 400 * DAY, "overdue"),
    ],
)
def test_a_preservation_never_lapses_by_itself(at: datetime, state: str) -> None:
    assert one([preserved()], at).state == state


@pytest.mark.parametrize("received", [-10, 1, 90])
def test_a_request_that_came_in_time_keeps_it_until_the_decision(received: int) -> None:
    history = [Happening(day(received), "mla-received", about="a"), preserved()]
    for at in (day(90), day(91), day(5000)):
        found = one(history, at)
        assert (found.state, found.notices, found.notice(at)) == ("kept", (), None)
        assert next_due([found]) is None
    history.append(Happening(day(200), "mla-decided", about="a"))
    assert one(history, day(199)).state == "kept"
    found = one(history, day(200))
    assert (found.state, found.due) == ("overdue", day(200))


def test_a_decision_before_the_end_leaves_the_end() -> None:
    history = [preserved(), Happening(day(1), "mla-received"), Happening(day(9), "mla-decided")]
    assert (one(history, day(10)).state, one(history, day(10)).due) == ("running", END)


def test_a_request_that_came_too_late_keeps_nothing() -> None:
    history = [preserved(), Happening(END + timedelta(seconds=1), "mla-received")]
    assert one(history, END + DAY).state == "overdue"
    history.append(Happening(END + 9 * DAY, "mla-decided"))
    assert one(history, END + 9 * DAY).due == END


def test_a_request_that_comes_again_came_when_it_first_came() -> None:
    history = [Happening(day(n), "mla-received", about="a") for n in (5, 95)] + [preserved()]
    assert one(history, day(96)).state == "kept"


def test_the_decision_of_one_request_does_not_end_what_another_keeps() -> None:
    history = [
        preserved(),
        Happening(day(1), "mla-received", about="a"),
        Happening(day(100), "mla-received", about="b"),
        Happening(day(110), "mla-decided", about="a"),
    ]
    assert one(history, day(111)).state == "kept"
    history.append(Happening(day(120), "mla-decided", about="never asked"))
    assert one(history, day(121)).state == "kept"


def test_what_is_kept_cannot_be_declared_lapsed() -> None:
    lapsed = Happening(END + DAY, "lapsed")
    assert one([preserved(), lapsed], END + DAY).state == "stopped"
    waiting = Happening(day(5), "mla-received")
    assert one([preserved(), waiting, lapsed], END + 2 * DAY).state == "kept"


def test_a_release_stops_every_clock() -> None:
    history = [preserved(), Happening(day(3), "ordered", day(90)), Happening(day(5), "ended")]
    assert {clock.state for clock in clocks(history, UN, at=day(200))} == {"stopped"}
    assert next_due(clocks(history, UN, at=day(200))) is None


def test_an_extension_moves_the_end_and_never_back() -> None:
    longer = Happening(day(80), "extended", day(150))
    shorter = Happening(day(81), "extended", day(100))
    assert one([preserved(), longer, shorter], day(82)).due == day(150)


def test_an_extension_of_what_was_released_moves_nothing() -> None:
    history = [preserved(), Happening(day(5), "ended"), Happening(day(6), "extended", day(300))]
    found = one(history, day(7))
    assert (found.state, found.due) == ("stopped", END)


# ------------------------------------------------------------------ the other clocks


@pytest.mark.parametrize(("policy", "cite"), [(UN, ("25(2)",)), (COE, ("16(2)",))])
def test_an_order_at_home_must_be_renewed_after_ninety_days(
    policy: Policy, cite: tuple[str, ...]
) -> None:
    found = one([Happening(START, "ordered", day(365))], START, policy)
    assert (found.due, found.cite, found.policy) == (day(90), cite, False)


def test_a_shorter_order_ends_as_said() -> None:
    assert one([Happening(START, "ordered", day(30))], START).due == day(30)


@pytest.mark.parametrize(
    ("started", "kind", "length", "cite"),
    [
        ("oral-accepted", "oral-confirmation", timedelta(hours=48), ("40(13)",)),
        ("status-asked", "status", 14 * DAY, ("40(26)",)),
        ("emergency-received", "emergency", timedelta(hours=24), None),
    ],
)
def test_a_number_that_the_treaty_lacks_is_marked_as_local_policy(
    started: str, kind: str, length: timedelta, cite: tuple[str, ...] | None
) -> None:
    found = one([Happening(START, started)], START)
    assert (found.kind, found.due - START, found.policy) == (kind, length, True)
    assert cite is None or found.cite == cite


def test_an_office_sets_its_own_numbers() -> None:
    policy = policy_of(None, Local(notices=((2, "officer"), (0, "deputy")), status_days=5))
    found = one([Happening(START, "status-asked")], START, policy)
    assert (found.due, [n.level for n in found.notices]) == (day(5), [2, 0])


def test_a_postponement_is_looked_at_again_when_it_said() -> None:
    postponed = Happening(START, "postponed", day(40))
    assert (one([postponed], day(41)).state, one([postponed], START).cite) == (
        "overdue",
        ("40(27)",),
    )
    assert one([postponed, Happening(day(4), "resumed")], day(41)).state == "stopped"


def test_safe_conduct_passes_by_itself() -> None:
    released = [Happening(START, "witness-released")]
    assert one(released, day(1)).due == day(15)
    assert one(released, day(14.9)).state == "near"
    assert one(released, day(15)).state == "stopped"


def test_an_order_through_another_state_is_served_then_answered() -> None:
    history = [Happening(START, "order-complete")]
    assert (one(history, START, COE).kind, one(history, START, COE).due) == ("service", day(45))
    history.append(Happening(day(10), "served-subscriber"))
    assert of("service", history, day(11), COE).state == "stopped"
    found = of("return-subscriber", history, day(11), COE)
    assert (found.due, found.cite, found.policy) == (day(30), ("P2-8(6)(a)(i)",), False)
    history[-1] = Happening(day(10), "served-traffic")
    assert of("return-traffic", history, day(11), COE).due == day(55)


def test_a_term_that_this_law_lacks_starts_no_clock() -> None:
    assert clocks([Happening(START, "order-complete")], UN, at=START) == ()
    assert clocks([Happening(START, "witness-released")], NO_LAW, at=START) == ()


def test_an_answer_stops_the_clock_it_is_about_and_no_other() -> None:
    history = [
        Happening(START, "status-asked", about="a"),
        Happening(START, "status-asked", about="b"),
        Happening(day(1), "status-given", about="a"),
        Happening(day(2), "status-given", about="c"),
    ]
    found = clocks(history, UN, at=day(3))
    assert [(clock.about, clock.state) for clock in found] == [("a", "stopped"), ("b", "near")]
    assert next_due(found) == day(14)


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(MisuseError):
        Happening(START, "forgotten")


@pytest.mark.parametrize("at", [datetime(2026, 3, 2), START])  # noqa: DTZ001
def test_a_moment_without_its_zone_is_refused(at: datetime) -> None:
    with pytest.raises(MisuseError):
        Happening(at, "preserved", datetime(2026, 6, 1))  # noqa: DTZ001


def test_an_extension_until_nowhere_is_refused() -> None:
    with pytest.raises(MisuseError):
        clocks([preserved(), Happening(day(1), "extended")], UN, at=day(1))


@pytest.mark.parametrize(
    "notices",
    [(), ((7, "officer"),), ((7, "o"), (14, "o"), (0, "o")), ((7, "o"), (7, "o"), (0, "o"))],
)
def test_notices_count_down_to_the_moment_itself(notices: tuple[tuple[int, str], ...]) -> None:
    with pytest.raises(MisuseError):
        Local(notices=notices)


@pytest.mark.parametrize("wrong", [{"oral_hours": 0}, {"emergency_hours": -1}, {"status_days": 0}])
def test_a_local_limit_of_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(MisuseError):
        Local(**wrong)


# ------------------------------------------------------------------ properties

MOMENTS = st.integers(min_value=-100, max_value=400).map(lambda h: START + h * timedelta(hours=9))
HISTORIES = st.lists(
    st.builds(
        Happening, at=MOMENTS, kind=st.sampled_from(sorted(KINDS)), until=MOMENTS,
        about=st.sampled_from(["", "a"]),
    ),
    max_size=14,
)  # fmt: skip
POLICIES = st.sampled_from([UN, COE, NO_LAW])


@given(HISTORIES, POLICIES, MOMENTS)
def test_notices_are_in_order_and_never_after_the_moment(
    history: list[Happening], policy: Policy, at: datetime
) -> None:
    for clock in clocks(history, policy, at=at):
        moments = [notice.at for notice in clock.notices]
        assert moments == sorted(moments)
        assert all(moment <= clock.due for moment in moments)
        assert [n.level for n in clock.notices] == sorted({n.level for n in clock.notices})[::-1]
        assert (clock.state in {"kept", "stopped"}) == (not clock.notices)


@given(HISTORIES, POLICIES, MOMENTS)
def test_what_is_kept_is_never_overdue_and_what_is_overdue_is_due(
    history: list[Happening], policy: Policy, at: datetime
) -> None:
    for clock in clocks(history, policy, at=at):
        told = clock.notice(at)
        if clock.state == "kept":
            assert clock.kind == "preservation-end"
            assert told is None
        if clock.state in {"running", "near", "overdue"}:
            assert (clock.state == "overdue") == (clock.due <= at)
            assert (clock.state == "running") == (told is None)
        if clock.state == "overdue":
            assert told is not None
            assert told.level <= 0
            assert told.at <= at < told.at + DAY


@given(HISTORIES, POLICIES, MOMENTS, st.integers(min_value=0, max_value=3000))
def test_while_nothing_happens_a_clock_only_moves_on(
    history: list[Happening], policy: Policy, at: datetime, hours: int
) -> None:
    """Levels fall, states follow one another, and neither due moments nor notices change."""
    rank = {"running": 0, "near": 1, "overdue": 2}
    past = [happening for happening in history if happening.at <= at]
    before = clocks(past, policy, at=at)
    after = clocks(past, policy, at=at + timedelta(hours=hours))
    for one_, other in zip(before, after, strict=True):
        assert (one_.kind, one_.about, one_.due) == (other.kind, other.about, other.due)
        if one_.state in rank and other.state in rank:
            assert rank[one_.state] <= rank[other.state]
            assert one_.notices == other.notices
        elif one_.state != other.state:
            assert (other.kind, other.state) == ("safe-conduct", "stopped")
        first, later = one_.notice(at), other.notice(at + timedelta(hours=hours))
        if first is not None and later is not None:
            assert first.level >= later.level


@given(HISTORIES, POLICIES, MOMENTS)
def test_what_was_due_at_a_moment_does_not_depend_on_what_came_later(
    history: list[Happening], policy: Policy, at: datetime
) -> None:
    then = [happening for happening in history if happening.at <= at]
    assert clocks(history, policy, at=at) == clocks(then, policy, at=at)


@given(HISTORIES, POLICIES, MOMENTS)
def test_the_zone_in_which_moments_are_written_changes_nothing(
    history: list[Happening], policy: Policy, at: datetime
) -> None:
    zone = timezone(timedelta(hours=7))
    moved = [
        Happening(h.at.astimezone(zone), h.kind, h.until and h.until.astimezone(zone), h.about)
        for h in history
    ]
    assert clocks(moved, policy, at=at) == clocks(history, policy, at=at)


def test_every_course_starts_by_a_happening_of_its_own() -> None:
    assert len({course.starts for course in COURSES}) == len(COURSES)
