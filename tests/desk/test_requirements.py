"""What is required stands beside a form and follows what is typed in it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.api.nodes import Pair


def test_requirements_follow_what_is_typed_without_a_button(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    page.fill("#id_subject-description", "Logs of one mailbox")
    page.select_option("#id_request-to", pair.asked.party)
    need = page.locator("#group-addressee .need")
    expect(need.locator("h3")).to_contain_text("South Africa")
    expect(need).to_have_attribute("aria-live", "polite")
    before = page.locator(".need").all_inner_texts()
    page.fill("#id_request-reference", "VN-2026-0007")
    page.fill("#id_grounds-offence", "Fraud by computer")
    page.fill("#id_grounds-facts", "Payments were redirected.")
    page.wait_for_function(
        "old => [...document.querySelectorAll('.need')].map((e) => e.innerText).join() !== old",
        arg=",".join(before),
    )
    expect(page.locator("#id_subject-description")).to_have_value("Logs of one mailbox")


def test_the_marks_of_every_form_in_groups_follow_what_is_typed(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/note")
    mark = page.locator(".groups [href='#group-note'] .vh")
    expect(mark).to_have_text("Not complete:")
    page.locator("#id_note-text").press_sequentially("Please call us.")
    expect(mark).to_have_text("Complete:")
    page.goto(f"{pair.asking.url}/assistance/new/need")
    mark = page.locator(".groups [href='#group-addressee'] .vh")
    expect(mark).to_have_text("Not complete:")
    page.check(f"#group-addressee input[value='{pair.asked.party}']")
    expect(mark).to_have_text("Complete:")
