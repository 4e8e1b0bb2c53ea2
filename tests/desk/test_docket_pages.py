"""Inside the State: an officer does at home what a case needs, and a translator sees one text."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import PASSWORD, Pair, user_command
from tests.desk.home import act, furnished, order, translation
from tests.desk.test_access import violations
from tests.desk.test_passkeys import add_authenticator

from comity.docket import ACTS

type Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def home(pair: Pair) -> dict[str, Any]:
    return furnished(pair)


def translator(visit: Visit, pair: Pair, **more: Any) -> Page:
    """Return the translator's first page."""
    page = visit(None, asked=True, **more)
    page.fill("#id_name", "translator")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{pair.asked.url}/translations")
    return page


# ------------------------------------------------------------------ officers


def test_the_case_shows_what_is_done_at_home_and_what_is_possible(
    visit: Visit, pair: Pair, home: dict[str, Any]
) -> None:
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/cases/{home['case']}")
    section = page.locator("section[aria-labelledby=home]")
    words = section.inner_text()
    for told in ("Domestic task", "Domestic order", "Safeguards check", "Translation", "Mail ZA"):
        assert told in words
    assert section.locator("a[href*='/do/']").count() >= 1
    auditor = visit("auditor", asked=True)
    auditor.goto(f"{pair.asked.url}/cases/{home['case']}")
    assert auditor.locator("section[aria-labelledby=home] a[href*='/do/']").count() == 0


@pytest.mark.long
def test_an_order_is_entered_renewed_and_ended_on_pages(visit: Visit, pair: Pair) -> None:
    case = furnished(pair)["case"]
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/docket/new/order.issued?case={case}")
    page.click("main form[novalidate] button")
    assert page.locator(".field .wrong").count() >= 5, "nothing was said"
    page.fill("#id_said-addressee", "Host ZA")
    page.select_option("#id_said-measure", "preservation")
    page.fill("#id_said-legal_basis", "Cybercrimes Act")
    page.fill("#id_said-issued_by", "Magistrate Nkosi")
    page.fill("#id_said-number", "78/2026")
    page.fill("#id_said-what", "Keep it")
    page.click("main form[novalidate] button")
    beside = page.locator(".field:has(#id_said-until) .wrong")
    assert "An order to preserve must have an end." in beside.inner_text()
    assert "Unknown reference" not in page.locator("main").inner_text()
    page.fill("#id_said-until", "2027-02-01T00:00")
    page.click("main form[novalidate] button")
    page.wait_for_selector("text=Recorded.")
    page.click(".identity .menu > summary")
    page.click(".menu a:has-text('Renew order')")
    assert page.input_value("#id_said-until_zone") == "Africa/Johannesburg"
    page.fill("#id_said-until", "2027-05-01T02:00")
    assert page.input_value("#id_said-issued_by") == "Magistrate Nkosi"
    page.click("main form[novalidate] button")
    page.wait_for_selector("text=1 May 2027 00:00 UTC")
    page.click(".identity .menu > summary")
    page.click(".menu a:has-text('End order')")
    assert "cannot undo this" in page.locator("main aside").inner_text()
    page.fill("#id_said-reasons", "The data were handed over.")
    page.click("main form[novalidate] button")
    assert page.locator(".field .wrong").count() == 1, "the consequences were not read"
    page.check("#id_read")
    page.click("main form[novalidate] button")
    page.wait_for_selector("text=No action available.")


@pytest.mark.long
def test_confirming_a_preservation_proposes_what_the_order_says(visit: Visit, pair: Pair) -> None:
    made = furnished(pair)
    act(
        pair,
        "order.renewed",
        {"until": "2027-04-02T10:00:00Z", "issued_by": "Magistrate Dlamini", "number": "77/2026"},
        item=made["order"],
    )
    pair.asked.say(
        {
            "type": "request.acknowledged",
            "conversation": made["conversation"],
            "sections": {"acknowledgement": {"reference": "ZA-9", "note": None}},
        }
    )
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/conversations/{made['conversation']}/preservation.confirmed")
    assert page.input_value("#id_preservation-holder") == "Mail ZA"
    cited = page.input_value("#id_preservation-domestic_order")
    assert cited == "Magistrate Dlamini, 77/2026, 2026-11-20"
    assert page.input_value("#id_preservation-until") == "2027-04-02T12:00"
    assert page.input_value("#id_preservation-until_zone") == "Africa/Johannesburg"


@pytest.mark.long
def test_a_rights_check_is_recorded_and_signed_by_passkey(visit: Visit, pair: Pair) -> None:
    made = furnished(pair)
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/docket/new/rights.recorded?case={made['case']}")
    for field in page.locator("select[id^=id_rights-answer-]").all():
        field.select_option("satisfied")
    page.select_option("#id_rights-answer-torture", "unknown")
    page.select_option("#id_rights-conclusion", "go-on")
    page.fill("#id_rights-reasons", "Nothing stands against it.")
    page.click("main form[novalidate] button")
    assert page.locator(".field .wrong").count() == 1, "a doubt has its reasons"
    page.fill("#id_rights-reasons-torture", "Assurances were asked for.")
    page.click("main form[novalidate] button")
    page.wait_for_selector("text=It takes effect once signed.")
    command = page.locator("code.command").text_content() or ""
    assert "comity docket sign" in command, "also where another test made the officer a passkey"
    where = page.url
    add_authenticator(page)
    _enrol(page, pair)
    page.goto(where)
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=Safeguards check signed.")
    state = f"{pair.asked.url}/conversations/{made['conversation']}/request.postponed"
    page.goto(state)
    assert page.locator("text=Signed safeguards check for this request.").count() == 1


def _enrol(page: Page, pair: Pair) -> None:
    """Make a passkey at the asked office and have it certified."""
    page.goto(f"{pair.asked.url}/me")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=Passkey saved")
    with page.expect_download() as download:
        page.click("a[href='/me/passkey.json']")
    party = pair.asked.party.replace("/", "-")
    authority = pair.world.folder / "officers" / party / "officer-ca.json"
    made = pair.world.folder / f"{uuid.uuid4()}.json"
    wanted = str(download.value.path())
    user_command("certify", wanted, "--ca", str(authority), "-o", str(made), typed="y\n")
    page.fill("#certificate", made.read_text("ascii"))
    page.click("form:has(#certificate) button")
    page.wait_for_selector("text=recorded in the log")


def test_a_decision_says_that_nobody_checked_rights(
    visit: Visit, pair: Pair, home: dict[str, Any]
) -> None:
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/conversations/{home['conversation']}/request.refused")
    assert "not signed" in page.locator(".note-warn").first.inner_text()


def test_the_registers_say_how_fresh_they_are(
    visit: Visit, pair: Pair, home: dict[str, Any]
) -> None:
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/docket/register/provider")
    assert "as of 1 Oct 2026" in page.locator("main").inner_text()
    assert "90 days" in page.locator("main").inner_text()
    page.goto(f"{pair.asked.url}/docket/register/authority")
    assert "last contact 2 Nov 2026 09:00 UTC: No answer" in page.locator("main").inner_text()


# ------------------------------------------------------------------ the translator


@pytest.mark.long
def test_a_translator_takes_and_delivers_one_text_and_sees_no_case(
    visit: Visit, pair: Pair, home: dict[str, Any]
) -> None:
    mine = pair.asked.ok("translator", "GET", "/me")["officer"]
    source = pair.asked.ok("approver", "GET", f"/conversations/{home['conversation']}")
    content = source["timeline"][0]["content"]
    other = act(pair, "translation.asked", translation(content, None), case=home["case"])
    made = act(pair, "translation.asked", translation(content, mine), case=home["case"])
    page = translator(visit, pair)
    page.goto(f"{pair.asked.url}/translations/{made['item']}")
    words = page.locator("main").inner_text()
    assert "Payments were redirected by a forged invoice." in words
    assert "Fraud by computer" not in words, "another part of the message"
    assert home["case"] not in page.content()
    page.fill("#id_said-translator", "Ana Ruiz")
    page.click("main form[novalidate] button")
    page.wait_for_selector("text=Recorded.")
    page.goto(f"{pair.asked.url}/translations/{made['item']}")
    page.fill("#id_said-text", "حُوّلت المدفوعات بفاتورة مزوّرة.")
    page.fill("#id_said-attestation", "A faithful translation.")
    page.set_input_files(
        "#id_scan", {"name": "oath.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.click("main form[novalidate] button.primary")
    expect(page.locator(".field .wrong")).to_have_count(1)  # no person stands for it yet
    page.check("#id_said-checked_by_a_person")
    page.click("main form[novalidate] button.primary")
    page.wait_for_selector("text=Recorded.")
    found = pair.asked.ok("author", "GET", f"/docket/{made['item']}")
    assert found["state"] == "delivered"
    assert found["entries"][-1]["said"]["original"], "the sworn paper was lost"
    for path in (f"cases/{home['case']}", f"docket/{made['item']}", "drafts", "evidence"):
        answer = page.goto(f"{pair.asked.url}/{path}")
        assert answer is not None
        assert answer.status == 403, path
    answer = page.goto(f"{pair.asked.url}/translations/{other['item']}")
    assert answer is not None
    assert answer.status == 404, "somebody else's job is not even said to be there"


# ------------------------------------------------------------------ everybody


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
def test_axe_finds_nothing_on_any_page_of_the_docket(
    visit: Visit, pair: Pair, home: dict[str, Any], lang: str, width: int
) -> None:
    page = visit("author", asked=True, lang=lang, width=width)
    case, new = home["case"], "docket/new"
    paths = [
        "docket", "docket?all=yes", "docket/register/provider", "docket/register/authority",
        f"cases/{case}", f"{new}/provider.entered", f"docket/{home['order']}/do/order.ended",
        f"docket/{home['order']}/do/order.complied",
        f"docket/{home['rights']}/do/rights.recorded",
        *(f"docket/{home[name]}" for name in ("order", "slip", "rights", "job", "provider")),
        *(f"{new}/{kind}?case={case}" for kind in (
            "order.issued", "rights.recorded", "translation.asked", "recall.opened")),
    ]  # fmt: skip
    for path in paths:
        page.goto(f"{pair.asked.url}/{path}")
        _sound(page, path)
    own = translator(visit, pair, lang=lang, width=width)
    _sound(own, "translations")
    own.goto(f"{pair.asked.url}/translations/{home['job']}")
    _sound(own, "a job")


def _sound(page: Page, path: str) -> None:
    assert violations(page) == [], path
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits), f"{path} scrolls sideways"


def test_no_code_stays_a_code_on_the_pages(visit: Visit, pair: Pair, home: dict[str, Any]) -> None:
    page = visit("author", asked=True)
    raw = (*ACTS, "ask-first", "not-satisfied", "does-not-arise", "stored-data", "sent-back")
    for name in ("order", "slip", "rights", "job", "provider"):
        page.goto(f"{pair.asked.url}/docket/{home[name]}")
        words = page.locator("main").inner_text().replace("comity docket sign", "")
        assert [code for code in raw if code in words] == [], name


def test_an_order_without_an_end_is_shown_without_a_clock(
    visit: Visit, pair: Pair, home: dict[str, Any]
) -> None:
    said = {**order(), "measure": "subscriber-data", "until": None}
    made = act(pair, "order.issued", said, case=home["case"])
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/docket/{made['item']}")
    assert page.locator("main :is(.soon, .late)").count() == 0
