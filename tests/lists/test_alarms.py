"""Alarms lead to what they are about, and a long list asks no more often than a short one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from tests.docket.conftest import DeskOffice

from comity.node.models import Alarm, Officer

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]


def alarms(office: DeskOffice, *subjects: str, kind: str = "clock") -> None:
    for one in subjects:
        Alarm.objects.create(kind=kind, subject=one, raised_at=office.at, due_at=office.at)


def test_each_leads_to_what_it_is_about(office: DeskOffice, desk: SignedIn) -> None:
    thread, mail = office.written(), office.received(name="a.eml")
    alarms(office, f"{thread.digest} 7", mail.id, "sha256:gone")
    alarms(office, "sha256:gone", kind="second-signature")
    page = desk(office.people["case"]).get("/duty/alarms").text
    assert f'href="/cases/{escape(thread.case)}"' in page
    assert f'href="/docket/{mail.id}"' in page or f'href="/mail/{mail.id}"' in page
    assert "sha256:gone/" not in page


def test_a_long_list_asks_no_more_often(office: DeskOffice, desk: SignedIn) -> None:
    client = desk(office.people["case"])
    asked = []
    for some in range(3), range(3, 45):
        alarms(office, *(office.received(name=f"{n}.eml").id for n in some))
        client.get("/duty/alarms")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/duty/alarms").status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1]
