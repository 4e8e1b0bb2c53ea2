"""Officer certificates: whose key may approve, in which role, until when."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from comity.canonical import (
    PROTOCOL,
    MisuseError,
    Mode,
    PeerError,
    b64,
    decode,
    decode_foreign,
    digest,
    digest_text,
    encode,
    members,
    parse_id,
    parse_mode,
    parse_party,
    parse_time,
    strings,
    time_text,
)
from comity.exchange.errors import CertificateError, WebAuthnError
from comity.exchange.types import Registry
from comity.keys import Jws, PrivateKey, PublicKey, jws

type Approving = Literal["author", "approver"]
ROLES = ("author", "approver")
NODE_USES = (  # spec 5
    "message",
    "receipt",
    "log",
    "transport",
    "export",
    "officer-ca",
    "credential",
)
MAX_CERTIFICATE_BYTES = 8 * 1024
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class OfficerIdentifierError(MisuseError, code="officer-identifier"):
    """What is given as an officer's identifier is none."""


@dataclass(frozen=True)
class RelyingParty:
    """Where a passkey lives: the origin and RP ID that its assertions must name."""

    origin: str
    rp_id: str


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What an officer-ca says of an officer.

    Attributes:
        id: UUIDv7.
        party: the officer's authority.
        mode: live or exercise.
        officer: opaque identifier; the name stays at home.
        roles: a subset of `ROLES`.
        key: with which the officer approves.
        not_before: first moment it holds.
        not_after: last moment it holds.
        webauthn: set if the key is a passkey.

    Source: spec/09-approvals.md.
    """

    id: str
    party: str
    mode: Mode
    officer: str
    roles: tuple[str, ...]
    key: PublicKey
    not_before: datetime
    not_after: datetime
    webauthn: RelyingParty | None = None

    def payload(self) -> bytes:
        """Return the canonical bytes the officer-ca signs."""
        place = self.webauthn
        return encode(
            {
                "id": self.id,
                "key": self.key.jwk,
                "mode": self.mode,
                "not_after": time_text(self.not_after),
                "not_before": time_text(self.not_before),
                "officer": self.officer,
                "party": self.party,
                "protocol": PROTOCOL,
                "roles": list(self.roles),
                "webauthn": {"origin": place.origin, "rp_id": place.rp_id} if place else None,
            }
        )

    def holds(self, *, role: str, at: datetime) -> bool:
        """Tell whether the officer may act in a role at a moment."""
        return role in self.roles and self.valid(at=at)

    def valid(self, *, at: datetime) -> bool:
        """Tell whether the certificate holds at a moment, both ends included."""
        return self.not_before <= at <= self.not_after


def check_identifier(text: str) -> str:
    """Return an officer's identifier, as an office gives it: partners take any short text.

    Raises:
        OfficerIdentifierError: it is empty, too long, or has other characters than it may have.
    """
    if not _IDENTIFIER.fullmatch(text):
        raise OfficerIdentifierError(
            "an officer's identifier has 1 to 64 letters of a to z, digits, hyphens and "
            "underscores, such as officer-7"
        )
    return text


def check_certifiable(certificate: Certificate, officer_ca: PublicKey) -> None:
    """Raise if every node would refuse a certificate that an officer-ca is about to sign.

    Args:
        certificate: not signed yet.
        officer_ca: the public half of who will sign it.

    Raises:
        CertificateError: the officer's key is the officer-ca's own.
        PeerError: it is no certificate by its shape.
    """
    parse_certificate(certificate.payload())
    if certificate.key.kid == officer_ca.kid:
        raise CertificateError(
            "the officer's key is that of the officer-ca itself: give the public half of the "
            "officer's own key (comity officer keygen)"
        )


def certify(certificate: Certificate, officer_ca: PrivateKey) -> Jws:
    """Return the certificate signed by the key that is kept off the server."""
    return jws.sign(certificate.payload(), [officer_ca], thing="certificate", mode=certificate.mode)


def certificate_record(envelope: Jws) -> str:
    """Return the record digest by which approvals name the certificate."""
    return digest_text(digest("record", envelope.record))


def read_certificate(
    envelope: Jws, registry: Registry, *, party: str, proved_at: datetime
) -> Certificate:
    """Return the certificate if the party's officer-ca signed it.

    Args:
        envelope: untrusted JWS.
        registry: who knows the officer-ca's keys.
        party: whose officer it must be.
        proved_at: of the message it comes with; decides whether the officer-ca key counted.

    Raises:
        PeerError: by code, why it is no certificate here.
    """
    certificate = parse_certificate(envelope.payload)
    if certificate.party != party or certificate.mode != registry.mode:
        raise CertificateError("a certificate of another party or mode")
    jws.expect(envelope, thing="certificate", mode=registry.mode)
    keys = {
        s.kid: registry.signing_key(party, s.kid, use="officer-ca", proved_at=proved_at)
        for s in envelope.signatures
    }
    jws.verify(envelope, keys, thing="certificate", mode=registry.mode)
    if _is_node_key(certificate.key.kid, registry, party=party, proved_at=proved_at):
        raise CertificateError("an officer's key may be no key of the node")
    return certificate


def _is_node_key(kid: str, registry: Registry, *, party: str, proved_at: datetime) -> bool:
    for use in NODE_USES:
        try:
            registry.signing_key(party, kid, use=use, proved_at=proved_at)
        except PeerError:
            continue
        return True
    return False


def parse_certificate(payload: bytes) -> Certificate:
    """Return the certificate a payload describes, shape only."""
    fields = members(
        decode(payload, max_bytes=MAX_CERTIFICATE_BYTES),
        {
            "id": str,
            "key": dict,
            "mode": str,
            "not_after": str,
            "not_before": str,
            "officer": str,
            "party": str,
            "protocol": str,
            "roles": list,
            "webauthn": (dict, type(None)),
        },
    )
    if fields["protocol"] != PROTOCOL or not 1 <= len(fields["officer"]) <= 64:
        raise CertificateError("another protocol, or an officer without identifier")
    roles = strings(fields["roles"], _role, most=len(ROLES))
    if not roles or len(set(roles)) != len(roles):
        raise CertificateError("no role, or one twice")
    return Certificate(
        id=parse_id(fields["id"]),
        party=parse_party(fields["party"]),
        mode=parse_mode(fields["mode"]),
        officer=fields["officer"],
        roles=roles,
        key=PublicKey.from_jwk(fields["key"]),
        not_before=parse_time(fields["not_before"]),
        not_after=parse_time(fields["not_after"]),
        webauthn=_place(fields["webauthn"]),
    )


def _role(value: object) -> str:
    if value not in ROLES:
        raise CertificateError("unknown role")
    return str(value)


def _place(value: Any) -> RelyingParty | None:
    if value is None:
        return None
    fields = members(value, {"origin": str, "rp_id": str})
    return RelyingParty(fields["origin"], fields["rp_id"])


# What an officer's node asks the officer-ca to certify: a passkey, and whose it is.


_MEMBERS: Final = {
    "key": dict,
    "mode": str,
    "officer": str,
    "party": str,
    "roles": list,
    "webauthn": dict,
}


def enrolled(
    asked: object, *, certificate_id: str, not_before: datetime, not_after: datetime
) -> Certificate:
    """Return the certificate that a request asks for, not signed yet.

    Args:
        asked: the request as decoded, untrusted.
        certificate_id: UUIDv7 of the certificate.
        not_before: first moment it holds.
        not_after: last moment it holds.

    Raises:
        PeerError: it is no such request.
    """
    found = members(asked, _MEMBERS)
    place = members(found["webauthn"], {"origin": str, "rp_id": str})
    return Certificate(
        id=certificate_id,
        party=parse_party(found["party"]),
        mode=parse_mode(found["mode"]),
        officer=found["officer"],
        roles=tuple(found["roles"]),
        key=PublicKey.from_jwk(found["key"]),
        not_before=not_before,
        not_after=not_after,
        webauthn=RelyingParty(place["origin"], place["rp_id"]),
    )


# A passkey's assertion over an approval (W3C Web Authentication Level 2 section 7.2).


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
