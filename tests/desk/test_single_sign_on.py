"""Single sign-on: a linked account comes in, and no lie of a provider or of a visitor does."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpResponse
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.desk.providing import (
    CLIENT,
    CURVE,
    OTHER,
    SECRET,
    SHORT,
    Lie,
    Provider,
    provider,
    with_secret_of_the_public_key,
)  # fmt: skip

from comity.node.core.config import NodeConfig
from comity.node.models import AuditRow, DeskSession, Officer
from comity.node.people import accounts
from comity.node.people.accounts import AccountUnknownError
from comity.node.people.signin import factors
from comity.node.people.signin.factors import SignInLinkError
from comity.node.people.signin.provider import ProviderSecretError, client_secret

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def ministry(running: Provider, settings: Any, tmp_path: Path) -> Provider:
    secret = tmp_path / "oidc-secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    secret.chmod(0o600)
    running.lie = Lie()
    settings.CONFIG = NodeConfig(
        folder=tmp_path,
        party="vn/contact-point",
        mode="exercise",
        oidc_issuer=running.issuer,
        oidc_client=CLIENT,
        oidc_secret="oidc-secret",
        oidc_name="Ministry of Justice",
    )
    return running


@pytest.fixture
def officer(db: None, ministry: Provider) -> Officer:
    made = accounts.add_person(name="linh", role="trainer", password=PASSWORD, at=AT, by="operator")
    factors.link("linh", issuer=ministry.issuer, subject=ministry.subject, at=AT, by="operator")
    return made


def come(client: Client, ministry: Provider, target: str = "/me", **back: str) -> HttpResponse:
    """Go to the provider and back, as a browser does; `back` replaces what it brings."""
    left = client.post("/sign-in/single", {"next": target})
    assert left.status_code == 302, left.content.decode()[-600:]
    query = {**ministry.browse(left.headers["location"]), **back}
    return client.get("/sign-in/single/back", query)  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return client.get("/me/sign-in").status_code == 200


def why() -> list[str]:
    rows = AuditRow.objects.filter(action="sign-in.refused")
    return list(rows.values_list("detail", flat=True))


def test_a_linked_person_comes_in(officer: Officer, ministry: Provider) -> None:
    client = Client()
    shown = client.get("/sign-in").content.decode()
    assert "Sign in with Ministry of Justice" in shown
    assert come(client, ministry).headers["location"] == "/me"
    assert is_in(client)
    assert ministry.asked["scope"] == "openid"
    assert ministry.asked["code_challenge_method"] == "S256"
    assert len(ministry.asked["nonce"]) == 43
    basic = base64.b64decode(ministry.authorization.removeprefix("Basic ")).decode()
    assert basic == f"{CLIENT}:not%20a%20secret%20of%20anybody"
    assert DeskSession.objects.get(user=officer.user_id).way == "single-sign-on"
    assert list(AuditRow.objects.filter(action="sign-in").values_list("detail", flat=True)) == [
        "single-sign-on"
    ]


def sent_too_late(words: str) -> dict[str, str]:
    """Return what the page to sign in holds of a form whose session had ended."""
    return {"next": "/break-glass", "kept-from": "/watch", "kept-whole": "1",
            "kept-field-reason": words}  # fmt: skip


def test_what_was_typed_is_there_after_the_provider_let_the_person_in(
    officer: Officer, ministry: Provider
) -> None:
    client, words = Client(), "Nobody else can be reached."
    left = client.post("/sign-in/single", sent_too_late(words))
    query = ministry.browse(left.headers["location"])
    assert client.get("/sign-in/single/back", query).headers["location"] == "/kept"
    assert words in client.get("/kept").text


def test_a_visitor_whom_nobody_knows_fills_no_disk(officer: Officer, ministry: Provider) -> None:
    client, words = Client(), "x " * 60_000
    left = client.post("/sign-in/single", sent_too_late(words))
    assert len(json.dumps(dict(client.session))) < 5_000
    query = ministry.browse(left.headers["location"])
    assert client.get("/sign-in/single/back", query).headers["location"] == "/kept"
    page = client.get("/kept").text
    assert "x x x" not in page
    assert "note-warn" in page


def unsigned(claims: dict[str, Any]) -> str:
    parts = ({"alg": "none"}, claims)
    texts = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    ]
    return ".".join([*texts, ""])


PAST = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
SHARED = {"alg": "HS256", "kid": "now"}
LIES = {
    "another audience": Lie(claims={"aud": "somebody-else"}),
    "several audiences and another client": Lie(claims={"aud": [CLIENT, "x"], "azp": "x"}),
    "several audiences and no client": Lie(claims={"aud": [CLIENT, "x"]}),
    "another issuer": Lie(claims={"iss": "https://evil.example"}),
    "another nonce": Lie(claims={"nonce": "A" * 43}),
    "no nonce": Lie(claims={"nonce": None}),
    "out of time": Lie(claims={"exp": PAST}),
    "no time": Lie(claims={"exp": None}),
    "not yet": Lie(claims={"nbf": 4102444800}),
    "no subject": Lie(claims={"sub": None}),
    "a subject that is no text": Lie(claims={"sub": 7}),
    "an empty subject": Lie(claims={"sub": " "}),
    "another key": Lie(key=OTHER),
    "an unknown key": Lie(header={"alg": "RS256", "kid": "unknown"}),
    "two keys of one name": Lie(keys=[OTHER, OTHER]),
    "a short key": Lie(key=SHORT, keys=[SHORT]),
    "no keys": Lie(keys=[]),
    "a shared secret": Lie(
        header={"alg": "HS256", "kid": "now"}, key=with_secret_of_the_public_key()
    ),
    "unsigned": Lie(
        raw=unsigned({"iss": "x", "sub": "8f14e45f", "aud": CLIENT, "exp": 4102444800})
    ),
    "no token": Lie(raw="x"),
    "a long token": Lie(raw="a" * 20_000),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_id_token_that_does_not_hold_lets_nobody_in(
    officer: Officer, ministry: Provider, lie: str
) -> None:
    ministry.lie = LIES[lie]
    client = Client()
    assert come(client, ministry).status_code == 403
    assert not is_in(client)
    assert why() == ["sign-in-token"]


@pytest.mark.parametrize(("alg", "key"), [("ES256", CURVE), ("PS256", None), ("RS512", None)])
def test_other_signatures_of_the_list_are_taken(
    officer: Officer, ministry: Provider, alg: str, key: Any
) -> None:
    honest = Lie(header={"alg": alg, "kid": "curve" if key else "now"})
    honest.key = key or honest.key
    ministry.lie = honest
    client = Client()
    assert come(client, ministry).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize(
    ("lie", "left"),
    [
        (Lie(document={"issuer": "https://evil.example"}), 502),
        (Lie(document={"token_endpoint": "http://login.example/token"}), 502),
        (Lie(document={"authorization_endpoint": "javascript:alert(1)"}), 502),
        (Lie(document={"jwks_uri": None}), 502),
        (Lie(document={"padding": "x" * 300_000}), 502),
        (Lie(status=302), 302),
        (Lie(status=500), 302),
        (Lie(body=b"x"), 302),
        (Lie(body=b"[]"), 302),
        (Lie(body=b"{}"), 302),
        (Lie(body=b'{"id_token": 7}'), 302),
        (Lie(body=b"[" * 100_000), 302),
    ],
)
def test_a_provider_that_does_not_answer_well_lets_nobody_in(
    officer: Officer, ministry: Provider, lie: Lie, left: int
) -> None:
    ministry.lie = lie
    client = Client()
    if left == 502:
        assert client.post("/sign-in/single", {}).status_code == 502
    else:
        assert come(client, ministry).status_code == 403
    assert not is_in(client)
    assert why() == ["sign-in-provider"]


@pytest.mark.parametrize(
    "back",
    [
        {"state": "x"},
        {"state": ""},
        {"code": ""},
        {"iss": "https://evil.example"},
        {"code": "x" * 5000},
    ],
)
def test_an_answer_to_nothing_this_browser_asked_lets_nobody_in(
    officer: Officer, ministry: Provider, back: dict[str, str]
) -> None:
    client = Client()
    assert come(client, ministry, **back).status_code == 403
    assert not is_in(client)
    assert why() == ["sign-in-answer"]


def test_an_answer_counts_once_in_one_browser_and_for_ten_minutes(
    officer: Officer, ministry: Provider
) -> None:
    first, second = Client(), Client()
    left = first.post("/sign-in/single", {})
    query = ministry.browse(left.headers["location"])
    assert second.get("/sign-in/single/back", query).status_code == 403
    assert first.get("/sign-in/single/back", query).status_code == 302
    assert first.get("/sign-in/single/back", query).status_code == 403
    late = Client()
    query = ministry.browse(late.post("/sign-in/single", {}).headers["location"])
    session = late.session
    session["single-sign-on"] |= {"at": session["single-sign-on"]["at"] - 601}
    session.save()
    assert late.get("/sign-in/single/back", query).status_code == 403


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_it_leads_back_to_this_node_only(officer: Officer, ministry: Provider, target: str) -> None:
    where = come(Client(), ministry, target).headers["location"]
    assert re.fullmatch(r"/[a-z]+", where), "the person's first page"


def test_a_person_whom_nobody_linked_gets_no_account(officer: Officer, ministry: Provider) -> None:
    ministry.lie = Lie(claims={"sub": "linh", "preferred_username": "linh"})
    client = Client()
    assert come(client, ministry).status_code == 403
    assert why() == ["sign-in-unlinked"]
    assert Officer.objects.count() == 1


def test_a_closed_or_unlinked_account_does_not_come_in(
    officer: Officer, ministry: Provider
) -> None:
    client = Client()
    come(client, ministry)
    assert is_in(client)
    assert factors.unlink("linh", at=AT, by="operator") == 1
    assert not is_in(client)
    assert come(Client(), ministry).status_code == 403
    factors.link("linh", issuer=ministry.issuer, subject=ministry.subject, at=AT, by="operator")
    accounts.disable("linh", at=AT, by="operator")
    assert come(Client(), ministry).status_code == 403
    assert why() == ["sign-in-unlinked"] * 2


def configured(settings: Any, **more: Any) -> None:
    import dataclasses

    settings.CONFIG = dataclasses.replace(settings.CONFIG, **more)


def test_the_second_factor_of_this_office_is_asked_unless_the_provider_proves_its_own(
    officer: Officer, ministry: Provider, settings: Any
) -> None:
    TOTP.activate(officer.user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(officer.user)
    client = Client()
    assert come(client, ministry).headers["location"] == "/sign-in/second"
    assert not is_in(client)
    configured(settings, oidc_acr=("smart-card", "wallet"), oidc_amr=("pin", "hwk"))
    weak: tuple[dict[str, Any], ...] = (
        {}, {"acr": "password", "amr": ["pin", "hwk"]}, {"acr": "wallet"},
        {"acr": "wallet", "amr": ["pin"]}, {"acr": "wallet", "amr": "pin hwk"},
    )  # fmt: skip
    for claims in weak:
        ministry.lie = Lie(claims=claims)
        assert come(Client(), ministry).status_code == 403
    assert why() == ["sign-in-token"] * len(weak)
    ministry.lie = Lie(claims={"acr": "wallet", "amr": ["hwk", "pin", "mfa"]})
    strong = Client()
    assert come(strong, ministry).headers["location"] == "/me"
    assert ministry.asked["acr_values"] == "smart-card wallet"
    configured(settings, second_factor="required")
    assert is_in(strong)
    factors.reset("linh", at=AT, by="operator")
    strong = Client()
    come(strong, ministry)
    assert strong.get("/api").status_code == 200, "the provider proved more than a password"


def test_another_claim_may_name_the_person(
    officer: Officer, ministry: Provider, settings: Any
) -> None:
    configured(settings, oidc_claim="staff_number")
    factors.link("linh", issuer=ministry.issuer, subject="VN-00042", at=AT, by="operator")
    assert come(Client(), ministry).status_code == 403
    ministry.lie = Lie(claims={"staff_number": "VN-00042"})
    client = Client()
    come(client, ministry)
    assert is_in(client)


def test_a_link_is_of_one_person_and_of_one_issuer(
    officer: Officer, ministry: Provider, settings: Any
) -> None:
    accounts.add_person(name="minh", role="trainer", password=PASSWORD, at=AT, by="operator")
    issuer = ministry.issuer
    for name, subject, error in (
        ("minh", ministry.subject, SignInLinkError),
        ("minh", " ", SignInLinkError),
        ("minh", "x" * 192, SignInLinkError),
        ("nobody", "x", AccountUnknownError),
    ):
        with pytest.raises(error):
            factors.link(name, issuer=issuer, subject=subject, at=AT, by="operator")
    with pytest.raises(SignInLinkError):
        factors.link("minh", issuer="", subject="x", at=AT, by="operator")
    assert factors.linked("https://other.example", ministry.subject) is None


def test_without_a_provider_there_is_no_such_page(db: None, settings: Any, tmp_path: Path) -> None:
    settings.CONFIG = NodeConfig(folder=tmp_path, party="vn/contact-point", mode="exercise")
    assert Client().post("/sign-in/single").status_code == 404
    assert Client().get("/sign-in/single/back").status_code == 404


def test_a_secret_that_others_may_read_is_not_used(
    officer: Officer, ministry: Provider, settings: Any
) -> None:
    secret = settings.CONFIG.folder / "oidc-secret"
    secret.chmod(0o640)
    assert come(Client(), ministry).status_code == 403
    assert why() == ["sign-in-secret"]
    for spoilt in (b"", b"x" * 2000, b"\xff\xfe"):
        secret.write_bytes(spoilt)
        secret.chmod(0o600)
        with pytest.raises(ProviderSecretError):
            client_secret(settings.CONFIG)


def test_a_public_client_sends_no_secret(
    officer: Officer, ministry: Provider, settings: Any
) -> None:
    configured(settings, oidc_secret="")
    assert come(Client(), ministry).status_code == 302
    assert ministry.authorization == ""
    assert "client_secret" not in ministry.posted


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(
    officer: Officer, ministry: Provider
) -> None:
    methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    ministry.lie = Lie(document=methods)
    assert come(Client(), ministry).status_code == 302
    assert ministry.posted["client_secret"] == SECRET
