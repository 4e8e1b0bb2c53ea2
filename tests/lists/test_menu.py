"""The menu: at most eight entries for any role, every page under one of them, and counts."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.docket.conftest import DeskOffice

from comity.node.core.config import MINISTRY, SMALL_OFFICE
from comity.node.models import Officer
from comity.node.people.permissions import PRESETS, Right
from comity.node.web.menu import MENU, counted

MOST = 8
PAGES = {
    "approvals", "assistance", "audit", "authorities", "backups", "calls", "cases", "docket",
    "drafts", "duty", "evidence", "exercises", "exports", "health", "jobs", "mail", "my-work",
    "outbox",
    "people", "privacy", "room", "roster", "round-tables", "scenarios", "search", "settings",
    "solutions", "statistics", "treaties", "watch",
}  # fmt: skip
"""None of them may lose its way in."""


def seen(had: frozenset[Right]) -> list[list[str]]:
    """Return the names of the pages that rights open, by entry."""
    found = [[name for name, _told, right in pages if right in had] for _title, pages in MENU]
    return [names for names in found if names]


@pytest.mark.parametrize("preset", [SMALL_OFFICE, MINISTRY])
def test_no_role_sees_more_than_eight_entries(preset: str) -> None:
    numbers = {role: len(seen(had)) for role, had in PRESETS[preset].items()}
    assert max(numbers.values()) == MOST
    assert min(numbers.values()) >= 1, "each role has somewhere to begin"


def test_every_page_lies_under_one_entry() -> None:
    names = [name for _title, pages in MENU for name, _told, _right in pages]
    assert sorted(names) == sorted(PAGES)


def test_every_entry_has_its_own_title() -> None:
    titles = [str(title) for title, _pages in MENU]
    assert len(set(titles)) == len(titles)


@pytest.mark.django_db
def test_every_page_that_a_role_may_see_is_two_links_away(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    """An entry leads to the first of its pages, and there the others are tabs."""
    for officer in office.people.values():
        client, reached = desk(officer), set[str]()
        entries = links(client.get("/me").text, "rail")
        assert len(entries) <= MOST
        for first in entries:
            page = client.get(first).text
            assert f'<a href="{first}" aria-current="page">' in page
            reached |= {first, *links(page, "tabs")}
        wanted = {reverse(name) for names in seen(rights(officer)) for name in names}
        assert reached == wanted


def rights(officer: Officer) -> frozenset[Right]:
    return PRESETS[SMALL_OFFICE][officer.role]


def links(page: str, of: str) -> list[str]:
    found = re.search(rf'<nav class="{of}".*?</nav>', page, re.DOTALL)
    return re.findall(r'<a href="([^"]*)"', found.group()) if found else []


def test_counts_are_added_for_an_entry_and_none_is_shown_for_zero() -> None:
    menu = "Duty<!--duty calls --> Mail<!--mail -->"
    shown = counted(menu, {"duty": 2, "calls": 1}, hot=("duty",))
    assert 'class="count hot">3<' in shown
    assert shown.endswith("Mail")
    assert "hot" not in counted(menu, {"duty": 2, "mail": 1})
