"""Second factors: passkeys, codes of an app, recovery codes; each opens one account, codes once."""

import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page
from tests.api.nodes import PASSWORD, Pair
from tests.desk.signing_in import (
    Visitor,
    add_passkey,
    fresh_code,
    operator,
    set_up_app,
    sign_out,
    somebody,
)  # fmt: skip
from tests.desk.test_access import violations
from tests.desk.test_passkeys import add_authenticator

from comity.node.people.signin import codes
from comity.node.site.settings import LANGUAGES

pytestmark = pytest.mark.long

SECOND = "/sign-in/second"
# RFC 6238 appendix B, SHA-1; six digits are the last six of the eight there.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.fixture
def visitor(pair: Pair) -> Iterator[Visitor]:
    made = Visitor(pair.asking.url)
    yield made
    made.http.close()


@pytest.fixture
def elsewhere(pair: Pair) -> Iterator[Visitor]:
    made = Visitor(pair.asking.url)
    yield made
    made.http.close()


def second(visitor: Visitor, code: str) -> httpx.Response:
    return visitor.post(SECOND, {"code": code}, seen=SECOND)


@pytest.mark.parametrize(("at_s", "code"), RFC_VECTORS)
def test_a_code_is_that_of_rfc_6238(at_s: int, code: str) -> None:
    assert codes.step_of(RFC_SECRET, code, at_s=at_s) == at_s // 30
    assert codes.step_of(RFC_SECRET, code, at_s=at_s + 30) == at_s // 30
    assert codes.step_of(RFC_SECRET, code, at_s=at_s + 60) is None
    assert codes.step_of(RFC_SECRET, code, at_s=at_s - 60) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708x", "２８７０８２", "28 70 8"])
def test_what_is_no_code_fits_no_step(code: str) -> None:
    assert codes.step_of(RFC_SECRET, code, at_s=59) is None
    assert codes.step_of("", "287082", at_s=59) is None


def test_a_passkey_alone_lets_its_owner_in(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit(somebody(pair, "by-passkey"))
    add_authenticator(page)
    add_passkey(page, pair)
    assert page.locator("ol.codes li").count() == 10
    sign_out(page)
    page.click("text=Sign in with a passkey")
    page.wait_for_url(f"{pair.asking.url}/my-work")
    page.goto(f"{pair.asking.url}/me/sign-in")
    assert page.locator(".what b", has_text="Laptop").count() == 1
    assert page.locator(".item", has_text="never").count() == 0
    assert page.locator(".item", has_text="this session").locator("text=a passkey").count() == 1
    told = json.loads(operator(pair, "factors", "by-passkey", "--json"))
    assert [one["kind"] for one in told["factors"]] == ["passkey", "recovery-codes"]


@pytest.mark.long
def test_what_was_typed_comes_back_after_a_passkey_let_the_person_in(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit(somebody(pair, "kept-by-passkey"))
    add_authenticator(page)
    add_passkey(page, pair)
    page.goto(f"{pair.asking.url}/new/preservation")
    page.fill("#id_grounds-facts", "Three hours of work.")
    page.context.clear_cookies(name=f"comity-session-{pair.asking.process.config.port}")
    page.click("main form[novalidate] button:not([name])")
    page.click("text=Sign in with a passkey")
    page.wait_for_url("**/new/preservation")
    assert page.input_value("#id_grounds-facts") == "Three hours of work."


@pytest.mark.long
def test_password_and_passkey_let_the_owner_in_and_the_passkey_is_renamed_and_removed(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit(somebody(pair, "with-key"))
    add_authenticator(page)
    add_passkey(page, pair)
    sign_out(page)
    page.fill("#id_name", "with-key")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.click("text=Use passkey")
    page.wait_for_url(f"{pair.asking.url}/my-work")
    page.goto(f"{pair.asking.url}/me/sign-in")
    page.click("text=Rename")
    page.fill("#id_name", "مفتاح أزرق")
    page.click("main button")
    assert page.locator(".what b", has_text="مفتاح أزرق").count() == 1
    page.click("text=Remove")
    assert page.locator(".note-warn").count() == 1  # the last one: said before it goes
    page.click("main button")
    page.wait_for_selector("text=Sign-in method removed")
    assert json.loads(operator(pair, "factors", "with-key", "--json"))["factors"] == []
    sign_out(page)
    page.click("text=Sign in with a passkey")
    page.wait_for_selector(".note-bad[role=alert]:visible")


def test_a_passkey_to_sign_in_signs_nothing_and_one_to_sign_lets_nobody_in(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit(somebody(pair, "two-keys"))
    add_authenticator(page)
    add_passkey(page, pair)
    page.goto(f"{pair.asking.url}/me")
    assert page.locator("text=Passkey saved for").count() == 0
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=Passkey saved")
    told = json.loads(operator(pair, "factors", "two-keys", "--json"))
    assert [one["kind"] for one in told["factors"]] == ["passkey", "recovery-codes"]


def test_a_device_that_does_not_verify_its_owner_makes_no_passkey(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit(somebody(pair, "unverified"))
    add_authenticator(page, hasUserVerification=False, isUserVerified=False)
    page.goto(f"{pair.asking.url}/me/sign-in/passkeys/new")
    page.fill("#id_name", "Key without PIN")
    page.click("main button")
    page.wait_for_selector("[data-fault]:visible")
    assert json.loads(operator(pair, "factors", "unverified", "--json"))["factors"] == []


def test_a_code_counts_once_and_a_recovery_code_too(pair: Pair, visitor: Visitor) -> None:
    name = somebody(pair, "by-code")
    visitor.sign_in(name)
    secret, recovery = set_up_app(visitor)
    assert len(set(recovery)) == 10
    assert all(len(code) == 10 for code in recovery)
    again = visitor.http.get("/me/sign-in/recovery-codes").text
    assert recovery[0] not in again
    used = fresh_code(secret)
    for code, outcome in ((used, 302), (used, 403), (recovery[3], 302), (recovery[3], 403)):
        visitor.http.cookies.clear()
        assert visitor.sign_in(name).headers["location"] == SECOND
        assert visitor.http.get("/").status_code == 302, "a password alone opens nothing"
        assert second(visitor, code).status_code == outcome
        assert (visitor.http.get("/").status_code == 200) == (outcome == 302)
    told = json.loads(operator(pair, "factors", name, "--json"))
    assert next(one["left"] for one in told["factors"] if one["left"] is not None) == 9


def test_a_code_of_somebody_else_opens_nothing(pair: Pair, visitor: Visitor) -> None:
    one, other = somebody(pair, "code-one"), somebody(pair, "code-other")
    secrets = []
    for name in (one, other):
        visitor.http.cookies.clear()
        visitor.sign_in(name)
        secrets.append(set_up_app(visitor))
    visitor.http.cookies.clear()
    visitor.sign_in(one)
    assert second(visitor, fresh_code(secrets[1][0])).status_code == 403
    assert second(visitor, secrets[1][1][0]).status_code == 403


def test_five_wrong_codes_lock_the_name_and_the_password_must_be_given_again(
    pair: Pair, visitor: Visitor
) -> None:
    name = somebody(pair, "guessed-at")
    visitor.sign_in(name)
    secret, recovery = set_up_app(visitor)
    visitor.http.cookies.clear()
    answers = []
    for _ in range(5):
        visitor.sign_in(name)  # a right password between the guesses opens no new row of guesses
        answers.append(second(visitor, "000000").status_code)
    assert answers == [403, 403, 403, 403, 429]
    assert visitor.http.get(SECOND).headers["location"] == "/sign-in"
    assert visitor.sign_in(name).headers["location"] == SECOND
    assert second(visitor, recovery[0]).status_code == 429, "codes are locked from everywhere"
    operator(pair, "unlock", name)
    assert visitor.sign_in(name).headers["location"] == SECOND
    assert second(visitor, recovery[0]).status_code == 302
    assert visitor.http.get("/").status_code == 200
    assert secret


def test_no_second_factor_is_asked_of_whoever_gave_no_password(visitor: Visitor) -> None:
    assert visitor.http.get(SECOND).headers["location"] == "/sign-in"
    assert visitor.post(SECOND, {"code": "000000"}).headers["location"] == "/sign-in"


def test_who_signs_in_is_shown_again_by_the_strongest_means_before_a_change(
    pair: Pair, visitor: Visitor, elsewhere: Visitor
) -> None:
    name = somebody(pair, "asked-again")
    visitor.sign_in(name)
    elsewhere.sign_in(name)
    assert visitor.http.get("/me/sign-in/password").status_code == 200
    secret, recovery = set_up_app(elsewhere)
    # The password was given a moment ago; with a second factor that is not enough any more.
    asked = visitor.http.get("/me/sign-in/password")
    assert asked.headers["location"] == "/me/sign-in/again?next=%2Fme%2Fsign-in%2Fpassword"
    again = "/me/sign-in/again"
    assert visitor.post(again, {"password": PASSWORD}, seen=again).status_code == 403
    assert visitor.http.get("/me/sign-in/recovery-codes").status_code == 302
    evil = {"code": recovery[0], "next": "https://evil.example/"}
    assert visitor.post(again, evil, seen=again).headers["location"] == "/"
    assert visitor.http.get("/me/sign-in/recovery-codes").status_code == 200
    renewed = visitor.post("/me/sign-in/recovery-codes", {}, seen="/me/sign-in/recovery-codes")
    assert renewed.status_code == 200
    assert recovery[1] not in renewed.text
    visitor.http.cookies.clear()
    visitor.sign_in(name)
    assert second(visitor, recovery[1]).status_code == 403, "the old set opens nothing"
    assert second(visitor, fresh_code(secret)).status_code == 302


def test_the_operator_resets_the_factors_of_a_lost_phone(pair: Pair, visitor: Visitor) -> None:
    name = somebody(pair, "lost-phone")
    visitor.sign_in(name)
    set_up_app(visitor)
    assert operator(pair, "reset-factors", name) == "2 taken away\n"
    assert visitor.http.get("/").status_code == 302, "its sessions end"
    visitor.http.cookies.clear()
    assert visitor.sign_in(name).headers["location"] == "/my-work"
    visitor.http.cookies.clear()
    visitor.sign_in("auditor")
    rows = visitor.http.get("/audit?action=factor.reset").text
    assert "operator" in rows
    assert "factor.reset" in rows


def test_a_closed_account_comes_in_by_no_way(
    visit: Callable[..., Page], pair: Pair, visitor: Visitor
) -> None:
    name = somebody(pair, "closed")
    page = visit(name)
    add_authenticator(page)
    add_passkey(page, pair)
    visitor.sign_in(name)  # the password was right; the second factor is still due
    operator(pair, "disable", name)
    assert visitor.http.get(SECOND).headers["location"] == "/sign-in"
    page.goto(f"{pair.asking.url}/me")
    assert "/sign-in?next=" in page.url
    page.click("text=Sign in with a passkey")
    page.wait_for_selector("text=Unknown passkey")


@pytest.mark.parametrize(
    "credential",
    [
        "", "null", "[]", "{}", '{"id": 7}', "[" * 9000, '{"response": {"userHandle": "MQ"}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30",'
        '"authenticatorData":"AA","signature":"AA","userHandle":"MQ"}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA",'
        '"attestationObject":"AA"}}',
    ],
)  # fmt: skip
def test_a_spoilt_answer_of_a_passkey_lets_nobody_in(
    pair: Pair, visitor: Visitor, credential: str
) -> None:
    assert visitor.http.get("/sign-in/passkey").status_code == 200
    answer = visitor.post("/sign-in/passkey", {"credential": credential})
    assert answer.status_code in (403, 429)
    assert visitor.http.get("/").status_code == 302
    visitor.http.cookies.clear()
    visitor.sign_in("author")
    page = "/me/sign-in/passkeys/new"
    made = visitor.post(page, {"name": "Key", "credential": credential}, seen=page)
    assert made.status_code == 422


def test_the_challenge_names_no_account_and_is_made_where_a_passkey_can_live(
    pair: Pair, visitor: Visitor
) -> None:
    options = visitor.http.get("/sign-in/passkey").json()
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert options["rpId"] == "localhost"
    by_number = pair.asking.url.replace("localhost", "127.0.0.1")
    assert httpx.get(f"{by_number}/sign-in/passkey").status_code == 409


def enter(page: Page, name: str) -> None:
    page.fill("#id_name", name)
    page.fill("#id_password", PASSWORD)
    page.click("main form:has(#id_password) button")


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", [code for code, _ in LANGUAGES])
def test_axe_finds_nothing_on_the_pages_of_signing_in(
    visit: Callable[..., Page], pair: Pair, lang: str, width: int
) -> None:
    name = somebody(pair, f"axe-{lang}-{width}")
    page = visit(name, lang=lang, width=width)
    elsewhere = visit(name, lang=lang, width=width, anew=True)  # a session of its own
    base = f"{pair.asking.url}/me/sign-in"
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"

    def stands(what: str) -> None:
        assert violations(page) == [], what
        assert page.evaluate(fits), what

    def good(path: str) -> None:
        page.goto(base + path)
        stands(path)

    for path in ("/no-such-page", "/backups", "/break-glass"):  # missing, refused, a form
        page.goto(pair.asking.url + path)
        stands(path)
    page.fill("#case", "2026-000001")
    page.fill("main textarea", "Nobody else can be reached.\nA second line.")
    page.context.clear_cookies(name=f"comity-session-{pair.asking.process.config.port}")
    page.click("main form:has(textarea) button")
    stands("the session had ended")
    enter(page, name)
    page.wait_for_url("**/kept")
    stands("what was typed")
    add_authenticator(page)
    for path in ("", "/code", "/password", "/passkeys/new"):
        good(path)
    page.fill("#id_name", "Laptop")
    page.click("main button")
    page.wait_for_selector("ol.codes")
    assert violations(page) == []
    good("")
    edit, remove = (
        str(page.locator(".item a").nth(place).get_attribute("href")) for place in (0, 1)
    )
    elsewhere.goto(f"{base}/password")  # who came in by password only is asked for the passkey
    elsewhere.wait_for_selector("form[data-sign-in] button")
    assert violations(elsewhere) == []
    for path in (edit, remove, "/me/sign-in/recovery-codes"):
        good(path.removeprefix("/me/sign-in"))
    sign_out(page)
    stands("the page to sign in")
    enter(page, name)
    page.wait_for_url("**/sign-in/second")
    stands("the second factor")
    page.fill("#id_code", "000000")
    page.click("form:has(#id_code) button")
    page.wait_for_selector(".wrong")
    assert violations(page) == []


def test_time_runs_in_steps_of_thirty_seconds() -> None:
    step = codes.step_of(RFC_SECRET, fresh_code(RFC_SECRET), at_s=time.time())
    assert step is not None
    assert abs(step - int(time.time()) // 30) <= 1
