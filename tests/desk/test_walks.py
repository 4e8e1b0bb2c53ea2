"""What an officer does most, counted: by what the page says, without an address or a number.

One action is one click, one tap, or one field that is filled or chosen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.api.nodes import Pair
from tests.desk.test_case import accepted_request, sealed
from tests.desk.test_passkeys import add_authenticator, enrol

type Visit = Callable[..., Page]
SUBJECT = "Login records of one mail account"


@dataclass
class Walk:
    """An officer who reads what the page shows, and counts what they do."""

    page: Page
    actions: int = 0

    def press(self, name: str, role: Any = "button") -> None:
        """Press a button, or follow a link."""
        self._act(self._named(role, name)).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.press(name, "link")

    def open(self, name: str) -> None:
        """Open what is folded."""
        self._act(self.page.locator("summary").filter(has_text=name).first).click()

    def of_menu(self, name: str) -> None:
        """Follow a link that stands on the page, or below "More actions"."""
        link = self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}"))
        if not link.count():
            self.open("More actions")
        self.follow(name)

    def write(self, label: str, text: str) -> None:
        """Fill a field."""
        self._act(self._field(label)).fill(text)

    def choose(self, label: str, words: str) -> None:
        """Choose from a list by the words that it shows."""
        field = self._act(self._field(label))
        shown = field.locator("option").filter(has_text=words).first.inner_text()
        field.select_option(label=shown.strip())

    def bring(self, label: str, file: Path) -> None:
        """Choose a file."""
        self._act(self.page.get_by_label(label).first).set_input_files(file)

    def press_back(self, times: int) -> None:
        """Press the browser's button that goes back."""
        for _time in range(times):
            self.actions += 1
            self.page.go_back()

    def see(self, words: str) -> None:
        """Wait for words on the page; that is no action."""
        self.page.get_by_text(words).first.wait_for()

    def _field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first

    def _named(self, role: Any, name: str) -> Locator:
        return self.page.get_by_role(role, name=re.compile(f"^{re.escape(name)}")).first

    def _act(self, found: Locator) -> Locator:
        found.wait_for()
        self.actions += 1
        return found


def at_work(visit: Visit, pair: Pair, **more: Any) -> Walk:
    """Return an author with a passkey, on the page that signing in leads to."""
    page = visit("author", **more)
    add_authenticator(page)
    enrol(page, pair)
    page.goto(pair.asking.url)
    return Walk(page)


def sign_and_send(walk: Walk) -> None:
    walk.press("Review and sign")
    walk.see("Content to sign")
    walk.press("Sign with my passkey")
    walk.see("Your signature is added")
    walk.press("Send")
    walk.see("Handed to the outbox. The receipt")


def test_a_first_request_takes_25_actions_and_one_like_it_12(visit: Visit, pair: Pair) -> None:
    first = at_work(visit, pair)
    first.follow("New")
    first.follow("Expedited preservation")
    first.choose("Authority that is asked", pair.asked.party)
    first.write("Reference", "VN-2026-1001")
    first.write("Article", "42")
    first.write("Which data are meant", SUBJECT)
    first.write("Accounts and identifiers", "j.doe@example.za")
    first.write("Data holder of these identifiers", "mail.example.za")
    first.write("Offence", "Fraud by computer")
    first.write("Facts", "Payments were redirected.")
    first.write("Reason and urgency", "Logs expire after thirty days.")
    sign_and_send(first)
    assert first.actions <= 25, first.actions

    second = Walk(first.page)
    second.follow("New")
    second.follow(SUBJECT)
    second.write("Reference", "VN-2026-1002")
    second.open("Which data")
    second.write("Which data are meant", f"{SUBJECT}, the second one")
    sign_and_send(second)
    assert second.actions <= 12, second.actions


def test_an_answer_with_evidence_takes_15_actions(visit: Visit, pair: Pair, tmp_path: Path) -> None:
    digest = accepted_request(pair)
    _offer, package = sealed(pair, tmp_path, digest)
    beside = tmp_path / "sealed.age.offer.json"
    case = pair.asked.ok("author", "GET", f"/conversations/{digest}")["case"]
    page = visit("author", asked=True)
    add_authenticator(page)
    enrol(page, pair, pair.asked)
    page.goto(f"{pair.asked.url}/cases/{case}")
    walk = Walk(page)
    walk.of_menu("Upload sealed package")
    walk.bring("Sealed file", package)
    walk.bring("Offer", beside)
    walk.write("Acquisition", "Handed over by the provider.")
    walk.press("Upload package")
    page.wait_for_url("**/evidence")
    walk.press_back(2)
    walk.of_menu("Offer evidence")
    walk.write("Reason", "As requested.")
    sign_and_send(walk)
    assert walk.actions <= 15, walk.actions


@pytest.mark.full
def test_a_request_is_written_in_arabic_on_a_phone_with_its_button_in_reach(
    visit: Visit, pair: Pair
) -> None:
    """By names of fields: the words are those of the catalogue, which is made last."""
    page = visit("author", lang="ar", width=390)
    page.goto(f"{pair.asking.url}/new/preservation")
    filled = {
        "request-reference": "VN-2026-1003",
        "request-article": "42",
        "subject-description": SUBJECT,
        "subject-row_paste": "j.doe@example.za",
        "subject-row_holder": "mail.example.za",
        "grounds-offence": "Fraud by computer",
        "grounds-facts": "Payments were redirected.",
        "grounds-necessity": "Logs expire after thirty days.",
    }
    page.locator("[name='request-to']").select_option(pair.asked.party)
    for name, text in filled.items():
        field = page.locator(f"[name='{name}']")
        assert field.is_visible(), name
        field.fill(text)
    primary = page.locator("main .primary")
    assert primary.count() == 1
    box = primary.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    primary.click()
    page.wait_for_url("**/drafts/*")
    assert page.locator("main .primary").count() == 1


def test_what_is_typed_is_saved_and_there_after_a_reload(visit: Visit, pair: Pair) -> None:
    walk = Walk(visit("author"))
    walk.page.goto(f"{pair.asking.url}/new/note")
    walk.write("Text", "Is the log of 3 March still there?")
    walk.see("Saved ")
    walk.page.reload()
    expect(walk.page.get_by_label("Text", exact=True)).to_have_value(
        "Is the log of 3 March still there?"
    )
    walk.follow("Drafts")
    walk.follow("Is the log of 3 March")
    walk.press("Save for later")
    walk.see("Saved for later")
    walk.press("Discard")
    walk.open("Discarded in the last 30 days")
    walk.press("Restore")
    walk.see("The form is restored")
