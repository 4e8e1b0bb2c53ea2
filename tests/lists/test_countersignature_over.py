"""Of a request that was refused, withdrawn or closed nobody is asked for a second signature."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice, asks
from tests.work.bringing import bring

from comity.node.cases import deadline_notices
from comity.node.cases.severity import Kind
from comity.node.core.clock import now
from comity.node.messages import send_second_signature
from comity.node.messages.drafts import DraftStageError
from comity.node.models import Conversation, DraftRow, MessageRow, Officer, WorkItem
from comity.node.service.handle import Service

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]


def waits(office: DeskOffice, main: str) -> Conversation:
    """Return a preservation request of ours that went with one signature, and how it stands."""
    row = asks(office)
    due = office.at + timedelta(hours=20)
    MessageRow.objects.filter(conversation=row.digest).update(second_due_at=due)
    Conversation.objects.filter(digest=row.digest).update(main=main, due_at=due, moved_at=now())
    DraftRow.objects.filter(stage=DraftRow.Stage.AWAITING).delete()  # nothing else is to be signed
    bring(office.node, office.at)
    return row


def test_a_request_that_goes_on_is_to_be_countersigned(office: DeskOffice, desk: SignedIn) -> None:
    row = waits(office, "accepted")
    page = desk(office.people["approver"]).get(f"/cases/{row.case}").text
    assert "Countersignature due" in page
    page = desk(office.people["approver"]).get("/approvals").text
    assert "/second" in page
    assert "Nothing waits for your signature." not in page, "the countersignature does"
    assert WorkItem.objects.filter(kind=Kind.SECOND).exists()
    deadline_notices.warn()
    assert Conversation.objects.get(digest=row.digest).due_clock == "second-signature"
    page = desk(office.people["case"]).get(f"/cases/{row.case}").text
    assert "Request the preserved data" in page
    head = page.partition("Countersignature by an approver, due ")[2].partition("<dl")[0]
    assert re.search(r" · (<[^>]*>)*approver<", head), "who can give it is named"


@pytest.mark.parametrize("main", ["refused", "withdrawn", "closed"])
def test_nothing_asks_for_the_countersignature_of_a_request_that_is_over(
    office: DeskOffice, desk: SignedIn, main: str
) -> None:
    row = waits(office, main)
    for who in ("approver", "case"):
        page = desk(office.people[who]).get(f"/cases/{row.case}").text
        for told in ("ountersign", "Request the preserved data"):
            assert told not in page, (who, told)
    page = desk(office.people["approver"]).get("/approvals").text
    assert "/second" not in page
    assert "Nothing waits for your signature." in page
    assert not WorkItem.objects.filter(kind=Kind.SECOND).exists()
    message = MessageRow.objects.get(conversation=row.digest)
    assert (
        desk(office.people["approver"]).get(f"/messages/{message.record}/second").status_code == 404
    )
    service = cast("Service", SimpleNamespace(node=office.node, committer=office.committer))
    with pytest.raises(DraftStageError):  # the act itself, as the API and the command do it
        send_second_signature.countersign(service, message, None, by="approver")
    deadline_notices.warn()
    assert Conversation.objects.get(digest=row.digest).due_at is None
