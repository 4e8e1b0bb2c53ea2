"""An ID token: who a provider says this is, believed after ten checks.

Source: OpenID Connect Core 1.0 section 3.1.3.7, RFC 8725. Steps 1 to 10 are numbered below. The
signature is checked although the token came over TLS: a provider's proxy is not the provider.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from comity.canonical import PeerError

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
)
"""Signatures only: no secret is shared, so nothing signed with one, or with none, is taken."""
MAX_TOKEN_BYTES: Final = 16_384
MAX_KEYS: Final = 50
LEAST_RSA_BITS: Final = 2048
LEEWAY_S: Final = 60
_REQUIRED: Final = ["iss", "sub", "aud", "exp", "iat", "nonce"]


class ProviderTokenError(PeerError, code="sign-in-token"):
    """A provider's ID token is not believed; the message says which check failed."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What an ID token must say.

    Attributes:
        issuer: exactly as in ``node.toml``.
        client: our client identifier.
        nonce: as sent with this very request.
        claim: that names the person.
        acr: of which one must be named; empty: not asked.
        amr: that must all be named; empty: not asked.
    """

    issuer: str
    client: str
    nonce: str
    claim: str
    acr: Sequence[str] = ()
    amr: Sequence[str] = ()


def subject_of(token: str, keys: Mapping[str, Any], expected: Expected) -> str:
    """Return how the provider names the person of a token.

    Args:
        token: compact JWS.
        keys: the provider's JSON Web Key Set.
        expected: what it must say.

    Raises:
        ProviderTokenError: the first check that fails.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise ProviderTokenError("too long")
    try:
        header = jwt.get_unverified_header(token)
        key = _key(header, keys)  # 1, 2
        claims = jwt.decode(  # 3 signature, 4 issuer, 5 audience, 6 times
            token,
            key,
            algorithms=[header["alg"]],
            audience=expected.client,
            issuer=expected.issuer,
            leeway=LEEWAY_S,
            options={"require": _REQUIRED},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError) as fault:
        raise ProviderTokenError(f"not good: {type(fault).__name__}") from fault
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != expected.client:  # 7
        raise ProviderTokenError("meant for another client")
    if claims["nonce"] != expected.nonce:  # 8
        raise ProviderTokenError("another nonce")
    _check_strength(claims, expected)  # 9
    subject = claims.get(expected.claim)  # 10
    if not isinstance(subject, str) or not subject.strip():
        raise ProviderTokenError("the claim that names the person is missing")
    return subject


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
    """Return the one key that the header names, for the algorithm it names."""
    alg = header.get("alg")
    if alg not in ALGORITHMS:
        raise ProviderTokenError("an algorithm that is not taken")
    rows = keys.get("keys")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_KEYS:
        raise ProviderTokenError("no set of keys")
    fitting = [
        row
        for row in rows
        if isinstance(row, dict)
        and row.get("use", "sig") == "sig"
        and row.get("alg", alg) == alg
        and ("kid" not in header or row.get("kid") == header["kid"])
        and row.get("kty") != "oct"
    ]
    if "kid" not in header:
        kinds = {"R": "RSA", "P": "RSA", "ES": "EC", "Ed": "OKP"}
        kty = kinds.get(alg[:2]) or kinds[alg[0]]
        fitting = [row for row in fitting if row.get("kty") == kty]
    if len(fitting) != 1:
        raise ProviderTokenError("no one key of the provider fits")
    key = jwt.PyJWK(fitting[0], algorithm=alg).key
    if isinstance(key, RSAPublicKey) and key.key_size < LEAST_RSA_BITS:
        raise ProviderTokenError("a key that is too short")
    return key


def _check_strength(claims: Mapping[str, Any], expected: Expected) -> None:
    if expected.acr and claims.get("acr") not in expected.acr:
        raise ProviderTokenError("the provider did not authenticate in a way we ask for (acr)")
    means = claims.get("amr", [])
    if expected.amr and not (isinstance(means, list) and set(expected.amr) <= set(map(str, means))):
        raise ProviderTokenError("the provider did not use the means we ask for (amr)")
