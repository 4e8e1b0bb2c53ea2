"""Two ways to work with a page: by mouse, and by keyboard alone.

Elements are found by names and addresses that no language changes, never by their words.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from playwright.sync_api import Page

FARTHEST: Final = 250
"""Presses of Tab after which an element counts as out of reach."""

_THERE = "selector => document.activeElement.matches(selector)"
_NOWHERE = "document.activeElement === document.body"
_INSIDE = """([selector, room]) => {
    const [found, around] = [document.querySelector(selector), document.querySelector(room)];
    return Boolean(found && around && around.contains(found));
}"""
_BEHIND = """selector => {
    const wanted = document.querySelector(selector);
    const place = document.activeElement.compareDocumentPosition(wanted);
    return Boolean(place & Node.DOCUMENT_POSITION_PRECEDING);
}"""


class Hand(Protocol):
    """What an officer does with the elements of a page."""

    def press(self, page: Page, selector: str) -> None:
        """Follow a link, or press a button."""

    def write(self, page: Page, selector: str, text: str) -> None:
        """Write into an empty field."""

    def select(self, page: Page, selector: str, value: str) -> None:
        """Select in a drop-down list."""

    def tick(self, page: Page, selector: str) -> None:
        """Choose one of several, by its own selector."""

    def bring(self, page: Page, selector: str, files: Sequence[Path]) -> None:
        """Choose files from the disk."""


class Mouse:
    """Clicks on what is to be used; the text itself is typed, as everybody does."""

    def press(self, page: Page, selector: str) -> None:
        """Click."""
        page.locator(selector).click()  # one, or it is a fault

    def write(self, page: Page, selector: str, text: str) -> None:
        """Click into the field and write."""
        field = page.locator(selector)
        field.click()
        field.fill(text)

    def select(self, page: Page, selector: str, value: str) -> None:
        """Choose from the list, whose pop-up no page sees."""
        page.select_option(selector, value)

    def tick(self, page: Page, selector: str) -> None:
        """Click on it."""
        page.check(selector)

    def bring(self, page: Page, selector: str, files: Sequence[Path]) -> None:
        """Click, and choose in the dialogue."""
        with page.expect_file_chooser() as dialogue:
            page.click(selector)
        dialogue.value.set_files(files)


class Keyboard:
    """Tab, arrows, Space, Enter and letters; the mouse does not exist."""

    def press(self, page: Page, selector: str) -> None:
        """Go there and press Enter."""
        self._go(page, selector)
        page.keyboard.press("Enter")

    def write(self, page: Page, selector: str, text: str) -> None:
        """Go there and type."""
        self._go(page, selector)
        page.keyboard.insert_text(text)
        assert page.input_value(selector) == text, f"{selector} holds what was typed"

    def select(self, page: Page, selector: str, value: str) -> None:
        """Go there and walk with the arrows until the value stands there."""
        self._go(page, selector)
        page.keyboard.press("Home")
        for _ in range(FARTHEST):
            if page.input_value(selector) == value:
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} never showed {value}")

    def tick(self, page: Page, selector: str) -> None:
        """Go to its group and walk with the arrows; a box alone by Space."""
        if page.get_attribute(selector, "type") == "checkbox":
            self._go(page, selector)
            page.keyboard.press("Space")
        else:
            group = page.locator(f"[name='{page.get_attribute(selector, 'name')}']")
            chosen = group.and_(page.locator(":checked"))
            stop = chosen if chosen.count() else group.first  # where Tab leads in a group
            self._go(page, f"#{stop.get_attribute('id')}")
            for _ in range(FARTHEST):
                if page.is_checked(selector):
                    break
                page.keyboard.press("ArrowDown")
        assert page.is_checked(selector), f"{selector} is chosen"

    def bring(self, page: Page, selector: str, files: Sequence[Path]) -> None:
        """Go there, open the dialogue with Space, and choose."""
        with page.expect_file_chooser() as dialogue:  # before the walk: it takes effect late
            self._go(page, selector)
            page.keyboard.press("Space")
        dialogue.value.set_files(files)

    @staticmethod
    def _go(page: Page, selector: str) -> None:
        """Press Tab until the element has the focus; past the menu by the link that skips it."""
        page.locator(selector).wait_for()  # one, or it is a fault
        if page.evaluate(_NOWHERE) and page.evaluate(_INSIDE, [selector, "main"]):
            page.keyboard.press("Tab")
            assert page.evaluate(_THERE, "a.skip"), "the first stop of a page skips the menu"
            page.keyboard.press("Enter")
        way = "Shift+Tab" if page.evaluate(_BEHIND, selector) else "Tab"
        for _ in range(FARTHEST):
            if page.evaluate(_THERE, selector):
                return
            page.keyboard.press(way)
        raise AssertionError(f"no {way} leads to {selector}")
