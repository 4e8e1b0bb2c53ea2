"""The officer CA's file in the browser: what is private is not sent, a saved file is not lost."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import launching
from tests.operation.playing import PASSPHRASE
from tests.operation.wizard import OFFICE, Wizard

pytestmark = pytest.mark.full  # a process and a browser

SIDE_BY_SIDE = """() => {
    const [list, main] = ['.stages', 'main'].map((it) =>
        document.querySelector(it).getBoundingClientRect());
    const rows = [...document.querySelectorAll('.stages li')].map((it) =>
        it.getBoundingClientRect());
    return list.right <= main.left && rows.every((it, at) => !at || it.top >= rows[at - 1].bottom);
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launching()


def alerts(page: Page) -> list[str]:
    """Return the messages of errors that are on the screen."""
    return page.locator("[role=alert]").filter(visible=True).all_inner_texts()


def to_officer_ca(page: Page, wizard: Wizard) -> None:
    """Take the steps up to the officer CA, and open its page."""
    inside = wizard.browser()
    page.goto(wizard.url)
    page.fill("#code", wizard.code)
    page.click("main button")
    for one in page.context.cookies():
        inside.client.cookies.set(str(one.get("name")), str(one.get("value")))
    inside.post("/office", **OFFICE)
    inside.post("/keys")
    page.goto(f"{wizard.url}/officer-ca")


def test_a_private_file_stays_here_and_a_saved_one_is_used_after_a_reload(
    browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_context(locale="en", viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(60_000)
    file, other, garbled = (tmp_path / name for name in ("ca.pem", "half.pub", "notes.json"))
    sent: list[str] = []
    page.on("request", lambda it: sent.append(it.url) if it.method == "POST" else None)
    with Wizard(tmp_path / "node") as wizard:
        to_officer_ca(page, wizard)
        assert page.evaluate(SIDE_BY_SIDE)
        page.fill("#ca-new", PASSPHRASE)
        page.fill("#ca-again", PASSPHRASE)
        with page.expect_download() as download:
            page.get_by_role("button", name="Make the officer CA").click()
        download.value.save_as(file)
        page.reload()
        sent.clear()
        use = page.get_by_role("button", name="Use this officer CA")
        other.write_text('{"crv":"P-256","kty":"EC","x":"AA","y":"AA","d":"AA"}', "utf-8")
        garbled.write_text("[1]", "utf-8")
        for chosen, told in ((file, "private"), (other, "private"), (garbled, "no public key")):
            page.set_input_files("#ca-public", chosen)
            use.click()
            expect(page.locator("[role=alert]").filter(visible=True)).to_contain_text(told)
            [message] = alerts(page)
            assert "was not sent" in message
            assert "I have a file already" in message
        assert sent == []
        page.get_by_role("button", name="Make the officer CA").click()
        expect(page.locator("[data-fault=short]")).to_be_visible()
        assert len(alerts(page)) == 1  # the message of the other form is gone
        other.write_text('{"crv":"P-256","kty":"EC","x":"AA","y":"AA"}', "utf-8")
        page.set_input_files("#ca-public", other)
        with page.expect_navigation():
            use.click()
        [message] = alerts(page)  # the server's, at its form
        assert page.locator("form[data-officer-ca=public] [role=alert]:visible").count() == 1
        page.get_by_role("button", name="I have a file already").click()
        assert alerts(page) == []
        assert not page.locator("[data-part=saved]").is_visible()
        expect(page.get_by_text("Destroy files that were saved earlier").first).to_be_visible()
        page.set_input_files("#ca-file", file)
        page.fill("#ca-passphrase", PASSPHRASE)
        page.get_by_role("button", name="Check the file and continue").click()
        expect(page.get_by_text("The officer CA is on the list of public keys")).to_be_visible()
    page.context.close()


def test_a_passphrase_that_is_guessed_and_the_file_of_another_office_are_refused(
    browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_context(locale="en").new_page()
    page.set_default_timeout(60_000)
    with Wizard(tmp_path / "node") as wizard:
        to_officer_ca(page, wizard)
        make = page.get_by_role("button", name="Make the officer CA")
        for typed in (" " * 20, "a" * 16, "abABababab abababab"):
            page.get_by_label("Passphrase of the officer CA").fill(typed)
            page.get_by_label("The passphrase once more").fill(typed)
            make.click()
            expect(page.get_by_text("fewer than six different characters")).to_be_visible()
        page.get_by_label("Passphrase of the officer CA").fill(PASSPHRASE)
        page.get_by_label("The passphrase once more").fill(PASSPHRASE)
        with page.expect_download() as download:
            make.click()
        other = tmp_path / "za-contact-point-officer-ca-1.pem"
        download.value.save_as(other)
        page.get_by_label("File of the officer CA").set_input_files(other)
        page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        check = page.get_by_role("button", name="Check the file and continue")
        check.click()
        expect(page.get_by_text("that of another office").filter(visible=True)).to_be_visible()
        check.click()  # the person says that the file is the right one
        expect(page.get_by_text("The officer CA is on the list of public keys")).to_be_visible()
    page.context.close()
