"""As much of DER as a time-stamp token needs beyond what the libraries read.

Some authorities write the set of certificates as it comes (OpenSSL does, told to add a chain), and
strict readers refuse it. The set is outside every signature, so its order says nothing; only bytes
move.

Source: X.690 sections 8.1, 10.1 and 11.6; RFC 5652 section 5.1.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_SEQUENCE, _TAGGED_0 = 0x30, 0xA0


def with_sorted_certificates(response: bytes) -> bytes:
    """Return a TimeStampResp with its certificates in order; what is none is returned as it is.

    Args:
        response: DER, untrusted.
    """
    try:
        start, end = _certificates(response)
        found = [response[at:stop] for at, _, stop in _values(response, start, end)]
    except ValueError:
        return response
    return response[:start] + b"".join(sorted(found)) + response[end:]


class Element(NamedTuple):
    """One value.

    Attributes:
        tag: its first byte.
        body: its content.
        whole: all its bytes.
    """

    tag: int
    body: bytes
    whole: bytes


def sequence(data: bytes) -> list[Element]:
    """Return the elements of the one SEQUENCE that bytes are.

    Raises:
        ValueError: they are none, or there is more.
    """
    (element,) = _elements(data)
    return inside(element)


def inside(element: Element, tag: int = _SEQUENCE) -> list[Element]:
    """Return the elements of a value that has a tag, at least one.

    Raises:
        ValueError: another tag, nothing in it, or not DER.
    """
    found = _elements(element.body) if element.tag == tag else []
    if not found:
        raise ValueError("not what may stand here")
    return found


def _elements(data: bytes) -> list[Element]:
    places = _values(data, 0, len(data))
    return [Element(data[at], data[start:stop], data[at:stop]) for at, start, stop in places]


def _certificates(data: bytes) -> tuple[int, int]:
    """Return where the content of ``SignedData.certificates`` begins and ends."""
    _, start, end = _one(data, 0, len(data), _SEQUENCE)  # TimeStampResp
    _, info = list(_values(data, start, end))[:2]
    _, start, end = _one(data, info[0], info[2], _SEQUENCE)  # ContentInfo
    _, content = list(_values(data, start, end))[:2]
    _, start, end = _one(data, content[0], content[2], _TAGGED_0)
    _, start, end = _one(data, start, end, _SEQUENCE)  # SignedData
    for at, body, stop in _values(data, start, end):
        if data[at] == _TAGGED_0:
            return body, stop
    raise ValueError("no certificates")


def _one(data: bytes, start: int, end: int, tag: int) -> tuple[int, int, int]:
    at, body, stop = _value(data, start, end)
    if data[at] != tag:
        raise ValueError("another tag")
    return at, body, stop


def _values(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (begin, begin of content, end) of each value between two places."""
    while start < end:
        found = _value(data, start, end)
        yield found
        start = found[2]


def _value(data: bytes, start: int, end: int) -> tuple[int, int, int]:
    """Return the places of the value that begins at a place; tags of one byte only."""
    if end - start < 2 or data[start] & 0x1F == 0x1F:
        raise ValueError("cut short, or a tag of several bytes")
    length, body = data[start + 1], start + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3:
            raise ValueError("no definite length, or a huge one")
        length = int.from_bytes(data[body : body + count])
        body += count
        if length < 0x80 or length >> 8 * (count - 1) == 0:
            raise ValueError("a length is not in its only spelling")
    if body + length > end:
        raise ValueError("cut short")
    return start, body, body + length


# The certificate that a time-stamp token names, under its signature, as its signer's.
#
# The place of the signer (issuer and number) stands outside the signature, and a key may have
# several certificates. So the signed name decides which of them the authority meant.
#
# Source: RFC 3161 section 2.4.2 with RFC 5816 section 2.2.1; RFC 5035 sections 3 to 5 (ESSCertIDv2,
# ESSCertID); spec/16-bundles.md.


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
_INTEGER, _OCTETS, _NAMED_SEQUENCE, _SET = 0x02, 0x04, 0x30, 0x31
_NAMED_TAGGED_0, _DIRECTORY_NAME = 0xA0, 0xA4


type Attributes = Mapping[bytes, Sequence[Element]]
"""Values of each signed attribute, by the DER of its name."""


def signed_attributes(token: bytes) -> Attributes:
    """Return what the one signer of a token signs beside its content.

    Args:
        token: DER of a TimeStampToken, untrusted.

    Raises:
        ValueError: not DER, nothing of this kind, or an attribute stands twice.
    """
    content = inside(sequence(token)[1], _NAMED_TAGGED_0)[0]
    signer = inside(inside(content)[-1], _SET)[0]
    found: dict[bytes, list[Element]] = {}
    for attribute in inside(inside(signer)[3], _NAMED_TAGGED_0):
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
    content = inside(sequence(token)[1], _NAMED_TAGGED_0)[0]
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
    if not older and parts[0].tag == _NAMED_SEQUENCE:
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
    number, _, issuer = body[1:4] if body[0].tag == _NAMED_TAGGED_0 else body[:3]
    names, said = inside(value)
    (name,) = inside(names)
    (directory,) = inside(name, _DIRECTORY_NAME)
    return (directory.whole, said.whole) == (issuer.whole, number.whole)
