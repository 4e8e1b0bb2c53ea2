"""What the set-up tells before a step that is not taken back, and while one takes long."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from tests.browser import launching
from tests.operation.wizard import OFFICE, Browser, Wizard

from comity.node.core.config import load_config
from comity.node.operations.setup_wizard.build_node import fingerprints
from comity.node.operations.setup_wizard.forms import OfficeForm, changes_afterwards

HELD_BACK = """() => {
    window.sent = 0;
    document.addEventListener('submit', (event) => {
        window.sent += event.defaultPrevented ? 0 : 1;
        event.preventDefault();
    });
}"""
"""Counts what would be sent, and sends nothing: so the page waits."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launching()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "office" / "node"


def second_tab(wizard: Wizard, first: Browser) -> Browser:
    """Return the same person's other tab."""
    made = wizard.browser()
    made.client.cookies.update(first.client.cookies)
    return made


def test_of_every_answer_it_is_said_once_by_what_it_changes_afterwards() -> None:
    asked = [OfficeForm.base_fields[name].label for name in OfficeForm.field_order]
    told = [name for names, _how in changes_afterwards() for name in names]
    assert sorted(map(str, told)) == sorted(map(str, asked))


@pytest.mark.full
def test_keys_asked_for_in_two_tabs_at_once_are_made_once(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        inside.post("/office", **OFFICE)
        page = inside.get("/keys").text
        for _names, how in changes_afterwards():
            assert str(how).replace("'", "&#x27;") in page
        assert "up to a minute" in page
        tabs = [inside, second_tab(wizard, inside)]
        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(lambda tab: tab.post("/keys"), tabs))
        assert [one.status_code for one in answers] == [302, 302]
        shown = inside.get("/keys").text
        for _use, name in fingerprints(load_config(place)):
            assert name.split()[0] in shown
        assert not place.with_name(f".{place.name}.founding").exists()


@pytest.mark.full
def test_keys_are_made_with_the_answers_that_were_read_and_no_others(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        inside.post("/office", **OFFICE)
        read = inside.answers()
        second_tab(wizard, inside).post("/office", **{**OFFICE, "port": "8720"})
        for answers in (read, "", "unknown"):
            refused = inside.post("/keys", answers=answers)
            assert refused.status_code == 409
            assert "No keys were created." in refused.text
            assert ("Changed:" in refused.text) == (answers == read)
        assert not place.exists()
        assert inside.post("/keys").status_code == 302
    assert load_config(place).port == 8720


@pytest.mark.full
def test_whoever_waits_for_the_keys_is_told_and_sends_once(browser: Chromium, place: Path) -> None:
    page = browser.new_context(locale="en").new_page()
    with Wizard(place) as wizard:
        page.goto(wizard.url)
        page.fill("#code", wizard.code)
        page.click("main button")
        inside = wizard.browser()
        for one in page.context.cookies():
            inside.client.cookies.set(str(one.get("name")), str(one.get("value")))
        inside.post("/office", **OFFICE)
        page.goto(f"{wizard.url}/keys")
        page.evaluate(HELD_BACK)
        button = page.get_by_role("button", name="Create keys")
        button.click()
        expect(page.get_by_role("status")).to_have_text(
            "The keys are being created. Keep this page open."
        )
        button.click()
        assert page.evaluate("window.sent") == 1
    page.context.close()


@pytest.mark.full
def test_declarations_say_whose_choice_it_was_and_what_happens_if_they_are_left(
    place: Path,
) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        inside.post("/office", **OFFICE)
        inside.post("/keys")
        inside.post("/officer-ca", later="1")
        page = inside.get("/declarations").text
        assert "Your office decides nothing here." in page
        assert "leave every field empty and continue" in page
        assert "comity directory entry revise" in page.replace("</span> <span>", " ")
        assert inside.post("/declarations", language="en").headers["location"] == "/entry"
