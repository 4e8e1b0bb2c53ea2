"""Acknowledging by somebody who may answer, and by somebody who may not."""

from datetime import timedelta
from typing import Final

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.my_work.test_page import arrived, form_of, shown
from tests.speed.test_budget import signed_in
from tests.work.test_rows import differences

from comity.canonical import MisuseError
from comity.node.core.clock import now
from comity.node.duty import alarm_causes, escalation
from comity.node.models import (
    Alarm,
    AuditRow,
    CaseOfficer,
    Conversation,
    Notice,
    WorkItem,
    WorkOwner,
)
from comity.node.work import rows

pytestmark = pytest.mark.django_db
MINUTE: Final = timedelta(minutes=1)
WAITS: Final = "Waiting for an officer who can respond"


def acknowledged_by(office: DeskOffice, who: str, row: WorkItem) -> Client:
    """Let somebody acknowledge a work item on a page; return that person's browser."""
    client = signed_in(office, who)
    client.post("/duty/work-items/acknowledge", {"item": row.pk})
    return client


def told() -> set[str]:
    return set(Notice.objects.values_list("officer", flat=True))


def test_who_may_not_answer_has_the_item_and_the_ladder_goes_on_to_who_may(
    office: DeskOffice,
) -> None:
    row, people = arrived(office, urgency="emergency"), office.people
    client = acknowledged_by(office, "approver", row)
    words = shown(client)
    assert "The work item is yours, and the escalation continues." in words
    assert "Officers who can are alerted now" in words
    assert WAITS in words
    assert 'action="/duty/work-items/acknowledge"' not in words, "there is nothing more to press"
    row.refresh_from_db()
    assert row.owner == people["approver"].identifier == WorkOwner.objects.get().officer.identifier
    assert CaseOfficer.objects.get().officer == people["approver"]
    alarm = Alarm.objects.get()
    assert (alarm.acknowledged_at, alarm.owner) == (None, people["approver"].identifier)
    assert list(escalation.unacknowledged()) == [alarm]
    assert AuditRow.objects.filter(action="alarm.taken", subject=str(alarm.pk)).count() == 1
    at = now()
    assert escalation.climb(at=at) == 1, "at once, not at the next level"
    assert people["case"].identifier in told()
    assert people["approver"].identifier not in told()
    alarm.refresh_from_db()
    assert escalation.climb(at=alarm.due_at) == 1
    assert differences(at) == []


def test_whoever_may_answer_takes_it_over_and_the_ladder_stops(office: DeskOffice) -> None:
    row, people = arrived(office, urgency="emergency"), office.people
    acknowledged_by(office, "approver", row)
    case = signed_in(office, "case")
    for page in ("/my-work", f"/cases/{row.case}", "/duty/alarms"):
        words = shown(case, page)
        assert 'acknowledge"' in words, page
    assert WAITS in shown(case)
    answer = case.post("/duty/work-items/acknowledge", {"item": row.pk})
    assert answer.headers["Location"] == form_of(row)
    row.refresh_from_db()
    assert row.owner == people["case"].identifier
    assert not escalation.unacknowledged().exists()
    assert escalation.climb(at=now() + 60 * MINUTE) == 0
    assert WAITS not in shown(case)


def test_a_second_who_may_not_answer_changes_nothing(office: DeskOffice) -> None:
    row = arrived(office, urgency="emergency")
    acknowledged_by(office, "approver", row)
    alarm = Alarm.objects.get()
    with pytest.raises(MisuseError):
        escalation.acknowledge(alarm.pk, officer=office.people["approver"], at=now())
    client = acknowledged_by(office, "approver", row)
    assert "The alarm waits for an officer who can." in shown(client)
    assert AuditRow.objects.filter(action="alarm.taken").count() == 1


def test_a_request_that_is_no_emergency_is_among_the_unassigned_of_who_may_answer(
    office: DeskOffice,
) -> None:
    row = arrived(office, measure="preservation")
    alarm_causes.causes(office.node, now())
    escalation.settle(alarm_causes.standing(now()), at=now())
    rows.rewrite_due(at=now())
    client = acknowledged_by(office, "approver", row)
    mine, _, unassigned = shown(client).partition('id="s-unassigned"')
    assert row.case in mine
    mine, _, unassigned = shown(signed_in(office, "case")).partition('id="s-unassigned"')
    assert row.case not in mine
    assert row.case in unassigned
    assert WAITS in unassigned


def test_the_form_that_tells_the_other_state_opens_at_once_with_a_reference(
    office: DeskOffice,
) -> None:
    row, client = arrived(office, urgency="emergency"), signed_in(office, "case")
    form = client.post("/duty/work-items/acknowledge", {"item": row.pk}).headers["Location"]
    assert f'value="{row.case}"' in shown(client, form), "the reference is proposed"
    answer = client.post(form, {"lang": "en", "acknowledgement-reference": row.case})
    assert answer.headers["Location"].startswith("/drafts/"), "it needs nothing more"


def test_a_work_item_that_is_over_before_the_press_is_said_and_leads_back_to_the_list(
    office: DeskOffice,
) -> None:
    row, late = arrived(office, urgency="emergency"), signed_in(office, "approver")
    acknowledged_by(office, "case", row)
    Conversation.objects.update(main="closed", due_at=None)
    rows.remember(conversations=[row.conversation])
    escalation.settle([], at=now())
    assert not WorkItem.objects.exists()
    answer = late.post("/duty/work-items/acknowledge", {"item": row.pk})
    assert answer.headers["Location"] == "/my-work"
    words = shown(late)
    assert "<bdi>case</bdi> acknowledged this alarm on" in words
    assert "This alarm was resolved on" in words
    answer = late.post("/duty/work-items/acknowledge", {"item": "request:sha256:none"})
    assert answer.headers["Location"] == "/my-work"
    assert "This work item is resolved, or you have no access to it." in shown(late)
    answer = late.post("/my-work/do", {"item": row.pk, "do": "mine"})
    assert answer.headers["Location"] == "/my-work"
    assert "Nothing was assigned" in shown(late)
