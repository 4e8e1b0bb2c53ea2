"""Choosing what to write next on the page of a case: the first step, or out of the menu."""

from playwright.sync_api import Page

MENU = "#case-menu > summary"


def choose(page: Page, selector: str) -> None:
    """Choose a link of the head of a case, opening its menu where the link is in it.

    Args:
        page: of a case.
        selector: of the link.
    """
    link = page.locator(f".identity {selector}").first
    link.wait_for(state="attached")
    if not link.is_visible():
        page.click(MENU)
    link.click()
