"""A passkey's assertion over an approval (W3C Web Authentication Level 2 section 7.2)."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from comity.canonical import PeerError, b64, decode_foreign
from comity.exchange.certificates import RelyingParty
from comity.exchange.errors import WebAuthnError
from comity.keys import PublicKey

MAX_CLIENT_DATA_BYTES = 4096
_FLAGS_AT = 32  # after the RP ID hash, section 6.1
_USER_PRESENT, _USER_VERIFIED = 0x01, 0x04


@dataclass(frozen=True)
class Assertion:
    """What `navigator.credentials.get` returned."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes


def check_assertion(
    assertion: Assertion, key: PublicKey, place: RelyingParty, *, challenge: bytes
) -> None:
    """Raise unless the passkey signed exactly this challenge at its own place, with a person there.

    Args:
        assertion: untrusted.
        key: from the officer's certificate.
        place: origin and RP ID from the certificate.
        challenge: 32 bytes, the digest of the approval statement.

    Raises:
        WebAuthnError: the first check that fails.

    Source: WebAuthn Level 2 section 7.2 steps 11 to 20; spec/09-approvals.md.
    """
    try:
        client = decode_foreign(assertion.client_data, max_bytes=MAX_CLIENT_DATA_BYTES)
    except PeerError as fault:
        raise WebAuthnError("client data is not JSON") from fault
    if not isinstance(client, dict):
        raise WebAuthnError("client data is not an object")
    data = assertion.authenticator_data
    checks = (
        (client.get("type") == "webauthn.get", "not an assertion"),
        (client.get("challenge") == b64(challenge), "another challenge"),
        (client.get("origin") == place.origin, "another origin"),
        (client.get("crossOrigin", False) is False, "from inside another page"),
        (len(data) >= _FLAGS_AT + 5, "authenticator data too short"),
        (data[:_FLAGS_AT] == hashlib.sha256(place.rp_id.encode()).digest(), "another RP ID"),
    )
    for holds, what in checks:
        if not holds:
            raise WebAuthnError(what)
    flags = data[_FLAGS_AT]
    if not (flags & _USER_PRESENT and flags & _USER_VERIFIED):
        raise WebAuthnError("the person was not present, or not verified")
    _check_signature(key, assertion)


def _check_signature(key: PublicKey, assertion: Assertion) -> None:
    signed = assertion.authenticator_data + hashlib.sha256(assertion.client_data).digest()
    try:
        if isinstance(key.key, Ed25519PublicKey):
            key.key.verify(assertion.signature, signed)
        else:
            key.key.verify(assertion.signature, signed, ec.ECDSA(SHA256()))
    except InvalidSignature as fault:
        raise WebAuthnError("the signature does not fit") from fault
