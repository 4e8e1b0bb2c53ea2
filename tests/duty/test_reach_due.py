"""The node asks its partners' watches by itself: seldom, spread, and no watch to death."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.duty.conftest import T0
from tests.duty.test_causes import conversation, delivery, ping

from comity.demo.world import ASKED, ASKING
from comity.node import audit
from comity.node.duty import reach
from comity.node.duty.reach import ReachQuotaError
from comity.node.duty.reach_due import MOST_A_DAY, due, moment_of, step
from comity.node.models import Conversation
from comity.node.node import Node

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PERIOD = 30 * DAY
MOMENT = moment_of(ASKED, ASKING, period=PERIOD, at=T0 + 60 * DAY)


@pytest.fixture
def lived(node: Node) -> Node:
    """Return a node that is older than a day."""
    audit.note(at=MOMENT - 40 * DAY, actor="x", action="account.added", subject="x")
    return node


@pytest.mark.parametrize(
    ("hours", "asked"), [(-1, False), (0, True), (1, True), (23, True), (25, False)]
)
def test_a_party_is_due_from_its_moment_for_a_day(lived: Node, hours: int, asked: bool) -> None:
    assert due(lived, at=MOMENT + hours * HOUR) == ([ASKING] if asked else [])


def test_nobody_is_asked_in_a_nodes_first_day(node: Node) -> None:
    audit.note(at=MOMENT - 23 * HOUR, actor="x", action="account.added", subject="x")
    assert due(node, at=MOMENT) == []


def test_a_setting_of_nought_asks_nobody(lived: Node) -> None:
    lived.config = replace(lived.config, reach_every_days=0)
    assert due(lived, at=MOMENT) == []


@pytest.mark.parametrize(("days", "again"), [(0, False), (1, False), (28, False), (30, True)])
def test_whoever_was_asked_in_the_period_is_not_asked_again(
    lived: Node, days: int, again: bool
) -> None:
    ping("1", MOMENT - days * DAY, opener=ASKED)
    assert bool(due(lived, at=MOMENT + HOUR)) is again


def test_their_test_of_us_is_none_of_ours(lived: Node) -> None:
    ping("1", MOMENT, opener=ASKING)
    assert due(lived, at=MOMENT) == [ASKING]


def test_a_party_whose_node_is_silent_is_not_asked(lived: Node) -> None:
    delivery(queued_at=MOMENT - HOUR)
    assert due(lived, at=MOMENT) == []


def test_a_period_asks_a_party_once_however_often_one_looks(lived: Node) -> None:
    asked: list[str] = []
    for hour in range(60 * 24):
        at = MOMENT + hour * HOUR
        before = len(asked)
        step(lived, asked.append, at=at)
        if len(asked) > before:
            ping(str(len(asked)), at, opener=ASKED)
    assert asked == [ASKING, ASKING]


def test_what_fails_for_one_does_not_stop_the_step(lived: Node) -> None:
    def refuse(_party: str) -> None:
        raise ReachQuotaError("enough")

    assert step(lived, refuse, at=MOMENT) == 0


def test_190_states_ask_one_watch_on_all_days_and_at_all_hours() -> None:
    at = T0 + 90 * DAY
    moments = [moment_of(f"s{n:03}/watch", ASKED, period=PERIOD, at=at) for n in range(190)]
    assert all(timedelta() <= at - one < PERIOD for one in moments)
    days = Counter((at - one).days for one in moments)
    hours = Counter((at - one) // HOUR for one in moments)
    assert len(days) >= 28
    assert max(days.values()) <= 16
    assert max(hours.values()) <= 4


def test_one_node_asks_190_states_a_few_a_day(lived: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [f"s{n:03}/watch" for n in range(190)]
    monkeypatch.setattr(reach, "testable", lambda _node: known)
    lived.config = replace(lived.config, reach_every_days=1)  # all of them in one day
    conversation("c", members=[ASKED, known[150]])
    first = due(lived, at=MOMENT)
    assert (len(first), first[0]) == (MOST_A_DAY, known[150])
    for number, party in enumerate(first, 1):
        digest = ping(str(number), MOMENT, opener=ASKED)
        Conversation.objects.filter(digest=digest).update(members=[ASKED, party])
    assert due(lived, at=MOMENT + HOUR) == []
