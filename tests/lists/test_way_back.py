"""The way back above a page leads where the page belongs, and nowhere where it belongs nowhere."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.docket.conftest import DeskOffice

from comity.node.models import Officer
from comity.node.web.menu import BELOW, BETWEEN, MENU, own_trail, trail_between

pytestmark = pytest.mark.django_db
ME, WAYS = ("/me", "My account"), ("/me/sign-in", "Sign-in methods")
PROGRAMS = ("/me/programs", "API access")


def trail(page: str) -> list[tuple[str, str]]:
    found = re.search(r'<nav class="crumbs.*?</nav>', page, re.DOTALL)
    links = r'<li><a href="([^"]*)">([^<]*)</a></li>'
    return re.findall(links, found.group()) if found else []


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/", []),
        ("/me", []),
        ("/me/sign-in", [ME]),
        ("/me/sign-in/again", [ME, WAYS]),
        ("/me/programs", [ME]),
        ("/notices", [("/", "Cases")]),
        ("/new", [("/", "Cases")]),
        ("/shifts", [("/watch", "Duty desk")]),
        ("/duty/reach", [("/duty", "Alarms")]),
        ("/duty/reach/ask", [("/duty", "Alarms"), ("/duty/reach", "Availability tests")]),
    ],
)
def test_a_page_leads_back_to_where_it_belongs(
    office: DeskOffice,
    desk: Callable[[Officer], Client],
    address: str,
    way: list[tuple[str, str]],
) -> None:
    answer = desk(office.people["case"]).get(address)
    assert answer.status_code == 200
    assert trail(answer.text) == way


def test_pages_of_ones_own_lead_back_through_ones_own() -> None:
    hooks = ("/me/programs/hooks", "Webhooks")
    assert own_trail("/me/sign-in/passkeys/7") == [ME, WAYS]
    assert own_trail("/me/programs/hooks/7/end") == [ME, PROGRAMS, hooks]
    assert own_trail("/meadow") == []


def test_a_page_below_a_case_leads_back_through_the_case() -> None:
    assert trail_between("cases", "/cases/ZA-7/access") == [("/cases/ZA-7", "Case")]
    assert trail_between("evidence", "/exhibits/x/destroy/confirm") == [
        ("/exhibits/x", "Exhibit"),
        ("/exhibits/x/destroy", "Destruction"),
    ]
    assert trail_between("cases", "/cases/ZA-7") == []
    assert trail_between("docket", "/docket/") == []


def test_every_page_between_others_has_an_address() -> None:
    assert set(BETWEEN) <= {getattr(one, "name", "") for one in addresses(get_resolver())}


def test_every_page_below_none_of_the_menu_is_known_to_be() -> None:
    """A new address that lies under no page of the menu says here where it belongs."""
    heads = {reverse(name).split("/")[1] for _title, pages in MENU for name, _told, _right in pages}
    told = {str(one.pattern).split("/")[0] for one in addresses(get_resolver())}
    alone = {"language", "appearance", "sign-in", "sign-out", "kept", "me", "api", "hall"}
    alone |= {"shortcuts"}
    machines = {"exchange", "log", "witness", "directory", "up"}
    assert {one for one in told if one not in heads | set(BELOW)} <= alone | machines


def addresses(resolver: Any) -> list[Any]:
    found: list[Any] = []
    for one in resolver.url_patterns:
        found += addresses(one) if hasattr(one, "url_patterns") and not str(one.pattern) else [one]
    return found
