"""The page of officer certificates shows a certificate for a key on the command line as one."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.people.access import staff

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]


def test_an_officer_certified_by_command_is_shown_as_certified(
    office: DeskOffice, desk: As
) -> None:
    admin = staff.add(name="admin", role="operator", at=now(), by="test")[0]
    page = desk(admin).get("/people/certificates").text
    assert page.count("key on the command line, until") == 2
    assert "the officer creates one on My account" not in page
    Officer.objects.filter(pk=office.people["approver"].pk).update(certificate=None)
    page = desk(admin).get("/people/certificates").text
    assert page.count("key on the command line, until") == 1
    assert page.count("the officer creates one on My account") == 1
