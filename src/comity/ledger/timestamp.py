"""A time-stamp token over a checkpoint: somebody else's word that it existed at a moment.

Rules:
1. Only the certificates that the caller trusts count; those inside a token lead there.
2. Certificates are judged as of the token's own time, so a token outlives them.
3. A token proves "not later than"; fractions of a second are dropped.
4. The certificate that the signature is judged by is the one that the token names under it.
5. Revocation of an authority's certificate is not looked up: a root is trusted by hand, and given
   up by hand.

Source: RFC 3161 with RFC 5816; spec 11.3 and 16.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.verify import SHA256_OID

from comity.ledger.errors import (
    TimestampError,
    TimestampForeignError,
    TimestampImprintError,
    TimestampNonceError,
    TimestampPolicyError,
    TimestampRefusedError,
    TimestampRootError,
    TimestampUntrustedError,
)
from comity.ledger.timestamp_der import (
    ALGORITHMS,
    Attributes,
    names_certificate,
    signature_algorithm,
    signed_attributes,
    with_sorted_certificates,
)

MAX_RESPONSE_BYTES: Final = 64 * 1024
_MAX_CERTIFICATES: Final = 16
_FAULTS: Final = (  # what the two libraries raise about bytes
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a verified token says.

    Attributes:
        at: aware UTC time, whole seconds; the stamped bytes existed then.
        authority: subject of the signer's certificate (RFC 4514).
        serial: the token's number at that authority.
        policy: object identifier, dotted.
    """

    at: datetime
    authority: str
    serial: int
    policy: str


def request(note: bytes) -> TimeStampRequest:
    """Return a request for a token over the SHA-256 of a note, with nonce and certificates.

    The nonce is drawn by the library; `TimeStampRequest.as_bytes` goes to the authority.
    """
    made = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256)
    return made.nonce(nonce=True).cert_request(cert_request=True).build()


def parse_roots(pems: Iterable[str]) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a trust file's ``timestamp_roots``.

    Raises:
        TimestampRootError: one of them is no certificate.
    """
    try:
        found = [x509.load_pem_x509_certificates(pem.encode("ascii")) for pem in pems]
        if any(len(certificates) != 1 for certificates in found):
            raise TimestampRootError("a time-stamp root is one certificate, not several")
        return tuple(certificates[0] for certificates in found)
    except _FAULTS as fault:
        raise TimestampRootError("a time-stamp root is no X.509 certificate") from fault


def verify_stamp(
    response: bytes,
    note: bytes,
    *,
    roots: Sequence[x509.Certificate],
    nonce: int | None = None,
    policy: str | None = None,
) -> Stamp:
    """Return what a token says, if an authority under one of the roots said it of this note.

    Args:
        response: DER of a TimeStampResp, untrusted.
        note: the bytes that were stamped.
        roots: self-signed certificates the caller trusts, from outside.
        nonce: of the request, where it is known; a token without it is refused.
        policy: the only policy accepted, dotted; None: any.

    Raises:
        TimestampForeignError: no root is named by the token's chain; it proves nothing here.
        TimestampRefusedError: the authority declined.
        TimestampImprintError: it is of other bytes.
        TimestampNonceError, TimestampPolicyError: it answers another request.
        TimestampUntrustedError: the signature, the chain, a certificate's time or usage, or the
            token names another certificate or none.
        TimestampError: no response at all.

    Source: RFC 3161 section 2.4.2; RFC 5816 section 2.2.1.
    """
    parsed, attributes = _parsed(response)
    info = parsed.tst_info
    imprint = info.message_imprint
    digest = hashlib.sha256(note).digest()
    if imprint.hash_algorithm.dotted_string != SHA256_OID or imprint.message != digest:
        raise TimestampImprintError("the token is of other bytes than this note")
    if nonce is not None and info.nonce != nonce:
        raise TimestampNonceError("the token answers another request")
    said = info.policy.dotted_string
    if policy is not None and said != policy:
        raise TimestampPolicyError("the token is under another policy", policy=said)
    signer = _signer(parsed, roots)
    _verify(parsed, digest, roots)
    if signature_algorithm(parsed.time_stamp_token()) not in ALGORITHMS:
        raise TimestampUntrustedError("it names no algorithm of a signature")
    _check_name(attributes, signer)
    return Stamp(
        at=info.gen_time.astimezone(UTC).replace(microsecond=0),
        authority=signer.subject.rfc4514_string(),
        serial=info.serial_number,
        policy=said,
    )


def _parsed(response: bytes) -> tuple[TimeStampResponse, Attributes]:
    if len(response) > MAX_RESPONSE_BYTES:
        raise TimestampError("larger than any time-stamp response we read")
    try:
        parsed = decode_timestamp_response(with_sorted_certificates(response))
        if parsed.status != PKIStatus.GRANTED:
            raise TimestampRefusedError("the authority gave no token", status=parsed.status)
        _ = parsed.tst_info, parsed.signed_data
        return parsed, signed_attributes(parsed.time_stamp_token())
    except _FAULTS as fault:
        raise TimestampError("not a time-stamp response of RFC 3161") from fault


def _signer(parsed: TimeStampResponse, roots: Sequence[x509.Certificate]) -> x509.Certificate:
    """Return the signer's certificate, if the names in the token lead from it to a root."""
    data = parsed.signed_data
    infos = list(data.signer_infos)
    if len(infos) != 1 or not 0 < len(data.certificates) <= _MAX_CERTIFICATES:
        raise TimestampError("a token has one signer, and its certificate in it")
    try:
        inside = [x509.load_der_x509_certificate(item) for item in sorted(data.certificates)]
        for item in inside:
            with suppress(UnsupportedAlgorithm):  # a key that is none is no certificate's
                item.public_key()
        by_subject = {item.subject: item for item in inside}
        place = infos[0].issuer, infos[0].serial_number
        signer = next((c for c in inside if (c.issuer, c.serial_number) == place), None)
        if signer is None:
            raise TimestampError("the signer's certificate is not in the token")
        if sum(_place(item) == _place(signer) for item in inside) > 1:
            raise TimestampError("two certificates have the issuer and number of the signer's")
    except _FAULTS as fault:
        raise TimestampError("a certificate in the token is none") from fault
    trusted = {root.subject for root in roots}
    at: x509.Certificate | None = signer
    for _ in range(_MAX_CERTIFICATES):
        if at is None:
            break
        if at.issuer in trusted or at.subject in trusted:
            return signer
        at = by_subject.get(at.issuer)
    raise TimestampForeignError("by an authority that is not trusted here")


def _place(certificate: x509.Certificate) -> tuple[int, list[tuple[str, str | bytes]]]:
    """Return issuer and number, the same for all issuers that OpenSSL may take for one another."""
    issuer: list[tuple[str, str | bytes]] = []
    for part in certificate.issuer:
        value = part.value
        folded = "".join(value.lower().split()) if isinstance(value, str) else value
        issuer.append((part.oid.dotted_string, folded))
    return certificate.serial_number, issuer


def _verify(parsed: TimeStampResponse, digest: bytes, roots: Sequence[x509.Certificate]) -> None:
    builder = VerifierBuilder()
    for root in dict.fromkeys(roots):
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify(parsed, digest)
    except (VerificationError, *_FAULTS) as fault:
        raise TimestampUntrustedError(
            "not signed by this authority, or not with a certificate for it at that time"
        ) from fault


def _check_name(attributes: Attributes, signer: x509.Certificate) -> None:
    try:
        if names_certificate(attributes, signer):
            return
    except ValueError:
        pass
    raise TimestampUntrustedError("the token does not name the certificate it is signed with")
