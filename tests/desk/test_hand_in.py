"""Sealed evidence is handed in by the browser: in parts, resumed after a reload, or in one form."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.api.nodes import Office, Pair
from tests.desk.test_access import violations
from tests.nodes.moving import MIB, Sealed, made_package
from tests.walks import sampled

DONE = "**/evidence"


@pytest.fixture
def address(pair: Pair) -> str:
    *_newer, case = pair.asked.ok("author", "GET", "/cases")["cases"]  # others make more of them
    return f"{pair.asked.url}/conversations/{case['conversations'][0]}/hand-in"


def files(folder: Path, sealed: Sealed) -> tuple[Path, Path]:
    offer = folder / f"{sealed.path.name}.offer.json"
    offer.write_text(json.dumps(sealed.offer))
    return sealed.path, offer


def choose(page: Page, package: Path, offer: Path) -> None:
    page.set_input_files("#package", package)
    page.set_input_files("#offer", offer)


def held(office: Office, sealed: Sealed) -> bool:
    rows = office.ok("author", "GET", "/packages")["packages"]
    return any(row["root"] == sealed.offer["root"] for row in rows)


@pytest.mark.long
def test_a_package_is_handed_in_by_keyboard_alone(
    visit: Callable[..., Page], pair: Pair, address: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 20 * MIB + 5, seed=21)
    page = visit("author", asked=True)
    page.goto(address)
    choose(page, *files(tmp_path, sealed))
    page.focus("#acquired")
    page.keyboard.type("Handed over by the provider")
    page.keyboard.press("Enter")
    page.wait_for_url(DONE)
    assert held(pair.asked, sealed)
    (row,) = [
        r
        for r in pair.asked.ok("author", "GET", "/packages")["packages"]
        if r["root"] == sealed.offer["root"]
    ]
    assert row["custody"][0]["reason"] == "Handed over by the provider"


@pytest.mark.long
def test_after_a_broken_line_and_a_reload_it_goes_on_where_it_stood(
    visit: Callable[..., Page], pair: Pair, address: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 40 * MIB + 5, seed=22)
    page = visit("author", asked=True)
    page.goto(address)
    passed = 0

    def cut(route: Route) -> None:
        nonlocal passed
        if route.request.method != "PATCH":
            route.continue_()
        elif passed < 2:
            passed += 1
            route.continue_()
        else:
            route.abort()

    page.route("**/api/v1/uploads/*", cut)
    choose(page, *files(tmp_path, sealed))
    page.click("main [type=submit]")
    status = page.locator("[data-part=status]")
    expect(status).to_have_text("Connection lost. Retrying automatically.")
    page.click("[data-part=pause] button")
    expect(status).to_contain_text("Paused.")
    assert not held(pair.asked, sealed)
    page.unroute("**/api/v1/uploads/*")
    sent: list[str] = []
    page.on(
        "request",
        lambda asked: (
            sent.append(asked.headers["upload-offset"]) if asked.method == "PATCH" else None
        ),
    )
    page.reload()
    expect(page.locator("[data-part=list] li")).to_contain_text("16.0 / 40.0 MiB")
    choose(page, *files(tmp_path, sealed))
    page.click("main [type=submit]")
    page.wait_for_url(DONE)
    assert sent[0] == str(16 * MIB)
    assert held(pair.asked, sealed)


@pytest.mark.parametrize("lang", sampled(["en", "ar"], ["ar"]))
@pytest.mark.parametrize("width", sampled([1280, 390], [390]))
def test_the_page_is_accessible_and_says_what_is_wrong(
    visit: Callable[..., Page], address: str, tmp_path: Path, lang: str, width: int
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=23)
    package, offer = files(tmp_path, sealed)
    short = tmp_path / "short.age"
    short.write_bytes(sealed.data[:-1])
    page = visit("author", asked=True, lang=lang, width=width)
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Security Policy" in m.text else None)
    page.goto(address)
    fault = page.locator("[data-part=fault]")
    for first, second, sentence in (
        (None, None, "sayMissing"),
        (package, package, "sayNoOffer"),
        (short, offer, "sayOther"),
    ):
        if first and second:
            choose(page, first, second)
        page.click("main [type=submit]")
        said = page.evaluate(f"document.getElementById('hand-in').dataset.{sentence}")
        expect(fault).to_have_text(said)
        assert violations(page) == []
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits)
    assert refused == []


@pytest.mark.long
def test_given_up_it_leaves_nothing(
    visit: Callable[..., Page], pair: Pair, address: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 20 * MIB, seed=24)
    page = visit("author", asked=True)
    page.goto(address)
    page.route(
        "**/api/v1/uploads/*", lambda r: r.abort() if r.request.method == "PATCH" else r.continue_()
    )
    choose(page, *files(tmp_path, sealed))
    page.click("main [type=submit]")
    page.click("[data-part=give-up] button")
    expect(page.locator("[data-part=status]")).to_contain_text("Upload cancelled.")
    assert pair.asked.ok("author", "GET", "/uploads")["uploads"] == []
    assert not held(pair.asked, sealed)


@pytest.mark.long
def test_without_javascript_a_small_file_goes_in_one_form_and_a_large_one_is_refused(
    browser: Browser, pair: Pair, address: str, tmp_path: Path
) -> None:
    small = made_package(tmp_path / "small", 3 * MIB, seed=25)
    large = made_package(tmp_path / "large", 17 * MIB, seed=26)
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{pair.asked.url}/sign-in")
    page.fill("#id_name", "author")
    page.fill("#id_password", "a long phrase for tests")
    page.click("main button")
    page.goto(address)
    expect(page.locator("#hand-in noscript")).to_be_attached()
    choose(page, *files(tmp_path / "small", small))
    page.click("main [type=submit]")
    page.wait_for_url(DONE)
    assert held(pair.asked, small)
    page.goto(address)
    choose(page, *files(tmp_path / "large", large))
    page.click("main [type=submit]")
    page.wait_for_load_state()
    assert not held(pair.asked, large)
    context.close()
