"""The whole case of the demonstration, as officers of two States work through it on the pages."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zlib import crc32

from playwright.sync_api import Page, Route
from tests.api.nodes import PASSWORD, Office, Pair, eventually
from tests.desk.hands import Hand
from tests.desk.moving import MENU
from tests.desk.test_passkeys import add_authenticator
from tests.nodes.moving import MIB, Sealed, made_package

from comity.client.api import Api
from comity.demo.office import certify_passkey
from comity.demo.world import Teller

type Visit = Callable[..., Page]

SUBMIT: Final = "main form[novalidate] button:not([name])"
SEND: Final = "form[action$='/send'] button"
SIGN: Final = "button[form='sign-form']"
PART: Final = 8 * MIB
ASKED_FOR: Final = {
    "#id_request-reference": "VN-2026-0777",
    "#id_request-article": "18",
    "#id_subject-description": "Logs of one mailbox",
    "#id_subject-row_paste": "j.doe@example.za",
    "#id_subject-row_holder": "mail.example.za",
    "#id_grounds-offence": "Fraud by computer",
    "#id_grounds-facts": "Payments were redirected: دُفعت الأموال.",
    "#id_grounds-necessity": "Logs expire after ninety days.",
}


@dataclass(frozen=True)
class Desk:
    """One officer before one browser.

    Attributes:
        office: whose officer it is.
        who: name at the node.
        page: the only window.
        hand: how the officer works with it.
        faults: what went wrong in scripts of its pages.
    """

    office: Office
    who: str
    page: Page
    hand: Hand
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Go to an address of the own node."""
        self.page.goto(f"{self.office.url}{path}")

    def place(self) -> str:
        """Return the path of the page; the link that skips the menu adds a fragment to it."""
        return urlsplit(self.page.url).path

    def press(self, selector: str) -> None:
        """Follow a link, or press a button."""
        self.hand.press(self.page, selector)

    def write(self, selector: str, text: str) -> None:
        """Write into a field."""
        self.hand.write(self.page, selector, text)

    def sign_in(self) -> None:
        """Say who it is."""
        self.write("#id_name", self.who)
        self.write("#id_password", PASSWORD)
        self.press("form[action='/sign-in'] button")
        self.page.wait_for_selector("details.account form[action='/sign-out']", state="attached")

    def make_passkey(self, pair: Pair) -> None:
        """Make a passkey, and let the officer-ca, played as in the demonstration, certify it."""
        add_authenticator(self.page)
        self.go("/me")
        self.press("form[data-passkey='create'] button")
        self.page.wait_for_selector(".note-good")
        place = pair.world.places[self.office.party]
        session = Api(self.office.url, self.office.tokens[self.who])
        try:
            assert certify_passkey(place, self.who, session, Teller().say)
        finally:
            session.close()

    def end_session(self) -> None:
        """Let the session end, as after an hour without use."""
        self.page.context.clear_cookies(name=re.compile("session"))

    def make_draft(self) -> str:
        """Review and sign of what is filled in; return its identifier."""
        self.press(SUBMIT)
        self.page.wait_for_url("**/drafts/*")
        return self.place().rpartition("/")[2]

    def sign(self) -> None:
        """Sign the draft on the page by passkey."""
        self.press(SIGN)
        self.page.wait_for_selector(".note-good")

    def send(self) -> str:
        """Send the draft on the page; return the number of its case."""
        self.press(SEND)
        self.page.wait_for_url("**/cases/*")
        return self.place().rpartition("/")[2]

    def await_(self, selector: str) -> None:
        """Look again until something is on the page."""

        def there() -> bool:
            self.page.reload()
            return self.page.locator(selector).count() > 0

        eventually(there, 60.0)

    def answer(self, message_type: str, fields: dict[str, str], *, signed: bool) -> None:
        """Write one message of the conversation on the page, and send it."""
        self.begin(message_type, fields)
        if signed:
            self.sign()
        self.send()

    def choose(self, link: str) -> None:
        """Press a link of the head of a case, out of its menu where it is there."""
        if not self.page.locator(link).first.is_visible():
            self.press(MENU)
        self.press(link)

    def begin(self, message_type: str, fields: dict[str, str]) -> str:
        """Write one message of the conversation on the page as a draft; return its identifier."""
        link = f".identity a[href$='/{message_type}'], .identity a[href*='/{message_type}?']"
        self.await_(link)
        self.choose(link)
        for selector, text in fields.items():
            self.write(selector, text)
        return self.make_draft()


def take_seat(visit: Visit, pair: Pair, who: str, hand: Hand, **where: Any) -> Desk:
    """Sign an officer in, by hand."""
    office = pair.asked if where.get("asked") else pair.asking
    page = visit(None, **where)
    page.set_default_timeout(60_000)
    desk = Desk(office, who, page, hand)
    page.on("pageerror", lambda fault: desk.faults.append(str(fault)))
    desk.sign_in()
    return desk


@dataclass(frozen=True)
class Case:
    """A case under way: officers of both States, and the conversation they have."""

    pair: Pair
    ours: Desk
    our_approver: Desk
    theirs: Desk
    their_approver: Desk

    def desks(self) -> tuple[Desk, ...]:
        """Return everybody."""
        return self.ours, self.our_approver, self.theirs, self.their_approver


def two_sign(author: Desk, approver: Desk, draft: str) -> None:
    """Let both officers sign the draft that is on the author's page."""
    author.sign()
    approver.go("/")
    approver.press("nav.rail a[href='/drafts']")
    approver.press("nav.tabs a[href='/approvals']")
    approver.press(f"main a[href='/drafts/{draft}']")
    approver.page.wait_for_url("**/drafts/*")
    approver.sign()
    author.page.reload()


def ask(case: Case) -> str:
    """Ask for stored data; the session ends over the form. Return the conversation."""
    desk = case.ours
    desk.go("/")
    desk.press("a[href='/new/stored-data']")
    desk.hand.select(desk.page, "#id_request-to", case.pair.asked.party)
    for selector, text in ASKED_FOR.items():
        desk.write(selector, text)
    desk.end_session()
    desk.press(SUBMIT)
    desk.sign_in()
    # "?form=" stands behind it if the form was saved before the session ended
    desk.page.wait_for_url(lambda url: urlsplit(url).path == "/new/stored-data")
    for selector, text in ASKED_FOR.items():
        if "-row_" not in selector:  # a row by now
            assert desk.page.input_value(selector) == text, "nothing is lost with the session"
    assert desk.page.input_value("#id_subject-row_identifier_1") == "j.doe@example.za"
    assert desk.page.input_value("#id_subject-row_kind_1") == "email"
    draft = desk.make_draft()
    two_sign(desk, case.our_approver, draft)
    number = desk.send()
    (found,) = case.pair.asking.ok("approver", "GET", f"/cases/{number}")["conversations"]
    return str(found["conversation"])


def accept(case: Case, digest: str) -> None:
    """Acknowledge at once, and accept by two officers."""
    desk = case.theirs
    path = f"/conversations/{digest}"
    eventually(lambda: case.pair.asked.call("approver", "GET", path).is_success, 60.0)
    number = case.pair.asked.ok("approver", "GET", path)["case"]
    desk.go("/")
    desk.press(f"main a[href='/cases/{number}']")
    desk.page.wait_for_url("**/cases/*")
    reference = {"#id_acknowledgement-reference": "ZA-777"}
    desk.answer("request.acknowledged", reference, signed=False)
    draft = desk.begin("request.accepted", {"#id_decision-reasons": "Article 18 is met."})
    two_sign(desk, case.their_approver, draft)
    desk.send()


def hand_in(case: Case, folder: Path) -> Sealed:
    """Hand sealed evidence in; the line breaks in the middle and comes back."""
    desk, sealed = case.theirs, made_package(folder, PART + MIB + 5, seed=crc32(bytes(folder)))
    beside = folder / f"{sealed.path.name}.offer.json"
    beside.write_text(json.dumps(sealed.offer), "utf-8")
    sent: list[str] = []
    broken: list[str] = []

    def cut(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
        elif sent and not broken:
            broken.append(route.request.headers["upload-offset"])
            route.abort("internetdisconnected")
        else:
            sent.append(route.request.headers["upload-offset"])
            route.continue_()

    desk.choose(".identity a[href$='/hand-in']")
    desk.page.wait_for_url("**/hand-in")
    desk.page.route("**/api/v1/uploads/*", cut)
    desk.hand.bring(desk.page, "#package", [sealed.path])
    desk.hand.bring(desk.page, "#offer", [beside])
    desk.write("#acquired", "Handed over by the provider")
    desk.press("#hand-in [type=submit]")
    desk.page.wait_for_url("**/evidence")
    desk.page.unroute("**/api/v1/uploads/*")
    went = f"sent {sent}, broken off at {broken}"
    assert (sent, broken) == (["0", str(PART)], [str(PART)]), f"it goes on where it stood: {went}"
    return sealed


def hand_over(case: Case, digest: str, sealed: Sealed) -> None:
    """Offer what was handed in; take it over, and give a receipt."""
    pair = case.pair
    number = pair.asked.ok("approver", "GET", f"/conversations/{digest}")["case"]
    case.theirs.go(f"/cases/{number}")
    case.theirs.answer("evidence.offered", {"#id_package-reason": "As requested."}, signed=True)
    path = f"/packages?conversation={digest}"

    def fetched() -> bool:
        rows = pair.asking.ok("approver", "GET", path)["packages"]
        return any(row["stage"] == "stored" for row in rows)

    eventually(fetched, 60.0)
    ours = case.ours
    ours.press("nav.rail a[href='/evidence']")
    ours.press(f"main a[href^='/exhibits/{sealed.offer['exhibit']}']")
    with ours.page.expect_download() as download:
        ours.press(f"main a.primary[href$='/packages/{sealed.root}']")
    assert download.value.path().read_bytes() == sealed.data
    number = pair.asking.ok("approver", "GET", f"/conversations/{digest}")["case"]
    ours.go(f"/cases/{number}")
    reason = {"#id_package-reason": "Whole and unchanged."}
    ours.answer("evidence.received", reason, signed=True)


def close(case: Case) -> None:
    """Report the execution, and close the request."""
    summary = {"#id_execution-summary": "All records were handed over."}
    case.theirs.answer("request.executed", summary, signed=True)
    case.ours.answer("request.closed", {}, signed=False)


def both_agree(case: Case, digest: str) -> None:
    """Hold that both offices have the same messages in the same order, and call it closed."""

    def seen(office: Office) -> tuple[str, list[str]]:
        found = office.ok("approver", "GET", f"/conversations/{digest}")
        return str(found["state"]), [row["content"] for row in found["timeline"]]

    eventually(lambda: seen(case.pair.asked) == seen(case.pair.asking), 60.0)
    assert [desk.faults for desk in case.desks()] == [[], [], [], []]
    state, messages = seen(case.pair.asking)
    assert state == "closed"
    assert len(messages) == 7
