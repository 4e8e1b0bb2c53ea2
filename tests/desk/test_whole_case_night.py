"""A telephone call at night becomes a sent preservation, by one duty officer alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair, eventually
from tests.desk.hands import Hand, Keyboard, Mouse
from tests.desk.whole_case import take_seat

CALL = {
    "#id_call-caller": "Inspector Le",
    "#id_call-office": "Cyber police, Hanoi",
    "#id_call-asked": "Keep the mailbox j.doe@example.za.",
}
REQUEST = {
    "#id_request-reference": "VN-NIGHT-1",
    "#id_request-article": "18",
    "#id_grounds-offence": "Fraud by computer",
    "#id_grounds-facts": "Payments were redirected.",
    "#id_grounds-necessity": "The provider deletes its logs.",
}


@pytest.mark.parametrize(
    ("hand", "lang"),
    [
        pytest.param(Keyboard(), "en", id="keyboard-en", marks=pytest.mark.full),
        pytest.param(Keyboard(), "ar", id="keyboard-ar", marks=pytest.mark.long),
        pytest.param(Mouse(), "ar", id="mouse-ar", marks=pytest.mark.long),
        pytest.param(Mouse(), "en", id="mouse-en", marks=pytest.mark.long),
    ],
)
def test_a_call_at_night_becomes_a_sent_preservation_by_one_officer_alone(
    visit: Callable[..., Page], pair: Pair, hand: Hand, lang: str
) -> None:
    desk = take_seat(visit, pair, "duty", hand, lang=lang)
    desk.make_passkey(pair)
    desk.go("/watch")
    desk.press("main a[href='/calls/new']")
    for selector, text in CALL.items():
        desk.write(selector, text)
    hand.select(desk.page, "#id_call-measure", "preservation")
    hand.tick(desk.page, "input[value=not-yet]")
    desk.write("#id_back-why", "A unit of our own; known by voice.")
    desk.press("button[name=keep]")
    desk.page.wait_for_selector(".note-good")
    assert desk.page.locator("main .note-bad").count() == 1, "it is not known who called"
    call = desk.place()

    desk.press("a[href^='/new/preservation?call=']")
    desk.page.wait_for_url("**/new/preservation?*")
    assert desk.page.input_value("#id_subject-description") == CALL["#id_call-asked"]
    hand.select(desk.page, "#id_request-to", pair.asked.party)
    for selector, text in REQUEST.items():
        desk.write(selector, text)
    desk.make_draft()
    assert desk.page.locator(f".note-bad a[href='{call}']").count() == 1
    desk.sign()
    number = desk.send()
    (sent,) = pair.asking.ok("auditor", "GET", f"/cases/{number}")["conversations"]
    path = f"/conversations/{sent['conversation']}"
    eventually(lambda: pair.asked.call("auditor", "GET", path).is_success, 60.0)
    theirs = pair.asked.ok("auditor", "GET", path)
    (message,) = theirs["timeline"]
    assert message["approvals"] == 1
    hour = message["second_due_at"]
    assert hour is not None, "the other side sees the hour"

    other = take_seat(visit, pair, "author", hand, lang=lang, asked=True)
    other.go(f"/cases/{theirs['case']}")
    assert other.page.locator(f"main .soon time[datetime='{hour}']").count() == 1
    desk.go("/watch")
    second = "#watch-list a[href^='/messages/'][href$='/second']"
    assert desk.page.locator(second).count() == 0, "the countersignature is an approver's"
    assert number in desk.page.inner_text("#watch-list")
    assert desk.page.locator(f"#watch-list a[href='{call}']").count() > 0
    desk.go(call)
    assert desk.page.locator("main a[href^='/drafts/']").count() == 1
    assert desk.faults == other.faults == []
