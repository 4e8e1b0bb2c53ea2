"""Whatever needs a person is on the watch, by few queries, whatever is stored."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import T0, DeskOffice, asks, authority
from tests.docket.makers import BODIES
from tests.work.bringing import bring

from comity.demo.world import ASKING
from comity.node.core.node import Node
from comity.node.duty.answers import alarm_values
from comity.node.duty.subjects import subjects_of
from comity.node.messages.outbox import HEARD_SINCE
from comity.node.models import (
    Alarm,
    CaseAccess,
    CaseOfficer,
    Conversation,
    DraftRow,
    MessageRow,
    Officer,
    OutboxRow,
    Package,
    ReceiptRow,
    StrayPackage,
)
from comity.node.people.access.visible_cases import circle_of
from comity.node.watch import Alert, Kind, Severity, alert_list
from comity.node.watch.alert_list import MOST, Look
from comity.node.watch.alert_rows import lines_of

pytestmark = pytest.mark.django_db
AT = T0 + timedelta(hours=3)
HOUR = timedelta(hours=1)
MOST_QUERIES = 26


def conversation(number: int = 0, **told: Any) -> Conversation:
    fields = {
        "digest": f"sha256:{number:064x}",
        "opener": ASKING,
        "members": [ASKING, "za/contact-point"],
        "type": "request.submitted",
        "measure": "preservation",
        "case": f"2026-{number:06d}",
        "main": "submitted",
        "opened_at": T0,
        "moved_at": T0,
        **told,
    }
    return Conversation(**fields)


def outbox(**told: Any) -> OutboxRow:
    fields = {
        "record": "sha256:" + "1" * 64,
        "addressee": ASKING,
        "due_at": AT,
        "queued_at": T0,
        "expires_at": AT + timedelta(days=30),
        **told,
    }
    return OutboxRow.objects.create(**fields)


def message(number: int = 0, **told: Any) -> MessageRow:
    digest = f"sha256:{number + 10**6:064x}"
    fields = {
        "record": digest,
        "content": digest,
        "conversation": f"sha256:{0:064x}",
        "author": ASKING,
        "message_id": "m",
        "sequence": 1,
        "type": "request.submitted",
        "outgoing": False,
        "jws": b"",
        "sent_at": T0,
        "recorded_at": T0,
        "standing": "applied",
        "outcome": "applied",
        "epoch": 1,
        "index": number,
        "tree_size": number + 1,
        **told,
    }
    return MessageRow.objects.create(**fields)


def alerts(node: Node, officer: Officer, at: datetime) -> tuple[Alert, ...]:
    """Return the list after the loops have looked over what the test stored."""
    bring(node, at)
    return alert_list.alerts(node, officer, at)


def look(node: Node, officer: Officer, at: datetime, *, since: datetime | None) -> Look:
    """Look at the list after the loops have looked over what the test stored."""
    bring(node, at)
    return alert_list.look(node, officer, at, since=since)


def found(office: DeskOffice, kind: Kind) -> list[Alert]:
    return [
        alert for alert in alerts(office.node, office.people["approver"], AT) if alert.kind is kind
    ]


def test_nothing_is_due_in_an_empty_office(office: DeskOffice) -> None:
    assert alerts(office.node, office.people["approver"], AT) == ()


@pytest.mark.parametrize(
    ("hours", "severity"), [(-1, Severity.HIGH), (5, Severity.NORMAL), (100, Severity.LOW)]
)
def test_a_clock_presses_as_it_runs_out(office: DeskOffice, hours: int, severity: Severity) -> None:
    due = AT + timedelta(hours=hours)
    conversation(main="accepted", due_at=due).save()
    (alert,) = alerts(office.node, office.people["approver"], AT)
    assert (alert.kind, alert.severity, alert.due_at) == (Kind.CLOCK, severity, due)
    assert alert.overdue(AT) == (hours < 0)


def test_a_closed_request_and_a_far_day_are_left_out(office: DeskOffice) -> None:
    conversation(1, main="closed", due_at=T0).save()
    conversation(2, main="accepted", due_at=AT + timedelta(days=40)).save()
    assert alerts(office.node, office.people["approver"], AT) == ()


def test_requests_nobody_acknowledged_are_told_by_whose_turn_it_is(office: DeskOffice) -> None:
    conversation(1).save()
    conversation(2, opener=office.node.party, ours=True).save()
    (theirs,), (ours,) = found(office, Kind.UNREAD), found(office, Kind.UNANSWERED)
    assert (theirs.severity, ours.severity) == (Severity.HIGH, Severity.LOW)
    assert theirs.party == ours.party == ASKING


def test_second_signatures_are_due_here_and_late_there(office: DeskOffice) -> None:
    conversation(main="accepted").save()
    message(1, outgoing=True, second_due_at=AT + timedelta(hours=2))
    message(2, second_due_at=AT + timedelta(hours=2))
    assert [a.kind for a in alerts(office.node, office.people["approver"], AT)] == [Kind.SECOND]
    MessageRow.objects.filter(outgoing=True).delete()
    message(3, second_due_at=AT - timedelta(hours=2))
    (late,) = found(office, Kind.THEIR_SECOND)
    assert late.severity is Severity.NORMAL, "nobody here can mend it at night"


def test_a_deadline_is_of_whoever_has_to_act(office: DeskOffice) -> None:
    """The requesting State waits for an answer; the requested State has to give it."""
    for number, ours in enumerate((True, False)):
        conversation(
            number, main="acknowledged", ours=ours, measure="emergency",
            due_at=AT + timedelta(minutes=30),
            due_clock="emergency",
        ).save()  # fmt: skip
    message(2, second_due_at=AT + HOUR)
    (theirs,), (ours_,) = found(office, Kind.THEIR_CLOCK), found(office, Kind.CLOCK)
    assert (theirs.waits_for, theirs.severity) == ("them", Severity.LOW)
    assert (ours_.waits_for, ours_.severity) == ("us", Severity.HIGH)
    Conversation.objects.update(due_at=AT - HOUR)
    (theirs,) = found(office, Kind.THEIR_CLOCK)
    assert (theirs.waits_for, theirs.severity) == ("them", Severity.HIGH), "call them"


def test_a_dead_letter_and_a_silent_partner_are_on_the_watch(office: DeskOffice) -> None:
    outbox(stage=OutboxRow.Stage.DEAD, last_fault="partner-unreachable")
    outbox(record="sha256:" + "2" * 64)
    outbox(record="sha256:" + "3" * 64)
    (dead,), (silent,) = found(office, Kind.DEAD), found(office, Kind.PARTNER)
    assert (dead.severity, dead.detail) == (Severity.HIGH, "partner-unreachable")
    assert (silent.severity, silent.count, silent.since) == (Severity.NORMAL, 2, T0)
    OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED).update(queued_at=AT - 6 * HOUR)
    assert found(office, Kind.PARTNER)[0].severity is Severity.HIGH


def test_what_was_queued_just_now_is_no_silence(office: DeskOffice) -> None:
    row = outbox(queued_at=AT - timedelta(minutes=5))
    assert alerts(office.node, office.people["approver"], AT) == ()
    OutboxRow.objects.filter(pk=row.pk).update(last_fault="partner-refused")
    (alert,) = alerts(office.node, office.people["approver"], AT)
    assert (alert.kind, alert.severity) == (Kind.PARTNER, Severity.NORMAL)


def test_of_a_partner_that_was_heard_since_no_line_says_that_it_does_not_respond(
    office: DeskOffice,
) -> None:
    outbox(last_fault="partner-unreachable")
    officer = office.people["approver"]
    said = {}
    for fault in ("partner-unreachable", HEARD_SINCE, "partner-refused: over-quota"):
        OutboxRow.objects.update(last_fault=fault)
        (line,) = lines_of(office.node, alerts(office.node, officer, AT), officer)
        said[fault] = f"{line.title} {line.what} {line.detail}"
    assert said.pop("partner-unreachable").count("does not respond") == 2
    assert all("1 message pending for the partner authority" in one for one in said.values())
    assert not any("does not respond" in one for one in said.values())


def test_a_letter_waits_to_be_posted(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    asks(office)
    assert [a.party for a in found(office, Kind.LETTER)] == ["sn/prosecutor-dakar"]


def test_logs_double_words_packages_drafts_and_strays(office: DeskOffice) -> None:
    ReceiptRow.objects.create(
        record="r", party=ASKING, jws=b"", kept_at=T0, fault="receipt-unproved"
    )
    conversation(1, main="accepted", double_speak=True).save()
    package = {"exhibit": "e", "offer": {}, "outgoing": False, "changed_at": T0}
    Package.objects.create(root="a", stage=Package.Stage.FAILED, **package)
    Package.objects.create(root="b", stage=Package.Stage.WAITING, **package)
    StrayPackage.objects.create(root="c", size_bytes=1, came_at=T0)
    DraftRow.objects.create(
        id="d", type="request.submitted", fields={}, sections={}, made_by="x", made_at=T0
    )
    wanted = {Kind.LOGS, Kind.TWO_WORDS, Kind.PACKAGE, Kind.SPACE, Kind.STRAY, Kind.DRAFT}
    assert {alert.kind for alert in alerts(office.node, office.people["approver"], AT)} == wanted
    assert found(office, Kind.LOGS)[0].severity is Severity.CRITICAL


def test_the_directory_and_the_entries_that_end_are_on_the_watch(office: DeskOffice) -> None:
    ends = office.node.directory.entry(office.node.party).expires_at
    told = alerts(office.node, office.people["approver"], ends - timedelta(days=3))
    assert [a.subject for a in told if a.kind is Kind.ENTRY] == [office.node.party]
    late = alerts(office.node, office.people["approver"], ends + timedelta(days=1))
    assert len([a for a in late if a.kind is Kind.ENTRY]) > 1, "partners' entries, once over"


def test_news_is_what_came_since_the_shift_began(office: DeskOffice) -> None:
    conversation(main="accepted", moved_at=AT).save()
    message(1, recorded_at=T0)
    message(2, recorded_at=AT)
    message(3, recorded_at=AT, outgoing=True)
    seen = look(office.node, office.people["approver"], AT, since=AT - timedelta(hours=1))
    assert [one.subject for one in seen.news] == [f"sha256:{2 + 10**6:064x}"]
    assert look(office.node, office.people["approver"], AT, since=None).news == ()


def test_a_domestic_action_is_named_with_its_case_in_the_row_and_in_its_alarm(
    office: DeskOffice,
) -> None:
    office.do("authority.entered", authority())
    case = office.written().case
    said = {**BODIES["referral.sent"], "to": "Unit 3", "due": "2026-03-02T00:00:00Z"}
    item = office.do("referral.sent", said, case=case)
    officer = office.people["approver"]
    tasks = [one for one in alerts(office.node, officer, AT) if one.kind is Kind.TASK]
    (line,) = lines_of(office.node, tasks, officer)
    assert (line.title, line.what, line.alert.case) == (
        "Domestic task · Unit 3",
        "Domestic action due",
        case,
    )
    row = Alarm.objects.create(kind="task", subject=item.id, raised_at=AT, due_at=AT)
    about = subjects_of([row], circle_of(officer, at=AT))[row.pk]
    assert (about.home, about.case) == ("referral", case)
    (value,) = alarm_values(officer, [row])
    assert (value["detail"], value["case"]) == ("referral", case), "programs read it as pages do"


def test_what_presses_most_stands_first_and_what_is_left_out_is_said(office: DeskOffice) -> None:
    Conversation.objects.bulk_create(
        conversation(n, main="accepted", due_at=AT + timedelta(minutes=n - 3))
        for n in range(1, MOST + 5)
    )
    seen = look(office.node, office.people["approver"], AT, since=None)
    dues = [one.due_at for one in seen.alerts if one.due_at]
    assert dues == sorted(dues)
    assert len(seen.alerts) == MOST
    assert seen.more == {Kind.CLOCK}
    assert seen.overdue == 2
    assert (
        look(office.node, office.people["approver"], AT + timedelta(days=1), since=None).overdue
        == MOST
    )


def test_a_name_stands_for_one_thing(office: DeskOffice) -> None:
    for n in range(1, 9):
        conversation(n, due_at=AT).save()
    keys = [alert.key for alert in alerts(office.node, office.people["approver"], AT)]
    assert len(set(keys)) == len(keys) == 8, "a request and its deadline are one thing"


def test_a_case_closed_to_the_officer_is_not_on_the_watch(office: DeskOffice) -> None:
    conversation(1, due_at=AT, double_speak=True, moved_at=AT).save()
    message(1, conversation=f"sha256:{1:064x}", recorded_at=AT, second_due_at=T0)
    DraftRow.objects.create(
        id="d1",
        type="request.submitted",
        fields={},
        sections={},
        case="2026-000001",
        made_by="x",
        made_at=T0,
    )
    before = look(office.node, office.people["approver"], AT, since=T0)
    assert {one.case for one in (*before.alerts, *before.news)} >= {"2026-000001"}
    CaseAccess.objects.create(case="2026-000001", openness=CaseAccess.Openness.RESTRICTED)
    CaseOfficer.objects.create(case="2026-000001", officer=office.people["case"], at=T0)
    after = look(office.node, office.people["approver"], AT, since=T0)
    assert "2026-000001" not in {one.case for one in (*after.alerts, *after.news)}
    inside = look(office.node, office.people["case"], AT, since=T0)
    assert "2026-000001" in {one.case for one in inside.alerts}


def test_the_number_of_queries_does_not_grow(office: DeskOffice) -> None:
    conversation(1, due_at=AT).save()
    bring(office.node, AT)
    with CaptureQueriesContext(connection) as few:
        alert_list.look(office.node, office.people["approver"], AT, since=T0)
    Conversation.objects.bulk_create(conversation(n, due_at=AT) for n in range(2, 500))
    for n in range(30):
        outbox(record=f"sha256:{n:064x}", stage=OutboxRow.Stage.DEAD)
        message(n, conversation=f"sha256:{n + 1:064x}", outgoing=True, second_due_at=AT)
    bring(office.node, AT)
    with CaptureQueriesContext(connection) as many:
        alert_list.look(office.node, office.people["approver"], AT, since=T0)
    assert len(many) <= len(few) + 2, "two look-ups of cases, where there is something to look up"
    assert len(many) <= MOST_QUERIES
