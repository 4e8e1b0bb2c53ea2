"""HTTP message signatures over exactly the demanded components: spec section 13.2; RFC 9421."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.canonical import MisuseError, PeerError
from comity.keys import ALGORITHMS, PrivateKey, PublicKey
from comity.keys.http import COMPONENTS, HttpRequest, sign_request, verify_request
from comity.keys.jws import UnknownKeyError

ED, ES = (PrivateKey.from_seed(b"\2" * 32, alg=alg) for alg in ALGORITHMS)
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
NONCE = "abcdefghijklmnop"
REQUEST = HttpRequest(
    method="POST",
    path="/exchange/v1/messages",
    query="?after=3",
    body=b"sealed",
    sender="vn/contact-point",
    recipient="za/central-authority",
)


def find_key(kid: str) -> PublicKey:
    for private in (ED, ES):
        if private.kid == kid:
            return private.public
    raise UnknownKeyError("stranger")


DEFAULTS: dict[str, Any] = {"mode": "live", "now": NOW}


def signed(
    private: PrivateKey = ED, request: HttpRequest = REQUEST, **kwargs: Any
) -> dict[str, str]:
    fields = sign_request(request, private, **(DEFAULTS | {"nonce": NONCE} | kwargs))
    return {name.lower(): value for name, value in fields.items()}


def verified(headers: dict[str, str], request: HttpRequest = REQUEST, **kwargs: Any) -> str:
    return verify_request(request, headers, find_key, **(DEFAULTS | kwargs))


def refused(headers: dict[str, str], request: HttpRequest = REQUEST, **kwargs: Any) -> str:
    with pytest.raises(PeerError) as caught:
        verified(headers, request, **kwargs)
    return caught.value.code


@dataclass
class Wire:
    """A request as the judge reads it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class Resolver(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Any:
        return find_key(key_id).key


@pytest.mark.parametrize("private", [ED, ES], ids=ALGORITHMS)
def test_another_library_verifies_ours_and_refuses_spoilt_copies(private: PrivateKey) -> None:
    rule = {"Ed25519": algorithms.ED25519, "ES256": algorithms.ECDSA_P256_SHA256}[private.alg]
    judge = HTTPMessageVerifier(signature_algorithm=rule, key_resolver=Resolver())
    headers = signed(private, now=datetime.now(UTC))
    wire = Wire("POST", "https://za.example/exchange/v1/messages?after=3", headers, REQUEST.body)

    def judged(wire: Wire) -> Any:
        return judge.verify(
            wire,
            expect_tag="comity-1.live",
            require_components=COMPONENTS,
            body=wire.body,
        )

    assert judged(wire)[0].label == "comity"
    for spoilt in (
        replace(wire, body=b"other"),
        replace(wire, method="PUT"),
        replace(wire, url=wire.url + "1"),
        replace(wire, headers={**headers, "comity-to": "za/police"}),
        replace(wire, headers={**headers, "comity-from": "vn/police"}),
    ):
        with pytest.raises(InvalidSignature):
            judged(spoilt)


@pytest.mark.parametrize("private", [ED, ES], ids=ALGORITHMS)
def test_a_signed_request_verifies_to_its_kid(private: PrivateKey) -> None:
    assert verified(signed(private)) == private.kid


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/exchange/v1/receipts"},
        {"query": "?"},
        {"body": b""},
        {"sender": "vn/police"},
        {"recipient": "za/police"},
        {"path": '/exchange/v1/messages\n"@query": ?after=3'},
        {"path": "/exchange/v1/mess\u00e4ges"},
        {"sender": "vn/x\r\nx: y"},
    ],
)
def test_every_covered_part_is_covered(change: dict[str, Any]) -> None:
    assert refused(signed(), replace(REQUEST, **change)) == "transport-signature"


HEADER_ATTACKS: dict[str, tuple[str, Callable[[str], str]]] = {
    "no signature": ("signature", lambda _: ""),
    "no input": ("signature-input", lambda _: ""),
    "no digest": ("content-digest", lambda _: ""),
    "another digest algorithm": ("content-digest", lambda v: v.replace("sha-256", "sha-512")),
    "a digest that is no text": ("content-digest", lambda _: "\udcff"),
    "another label": ("signature-input", lambda v: v.replace("comity=", "other=")),
    "fewer components": ("signature-input", lambda v: v.replace(' "@query"', "")),
    "another order": (
        "signature-input",
        lambda v: v.replace('"@method" "@path"', '"@path" "@method"'),
    ),
    "two labels": ("signature-input", lambda v: f"{v}, {v.replace('comity=', 'b=')}"),
    "another key": ("signature-input", lambda v: v.replace(ED.kid, ES.kid)),
    "another nonce": ("signature-input", lambda v: v.replace(NONCE, NONCE[::-1])),
    "a later moment": (
        "signature-input",
        lambda v: v.replace(str(int(NOW.timestamp())), str(int(NOW.timestamp()) + 1)),
    ),
    "a moment beyond the calendar": (
        "signature-input",
        lambda v: v.replace(str(int(NOW.timestamp())), "999999999999"),
    ),
    "the algorithm of another suite": (
        "signature-input",
        lambda v: v.replace("ed25519", "ecdsa-p256-sha256"),
    ),
    "a parameter more": ("signature-input", lambda v: v + ";expires=99999999999"),
    "a changed signature": ("signature", lambda v: v[:9] + ("A" if v[9] != "A" else "B") + v[10:]),
    "stray bits": ("signature", lambda v: v[:-4] + chr(ord(v[-4]) + 1) + v[-3:]),
}


@pytest.mark.parametrize("name", HEADER_ATTACKS)
def test_a_changed_field_is_refused(name: str) -> None:
    field, change = HEADER_ATTACKS[name]
    headers = signed()
    attacked = {**headers, field: change(headers[field])}
    assert attacked != headers
    assert refused(attacked) == "transport-signature"


def test_a_key_that_nobody_lists_is_refused() -> None:
    stranger = PrivateKey.from_seed(b"\3" * 32)
    assert refused(signed(stranger)) == "key-unknown"


def test_a_request_of_the_other_mode_is_refused() -> None:
    assert refused(signed(mode="exercise")) == "transport-signature"


@pytest.mark.parametrize("seconds", [-301, 301, 10**9, -(10**9)])
def test_a_request_more_than_five_minutes_away_is_refused(seconds: int) -> None:
    assert refused(signed(now=NOW + timedelta(seconds=seconds))) == "transport-signature"


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_request_five_minutes_away_passes(seconds: int) -> None:
    assert verified(signed(now=NOW + timedelta(seconds=seconds))) == ED.kid


@pytest.mark.parametrize(
    "change", [{"path": "/ü"}, {"query": "?\n"}, {"path": "/a\nb"}, {"sender": "x\r"}]
)
def test_we_sign_no_part_that_cannot_stand_in_a_signature(change: dict[str, Any]) -> None:
    with pytest.raises(MisuseError):
        signed(request=replace(REQUEST, **change))
    with pytest.raises(MisuseError):
        signed(nonce='x";alg="none')


@settings(deadline=None)
@given(
    st.text(max_size=80) | st.just(signed()["signature"]),
    st.text(max_size=80) | st.just(signed()["signature-input"]),
    st.text(max_size=80) | st.just(signed()["content-digest"]),
    st.text(max_size=10),
)
def test_no_fields_raise_anything_but_an_error_of_the_peer(
    signature: str, given_input: str, digest: str, path: str
) -> None:
    headers = {"signature": signature, "signature-input": given_input, "content-digest": digest}
    assert refused(headers, replace(REQUEST, path="/x" + path)) == "transport-signature"
