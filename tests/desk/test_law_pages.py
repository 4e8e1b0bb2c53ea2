"""The rules on the pages: what an officer sees, what cannot go, and what never reaches the other.

One office has two people's reviews of one rule, so that it may hold a request back.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, eventually, preservation_request, start_pair
from tests.desk.test_access import violations
from tests.desk.test_case import fill_request
from tests.instruments.office import RULE, UN, confirm

from comity.canonical import time_text
from comity.exchange.bodies import MEASURES
from comity.node.compose import measures
from comity.node.core.clock import now
from comity.node.web.measure_labels import MEASURE, MEASURE_MEANS

pytestmark = pytest.mark.long

REASONS = "The prosecutor decides tonight; a life is in danger."


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Viet Nam's office has reviews; South Africa's has none."""
    made = start_pair(tmp_path_factory.mktemp("law") / "world")
    try:
        process = made.asking.process
        process.stop()
        confirm(process.config.folder / "law", ["Ana", "Binh"])
        path = process.config.folder / "node.toml"
        path.write_text(path.read_text("utf-8").replace('law = ""', 'law = "law"'), "utf-8")
        process.start()
        process.wait_ready()
        yield made
    finally:
        made.stop()


def wanted(**request: Any) -> dict[str, Any]:
    body = preservation_request()
    basis = [{"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"}]
    body["sections"]["request"] |= {"basis": basis, **request}
    return body


def signed(pair: Pair) -> dict[str, Any]:
    """Return a draft of Viet Nam's that only a rule holds back."""
    draft: dict[str, Any] = pair.asking.ok("author", "POST", "/drafts", json=wanted())
    for role in ("author", "approver"):
        path = f"/drafts/{draft['id']}/approvals"
        pair.asking.ok(role, "POST", path, json=pair.asking.approval(role, draft))
    return draft


def received(pair: Pair, **more: Any) -> tuple[str, str]:
    """Let South Africa ask Viet Nam, who acknowledges; return conversation and case there."""
    body = {**wanted(), "to": [pair.asking.party], **more}
    digest = pair.asked.say(body)["conversation"]
    eventually(lambda: pair.asking.call("approver", "GET", f"/conversations/{digest}").is_success)
    noted = {"acknowledgement": {"reference": "VN-7", "note": None}}
    pair.asking.say({"type": "request.acknowledged", "conversation": digest, "sections": noted})
    return digest, pair.asking.ok("approver", "GET", f"/conversations/{digest}")["case"]


def test_a_confirmed_rule_holds_it_back_until_an_approver_overrides_it(
    visit: Callable[..., Page], pair: Pair
) -> None:
    draft = signed(pair)
    refused = pair.asking.call("author", "POST", f"/drafts/{draft['id']}/send")
    assert (refused.status_code, refused.json()["code"]) == (409, "law-blocked")

    author = visit("author")
    author.goto(f"{pair.asking.url}/drafts/{draft['id']}")
    expect(author.locator(".check.obj")).to_have_count(1)
    expect(author.locator("form[action$='/override']")).to_have_count(0)
    expect(author.locator("form[action$='/send']")).to_have_count(0)
    token = author.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answer = author.request.post(
        f"{pair.asking.url}/drafts/{draft['id']}/override",
        form={"csrfmiddlewaretoken": token or "", "rule": RULE.digest, "reasons": REASONS},
    )
    assert answer.status == 403

    chief = visit("approver")
    chief.goto(f"{pair.asking.url}/drafts/{draft['id']}")
    chief.click("form[action$='/override'] button")
    assert chief.locator(".note-bad:has-text('Enter your reasons')").count() == 1
    expect(chief.locator(".check.obj")).to_have_count(1)
    chief.fill("form[action$='/override'] textarea", REASONS)
    assert violations(chief) == []
    chief.click("form[action$='/override'] button")
    expect(chief.locator(".check.obj")).to_have_count(0)
    assert REASONS in chief.content()
    sent = pair.asking.ok("author", "POST", f"/drafts/{draft['id']}/send")

    chief.reload()
    assert REASONS in chief.content(), "it is kept with the draft that was sent"

    place = f"/conversations/{sent['conversation']}"
    seen = eventually(
        lambda: (found := pair.asked.call("approver", "GET", place)).is_success and found.text
    )
    assert REASONS not in seen
    assert RULE.digest not in seen
    assert "overr" not in seen
    rows = visit("auditor")
    rows.goto(f"{pair.asking.url}/audit?action=law.overridden")
    assert rows.locator("main").inner_text().count("un-2024 R-030") == 1
    assert REASONS not in rows.content()


def test_an_answer_settles_what_no_field_can_say(visit: Callable[..., Page], pair: Pair) -> None:
    draft = signed(pair)
    page = visit("author")
    page.goto(f"{pair.asking.url}/drafts/{draft['id']}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.select_option("[name='fact-request.mla_intended']", "yes")
    page.click("form[action$='/facts'] button")
    expect(page.locator(".check.obj")).to_have_count(0)
    found = pair.asking.ok("approver", "GET", f"/drafts/{draft['id']}/findings")
    assert "R-030" not in [one["rule"] for one in found["instruments"][0]["findings"]]
    sent = pair.asking.ok("author", "POST", f"/drafts/{draft['id']}/send")
    place = f"/conversations/{sent['conversation']}"
    eventually(lambda: pair.asked.call("approver", "GET", place).is_success)
    assert "mla_intended" not in pair.asked.call("approver", "GET", place).text


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_what_came_in_is_judged_by_the_same_rules(
    visit: Callable[..., Page], pair: Pair, lang: str, width: int
) -> None:
    digest, case = received(pair)
    found = pair.asking.ok("approver", "GET", f"/conversations/{digest}/findings")
    assert (found["step"], found["edition"]) == ("receive", "same")
    assert "R-030" in [one["rule"] for one in found["instruments"][0]["findings"]]
    page = visit("author", lang=lang, width=width)
    page.goto(f"{pair.asking.url}/cases/{case}")
    assert page.locator(".findings li").count() >= 2
    assert violations(page) == []
    for path in ("request.refused", "request.clarification-asked?points=law"):
        page.goto(f"{pair.asking.url}/conversations/{digest}/{path}")
        assert violations(page) == [], path


def test_clarification_is_asked_with_the_points_proposed(
    visit: Callable[..., Page], pair: Pair
) -> None:
    _digest, case = received(pair)
    page = visit("author")
    page.goto(f"{pair.asking.url}/cases/{case}")
    page.click("summary:has-text('Treaty compliance check')")
    page.click("main .done-group a[href$='?points=law']")
    text = page.input_value("#id_note-text")
    assert "intention to send a request for legal assistance" in text
    assert "Article 42(3)(f), 42(1)" in text


def test_another_edition_of_the_rules_is_accepted_and_said_so(
    visit: Callable[..., Page], pair: Pair
) -> None:
    digest, case = received(pair, instrument="sha256:" + "5" * 64)
    found = pair.asking.ok("approver", "GET", f"/conversations/{digest}/findings")
    assert found["edition"] == "other"
    page = visit("author")
    page.goto(f"{pair.asking.url}/cases/{case}")
    assert page.locator("text=another edition of the rules").count() == 1


@pytest.mark.long
def test_an_opening_names_the_edition_of_the_law(pair: Pair) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=wanted())
    assert draft["fields"]["instrument"] == UN.digest
    unheld = [{"instrument": "treaty-of-1900", "article": "1", "status": "in-force"}]
    draft = pair.asking.ok("author", "POST", "/drafts", json=wanted(basis=unheld))
    assert draft["fields"]["instrument"] is None


@pytest.mark.long
def test_an_article_that_the_treaty_does_not_have_is_said_on_the_page_and_to_programs(
    visit: Callable[..., Page], pair: Pair
) -> None:
    basis = [{"instrument": "un-2024", "article": "999", "status": "signed-not-in-force"}]
    draft = pair.asking.ok("author", "POST", "/drafts", json=wanted(basis=basis))
    findings = pair.asking.ok("author", "GET", f"/drafts/{draft['id']}/findings")
    assert findings["uncited"] == [{"instrument": "un-2024", "article": "999"}]
    page = visit("author")
    page.goto(f"{pair.asking.url}/drafts/{draft['id']}")
    expect(page.locator(".check.obj:has-text('no article of this number')")).to_have_count(1)
    assert violations(page) == []


@pytest.mark.long
def test_a_refusal_rests_on_a_ground_of_the_treaty(visit: Callable[..., Page], pair: Pair) -> None:
    digest, _case = received(pair)
    page = visit("author")
    page.goto(f"{pair.asking.url}/conversations/{digest}/request.refused")
    offered = page.eval_on_selector_all(
        "[name='decision-grounds']", "boxes => boxes.map((box) => box.value)"
    )
    assert offered == ["un-2024 40-21b", "un-2024 40-21c", "un-2024 40-22", "un-2024 42-5"]
    page.check("[value='un-2024 40-21b']")
    page.click("main form[novalidate] button:not([name])")
    assert page.locator("#id_decision-reasons_error").count() == 1, "reasons are compulsory"
    page.fill("#id_decision-reasons", "It would lay open who works for us.")
    page.fill("#id_decision-own_law", "Act 12, section 3")
    page.click("main form[novalidate] button:not([name])")
    page.wait_for_url("**/drafts/*")
    assert "Helping would harm your sovereignty" in page.content()
    check = page.get_by_role("region", name="Treaty compliance check").get_by_role("listitem")
    expect(check.filter(has_text="R-056")).to_contain_text("Reminder:")  # nothing objects
    unjudged = check.filter(has_text="Not judged:").count()
    heading = page.get_by_role("heading", name="Treaty compliance check")
    expect(heading).to_contain_text(f"{unjudged} not judged")
    own = page.locator("dd:has-text('Act 12, section 3')")
    assert "no ground of a treaty" in own.inner_text()
    draft = pair.asking.ok("author", "GET", f"/drafts/{page.url.rpartition('/')[2]}")
    assert draft["sections"]["decision"]["value"]["grounds"] == [
        "un-2024 40-21b",
        "Act 12, section 3",
    ]
    found = pair.asking.ok("author", "GET", f"/drafts/{draft['id']}/findings")
    rules = {one["rule"]: one["outcome"] for one in found["instruments"][0]["findings"]}
    assert rules["R-035"] == "breach", "a ground of our own law is none of the treaty's"


@pytest.mark.long
def test_how_long_is_preserved_is_asked_before_it_is_confirmed(
    visit: Callable[..., Page], pair: Pair
) -> None:
    digest, _case = received(pair)
    order = {
        "until": time_text(now() + timedelta(days=9)),  # fewer than the law asks for
        "domestic_order": "S 16/2026",
        "holder": "Provider",
        "note": None,
    }
    body = {"type": "preservation.confirmed", "conversation": digest}
    draft = pair.asking.ok(
        "author", "POST", "/drafts", json=body | {"sections": {"preservation": order}}
    )
    found = pair.asking.ok("author", "GET", f"/drafts/{draft['id']}/findings")
    (rule,) = [one for one in found["instruments"][0]["findings"] if one["rule"] == "R-038"]
    assert found["step"] == "answer"
    assert (rule["outcome"], rule["missing"]) == ("ask", ["preservation.start"])
    page = visit("author")
    page.goto(f"{pair.asking.url}/drafts/{draft['id']}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.fill("[name='fact-preservation.start']", time_text(now())[:16])
    page.click("form[action$='/facts'] button")
    assert page.locator("text=Preserve the data for at least sixty days").count() == 1


def test_no_measure_of_the_protocol_is_left_out() -> None:
    grouped = [measure for group in measures.GROUPS for measure in group.measures]
    assert list(MEASURE_MEANS) == list(MEASURE) == grouped
    assert sorted(grouped) == sorted(MEASURES)


@pytest.mark.long
@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_measure_of_the_protocol_has_its_page(
    visit: Callable[..., Page], pair: Pair, measure: str
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new")
    page.click(f"dt a[href='/new/{measure}']")
    page.select_option("#id_request-instrument", "untoc-2000")
    fill_request(page, pair)
    page.click("main form[novalidate] button:not([name])")
    page.wait_for_url("**/drafts/*")
    draft = pair.asking.ok("author", "GET", f"/drafts/{page.url.rpartition('/')[2]}")
    assert draft["sections"]["request"]["value"]["measure"] == measure
    assert page.locator("h2:has-text('Treaty compliance check')").count() == 1


def test_a_message_of_another_kind_is_not_judged(pair: Pair) -> None:
    digest, _case = received(pair)
    body = {
        "type": "request.status-given",
        "conversation": digest,
        "sections": {"note": {"text": {"lang": "en", "text": "We work on it."}}},
    }
    draft = pair.asking.ok("author", "POST", "/drafts", json=body)
    found = pair.asking.ok("author", "GET", f"/drafts/{draft['id']}/findings")
    assert (found["step"], found["instruments"]) == ("", [])


def test_a_program_overrides_by_the_same_rules(pair: Pair) -> None:
    draft = signed(pair)
    place = f"/drafts/{draft['id']}/overrides"
    body = {"rule": RULE.digest, "reasons": REASONS}
    assert pair.asking.call("author", "POST", place, json=body).status_code == 403
    for wrong in ({"reasons": ""}, {"reasons": " "}, {"rule": "sha256:" + "0" * 64}):
        assert pair.asking.call("approver", "POST", place, json=body | wrong).status_code == 422
    found = pair.asking.ok("approver", "POST", place, json=body)
    rules = {one["rule"]: one for one in found["instruments"][0]["findings"]}
    assert rules["R-030"]["effective"] == "warn"
    assert rules["R-030"]["overridden"]["by"] == "approver (approver)"
    pair.asking.ok("author", "POST", f"/drafts/{draft['id']}/send")


@pytest.mark.parametrize(
    "facts", [{"basis.in_force": True}, {"no.fact": True}, {"request.mla_intended": "yes"}]
)
def test_a_program_adds_no_fact_that_is_none_of_its_own(pair: Pair, facts: dict[str, Any]) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=wanted())
    answer = pair.asking.call(
        "author", "POST", f"/drafts/{draft['id']}/facts", json={"facts": facts}
    )
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("law-fact")


def test_findings_are_for_those_who_may_read_cases(pair: Pair) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=wanted())
    url = f"{pair.asking.url}/api/v1/drafts/{draft['id']}/findings"
    assert httpx.get(url, timeout=60).status_code == 401
    assert pair.asking.call("approver", "GET", "/drafts/none/findings").status_code == 404
