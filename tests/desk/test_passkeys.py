"""A passkey signs: made in the browser, certified off line, and the other side accepts it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair, eventually, preservation_request

from comity.canonical import decode, encode
from comity.demo.world import Place
from comity.exchange import Certificate, certify
from comity.exchange.certificates import RelyingParty
from comity.keys import PublicKey
from comity.node.clock import now

ALGORITHMS = {"ES256": -7, "Ed25519": -8}


def add_authenticator(page: Page, **more: Any) -> None:
    """Give the browser a device that holds passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        **more,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def certified(place: Place, wanted: dict[str, Any]) -> str:
    """Return the certificate that the officer-ca makes, off line, from the downloaded request."""
    certificate = Certificate(
        id="018f0000-0000-7000-8000-00000000000a",
        party=wanted["party"],
        mode=wanted["mode"],
        officer=wanted["officer"],
        roles=tuple(wanted["roles"]),
        key=PublicKey.from_jwk(wanted["key"]),
        not_before=now() - timedelta(minutes=1),
        not_after=now() + timedelta(days=365),
        webauthn=RelyingParty(**wanted["webauthn"]),
    )
    return certify(certificate, place.officer_ca).record.decode()


def enrol(page: Page, pair: Pair) -> None:
    """Make a passkey and have it certified, by the pages."""
    page.goto(f"{pair.asking.url}/me")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=The passkey is kept")
    with page.expect_download() as download:
        page.click("a[href='/me/passkey.json']")
    wanted = json.loads(download.value.path().read_text("utf-8"))
    page.fill("#certificate", certified(pair.world.places[pair.asking.party], wanted))
    page.click("form:has(#certificate) button")
    page.wait_for_selector("text=stands in the log")


def sign(page: Page, pair: Pair, draft: str) -> None:
    page.goto(f"{pair.asking.url}/drafts/{draft}")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=Your signature is added")


def test_two_officers_approve_by_passkey_and_the_other_state_accepts_it(
    visit: Callable[..., Page], pair: Pair
) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())["id"]
    for who in ("author", "approver"):
        page = visit(who)
        add_authenticator(page)
        enrol(page, pair)
        sign(page, pair, draft)
    page = visit("author")
    page.goto(f"{pair.asking.url}/drafts/{draft}")
    page.click("form[action$='/send'] button")
    page.wait_for_selector("text=Sent. The receipt will show")
    case = page.url.rpartition("/")[2]
    (seen,) = pair.asking.ok("auditor", "GET", f"/cases/{case}")["conversations"]
    theirs = eventually(
        lambda: (
            (
                answer := pair.asked.call(
                    "auditor", "GET", f"/conversations/{seen['conversation']}"
                )
            ).is_success
            and answer.json()
        )
    )
    assert theirs["timeline"][0]["outcome"] == "applied"
    assert theirs["timeline"][0]["approvals"] == 2


def test_a_passkey_that_does_not_verify_its_owner_is_refused(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    add_authenticator(page, hasUserVerification=False, isUserVerified=False)
    page.goto(f"{pair.asking.url}/me")
    page.click("form[data-passkey] button")
    page.wait_for_selector("form[data-passkey] [role=alert]:visible")


def test_no_passkey_is_offered_at_an_address_that_is_no_name(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit(None)
    page.goto(f"{pair.asking.url.replace('localhost', '127.0.0.1')}/sign-in")
    page.fill("#id_name", "author")
    page.fill("#id_password", "a long phrase for tests")
    page.click("main button")
    page.goto(f"{pair.asking.url.replace('localhost', '127.0.0.1')}/me")
    assert page.locator("form[data-passkey]").count() == 0
    assert page.locator(".note-warn").count() == 1


def test_a_strangers_certificate_is_refused_and_stays_on_the_page(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    own = pair.asking.ok("author", "GET", "/certificates")["certificates"][0]["certificate"]
    spoilt = {**own, "payload": "e30"}
    page.goto(f"{pair.asking.url}/me")
    page.fill("#certificate", encode(spoilt).decode())
    page.click("form:has(#certificate) button")
    assert page.locator(".note-bad[role=alert]:visible").count() == 1
    kept = page.input_value("#certificate").encode()
    assert decode(kept, max_bytes=20_000) == spoilt


@pytest.mark.parametrize("field", ["signature", "statement", "authenticator_data", "client_data"])
def test_a_spoilt_answer_of_a_passkey_signs_nothing(
    visit: Callable[..., Page], pair: Pair, field: str
) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())["id"]
    page = visit("author")
    add_authenticator(page)
    enrol(page, pair)
    page.goto(f"{pair.asking.url}/drafts/{draft}")
    spoil = """(field) => {
        const form = document.querySelector("form[data-passkey]");
        form.submit = () => {
            const input = form.elements[field];
            input.value = (input.value[0] === "A" ? "B" : "A") + input.value.slice(1);
            HTMLFormElement.prototype.submit.call(form);
        };
    }"""
    page.evaluate(spoil, field)
    page.click("form[data-passkey] button")
    page.wait_for_selector(".note-bad[role=alert]:visible")
    assert pair.asking.ok("author", "GET", f"/drafts/{draft}")["approvals"] == []
