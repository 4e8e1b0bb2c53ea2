"""Pages of what the office sees of the world and of itself, looked at in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair
from tests.desk.test_access import violations

PAGES = ("authorities", "authorities/za/contact-point", "health", "treaties", "treaties/fr",
         "treaties/vn", "treaties?instrument=un-2024", "statistics",
         "statistics?period=nonsense", "settings")  # fmt: skip
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390), ("en", 320)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    visit: Callable[..., Page], pair: Pair, lang: str, width: int
) -> None:
    page = visit("approver", lang=lang, width=width)
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if "Security Policy" in m.text else None)
    for path in PAGES:
        page.goto(f"{pair.asking.url}/{path}")
        assert page.locator("h1").count() == 1, path
        assert violations(page) == [], path
        assert page.evaluate(FITS), f"{path} scrolls sideways"
    assert faults == []


def test_the_partner_of_a_case_answers_and_its_page_tells_of_its_log(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/authorities")
    entries = page.get_by_role("list", name="Authorities by State").get_by_role("listitem")
    entry = entries.filter(has_text=pair.asked.party)
    assert entry.locator(".good").count() == 1
    entry.get_by_role("link").first.click()
    assert page.locator("text=entries, seen").count() >= 1
    said = page.inner_text("main")
    assert "un-2024: signed, not in force" in said
    assert "untoc-2000: in force" in said
    assert "in-force" not in said


@pytest.mark.full
def test_a_state_of_the_grid_is_words_and_a_sign_not_only_a_colour(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/treaties?instrument=coe-2001")
    cells = page.locator(".states a")
    assert cells.count() > 190
    told = cells.evaluate_all("(all) => all.map((one) => one.textContent)")
    assert all(": " in text for text in told)
    assert page.locator(".states svg").count() == 0


@pytest.mark.full
def test_a_setting_that_cannot_be_is_kept_on_the_form_and_changes_nothing(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("operator")
    page.goto(f"{pair.asking.url}/settings")
    page.fill("#own-statistics_threshold", "one")
    page.fill("#own-office_name", "The Office")
    page.click("main form .primary")
    assert page.input_value("#own-statistics_threshold") == "one"
    assert page.locator(".field .wrong").count() == 1
    assert violations(page) == []
    settings = pair.asking.ok("operator", "GET", "/settings")["settings"]
    assert {one["changed_by"] for one in settings} == {""}
    page.fill("#own-statistics_threshold", "6")
    page.click("main form .primary")
    assert page.locator("text=by operator").count() == 2
    rows = pair.asking.call("auditor", "GET", "/me")
    assert rows.is_success
    assert pair.asking.ok("operator", "PUT", "/settings/statistics_threshold", json={"value": "5"})


def test_secrets_are_not_on_the_page_of_settings(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("operator")
    page.goto(f"{pair.asking.url}/settings")
    text = page.content()
    assert (pair.asking.process.config.folder / "secret").read_text().strip() not in text


def test_the_figures_are_the_same_on_the_page_and_over_the_api(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("auditor")
    page.goto(f"{pair.asking.url}/statistics")
    period = page.input_value("#period")
    found = pair.asking.ok("auditor", "GET", "/statistics", params={"period": period})
    assert found["sent"] >= 1
    cells = page.locator("figure[aria-labelledby=months] .total td").all_text_contents()
    assert cells == [str(found[k]) for k in ("received", "sent")]
    out = pair.asking.ok("auditor", "GET", "/statistics/released", params={"period": period})
    shown = [each for rows in out["splits"].values() for row in rows for each in row["counts"]]
    assert not [each for each in shown if each and each < out["threshold"]]


@pytest.mark.full
def test_files_leave_audited_and_a_month_does_not(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("approver")
    page.goto(f"{pair.asking.url}/statistics?period=2026")
    for label, start in (("Conference", b"%PDF-"), ("spreadsheet", b"\xef\xbb\xbftable,")):
        with page.expect_download() as got:
            page.locator("main details.menu").evaluate("menu => { menu.open = true }")
            page.click(f"a:has-text('{label}')")
        assert got.value.path().read_bytes().startswith(start)
    answer = pair.asking.call(
        "approver", "GET", "/statistics/files/csv", params={"period": "2026-03"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "statistics-period")
    page = visit("auditor")
    page.goto(f"{pair.asking.url}/audit?action=statistics.released")
    assert page.locator("tbody tr").count() == 2
