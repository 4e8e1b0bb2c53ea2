"""What a person does not do by mistake is asked first, with what follows from it."""

from collections.abc import Callable
from datetime import UTC, time, timedelta

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.lists.test_opening import sign
from tests.lists.test_paging import draft

from comity.node.core.clock import now
from comity.node.core.formats import utc_text
from comity.node.messages import draft_changes
from comity.node.models import (
    DocketItem,
    DraftApproval,
    DraftRow,
    Officer,
    RosterChange,
    WeeklyShift,
)

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]
SURE = {"confirmed": "1"}
FINAL = "This cannot be undone."


@pytest.fixture
def client(office: DeskOffice, desk: As) -> Client:
    return desk(office.people["case"])


@pytest.fixture
def row(office: DeskOffice) -> DraftRow:
    return draft(office, 1, "Mailbox of the suspect")


def stage(row: DraftRow) -> str:
    row.refresh_from_db()
    return row.stage


@pytest.mark.parametrize("confirmed", [None, "", "0", "yes"])
def test_a_draft_is_discarded_by_nobody_who_was_not_asked(
    client: Client, row: DraftRow, confirmed: str | None
) -> None:
    path = f"/drafts/{row.id}/discard"
    told = {} if confirmed is None else {"confirmed": confirmed}
    for answer in (client.get(path), client.get(path, SURE), client.post(path, told)):
        assert FINAL not in answer.text, "for 30 days it can be restored"
        assert "You can restore the draft for 30 days." in answer.text
        assert "Not signed." in answer.text
    assert stage(row) == DraftRow.Stage.AWAITING


def test_it_says_how_many_signatures_fall_away(
    office: DeskOffice, client: Client, row: DraftRow
) -> None:
    sign(office, row)
    shown = client.get(f"/drafts/{row.id}/discard").text
    assert "1 signature falls away." in shown
    assert f'href="/drafts/{row.id}"' in shown
    answer = client.post(f"/drafts/{row.id}/discard", SURE)
    assert answer.headers["location"] == "/drafts"
    assert stage(row) == DraftRow.Stage.DISCARDED


def test_a_signature_that_does_not_count_any_more_is_not_counted(
    client: Client, row: DraftRow
) -> None:
    DraftApproval.objects.create(draft=row, officer="x", kid="x", value={"kind": "jws"}, at=now())
    assert "Not signed." in client.get(f"/drafts/{row.id}/discard").text


def test_a_draft_that_is_closed_is_not_asked_about(client: Client, row: DraftRow) -> None:
    draft_changes.discard(row.id, by="case")
    answer = client.get(f"/drafts/{row.id}/discard")
    assert answer.headers["location"] == f"/drafts/{row.id}"
    assert client.post(f"/drafts/{row.id}/discard", SURE).status_code == 302
    assert client.get("/drafts/018f0000-0000-7000-8000-000000000000/discard").status_code == 404


def test_the_draft_leads_to_the_question_and_says_that_sending_is_final(
    client: Client, row: DraftRow
) -> None:
    shown = client.get(f"/drafts/{row.id}").text
    assert f'<a href="/drafts/{row.id}/discard">' in shown
    assert "A sent message cannot be called back." in shown


def test_mail_is_set_aside_once_it_was_asked_with_the_reasons_that_were_typed(
    office: DeskOffice, client: Client
) -> None:
    mail, said = office.received(), 'Advertising,\n"again"'
    path, told = f"/mail/{mail.id}/set-aside", {"reasons": said, "lang": "en"}
    asked = client.post(path, told)
    assert FINAL in asked.text
    assert 'value="Advertising,\n&quot;again&quot;"' in asked.text.replace("\r\n", "\n")
    assert 'name="lang" value="en"' in asked.text
    assert DocketItem.objects.get(item=mail.id).state == "received"
    assert client.post(path, told | SURE).headers["location"] == "/mail"
    assert DocketItem.objects.get(item=mail.id).state == "set-aside"


@pytest.mark.parametrize(
    "told", [{}, {"reasons": " ", "lang": "en"}, {"reasons": "x", "lang": "?"}]
)
def test_mail_is_not_set_aside_without_reasons_also_when_it_is_confirmed(
    office: DeskOffice, client: Client, told: dict[str, str]
) -> None:
    mail = office.received()
    assert client.post(f"/mail/{mail.id}/set-aside", told | SURE).status_code == 422
    assert DocketItem.objects.get(item=mail.id).state == "received"


@pytest.fixture
def shift(office: DeskOffice) -> WeeklyShift:
    return WeeklyShift.objects.create(
        weekday=0,
        begins=time(8),
        ends=time(16),
        zone="Africa/Johannesburg",
        officer=office.people["case"].identifier,
    )


def test_a_weekly_shift_is_taken_out_once_it_was_asked(client: Client, shift: WeeklyShift) -> None:
    path = f"/duty/roster/weekly/{shift.pk}/remove"
    assert f'href="{path}"' in client.get("/duty/roster").text
    for asked in (client.get(path), client.post(path)):
        assert FINAL not in asked.text, "it can be added again"
        assert "Monday 08:00–16:00 Africa/Johannesburg" in asked.text
        assert "No one is on duty at these hours" in asked.text
    assert WeeklyShift.objects.exists()
    assert client.post(path, SURE).headers["location"] == "/duty/roster"
    assert not WeeklyShift.objects.exists()
    assert client.get(path).headers["location"] == "/duty/roster"  # somebody else was quicker


def test_a_change_is_taken_out_once_it_was_asked(office: DeskOffice, client: Client) -> None:
    begins = (now() + timedelta(days=2)).astimezone(UTC)
    row = RosterChange.objects.create(
        begins=begins, ends=begins + timedelta(hours=8), officer=office.people["case"].identifier
    )
    path = f"/duty/roster/change/{row.pk}/remove"
    asked = client.get(path).text
    assert "The weekly shift applies again" in asked
    assert f"{utc_text(begins)} – " in asked
    client.post(path)
    assert RosterChange.objects.exists()
    client.post(path, SURE)
    assert not RosterChange.objects.exists()


def test_who_may_not_is_not_even_asked(
    office: DeskOffice, desk: As, row: DraftRow, shift: WeeklyShift
) -> None:
    auditor = desk(office.people["auditor"])
    for path in (f"/drafts/{row.id}/discard", f"/duty/roster/weekly/{shift.pk}/remove"):
        assert auditor.get(path).status_code == 403
        assert auditor.post(path, SURE).status_code == 403
