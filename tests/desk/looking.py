"""Opening pages as whoever may see them, in a language, a width and a scheme."""

from typing import Final

from playwright.sync_api import Browser, Page
from tests.api.nodes import Pair
from tests.desk.everywhere import Stop, signed_in

DESK, PHONE, ENLARGED = 1280, 390, 320
"""Widths in CSS pixels; the last is a desk at 400 % (WCAG 2.2, 1.4.10)."""
LOCALES: Final = {"zh-hans": "zh-CN"}
"""What a browser calls a language, where it is not what we call it."""


class Looker:
    """Opens pages as whoever may see them, in one language."""

    def __init__(self, browser: Browser, pair: Pair, language: str, scheme: str = "light") -> None:
        self.browser, self.pair, self.language, self.scheme = browser, pair, language, scheme
        self.pages: dict[tuple[bool, str], Page] = {}
        self.faults: list[str] = []

    def open(self, stop: Stop, width: int = DESK) -> Page:
        key = (stop.asked, stop.who)
        office = self.pair.asked if stop.asked else self.pair.asking
        if key not in self.pages:
            context = self.browser.new_context(
                locale=LOCALES.get(self.language, self.language),
                viewport={"width": width, "height": 900},
                reduced_motion="reduce",  # what has the focus is in view at once
                color_scheme="dark" if self.scheme == "dark" else "light",
            )
            client, _ = signed_in(office, stop.who)
            for name, value in client.cookies.items():
                context.add_cookies([{"name": name, "value": value, "url": office.url}])
            client.close()
            page = self.pages[key] = context.new_page()
            page.set_default_timeout(60_000)
            page.on("console", lambda m: self._hear(m.text))
        page = self.pages[key]
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(office.url + stop.path)
        return page

    def _hear(self, told: str) -> None:
        if "Security Policy" in told:
            self.faults.append(told)

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


def first_of_each(found: list[Stop]) -> list[Stop]:
    return list({stop.name: stop for stop in reversed(found)}.values())
