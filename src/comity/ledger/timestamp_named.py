"""The certificate that a time-stamp token names, under its signature, as its signer's.

The place of the signer (issuer and number) stands outside the signature, and a key may have several
certificates. So the signed name decides which of them the authority meant.

Source: RFC 3161 section 2.4.2 with RFC 5816 section 2.2.1; RFC 5035 sections 3 to 5 (ESSCertIDv2,
ESSCertID); spec/16-bundles.md.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from comity.ledger.timestamp_der import Element, inside, sequence

_OLDER: Final = bytes.fromhex("060b2a864886f70d010910020c")  # 1.2.840.113549.1.9.16.2.12
_NEWER: Final = bytes.fromhex("060b2a864886f70d010910022f")  # 1.2.840.113549.1.9.16.2.47
_HASHES: Final = {
    bytes.fromhex("0609608648016503040201"): "sha256",  # 2.16.840.1.101.3.4.2.1
    bytes.fromhex("0609608648016503040202"): "sha384",
    bytes.fromhex("0609608648016503040203"): "sha512",
}
ALGORITHMS: Final = frozenset(
    bytes.fromhex(name)
    for name in (
        "06092a864886f70d010101",  # RSA, the hash as the signer names it
        "06092a864886f70d010105",  # RSA with SHA-1
        "06092a864886f70d01010a",  # RSASSA-PSS
        "06092a864886f70d01010b",  # RSA with SHA-256
        "06092a864886f70d01010c",
        "06092a864886f70d01010d",
        "06072a8648ce3d0401",  # ECDSA with SHA-1
        "06082a8648ce3d040302",  # ECDSA with SHA-256
        "06082a8648ce3d040303",
        "06082a8648ce3d040304",
        "06032b6570",  # Ed25519
        "06032b6571",  # Ed448
    )
)
"""DER of the names that a signer may give its signature's algorithm; no signature covers it."""
_NULL: Final = bytes([5, 0])
_INTEGER, _OCTETS, _SEQUENCE, _SET = 0x02, 0x04, 0x30, 0x31
_TAGGED_0, _DIRECTORY_NAME = 0xA0, 0xA4


type Attributes = Mapping[bytes, Sequence[Element]]
"""Values of each signed attribute, by the DER of its name."""


def signed_attributes(token: bytes) -> Attributes:
    """Return what the one signer of a token signs beside its content.

    Args:
        token: DER of a TimeStampToken, untrusted.

    Raises:
        ValueError: not DER, nothing of this kind, or an attribute stands twice.
    """
    content = inside(sequence(token)[1], _TAGGED_0)[0]
    signer = inside(inside(content)[-1], _SET)[0]
    found: dict[bytes, list[Element]] = {}
    for attribute in inside(inside(signer)[3], _TAGGED_0):
        name, values = inside(attribute)[:2]
        if name.whole in found:
            raise ValueError("an attribute stands twice")
        found[name.whole] = inside(values, _SET)
    return found


def signature_algorithm(token: bytes) -> bytes:
    """Return the DER of the name that the one signer of a token gives its signature's algorithm.

    Args:
        token: DER of a TimeStampToken whose signature was judged.
    """
    content = inside(sequence(token)[1], _TAGGED_0)[0]
    signer = inside(inside(content)[-1], _SET)[0]
    return inside(inside(signer)[4])[0].whole


def names_certificate(signed: Attributes, certificate: x509.Certificate) -> bool:
    """Tell whether signed attributes name a certificate, by every one that is there for this.

    The older attribute tells the certificate's SHA-1. That is enough here: a second certificate of
    that digest would have to be found for one that exists, which nobody can.

    Args:
        signed: attributes of a token, of which the signature is judged elsewhere.
        certificate: the one that the signature is judged by.

    Raises:
        ValueError: not of the form that these attributes have.
    """
    there = [name for name in (_OLDER, _NEWER) if name in signed]
    return bool(there) and all(
        len(signed[name]) == 1 and _is_of(signed[name][0], certificate, older=name == _OLDER)
        for name in there
    )


def _is_of(value: Element, certificate: x509.Certificate, *, older: bool) -> bool:
    """Tell whether the first entry of a SigningCertificate, or its version 2, is of it."""
    parts = inside(inside(inside(value)[0])[0])
    name = "sha1" if older else "sha256"
    if not older and parts[0].tag == _SEQUENCE:
        name = _hash(parts.pop(0))
    data = certificate.public_bytes(Encoding.DER)
    digest = hashlib.new(name, data, usedforsecurity=not older).digest()
    if not parts or parts[0].tag != _OCTETS or parts[0].body != digest:
        return False
    return len(parts) == 1 or (len(parts) == 2 and _is_place(parts[1], certificate))


def _hash(algorithm: Element) -> str:
    """Return the name of a hash function, with no parameters or NULL."""
    name, *parameters = inside(algorithm)
    if name.whole not in _HASHES or [one.whole for one in parameters] not in ([], [_NULL]):
        raise ValueError("not named by SHA-256, SHA-384 or SHA-512")
    return _HASHES[name.whole]


def _is_place(value: Element, certificate: x509.Certificate) -> bool:
    """Tell whether an IssuerSerial is a certificate's issuer, byte for byte, and its number."""
    body = sequence(certificate.tbs_certificate_bytes)
    number, _, issuer = body[1:4] if body[0].tag == _TAGGED_0 else body[:3]
    names, said = inside(value)
    (name,) = inside(names)
    (directory,) = inside(name, _DIRECTORY_NAME)
    return (directory.whole, said.whole) == (issuer.whole, number.whole)
