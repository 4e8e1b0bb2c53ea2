"""What partners refused for good stands on a page, in the API and in a command, with a way on."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.work.bringing import bring

from comity.node.core.clock import now
from comity.node.models import AuditRow, Officer, Refusal
from comity.node.service.handle import this_service

pytestmark = pytest.mark.django_db
Desk = Callable[[Officer], Client]
TITLE = "Refusals by partners&#x27; systems"


def refused(job: str) -> Refusal:
    return Refusal.objects.create(
        job=job, party="vn/contact-point", fault="partner-refused: not-for-us", since=now()
    )


def test_a_person_sees_what_was_refused_and_lets_it_be_asked_again(
    office: DeskOffice, desk: Desk, api: Desk
) -> None:
    page, program = desk(office.people["case"]), api(office.people["case"])
    assert TITLE not in page.get("/health").text
    row = refused("poll")
    shown = page.get("/health").text
    assert TITLE in shown
    assert "Hand over the messages that wait for us" in shown
    assert "It is for somebody else." in shown
    bring(this_service().node, now())
    assert "A partner&#x27;s system refuses what this node needs" in page.get("/watch").text

    (told,) = program.get("/api/v1/health").json()["refusals"]
    assert (told["id"], told["job"], told["party"]) == (row.pk, "poll", "vn/contact-point")
    answer = page.post(f"/health/refusals/{row.pk}/retry", follow=True)
    assert "It is tried again now." in answer.text
    assert not Refusal.objects.exists()
    assert AuditRow.objects.filter(action="refusal.retried", detail="poll").count() == 1

    other = refused("witness")
    address = f"/api/v1/refusals/{other.pk}/retry"
    assert program.post(address).json()["job"] == "witness"
    assert program.post(address).status_code == 404
