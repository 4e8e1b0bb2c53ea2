"""Nothing that needs a person is quiet, and what is over wakes nobody."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from tests.duty.conftest import T0
from tests.watch.test_alerts import message
from tests.work.bringing import bring

from comity.canonical import new_id
from comity.demo.world import ASKED, ASKING
from comity.node.core.node import Node
from comity.node.duty import alarm_causes, escalation_ladder, roster_store
from comity.node.duty.alarm_kinds import Cause
from comity.node.duty.roster import Crew, Weekly
from comity.node.messages import partner_tests
from comity.node.messages.partner_tests import ReachAddresseeError, ReachQuotaError
from comity.node.models import (
    BrokenGlass,
    Conversation,
    DocketItem,
    GlassNotice,
    MessageRow,
    Notice,
    Officer,
    OutboxRow,
    ReceiptRow,
    SectionRow,
)
from comity.node.watch import alert_list
from comity.node.work.recompute import Comparison

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def found(node: Node, at: datetime = T0, **more: Any) -> set[tuple[str, str]]:
    """Return the causes, the disk of this machine left out."""
    Comparison().whole(at=at)
    every = alarm_causes.causes(node, at, **more)
    return {(one.kind, one.subject) for one in every if one.kind != "disk"}


def conversation(name: str, **more: Any) -> Conversation:
    values = {
        "digest": f"sha256:{name:0>64}", "opener": ASKING, "members": [ASKED, ASKING],
        "type": "request.submitted", "measure": "preservation", "case": "2026-000001",
        "main": "submitted", "opened_at": T0, "moved_at": T0,
    }  # fmt: skip
    return Conversation.objects.create(**{**values, **more})


def delivery(**more: Any) -> OutboxRow:
    values = {
        "record": "sha256:" + "1" * 64, "addressee": ASKING, "due_at": T0, "queued_at": T0,
        "expires_at": T0 + 720 * HOUR, "attempts": 1, "last_fault": "partner-unreachable",
    }  # fmt: skip
    return OutboxRow.objects.create(**{**values, **more})


def test_an_office_where_all_is_well_wakes_nobody(node: Node) -> None:
    assert found(node) == set()


@pytest.mark.parametrize(
    ("more", "wakes"),
    [
        ({}, True),
        ({"measure": "emergency"}, True),
        ({"measure": "stored-data"}, False),
        ({"paper": True, "measure": "emergency"}, True),
        ({"main": "acknowledged"}, False),
        ({"opener": ASKED, "ours": True}, False),
        ({"paper": True}, False),
    ],
)
def test_an_emergency_or_preservation_wakes_until_somebody_takes_it_up(
    node: Node, more: dict[str, Any], wakes: bool
) -> None:
    row = conversation("a", **more)
    assert found(node) == ({("request-in", row.digest)} if wakes else set())


@pytest.mark.parametrize("measure", ["stored-data", "subscriber-data"])
@pytest.mark.parametrize(
    ("urgency", "wakes"), [("normal", False), ("urgent", False), ("emergency", True)]
)
def test_whatever_says_that_it_is_an_emergency_wakes(
    node: Node, *, measure: str, urgency: str, wakes: bool
) -> None:
    row = conversation("a", measure=measure)
    stored = message(1, content=row.digest)
    value = {"measure": measure, "urgency": urgency}
    section = SectionRow.objects.create(
        record=stored.record, name="request", salt=b"s", value=value
    )
    assert found(node) == ({("request-in", row.digest)} if wakes else set())
    section.delete()
    assert found(node) == set()


def test_a_dead_letter_wakes_until_it_is_tried_again(node: Node) -> None:
    row = delivery(stage="dead")
    assert found(node) == {("dead-letter", str(row.pk))}
    OutboxRow.objects.update(stage="queued")
    assert found(node) == set()


def test_a_partner_that_is_silent_for_hours_wakes(node: Node) -> None:
    delivery()
    assert found(node, T0 + 5 * HOUR) == set()
    assert found(node, T0 + 6 * HOUR) == {("unreachable", ASKING)}
    OutboxRow.objects.all().delete()
    silent = {ASKING: T0}
    assert found(node, T0 + 5 * HOUR, silent=silent) == set()
    assert found(node, T0 + 6 * HOUR, silent=silent) == {("unreachable", ASKING)}


def test_a_party_without_a_node_is_never_unreachable(node: Node) -> None:
    delivery(addressee="sn/prosecutor-dakar")
    assert found(node, T0 + 99 * HOUR) == set()


def test_logs_that_disagree_and_double_speak_wake(node: Node) -> None:
    ReceiptRow.objects.create(
        record="r", party=ASKING, jws=b"", fault="receipt-unproved", kept_at=T0
    )
    row = conversation("b", main="closed", double_speak=True)
    assert found(node) == {("log-disagreement", ASKING), ("log-disagreement", row.digest)}


def test_a_clock_wakes_a_day_before_it_is_over_and_not_when_it_was_answered(node: Node) -> None:
    due = T0 + 20 * 24 * HOUR
    row = conversation("c", main="preserved", due_at=due)
    assert found(node, due - 25 * HOUR) == set()
    assert found(node, due - 24 * HOUR) == {("clock", row.digest)}
    Conversation.objects.update(due_at=None)
    assert found(node, due) == set()


def test_a_clock_of_a_day_wakes_in_its_last_quarter(node: Node) -> None:
    row = conversation("c", main="acknowledged", measure="emergency", due_at=T0 + 24 * HOUR)
    assert found(node, T0) == set(), "somebody has it, and there is time"
    assert found(node, T0 + 18 * HOUR) == {("clock", row.digest)}


def test_a_clock_that_passed_wakes_each_day_anew(node: Node) -> None:
    row = conversation("c", main="preserved", due_at=T0)
    seen = [found(node, T0 + day * 24 * HOUR) for day in range(3)]
    assert seen == [{("clock", f"{row.digest} {day}")} for day in (1, 2, 3)]


def test_a_request_and_its_deadlines_are_one_alarm_at_a_time(node: Node) -> None:
    row = conversation("e", measure="emergency", due_at=T0 + 24 * HOUR)
    MessageRow.objects.create(
        record="sha256:" + "3" * 64, content=row.digest, conversation=row.digest, author=ASKING,
        message_id="m", sequence=0, type="request.submitted", outgoing=False, jws=b"", sent_at=T0,
        recorded_at=T0, standing="applied", outcome="applied", epoch=1, index=1, tree_size=2,
        second_due_at=T0 + 24 * HOUR,
    )  # fmt: skip
    for hours, subject in ((0, row.digest), (20, row.digest), (25, f"{row.digest} 1")):
        assert found(node, T0 + hours * HOUR) == {("request-in", subject)}


def test_a_second_signature_wakes_four_hours_before_it_is_due(node: Node) -> None:
    row = conversation("d", opener=ASKED, ours=True, main="accepted", due_at=T0 + 4 * HOUR)
    MessageRow.objects.create(
        record="sha256:" + "2" * 64, content="c", conversation=row.digest, author=ASKED,
        message_id="m", sequence=0, type="request.submitted", outgoing=True, jws=b"", sent_at=T0,
        recorded_at=T0, standing="applied", outcome="applied", epoch=1, index=1, tree_size=2,
        second_due_at=T0 + 4 * HOUR,
    )  # fmt: skip
    assert found(node, T0 - HOUR) == set()
    assert found(node) == {("second-signature", row.digest)}, "one incident, one alarm"
    MessageRow.objects.update(second_due_at=None)
    assert found(node) == set()


def test_a_gap_in_the_roster_wakes_and_an_office_without_one_does_not(
    node: Node, office: list[str]
) -> None:
    row = Weekly(weekday=0, begins=time(0), ends=time(0), zone="UTC", crew=Crew(officer=office[0]))
    roster_store.add_weekly(row, by="lan", at=T0)
    gaps = {one for one in found(node) if one[0] == "roster-gap"}
    assert gaps == {("roster-gap", "2026-11-25"), ("roster-gap", "2026-12-01")}


def test_a_case_opened_in_need_is_an_alarm_until_somebody_confirms(
    node: Node, office: list[str]
) -> None:
    opener, told = Officer.objects.order_by("pk")[:2]
    row = BrokenGlass.objects.create(
        case="2026-000001", officer=opener, reason="A child is in danger.", at=T0, until=T0 + HOUR
    )
    GlassNotice.objects.create(glass=row, officer=told)
    assert found(node) == {("glass-broken", str(row.pk))}
    GlassNotice.objects.update(seen_at=T0)
    assert found(node) == set()


def test_notices_that_do_not_go_out_are_an_alarm_until_one_does(node: Node) -> None:
    for minute, stage in ((0, "sent"), (1, "failed"), (2, "skipped")):
        at = T0 + minute * HOUR / 60
        Notice.objects.create(
            officer="x", channel="mail", stage=stage, made_at=at, due_at=at, ended_at=at
        )
    assert found(node) == {("notice-failed", "mail")}
    at = T0 + HOUR / 10
    Notice.objects.create(
        officer="x", channel="mail", stage="sent", made_at=at, due_at=at, ended_at=at
    )
    assert found(node, at) == set()


def test_every_kind_has_words_and_something_to_do() -> None:
    from comity.node.duty.escalation_ladder import ANY, KINDS
    from comity.node.duty.pages import labels

    assert {*KINDS, ANY} == set(labels.KIND)
    assert set(KINDS) == set(labels.DO)
    assert Cause("clock", "x").kind in KINDS


# ------------------------------------------------------------------ tests between watches


def ping(name: str, at: datetime, *, opener: str = ASKING, main: str = "pinged") -> str:
    row = conversation(
        name, type="contact.ping", measure="", main=main, opened_at=at, opener=opener
    )
    return row.digest


def test_tests_beyond_the_quota_wake_nobody_and_are_counted(node: Node) -> None:
    digests = [ping(str(n), T0 + n * HOUR) for n in range(5)]
    at = T0 + 5 * HOUR
    assert found(node, at) == {("reach-asked", one) for one in digests[:2]}
    record = partner_tests.history(node)
    assert [one.counted for one in record] == [False, False, False, True, True]
    assert {one.party for one in record} == {ASKING}


def test_a_day_later_the_quota_is_free_again_and_the_old_test_wakes_nobody(node: Node) -> None:
    ping("1", T0)
    late = ping("2", T0 + 30 * HOUR)
    assert found(node, T0 + 30 * HOUR) == {("reach-asked", late)}


def test_many_partners_together_wake_us_a_day_only_as_often_as_all_of_them_may(
    node: Node,
) -> None:
    node.config = replace(node.config, pings_per_day_in_all=3)
    digests = [ping(str(n), T0 + n * MINUTE, opener=f"p{n}/watch") for n in range(6)]
    at = T0 + HOUR
    assert found(node, at) == {("reach-asked", one) for one in digests[:3]}
    counted = [one.counted for one in reversed(partner_tests.history(node))]
    assert counted == [True] * 3 + [False] * 3
    midnight = T0.replace(hour=0, minute=0) + 24 * HOUR
    late = ping("7", midnight, opener="p7/watch")
    assert ("reach-asked", late) in found(node, midnight), "a day in UTC is over"


def test_one_that_asks_without_end_takes_the_places_of_the_others_as_often_as_it_may_itself(
    node: Node,
) -> None:
    node.config = replace(node.config, pings_per_day_in_all=3)
    for n in range(40):
        ping(str(n), T0 + n * MINUTE)
    other = ping("99", T0 + HOUR, opener="p1/watch")
    late = ping("98", T0 + HOUR, opener="p2/watch")
    there = {subject for kind, subject in found(node, T0 + HOUR) if kind == "reach-asked"}
    assert len(there) == 3
    assert len(there & {other, late}) == 1


def test_a_test_is_counted_alike_whenever_it_is_asked_about(node: Node) -> None:
    node.config = replace(node.config, pings_per_day_in_all=2)
    for n in range(12):
        ping(str(n), T0 + n * 4 * HOUR, opener=f"p{n}/watch")
    told = [partner_tests.beyond_quota(node, at=T0 + n * HOUR) for n in range(44, 60)]
    whole = partner_tests.beyond_quota(node, at=T0 + 60 * HOUR, back=60 * HOUR)
    assert all(one <= whole for one in told)
    newest = {f"sha256:{n!s:0>64}" for n in range(9, 12)}
    assert {one & newest for one in told} == {whole & newest}


def test_a_test_climbs_patiently() -> None:
    assert escalation_ladder.ladder_for("reach-asked") == escalation_ladder.ladder_for("roster-gap")
    assert escalation_ladder.ladder_for("reach-asked").steps[1].minutes == 60


def test_answered_in_time_does_not_make_room_for_more(node: Node) -> None:
    ping("1", T0, main="answered")
    ping("2", T0, main="answered")
    ping("3", T0 + HOUR)
    assert found(node, T0 + HOUR) == set()


def test_we_ask_a_party_only_as_often_as_the_quota(node: Node) -> None:
    for n in range(2):
        partner_tests.check_quota(node, [ASKING], at=T0 + n * HOUR)
        ping(str(n), T0 + n * HOUR, opener=ASKED)
    with pytest.raises(ReachQuotaError):
        partner_tests.check_quota(node, [ASKING], at=T0 + 2 * HOUR)
    partner_tests.check_quota(node, [ASKING], at=T0 + 24 * HOUR)
    more = replace(node.config, pings_per_day=3)
    node.config = more
    partner_tests.check_quota(node, [ASKING], at=T0 + 2 * HOUR)


@pytest.mark.parametrize("party", [ASKED, "sn/prosecutor-dakar"])
def test_neither_ourselves_nor_a_party_without_a_node_is_asked(node: Node, party: str) -> None:
    with pytest.raises(ReachAddresseeError):
        partner_tests.check_quota(node, [party], at=T0)


def test_the_record_pages_by_moment_and_digest(node: Node) -> None:
    every = [ping(str(n), T0) for n in range(5)]
    first = partner_tests.history(node, most=3)
    rest = partner_tests.history(node, before=(first[-1].asked_at, first[-1].conversation), most=3)
    assert sorted(one.conversation for one in [*first, *rest]) == sorted(every)
    assert len(partner_tests.history(node, party=ASKING)) == 5
    assert partner_tests.history(node, party="zz/nobody") == []


def test_whatever_is_critical_on_the_watch_is_an_alarm(node: Node, office: list[str]) -> None:
    """Of each kind one that is critical, in one office: none is on the list and wakes nobody."""
    conversation("1", measure="emergency", case="2026-000001")
    conversation("2", opener=ASKED, ours=True, measure="emergency", case="2026-000002")
    conversation("3", main="preserved", due_at=T0 + HOUR, opened_at=T0 - 9 * HOUR)
    conversation("4", main="accepted", double_speak=True)
    conversation("5", measure="emergency", beyond_quota=True, case="2026-000005")
    delivery(stage="dead")
    delivery(record="sha256:" + "2" * 64, attempts=0, last_fault="")
    for days, kind, state in ((1, "order", "issued"), (2, "call", "noted")):
        DocketItem.objects.create(
            item=new_id(T0 - days * 24 * HOUR, bytes(10)), kind=kind, state=state,
            due_at=T0 + 6 * HOUR, changed_at=T0,
        )  # fmt: skip
    at = T0 + 6 * HOUR
    bring(node, at)
    wanted = {(one.cause(at), one.severity) for one in alert_list.raising()}
    officer = Officer.objects.get(identifier=office[0])
    seen = alert_list.alerts(node, officer, at)
    assert wanted == {(one.cause(at), one.severity) for one in seen if one.raises_alarm}
    kinds = {one.kind for one in seen if one.raises_alarm}
    assert kinds >= {"unread", "unanswered", "clock", "double-speak", "over-quota", "dead-letter"}
    assert kinds >= {"partner-silent", "task", "call-not-called-back"}
    assert {kind for kind, _ in found(node, at)} == {kind for (kind, _), _ in wanted}
