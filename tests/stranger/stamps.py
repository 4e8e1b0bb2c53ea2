"""RFC 3161 time stamps: what a token says, and whether a root of the trust file vouches for it."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.stranger import der
from tests.stranger.values import demand, refuse

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
NAMED_1, NAMED_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
HASHES = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
NAMED_BY = {NAMED_1: hashes.SHA1(), NAMED_2: hashes.SHA256()}  # noqa: S303 - RFC 3161 has it so
TIME = re.compile(rb"(\d{14})(?:\.\d+)?Z")
UNTRUSTED, MALFORMED = "timestamp-untrusted", der.CODE


@dataclass(frozen=True)
class Stamp:
    """What a good token says."""

    time: datetime
    serial: int
    policy: str


@dataclass(frozen=True)
class _Token:
    info: bytes
    certificates: list[x509.Certificate]
    signer: list[der.Item]


def verify_stamp(
    response: bytes, note: bytes, roots: Iterable[str], nonce: int | None, policy: str | None
) -> Stamp:
    """Verify a response over the bytes of a note.

    Args:
        response: DER.
        note: what was stamped.
        roots: self-signed certificates as PEM, which alone are trusted.
        nonce: that the token must have, or None.
        policy: that the token must have, or None.
    """
    token = _token(response)
    info = der.one(token.info).parts()
    demand(len(info) >= 5 and info[4].tag == der.TIME, MALFORMED, "TSTInfo")
    clock = TIME.fullmatch(info[4].content)
    demand(clock, MALFORMED, "the time")
    assert clock is not None
    moment = datetime.strptime(clock[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    algorithm, imprint = info[2].parts()
    kind = HASHES.get(algorithm.parts()[0].oid())
    demand(kind, "timestamp-imprint", "by a hash that is not known")
    assert kind is not None
    demand(imprint.content == _hash(kind, note), "timestamp-imprint")
    told = [item.number() for item in info[5:] if item.tag == der.INTEGER]
    demand(nonce is None or told == [nonce], "timestamp-nonce")
    own = info[1].oid()
    demand(policy is None or own == policy, "timestamp-policy")
    _check_signer(token, moment, [x509.load_pem_x509_certificate(pem.encode()) for pem in roots])
    return Stamp(moment, info[3].number(), own)


def _hash(kind: hashes.HashAlgorithm, data: bytes) -> bytes:
    return hashlib.new(kind.name, data).digest()


def _token(response: bytes) -> _Token:
    parts = der.one(response).parts()
    demand(parts, MALFORMED)
    demand(parts[0].parts()[0].number() in (0, 1), "timestamp-refused")
    demand(len(parts) == 2, MALFORMED, "no token")
    kind, content = parts[1].parts()
    demand(kind.oid() == SIGNED_DATA, MALFORMED, "no signed data")
    _, _, inner, *rest = der.one(content.content).parts()
    name, octets = inner.parts()
    demand(name.oid() == TST_INFO, MALFORMED, "no time stamp")
    info = der.one(octets.content)
    demand(info.tag == der.OCTETS, MALFORMED)
    listed = [item for item in rest if item.tag == 0xA0]
    signers = [item for item in rest if item.tag == der.SET]
    demand(len(listed) == 1 and len(signers) == 1, MALFORMED, "no certificates or no signer")
    try:
        certificates = [x509.load_der_x509_certificate(c.raw) for c in listed[0].parts()]
    except ValueError:
        refuse(MALFORMED, "a certificate")
    only = der.one(signers[0].content).parts()
    demand(len(only) >= 6, MALFORMED, "the signer")
    return _Token(info.content, certificates, only)


# ------------------------------------------------------------------ the signer


def _alike(name: x509.Name) -> str:
    """Return a name with case and spaces apart."""
    return " ".join(name.rfc4514_string().casefold().split()).replace(" ", "")


def _check_signer(token: _Token, moment: datetime, roots: list[x509.Certificate]) -> None:
    _, named, digest, attributes, _, signature, *_ = token.signer
    demand(attributes.tag == 0xA0 and signature.tag == der.OCTETS, MALFORMED, "the signer")
    issuer, number = named.parts()
    serial = number.number()
    own = [c for c in token.certificates if c.serial_number == serial]
    exact = [c for c in own if c.issuer.public_bytes() == issuer.raw]
    demand(exact, MALFORMED, "the signer's certificate is not in it")
    alike = [c for c in own if _alike(c.issuer) == _alike(exact[0].issuer)]
    demand(len(alike) == 1, MALFORMED, "two certificates of one issuer and number")
    signer = exact[0]
    kind = HASHES.get(digest.parts()[0].oid())
    demand(kind, UNTRUSTED, "a hash that is not known")
    assert kind is not None
    found = _attributes(attributes)
    demand(CONTENT_TYPE in found and MESSAGE_DIGEST in found, MALFORMED, "attributes")
    subjects = {root.subject.public_bytes() for root in roots}
    named_root = any(c.issuer.public_bytes() in subjects for c in token.certificates)
    demand(named_root, "timestamp-foreign")
    demand(found[MESSAGE_DIGEST][0].content == _hash(kind, token.info), UNTRUSTED, "digest")
    demand(found[CONTENT_TYPE][0].oid() == TST_INFO, UNTRUSTED, "content type")
    signed = bytes([der.SET]) + attributes.raw[1:]
    demand(_verifies(signer, signature.content, signed, kind), UNTRUSTED, "the signature")
    _check_naming(found, signer)
    _check_chain(signer, token.certificates, roots, moment)


def _attributes(attributes: der.Item) -> dict[str, list[der.Item]]:
    found: dict[str, list[der.Item]] = {}
    for attribute in attributes.parts():
        kind, held = attribute.parts()
        name = kind.oid()
        demand(held.tag == der.SET and held.content, MALFORMED, "an attribute with no value")
        demand(name not in found, MALFORMED, "an attribute twice")
        found[name] = held.parts()
    return found


def _verifies(
    signer: x509.Certificate, signature: bytes, data: bytes, kind: hashes.HashAlgorithm
) -> bool:
    key = signer.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(kind))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), kind)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _check_naming(found: dict[str, list[der.Item]], signer: x509.Certificate) -> None:
    """Demand that the token names the certificate by which its signature verifies (spec 16)."""
    demand(NAMED_1 in found or NAMED_2 in found, UNTRUSTED, "it names no certificate")
    for name in (NAMED_1, NAMED_2):
        if name not in found:
            continue
        demand(len(found[name]) == 1, UNTRUSTED, "an attribute with two values")
        parts = found[name][0].parts()
        entries = parts[0].parts() if parts else []
        demand(entries, UNTRUSTED, "it names none")
        entry = entries[0].parts()
        kind: hashes.HashAlgorithm | None = NAMED_BY[name]
        if name == NAMED_2 and entry and entry[0].tag == der.SEQUENCE:
            algorithm = entry.pop(0).parts()
            plain = [item.raw for item in algorithm[1:]] in ([], [b"\5\0"])  # RFC 5754: or NULL
            kind = HASHES.get(algorithm[0].oid()) if plain else None
        demand(entry and kind, UNTRUSTED, "another hash")
        assert kind is not None
        whole = signer.public_bytes(Encoding.DER)
        demand(entry[0].content == _hash(kind, whole), UNTRUSTED, "another certificate is named")
        if len(entry) > 1:
            _check_place(entry[1], signer)


def _check_place(place: der.Item, signer: x509.Certificate) -> None:
    names, number = place.parts()
    issuers = names.parts()
    demand(len(issuers) == 1 and issuers[0].tag == 0xA4, UNTRUSTED, "no directory name")
    same = issuers[0].content == signer.issuer.public_bytes()
    demand(same and number.number() == signer.serial_number, UNTRUSTED, "another place")


def _check_chain(
    signer: x509.Certificate,
    between: list[x509.Certificate],
    roots: list[x509.Certificate],
    moment: datetime,
) -> None:
    """Demand a chain from the signer to a root, all of it valid at the token's own time."""
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        refuse(UNTRUSTED, "its certificate is not for time stamps")
    alone = list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    demand(alone and usage.critical, UNTRUSTED, "its certificate is not for time stamps alone")
    one, seen = signer, 0
    while True:
        fresh = one.not_valid_before_utc <= moment <= one.not_valid_after_utc
        demand(fresh, UNTRUSTED, "a certificate was not valid then")
        for root in roots:
            if _issued(one, root):
                now = root.not_valid_before_utc <= moment <= root.not_valid_after_utc
                demand(now, UNTRUSTED, "a root was not valid then")
                return
        above = [c for c in between if c is not one and _issued(one, c) and _is_authority(c)]
        seen += 1
        demand(above and seen < 8, UNTRUSTED, "no chain to a root")
        one = above[0]


def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _is_authority(one: x509.Certificate) -> bool:
    try:
        return one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False
