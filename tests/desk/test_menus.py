"""An open menu lies within the window, whatever its length, and every entry can be reached."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, ViewportSize
from tests.api.nodes import Pair

pytestmark = pytest.mark.full

SIZES: Final[tuple[ViewportSize, ...]] = (
    {"width": 1366, "height": 768},
    {"width": 390, "height": 844},
    {"width": 740, "height": 360},  # the phone on its side
)
PATHS: Final = ("/cases/2026-000001", "/docket", "/assistance", "/mail", "/privacy", "/duty/roster")
OUTSIDE: Final = """async (menu) => {
  menu.querySelector("summary").scrollIntoView({ block: "nearest" }); // to be pressed at all
  await new Promise((done) => {
    menu.addEventListener("toggle", () => requestAnimationFrame(done), { once: true });
    menu.open = true;
  });
  const out = [];
  const edges = (one) => {
    const box = one.getBoundingClientRect(), list = menu.querySelector(".menu-list");
    const frame = list.getBoundingClientRect();
    return box.top < Math.max(0, frame.top) - 1 || box.left < -1
      || box.bottom > Math.min(innerHeight, frame.bottom) + 1 || box.right > innerWidth + 1;
  };
  if (edges(menu.querySelector(".menu-list"))) { out.push("the menu"); }
  for (const one of menu.querySelectorAll(".menu-list :is(a,button)")) {
    one.focus();
    if (edges(one)) { out.push(one.textContent.trim()); }
  }
  menu.open = false;
  return out;
}"""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_entry_of_every_open_menu_is_within_the_window_once_it_has_the_focus(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    page, found, seen = visit("author", lang=lang), dict[Any, Any](), 0
    page.emulate_media(reduced_motion="reduce")  # no scroll is still under way when it is measured
    for size in SIZES:
        page.set_viewport_size(size)
        for path in PATHS:
            page.goto(pair.asking.url + path)
            for number, menu in enumerate(page.locator("details.menu").all()):
                if not menu.locator("summary").is_visible():
                    continue
                seen += 1
                if outside := menu.evaluate(OUTSIDE):
                    found[size["width"], path, number] = outside
    assert found == {}, found
    assert seen > 2 * len(SIZES) * len(PATHS) - len(SIZES) * 3
