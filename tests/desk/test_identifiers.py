"""Identifiers on the pages: typed, checked as they are written, shown with what deserves a look."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, eventually, preservation_request
from tests.desk.test_access import violations
from tests.desk.test_case import fill_request
from tests.desk.test_items import MAKE
from tests.walks import sampled

from comity.instruments.identifiers import KINDS, NOTICES, errors
from comity.node.compose.identifier_labels import NOTICE, REFUSED
from comity.node.web.identifier_kinds import KIND


def row(page: Page, number: int, kind: str, service: str, identifier: str) -> None:
    if not page.is_visible(f"#id_subject-row_kind_{number}"):
        page.click(".by-type > summary")
    page.select_option(f"#id_subject-row_kind_{number}", kind)
    page.fill(f"#id_subject-row_service_{number}", service)
    page.fill(f"#id_subject-row_identifier_{number}", identifier)


def test_every_type_error_and_warning_has_its_words() -> None:
    codes = {
        one.code
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.IdentifierError)
    }
    assert set(KIND) == set(KINDS)
    assert set(REFUSED) == codes
    assert set(NOTICE) == {*NOTICES, "line-not-normal"}
    assert {code: str(NOTICE[code]) for code in NOTICES} == NOTICES, "in English the same words"


@pytest.mark.parametrize(
    ("lang", "told"),
    sampled([("en", "Invalid IP address"), ("ar", "غير صالح")], [("ar", "غير صالح")], fills=2),
)
def test_a_row_says_what_is_wrong_in_the_officers_language(
    visit: Callable[..., Page], pair: Pair, lang: str, told: str
) -> None:
    page = visit("author", lang=lang)
    page.goto(f"{pair.asking.url}/new/subscriber-data")
    fill_request(page, pair)
    row(page, 2, "ip", "ISP", "203.0.113.900")
    row(page, 3, "iban", "Bank", "DE89 3704 0044 0532 0130 01")
    page.click("main form[novalidate] button:not([name])")
    expect(page.locator("#id_subject-row_identifier_1_error")).to_have_count(0)
    expect(page.locator("#id_subject-row_identifier_2_error")).to_contain_text(told)
    expect(page.locator("#id_subject-row_identifier_2_error")).to_be_visible()
    expect(page.locator("#id_subject-row_identifier_3_error")).to_have_count(1)
    expect(page.locator(".idchip.bad")).to_have_count(2)
    assert page.input_value("#id_subject-row_identifier_2") == "203.0.113.900"
    assert violations(page) == []


@pytest.mark.full
def test_more_rows_lose_nothing_and_complain_of_nothing(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/stored-data")
    page.fill("#id_grounds-facts", "Half a text")
    page.check("#id_request-confidential")
    page.fill("#id_subject-start", "2026-01-02T03:04")
    row(page, 3, "phone", "Operator", "not checked yet")
    page.click(".by-type button[name='add-rows']")
    assert page.locator(".wrong").count() == 0
    assert page.input_value("#id_grounds-facts") == "Half a text"
    assert page.is_checked("#id_request-confidential")
    assert page.input_value("#id_subject-start") == "2026-01-02T03:04"
    assert page.input_value("#id_subject-row_identifier_3") == "not checked yet"
    assert page.locator(".identifier").count() == 6
    page.click(".idchip > summary")
    page.fill("#id_subject-end", "2026-01-03T00:00")
    fill_request(page, pair)
    row(page, 3, "phone", "Operator", "+84 24 3825 0000")
    row(page, 6, "account", "social.example", "Аlice")
    page.click(MAKE)
    page.wait_for_url("**/drafts/*")
    draft = pair.asking.ok("author", "GET", f"/drafts/{page.url.rpartition('/')[2]}")
    accounts = draft["sections"]["subject"]["value"]["accounts"]
    assert [account["type"] for account in accounts] == ["email", "phone", "account"]
    assert accounts[1]["identifier"] == "+842438250000"
    expect(page.locator("li:has-text('Letters of another script')")).to_have_count(1)
    expect(page.locator("dd:has-text('А⟨U+0410⟩')")).to_have_count(1)


def test_rows_that_are_not_valid_go_at_once_and_the_place_is_kept(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/stored-data")
    group = page.get_by_role("group", name="Accounts and identifiers")
    wrong = [f"203.0.113.{number}" for number in range(300, 330)]
    good = ["a.example", "b.example", "c.example"]
    pasted = group.get_by_label("Accounts and identifiers")
    pasted.fill("\n".join([*good, *wrong]))
    group.get_by_role("button", name="Recognize identifiers").click()
    pasted.fill("203.0.113.400")  # not seen as a row yet, so it stays
    group.get_by_role("button", name="Remove 30 invalid identifiers").click()
    told = group.locator("summary").filter(has_text="30 invalid identifiers removed")
    expect(told).to_be_focused()
    expect(group.locator("[data-identifier]")).to_have_text([*good, "203.0.113.400"])
    told.press("Enter")
    expect(group.get_by_role("listitem").filter(has_text="203.0.113.329")).to_be_visible()

    for away, beside in (("a.example", "b.example"), ("203.0.113.400", "c.example")):
        group.locator("summary").filter(has_text=away).click()
        group.get_by_role("button", name=f"Remove {away}").click()
        expect(group.locator("summary").filter(has_text=beside)).to_be_focused()
    assert violations(page) == []


def asked(pair: Pair, accounts: list[dict[str, str]]) -> dict[str, Any]:
    wanted = preservation_request()
    wanted["sections"]["subject"]["accounts"] = accounts
    return wanted


REFUSALS = {
    "ip": "identifier-ip",
    "iban": "identifier-iban",
    "imei": "identifier-imei",
    "phone": "identifier-phone",
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_draft_is_refused_with_code_and_place_and_without_the_value(
    pair: Pair, kind: str
) -> None:
    good = {"type": "domain", "service": "registry", "identifier": "example.org"}
    bad = {"type": kind, "service": "x", "identifier": "secret-4711"}
    answer = pair.asking.call("author", "POST", "/drafts", json=asked(pair, [good, bad]))
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == REFUSALS[kind]
    assert told["detail"].startswith("subject/accounts/1/identifier: ")
    assert "4711" not in json.dumps(told)


def test_a_draft_holds_the_normal_form(pair: Pair) -> None:
    row_ = {"type": "iban", "service": "Bank", "identifier": "de89 3704 0044 0532 0130 00"}
    draft = pair.asking.ok("author", "POST", "/drafts", json=asked(pair, [row_]))
    (account,) = draft["sections"]["subject"]["value"]["accounts"]
    assert account["identifier"] == "DE89370400440532013000"


def test_the_receiver_sees_the_warnings(visit: Callable[..., Page], pair: Pair) -> None:
    private = {"type": "ip", "service": "ISP", "identifier": "10.0.0.1"}
    hidden = {"type": "person", "service": "x", "identifier": "Ann\u202e"}
    untyped = {"service": "p\u0430ypal.com", "identifier": "a.fall"}
    digest = pair.asking.say(asked(pair, [private, hidden, untyped]))["conversation"]
    eventually(lambda: pair.asked.call("approver", "GET", f"/conversations/{digest}").is_success)
    case = pair.asked.ok("approver", "GET", f"/conversations/{digest}")["case"]
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/cases/{case}")
    for code in (
        "ip-private",
        "ip-port-missing",
        "ip-time-missing",
        "text-hidden",
        "text-lookalike",
    ):
        expect(page.locator(f"li:has-text('{NOTICES[code][:40]}')").first).to_be_visible()
    assert "\u202e" not in page.inner_text("main")
    assert "⟨U+202E⟩" in page.inner_text("main")
