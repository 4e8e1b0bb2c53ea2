"""Tokens that name the signer's certificate in every way: rightly, wrongly, twice, not at all."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.ledger.authority import (
    GOOD,
    SHA256,
    SIGNING_CERTIFICATE_V2,
    STAMPED_AT,
    Authority,
    attribute,
    der,
    integer,
    octets,
    oid,
    sequence,
)

SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
OIDS = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": SHA256,
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "sha3_256": "2.16.840.1.101.3.4.2.8",
}
NULL = der(0x05)
LATER = replace(GOOD, not_after=datetime(2044, 1, 1, tzinfo=UTC))
"""The same key, issuer and number, in a certificate for longer."""

OWN, OTHER, ROOT = (item.public_bytes(Encoding.DER) for item in (
    GOOD.certificate, LATER.certificate, GOOD.root
))  # fmt: skip
ISSUER = GOOD.certificate.issuer


def digest(data: bytes, name: str) -> bytes:
    return octets(hashlib.new(name, data).digest())


def place(issuer: x509.Name, number: int) -> bytes:
    """Return an IssuerSerial."""
    return sequence(sequence(der(0xA4, issuer.public_bytes())), integer(number))


PLACE = place(ISSUER, GOOD.certificate.serial_number)


def older(*entries: bytes) -> bytes:
    """Return a signing-certificate attribute of ESSCertIDs."""
    return attribute(SIGNING_CERTIFICATE, sequence(sequence(*entries)))


def newer(*entries: bytes) -> bytes:
    """Return a signing-certificate-v2 attribute of ESSCertIDv2s."""
    return attribute(SIGNING_CERTIFICATE_V2, sequence(sequence(*entries)))


def by_sha1(data: bytes, *more: bytes) -> bytes:
    return sequence(digest(data, "sha1"), *more)


def by(name: str, data: bytes, *more: bytes, parameters: bytes = b"") -> bytes:
    """Return an ESSCertIDv2 that says which hash it uses."""
    return sequence(sequence(oid(OIDS[name]), parameters), digest(data, name), *more)


def plain(data: bytes, *more: bytes) -> bytes:
    """Return an ESSCertIDv2 by SHA-256, which needs no saying."""
    return sequence(digest(data, "sha256"), *more)


@dataclass(frozen=True)
class Naming(Authority):
    """Names in its tokens what it is told to.

    Attributes:
        naming: the attributes for that.
    """

    naming: tuple[bytes, ...] = ()

    def _naming(self) -> list[bytes]:
        return list(self.naming)


class Renewed(Authority):
    """Puts a later certificate for the same key and number into its token than the token names."""

    def _carried(self, *, chain: bool) -> bytes:
        return LATER._carried(chain=chain)


@dataclass(frozen=True)
class Twin(Authority):
    """Puts a second certificate beside its own.

    Attributes:
        second: DER.
    """

    second: bytes = OTHER

    def _carried(self, *, chain: bool) -> bytes:
        assert not chain
        return der(0xA0, *sorted((OWN, self.second)))


def token(data: bytes, *naming: bytes) -> bytes:
    return Naming("one", naming=naming).stamp(data, at=STAMPED_AT)


def named_otherwise(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield good tokens that name their certificate in another way than the usual one."""
    yield "named by SHA-1 alone", token(data, older(by_sha1(OWN)))
    yield "named by SHA-1, with its place", token(data, older(by_sha1(OWN, PLACE)))
    yield "named by SHA-1 and by SHA-256", token(data, older(by_sha1(OWN)), newer(plain(OWN)))
    yield "named by SHA-256, which it says", token(data, newer(by("sha256", OWN, parameters=NULL)))
    yield "named by SHA-384", token(data, newer(by("sha384", OWN)))
    yield "named by SHA-512, with its place", token(data, newer(by("sha512", OWN, PLACE)))
    yield "the root named after it", token(data, newer(plain(OWN), plain(ROOT)))


def misnamed(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield tokens whose signature and chain hold, and that do not name their certificate."""
    yield (
        "another certificate of its key than the one named",
        Renewed("one").stamp(data, at=STAMPED_AT),
    )
    yield "another certificate named by SHA-256", token(data, newer(plain(OTHER)))
    yield "another certificate named by SHA-1", token(data, older(by_sha1(OTHER)))
    yield "no certificate named", token(data)
    right, wrong = newer(plain(OWN)), newer(plain(OTHER))
    yield "another one named by SHA-1 beside it", token(data, older(by_sha1(OTHER)), right)
    yield "another one named by SHA-256 beside it", token(data, older(by_sha1(OWN)), wrong)
    yield "named as the second of two", token(data, newer(plain(ROOT), plain(OWN)))
    for name in ("sha1", "sha224", "sha3_256"):
        yield f"named in version 2 by {name}", token(data, newer(by(name, OWN)))
    stray = newer(by("sha256", OWN, parameters=octets(b"")))
    yield "named by a hash with a parameter", token(data, stray)
    yield (
        "named by SHA-256 as if by SHA-512",
        token(data, newer(sequence(sequence(oid(OIDS["sha512"])), digest(OWN, "sha256")))),
    )
    yield "named by SHA-256 as if by SHA-1", token(data, older(plain(OWN)))
    number = GOOD.certificate.serial_number
    yield "named with another number", token(data, newer(plain(OWN, place(ISSUER, number + 1))))
    foreign = place(Authority("two").root.subject, number)
    yield "named with another issuer", token(data, newer(plain(OWN, foreign)))
    yield "named by SHA-1 with another issuer", token(data, older(by_sha1(OWN, foreign)))
    uri = sequence(sequence(der(0x86, b"urn:x")), integer(number))
    yield "named with an issuer that is no directory name", token(data, newer(plain(OWN, uri)))
    yield "a list that names none", token(data, newer())
    yield "a name with nothing in it", token(data, newer(sequence()))
    twice = sequence(sequence(plain(OWN))), sequence(sequence(plain(ROOT)))
    yield "one attribute with two values", token(data, attribute_of(*sorted(twice)))


def malformed(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield tokens that cannot be read to the end."""
    both = Twin("one").stamp(data, at=STAMPED_AT)
    yield "two certificates of one issuer and number in it", both
    loud = GOOD.root.subject.public_bytes()
    second = OWN.replace(loud, loud.replace(b"Test root", b"TEST ROOT"))
    alike = Twin("one", second=second).stamp(data, at=STAMPED_AT)
    yield "another certificate of its number, by an issuer that only case tells apart", alike
    right = newer(plain(OWN))
    yield "an attribute twice", token(data, right, right)
    yield "an attribute with no value", token(data, attribute_of())


def attribute_of(*values: bytes) -> bytes:
    return sequence(oid(SIGNING_CERTIFICATE_V2), der(0x31, *values))
