"""The node asks its partners' watches by itself: seldom, spread, and no watch to death."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.translation import get_language
from tests.duty.conftest import T0
from tests.duty.test_causes import conversation, delivery, ping
from tests.watch.test_alerts import message

from comity.demo.world import ASKED, ASKING
from comity.node.core import reader_language
from comity.node.core.node import Node
from comity.node.duty import partner_tests_pause, partner_tests_schedule, partner_tests_text
from comity.node.duty.partner_tests_schedule import MOST_A_DAY, due, moment_of, step
from comity.node.log import audit
from comity.node.messages import partner_tests
from comity.node.messages.partner_tests import ReachQuotaError
from comity.node.models import AuditRow, Conversation, DocketEntry, SectionRow

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


def refuse(_party: str) -> None:
    raise ReachQuotaError("enough")


def test_what_fails_for_one_does_not_stop_the_step(
    lived: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_tests_schedule, "due", lambda _node, *, at: ["s1/watch", ASKING])
    asked: list[str] = []

    def ask(party: str) -> None:
        if party == "s1/watch":
            refuse(party)
        asked.append(party)

    assert step(lived, ask, at=MOMENT) == 1
    assert asked == [ASKING]


def test_who_could_not_be_asked_is_noted_once_in_six_hours_with_the_reason(lived: Node) -> None:
    for minutes in range(0, 60 * 30, 10):  # as often as the node looks, beyond the day of the test
        assert step(lived, refuse, at=MOMENT + timedelta(minutes=minutes)) == 0
    rows = AuditRow.objects.filter(action="reach.not-asked")
    assert {(row.actor, row.subject, row.detail) for row in rows} == {
        ("node", "reach", f"{ASKING} reach-quota")
    }
    assert [row.at - MOMENT for row in rows.order_by("pk")] == [n * 6 * HOUR for n in range(4)]


def test_it_is_told_until_it_was_asked_or_the_period_is_over(lived: Node) -> None:
    step(lived, refuse, at=MOMENT)
    told = [partner_tests_schedule.NotAsked(ASKING, MOMENT, "reach-quota")]
    assert partner_tests_schedule.not_asked(lived, at=MOMENT + 10 * DAY) == told
    assert partner_tests_schedule.not_asked(lived, at=MOMENT + 31 * DAY) == []
    ping("1", MOMENT + 7 * HOUR, opener=ASKED)
    assert partner_tests_schedule.not_asked(lived, at=MOMENT + 10 * DAY) == []


def said(conversation: Conversation, urgency: str) -> None:
    """Store what the opening of a conversation says of its urgency."""
    stored = message(int(conversation.digest[-4:]), content=conversation.digest)
    value = {"measure": conversation.measure, "urgency": urgency}
    SectionRow.objects.create(record=stored.record, name="request", salt=b"s", value=value)


@pytest.mark.parametrize(
    ("measure", "urgency", "main", "days", "paused"),  # days since it came or went
    [
        ("stored-data", "normal", "submitted", 1, False),
        ("stored-data", "urgent", "submitted", 1, True),
        ("stored-data", "urgent", "clarifying", 1, True),
        ("stored-data", "urgent", "accepted", 1, False),
        ("stored-data", "urgent", "preserved", 1, False),
        ("stored-data", "urgent", "submitted", 8, False),
        ("stored-data", "emergency", "accepted", 6, True),
        ("stored-data", "emergency", "executed", 1, False),
        ("emergency", "normal", "acknowledged", 1, True),
        ("emergency", "normal", "accepted", 1, True),
        ("emergency", "normal", "closed", 1, False),
        ("emergency", "normal", "submitted", 8, False),
    ],
)
@pytest.mark.parametrize("opener", [ASKED, ASKING])
def test_nobody_is_asked_while_something_urgent_is_open_here(
    lived: Node, *, opener: str, measure: str, urgency: str, main: str, days: int, paused: bool
) -> None:
    opened = conversation(
        "77", opener=opener, measure=measure, main=main, opened_at=MOMENT - days * DAY
    )
    said(opened, urgency)
    assert due(lived, at=MOMENT) == ([] if paused else [ASKING])
    assert partner_tests_pause.is_paused(at=MOMENT) is paused


def test_an_urgent_request_on_paper_counts_too(lived: Node) -> None:
    opened = conversation("78", measure="stored-data", paper=True, opened_at=MOMENT - DAY)
    told = {"sections": {"request": {"urgency": "urgent"}}}
    DocketEntry.objects.create(
        item="i", number=1, act="correspondence.transcribed", digest=opened.digest, entry=b"",
        value=told, at=MOMENT, by="x", epoch=1, index=1,
    )  # fmt: skip
    assert due(lived, at=MOMENT) == []
    Conversation.objects.update(main="refused")
    assert due(lived, at=MOMENT) == [ASKING]


@pytest.mark.parametrize(
    ("tags", "lang"),
    [
        ((), "en"),
        (("pt", "de"), "en"),
        (("de", "fr-CA", "ar"), "fr"),
        (("AR",), "ar"),
        (("zh-Hant", "vi"), "vi"),
        (("zh-TW",), "en"),
        (("zh-Hans-CN", "en"), "zh"),
        (("zh",), "zh"),
    ],
)
def test_the_first_language_of_the_entry_that_we_speak_is_taken(
    tags: tuple[str, ...], lang: str
) -> None:
    assert reader_language.language_of(tags) == lang


def test_the_text_is_in_that_language_and_says_so_where_it_is_not(
    lived: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_language, "language_of", lambda _tags: "fr")
    monkeypatch.setattr(partner_tests_text, "gettext", lambda text: f"{get_language()} {text}")
    found = partner_tests_text.note(lived, ASKING)["text"]
    assert (found["lang"], found["text"][:20]) == ("fr", "fr This test was sen")
    monkeypatch.setattr(
        partner_tests_text, "gettext", lambda text: text
    )  # nobody translated it yet
    found = partner_tests_text.note(lived, ASKING)["text"]
    assert (found["lang"], found["text"][:17]) == ("en", "This test was sen")


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
    monkeypatch.setattr(partner_tests, "testable", lambda _node: known)
    lived.config = replace(lived.config, reach_every_days=1)  # all of them in one day
    conversation("c", members=[ASKED, known[150]])
    first = due(lived, at=MOMENT)
    assert (len(first), first[0]) == (MOST_A_DAY, known[150])
    for number, party in enumerate(first, 1):
        digest = ping(str(number), MOMENT, opener=ASKED)
        Conversation.objects.filter(digest=digest).update(members=[ASKED, party])
    assert due(lived, at=MOMENT + HOUR) == []
