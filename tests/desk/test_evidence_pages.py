"""The pages of an exhibit: in both directions, from the list to the second officer."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, eventually
from tests.desk.test_access import violations
from tests.desk.test_case import accepted_request
from tests.nodes.moving import made_package

from comity.client.api import Api

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def exhibit(pair: Pair, tmp_path: Path) -> str:
    digest = accepted_request(pair)
    package = made_package(tmp_path, 9000, seed=int.from_bytes(os.urandom(4)))
    session = Api(pair.asked.url, pair.asked.tokens["author"])
    session.upload(digest, package.offer, package.path, acquired="By order 31/2026")
    session.close()
    return str(package.offer["exhibit"])


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390), ("ar", 320)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    visit: Callable[..., Page], pair: Pair, exhibit: str, lang: str, width: int
) -> None:
    page = visit("author", asked=True, lang=lang, width=width)
    for path in (
        "evidence",
        "evidence?exhibit=nothing",
        f"exhibits/{exhibit}",
        f"exhibits/{exhibit}/destroy",
        f"sensitive/exhibit/{exhibit}",
        f"sensitive/exhibit/{exhibit}/show",
        "exports",
    ):
        page.goto(f"{pair.asked.url}/{path}")
        assert violations(page) == [], path
        assert page.evaluate(FITS), path


def test_a_form_that_is_wrong_keeps_what_was_typed_and_one_that_is_right_joins_the_chain(
    visit: Callable[..., Page], pair: Pair, exhibit: str
) -> None:
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/exhibits/{exhibit}")
    page.click("summary:has-text('Place legal hold')")
    page.fill("#hold_decision", "High Court 12/2026")
    page.click("form[action$='/do/hold'] button")
    assert page.input_value("#hold_decision") == "High Court 12/2026"
    assert page.locator("#hold_reason_error").is_visible()
    assert violations(page) == []
    page.fill("#hold_reason", "Appeal is pending")
    page.click("form[action$='/do/hold'] button")
    expect(page.locator("#life + .timeline")).to_contain_text(
        "High Court 12/2026: Appeal is pending"
    )
    page.goto(f"{pair.asked.url}/evidence?exhibit={exhibit}")
    expect(page.locator(".items")).to_contain_text("Legal hold")


@pytest.mark.full
def test_one_officer_orders_and_another_confirms_after_reading_what_goes(
    visit: Callable[..., Page], pair: Pair, exhibit: str
) -> None:
    one = visit("author", asked=True)
    one.goto(f"{pair.asked.url}/exhibits/{exhibit}/destroy")
    one.fill("#id_reason", "Judgment final; order 9/2026")
    one.click("button:has-text('Order destruction')")
    expect(one.locator("main")).to_contain_text(
        "Nothing is deleted before a second officer confirms"
    )
    one.click("a:has-text('Review order')")
    assert one.locator("button:has-text('Confirm destruction')").count() == 0
    two = visit("approver", asked=True)
    two.goto(f"{pair.asked.url}/exhibits/{exhibit}/destroy/confirm")
    expect(two.locator("main")).to_contain_text("Judgment final; order 9/2026")
    assert violations(two) == []
    two.click("button:has-text('Confirm destruction')")
    assert two.locator(".wrong").count() == 1  # the box has to be ticked
    two.check("#id_sure")
    two.click("button:has-text('Confirm destruction')")
    expect(two.locator("#life + .timeline")).to_contain_text("Destroyed")


@pytest.mark.full
def test_a_court_bundle_is_written_in_the_background_and_taken_out(
    visit: Callable[..., Page], pair: Pair, exhibit: str
) -> None:
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/exhibits/{exhibit}")
    page.click(".identity .menu > summary")
    page.click(".menu a:has-text('Request court bundle')")
    page.fill("#id_reason", "For the hearing on 3 March")
    page.select_option("#id_purpose", "proceedings")
    page.click("main button:has-text('Request court bundle')")

    def ready() -> bool:
        page.reload()
        return bool(page.locator("a:has-text('Download')").count())

    eventually(ready, timeout_s=60)
    with page.expect_download() as taken:
        page.click("a:has-text('Download') >> nth=0")
    data = Path(taken.value.path()).read_bytes()
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert any(name.endswith("/data/bundle.json") for name in names)
    assert violations(page) == []
