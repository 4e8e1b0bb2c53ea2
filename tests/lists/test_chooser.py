"""The chooser says how many officers sign by this office's policy, in an emergency too."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
from django.test import Client
from django.urls import reverse
from tests.docket.conftest import DeskOffice

from comity.exchange import Floor
from comity.node.compose.signatures_needed import signatures_needed
from comity.node.core.node import Node
from comity.node.models import Officer

pytestmark = pytest.mark.django_db
ONE = "1 signature before sending; countersignature by an approver within 24 hours of sending."


def test_one_signature_is_said_to_be_enough_where_it_is(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    client = desk(office.people["case"])
    chooser = client.get(reverse("new")).text
    assert f"2 officers sign. In an emergency: {ONE}" in chooser
    assert chooser.count(ONE) == 3, "the rule, and the two measures that differ from it"
    emergency = client.get(reverse("new-request", args=["emergency"])).text
    assert ONE in emergency
    assert "2 officers sign" not in emergency
    assert ONE not in client.get(reverse("new-request", args=["stored-data"])).text


def test_an_office_that_asks_for_more_is_told_more(office: DeskOffice) -> None:
    def told(policy: Floor) -> str:
        directory = SimpleNamespace(policy=lambda *_: policy)
        node = SimpleNamespace(party=office.node.party, directory=directory)
        return signatures_needed(cast("Node", node), "preservation")

    assert told(Floor(author=1, approver=2)) == "3 officers sign."
    assert told(Floor(author=1, approver=1, late_hours=12)).endswith("within 12 hours of sending.")
