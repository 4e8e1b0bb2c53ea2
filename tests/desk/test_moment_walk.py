"""An officer in Viet Nam writes the time on the wall; what is signed is that moment in UTC."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_access import FITS, violations
from tests.desk.test_case import fill_request
from tests.desk.test_items import MAKE

CITY = "Asia/Ho_Chi_Minh"
START, ITS_ZONE, END = "#id_subject-start", "#id_subject-start_zone", "#id_subject-end"
END_ZONE = f"{END}_zone"


def stands(page: Page) -> None:
    """Check that both moments and their clocks are as they were typed."""
    assert [page.input_value(one) for one in (START, ITS_ZONE, END, END_ZONE)] == [
        "2026-11-02T03:00",
        CITY,
        "2026-11-02T00:30",
        "UTC",
    ]


@pytest.mark.full
def test_a_time_on_the_wall_is_signed_in_utc(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/stored-data")
    assert page.input_value(ITS_ZONE) == CITY, "the clock of the office is proposed"
    page.get_by_label("Time zone").first.focus()
    page.fill(START, "2026-11-02T03:00")
    page.fill(END, "2026-11-02T00:30")
    page.select_option(END_ZONE, label="UTC")
    page.click(MAKE)
    expect(page.locator("main .errors")).to_be_visible()
    stands(page)
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(FITS)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click(".account > summary")
    page.select_option("#language", "ar")
    with page.expect_navigation():
        page.locator("form[data-language] button").click()
    stands(page)
    page.click(".account > summary")
    page.select_option("#language", "en")
    with page.expect_navigation():
        page.locator("form[data-language] button").click()
    stands(page)
    fill_request(page, pair)
    expect(page.locator("[data-saves]")).to_contain_text("Saved")
    page.wait_for_url("**form=*")
    page.goto(page.url)
    stands(page)
    page.click(MAKE)
    page.wait_for_url("**/drafts/*")
    draft = pair.asking.ok("author", "GET", f"/drafts/{page.url.rpartition('/')[2]}")
    assert draft["sections"]["subject"]["value"]["period"] == {
        "start": "2026-11-01T20:00:00Z",
        "end": "2026-11-02T00:30:00Z",
    }
    expect(page.locator("main")).to_contain_text("2026-11-01 20:00 UTC")
