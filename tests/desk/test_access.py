"""Everybody can use the pages: axe finds nothing, in either language, on phone and desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
FOUND = """async ([part, rules]) => (await axe.run(part, rules)).violations.flatMap(
  (rule) => rule.nodes.map((one) => `${rule.id}: ${one.target} ${one.failureSummary}`))"""
OVER = "details.account"
"""Opens over the page, and closes when one leaves it; so it is looked at by itself."""
PAGES = (
    "",
    "?text=nothing-like-it",
    "cases/2026-000001",
    "new/preservation",
    "new/stored-data",
    "new/emergency",
    "drafts",
    "evidence",
    "outbox",
    "health",
    "me",
    "api",
    "no-such-page",
)


def violations(page: Page, part: str = "html") -> list[str]:
    """Return what axe finds, also in what is folded; it comes past the CSP, by the debugger."""
    page.evaluate(
        "([over, part]) => document.querySelectorAll('details').forEach("
        "(one) => { one.open = part === over || !one.matches(over) })",
        [OVER, part],
    )
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(FOUND, [part, RULES])
    return found


def case_path(pair: Pair) -> str:
    """Return a case with a request, whatever cases the tests before this file have opened."""
    rows = pair.asking.ok("auditor", "GET", "/cases")["cases"]
    return str(next(row["case"] for row in rows if row["measures"]))


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
def test_axe_finds_nothing_on_any_page(
    visit: Callable[..., Page], pair: Pair, lang: str, width: int
) -> None:
    page = visit("author", lang=lang, width=width)
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if "Security Policy" in m.text else None)
    year = case_path(pair)
    paths = [path.replace("2026-000001", year) for path in PAGES]
    paths.append(f"drafts/{pair.asking.ok('author', 'GET', '/drafts')['drafts'][0]['id']}")
    moves = "a[href*='/conversations/']"
    page.goto(f"{pair.asking.url}/cases/{year}")
    paths += [str(link.get_attribute("href")).lstrip("/") for link in page.locator(moves).all()]
    for path in paths:
        page.goto(f"{pair.asking.url}/{path}")
        assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
        assert violations(page) == [], path
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), f"{path} scrolls sideways"
    assert violations(page, OVER) == []
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing_on_the_auditors_and_the_visitors_pages(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    assert violations(visit(None, lang=lang)) == []
    page = visit("auditor", lang=lang)
    for path in ("audit", "new/preservation"):  # the second is refused, and says so
        page.goto(f"{pair.asking.url}/{path}")
        assert violations(page) == [], path


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
def test_axe_finds_nothing_on_the_pages_of_who_may_see_what(
    visit: Callable[..., Page], pair: Pair, lang: str, width: int
) -> None:
    page = visit("approver", lang=lang, width=width)
    officer = pair.asking.ok("author", "GET", "/me")["officer"]
    case = case_path(pair)
    for path in (
        "people",
        f"people/{officer}",
        f"cases/{case}",
        f"cases/{case}/access",
        "break-glass",
        "notices",
    ):
        page.goto(f"{pair.asking.url}/{path}")
        assert violations(page) == [], path
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), f"{path} scrolls sideways"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_form_with_errors_is_accessible_too(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    page = visit("author", lang=lang)
    page.goto(f"{pair.asking.url}/new/preservation")
    page.click("main form[novalidate] button:not([name])")
    assert page.locator(".field .wrong").count() >= 5
    assert violations(page) == []


def test_axe_finds_what_is_wrong(visit: Callable[..., Page]) -> None:
    page = visit(None)
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any(found.startswith("image-alt") for found in violations(page))


@pytest.mark.parametrize("width", [640, 320])  # 1280 at 200 % and 400 %
def test_pages_fit_when_enlarged(visit: Callable[..., Page], pair: Pair, width: int) -> None:
    page = visit("author", width=width)
    for path in ("", f"cases/{case_path(pair)}", "new/preservation", "health", "outbox"):
        page.goto(f"{pair.asking.url}/{path}")
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), path


def test_the_keyboard_reaches_the_content_first(visit: Callable[..., Page]) -> None:
    page = visit("author")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
