"""A passkey signs: made in the browser, certified off line, and the other side accepts it."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Office, Pair, eventually, preservation_request, user_command
from tests.walks import sampled

from comity.canonical import decode, encode
from comity.keys import PrivateKey
from comity.keys.encrypted import encrypt_key
from comity.node.core.keystore import load_signing_key

pytestmark = pytest.mark.full

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


def certified(pair: Pair, wanted: Path, folder: Path, office: Office | None = None) -> str:
    """Return the certificate that the officer-ca makes, off line, from the downloaded request."""
    party = (office or pair.asking).party.replace("/", "-")
    authority = pair.world.folder / "officers" / party / "officer-ca.json"
    made = folder / f"{uuid.uuid4()}.json"
    arguments = ("certify", str(wanted), "--ca", str(authority), "-o", str(made))
    assert "passkey at http://localhost:" in user_command(*arguments, typed="y\n", asked=True)
    return made.read_text("ascii")


def enrol(page: Page, pair: Pair, office: Office | None = None) -> None:
    """Make a passkey and have it certified, by the pages."""
    page.goto(f"{(office or pair.asking).url}/me")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=Passkey saved")
    with page.expect_download() as download:
        page.click("a[href='/me/passkey.json']")
    page.fill("#certificate", certified(pair, download.value.path(), pair.world.folder, office))
    page.click("form:has(#certificate) button")
    page.wait_for_selector("text=recorded in the log")


def sign(page: Page, pair: Pair, draft: str) -> None:
    page.goto(f"{pair.asking.url}/drafts/{draft}")
    page.click("button[form='sign-form']")
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
    page.wait_for_selector("text=Handed to the outbox. The receipt will show")
    case = page.url.rpartition("/")[2]
    (seen,) = pair.asking.ok("approver", "GET", f"/cases/{case}")["conversations"]
    theirs = eventually(
        lambda: (
            (
                answer := pair.asked.call(
                    "approver", "GET", f"/conversations/{seen['conversation']}"
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


@pytest.mark.full
def test_a_passkey_signs_nothing_before_its_own_certificate_is_in_force(
    visit: Callable[..., Page], pair: Pair
) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())["id"]
    page = visit("author")
    add_authenticator(page)
    enrol(page, pair)
    first = pair.asking.ok("author", "GET", "/me/passkey")
    assert first["certified"]
    page.goto(f"{pair.asking.url}/me")
    page.click("form[data-passkey] button")  # another in its place
    page.wait_for_selector("text=Not certified. It cannot sign.")
    second = pair.asking.ok("author", "GET", "/me/passkey")
    assert not second["certified"]
    assert second["wanted"]["key"] != first["wanted"]["key"]
    page.goto(f"{pair.asking.url}/drafts/{draft}")
    assert page.locator("form[data-passkey]").count() == 0
    assert page.locator("text=Your passkey is not certified yet").count() == 1


def test_who_has_no_passkey_is_told_so(pair: Pair) -> None:
    nothing = {"wanted": None, "certified": False}
    assert pair.asking.ok("translator", "GET", "/me/passkey") == nothing


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.parametrize(
    "field",
    sampled(["signature", "statement", "authenticator_data", "client_data"], ["signature"]),
)
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
    page.click("button[form='sign-form']")
    page.wait_for_selector(".note-bad[role=alert]:visible")
    assert pair.asking.ok("author", "GET", f"/drafts/{draft}")["approvals"] == []


@pytest.mark.full
def test_the_second_signature_of_an_emergency_is_given_by_passkey(
    visit: Callable[..., Page], pair: Pair
) -> None:
    author = pair.asking
    draft = author.ok("author", "POST", "/drafts", json=preservation_request())
    author.ok(
        "author", "POST", f"/drafts/{draft['id']}/approvals", json=author.approval("author", draft)
    )
    sent = author.ok("author", "POST", f"/drafts/{draft['id']}/send")
    page = visit("approver")
    add_authenticator(page)
    enrol(page, pair)
    page.goto(f"{author.url}/cases/{sent['case']}")
    page.click("text=Countersign")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=Your signature is added")
    assert page.locator("text=the second is due").count() == 0

    def countersigned() -> bool:
        answer = pair.asked.call("approver", "GET", f"/conversations/{sent['conversation']}")
        timeline = answer.json()["timeline"] if answer.is_success else []
        return len(timeline) == 2 and timeline[0]["second_due_at"] is None

    assert eventually(countersigned)


def test_the_officer_ca_certifies_in_the_browser_and_its_file_stays_there(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    """A file that the command wrote is read by the page, and nothing of it is sent."""
    passphrase = "five words that nobody knows"
    folder = pair.world.folder / "officers" / pair.asking.party.replace("/", "-")
    key = load_signing_key(folder / "officer-ca.json", use="officer-ca")
    file, other = tmp_path / "officer-ca.pem", tmp_path / "other.pem"
    file.write_bytes(encrypt_key(key, passphrase, salt=bytes(16), iv=bytes(16)))
    stranger = PrivateKey.from_seed(bytes(range(32)))
    other.write_bytes(encrypt_key(stranger, passphrase, salt=bytes(16), iv=bytes(16)))

    bare = folder / "officer-ca.json"  # as the command writes it without a passphrase

    officer = visit("author")
    add_authenticator(officer)
    officer.goto(f"{pair.asking.url}/me")
    officer.click("form[data-passkey] button")
    officer.wait_for_selector("text=Passkey saved")

    page, sent = visit("approver"), list[str]()
    page.on("request", lambda asked: sent.append(asked.post_data or ""))
    page.goto(f"{pair.asking.url}/people/certificates")
    page.get_by_role("button", name="Certify", exact=True).click()
    page.get_by_text("No officer selected").wait_for()
    page.get_by_label("author", exact=True).check()
    for chosen, typed, told in (
        (other, passphrase, "not the one in the directory entry"),
        (file, passphrase + "s", "Incorrect passphrase"),
        (Path(__file__), passphrase, "Not an officer CA file"),
        (bare, passphrase, "has no passphrase"),
    ):
        page.get_by_label("File of the officer CA").first.set_input_files(chosen)
        page.locator("#sign-passphrase").fill(typed)
        page.get_by_role("button", name="Certify", exact=True).click()
        page.locator("[role=alert]:visible").get_by_text(told).wait_for()
    assert not any("signatures" in text for text in sent)  # nothing was signed
    page.get_by_label("File of the officer CA").first.set_input_files(file)
    page.locator("#sign-passphrase").fill(passphrase)
    page.get_by_role("button", name="Certify", exact=True).click()
    page.get_by_text("1 officer is certified").wait_for()
    assert any("signatures" in text for text in sent)
    assert not any("PRIVATE" in text or "nobody" in text for text in sent)
    officer.goto(f"{pair.asking.url}/me")
    officer.wait_for_selector("text=Certified. It can sign.")


def test_nothing_can_be_pressed_before_the_page_can_ask_the_passkey(
    visit: Callable[..., Page], pair: Pair
) -> None:
    """A press would send the form without an answer, and the page would call that a refusal."""
    draft = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())["id"]
    page = visit("author")
    add_authenticator(page)
    enrol(page, pair)
    script = re.compile(r"/passkey[^/]*\.js")
    page.route(script, lambda asked: asked.abort())
    buttons = "form[data-passkey] button[type=submit], button[form='sign-form']"
    for path in ("/me", f"/drafts/{draft}"):
        page.goto(f"{pair.asking.url}{path}")
        found = page.locator(buttons).all()
        assert found, path
        assert all(one.is_disabled() for one in found), path
    page.unroute(script)
    page.reload()
    expect(page.locator("button[form='sign-form']")).to_be_enabled()
