"""Each page of the menu says on itself what it is for."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.docket.conftest import DeskOffice
from tests.lists.test_way_back import addresses

from comity.node.models import Officer
from comity.node.people.permissions import may
from comity.node.web.help_texts import HELP
from comity.node.web.menu import MENU

pytestmark = pytest.mark.django_db
WITHOUT = {"room"}
"""Whoever plays is told by the scenario."""


def test_each_page_of_the_menu_says_what_it_is_for(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    seen, silent = set[str](), set[str]()
    for officer in office.people.values():
        client = desk(officer)
        for name, _told, right in (one for _title, pages in MENU for one in pages):
            if name in seen | WITHOUT or not may(officer, right):
                continue
            answer = client.get(reverse(name))
            assert answer.status_code == 200, name
            seen.add(name)
            if answer.text.count('<details class="help">') != 1:
                silent.add(name)
    assert silent == set()
    assert {"watch", "cases", "approvals", "evidence", "mail", "audit", "duty"} <= seen


def test_help_is_for_pages_that_there_are() -> None:
    assert set(HELP) <= {getattr(one, "name", "") for one in addresses(get_resolver())}
