"""Keyboard shortcuts: the page lists what the script does for an officer, and can end it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.docket.conftest import DeskOffice

import comity.node
from comity.node.models import Officer
from comity.node.web.shortcuts import ACTS

SCRIPT = Path(comity.node.__file__).parent / "static" / "desk" / "shortcuts.js"


def test_the_script_knows_each_act_of_the_table_and_no_other() -> None:
    acts = re.search(r"const ACTS = \{(.*?)\n\};", SCRIPT.read_text("utf-8"), re.DOTALL)
    assert acts
    assert re.findall(r"^  (\w+):", acts[1], re.MULTILINE) == [does for _, _, does, _ in ACTS]


@pytest.mark.django_db
def test_the_list_holds_what_an_officer_may_open_and_no_key_twice(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    for name in ("case", "auditor"):
        page = desk(office.people[name]).get(reverse("shortcuts")).text
        keys = re.findall(r'data-keys="([^"]+)"', page)
        assert len(keys) == len(set(keys))
        assert ("n" in keys) == (name == "case")
        rail = page.partition('class="rail"')[2].partition("</nav>")[0]
        for address in re.findall(r'data-go="([^"]+)"', page):
            assert f'href="{address}"' in rail or address == reverse("new")


@pytest.mark.django_db
def test_shortcuts_are_switched_off_and_on_again_in_a_browser(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    client, address = desk(office.people["case"]), reverse("shortcuts")
    assert "desk/shortcuts.js" in client.get(address).text
    off = client.post(address, {"shortcuts": "off"}, follow=True).text
    assert "desk/shortcuts.js" not in off
    assert "data-shortcuts" not in off
    assert "desk/shortcuts.js" in client.post(address, {"shortcuts": "on"}, follow=True).text
