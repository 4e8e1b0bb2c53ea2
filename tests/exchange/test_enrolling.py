"""The officer-ca certifies what a node asks, and nothing that is not a whole request."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comity.canonical import PeerError
from comity.exchange import Certificate
from comity.exchange.certificates import RelyingParty, enrolled
from comity.keys import PrivateKey

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ID = "01935f00-0000-7000-8000-000000000000"


@pytest.fixture
def asked() -> dict[str, Any]:
    return {
        "key": dict(PrivateKey.from_seed(bytes(32)).public.jwk),
        "mode": "exercise",
        "officer": "officer-00000000",
        "party": "vn/contact-point",
        "roles": ["approver"],
        "webauthn": {"origin": "http://localhost:8710", "rp_id": "localhost"},
    }


def made(asked: object) -> Certificate:
    later = AT + timedelta(days=1)
    return enrolled(asked, certificate_id=ID, not_before=AT, not_after=later)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"key": {"kty": "OKP"}},
        {"key": "x"},
        {"mode": "trial"},
        {"officer": 7},
        {"party": "nobody"},
        {"roles": "approver"},
        {"webauthn": {"origin": "http://localhost:8710"}},
        {"webauthn": None},
        {"days": 3650},
    ],
    ids=str,
)
def test_a_request_that_is_not_whole_is_refused(
    asked: dict[str, Any], spoilt: dict[str, Any]
) -> None:
    with pytest.raises(PeerError):
        made(asked | spoilt)


@pytest.mark.parametrize("asked_for", [None, [], "x"])
def test_what_is_no_object_is_refused(asked_for: object) -> None:
    with pytest.raises(PeerError):
        made(asked_for)


def test_a_certificate_says_what_was_asked_and_how_long(asked: dict[str, Any]) -> None:
    certificate = made(asked)
    assert certificate.webauthn == RelyingParty("http://localhost:8710", "localhost")
    assert certificate.roles == ("approver",)
    assert certificate.valid(at=AT)
    assert not certificate.valid(at=AT + timedelta(days=2))
