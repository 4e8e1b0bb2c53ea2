"""The chooser says how many officers sign, in an emergency too."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.docket.conftest import DeskOffice

from comity.node.models import Officer

pytestmark = pytest.mark.django_db
ONE = "one officer&#x27;s signature is enough to send it"


def test_one_signature_is_said_to_be_enough_where_it_is(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    client = desk(office.people["case"])
    chooser = client.get(reverse("new")).text
    assert ONE in chooser
    emergency = client.get(reverse("new-request", args=["emergency"])).text
    assert "It can go with one officer&#x27;s signature" in emergency
    assert "Two officers sign" not in emergency
    assert ONE in client.get(reverse("new-request", args=["stored-data"])).text
