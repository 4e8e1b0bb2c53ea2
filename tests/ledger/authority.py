"""A time-stamp authority of RFC 3161 that answers whatever a test wants, at any time of its clock.

Keys and signatures follow from labels, so the same token can be made again. That its good tokens
are good is for `openssl ts -verify` to say (test_timestamps).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client._rust import parse_timestamp_request

SHA256 = "2.16.840.1.101.3.4.2.1"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
POLICY = "1.3.6.1.4.1.13762.3"
GRANTED, REJECTED = 0, 2
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def der(tag: int, *parts: bytes) -> bytes:
    """Return one DER value."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def integer(value: int) -> bytes:
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(data: bytes) -> bytes:
    return der(0x04, data)


def oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    found = bytearray()
    for number in (first * 40 + second, *rest):
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(0x80 | number & 0x7F)
        found += bytes(reversed(digits))
    return der(0x06, bytes(found))


def attribute(name: str, value: bytes) -> bytes:
    return sequence(oid(name), der(0x31, value))


def private_key(label: str) -> ec.EllipticCurvePrivateKey:
    seed = int.from_bytes(hashlib.sha256(f"comity public test tsa {label}".encode()).digest())
    return ec.derive_private_key(seed % (ORDER - 1) + 1, ec.SECP256R1())


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Authority:
    """A root certificate and a time-stamping certificate under it.

    Attributes:
        label: from which keys and names follow.
        not_before, not_after: of the time-stamping certificate.
        usage: whether that certificate is for time stamping at all.
    """

    label: str
    not_before: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    not_after: datetime = datetime(2030, 1, 1, tzinfo=UTC)
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING

    @property
    def name(self) -> str:
        return f"CN=Test authority {self.label}"

    @cached_property
    def root(self) -> x509.Certificate:
        key = private_key(f"{self.label} root")
        name = named(f"Test root {self.label}")
        made = x509.CertificateBuilder(name, name, key.public_key(), 1)
        made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        made = made.not_valid_after(datetime(2045, 1, 1, tzinfo=UTC))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        public = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        made = made.add_extension(public, critical=False)
        return made.sign(key, hashes.SHA256(), ecdsa_deterministic=True)

    @cached_property
    def root_pem(self) -> str:
        return self.root.public_bytes(serialization.Encoding.PEM).decode()

    @cached_property
    def certificate(self) -> x509.Certificate:
        key = private_key(self.label).public_key()
        name = named(f"Test authority {self.label}")
        made = x509.CertificateBuilder(self.root.subject, name, key, 2)
        made = made.not_valid_before(self.not_before).not_valid_after(self.not_after)
        made = made.add_extension(x509.ExtendedKeyUsage([self.usage]), critical=True)
        issuer = self.root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        issued = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer)
        made = made.add_extension(issued, critical=False)
        signer = private_key(f"{self.label} root")
        return made.sign(signer, hashes.SHA256(), ecdsa_deterministic=True)

    def stamp(
        self,
        data: bytes,
        *,
        at: datetime,
        nonce: int | None = None,
        policy: str = POLICY,
        status: int = GRANTED,
        certificates: bool = True,
        chain: bool = False,
    ) -> bytes:
        """Return a response (TimeStampResp) over the SHA-256 of data.

        With `chain` it carries the root as well, in an order that is not DER.
        """
        state = sequence(integer(status))
        if status != GRANTED:
            return sequence(state)
        info = self._info(hashlib.sha256(data).digest(), at, nonce, policy)
        return sequence(
            state, self._token(info, self._carried(chain=chain) if certificates else b"")
        )

    def answer(self, query: bytes, *, at: datetime) -> bytes:
        """Return a response to a request (TimeStampReq) over a SHA-256."""
        asked = parse_timestamp_request(query)
        info = self._info(asked.message_imprint.message, at, asked.nonce, POLICY)
        return sequence(sequence(integer(GRANTED)), self._token(info, self._carried(chain=False)))

    def _carried(self, *, chain: bool) -> bytes:
        """Return the set of certificates; with the chain it is out of order, as some write it."""
        found = [self.certificate, *([self.root] if chain else [])]
        raw = [item.public_bytes(serialization.Encoding.DER) for item in found]
        return der(0xA0, *sorted(raw, reverse=True))

    def _info(self, digest: bytes, at: datetime, nonce: int | None, policy: str) -> bytes:
        imprint = sequence(sequence(oid(SHA256)), octets(digest))
        text = at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
        text += f".{at.microsecond:06}".rstrip("0") if at.microsecond else ""
        more = [] if nonce is None else [integer(nonce)]
        moment = der(0x18, f"{text}Z".encode())
        return sequence(integer(1), oid(policy), imprint, integer(7), moment, *more)

    def _naming(self) -> list[bytes]:
        """Return the attributes by which a token names its certificate."""
        own = self.certificate.public_bytes(serialization.Encoding.DER)
        named_by = sequence(sequence(octets(hashlib.sha256(own).digest())))
        return [attribute(SIGNING_CERTIFICATE_V2, sequence(named_by))]

    def _token(self, info: bytes, carried: bytes) -> bytes:
        attributes = sorted(
            (
                attribute(CONTENT_TYPE, oid(TST_INFO)),
                attribute(MESSAGE_DIGEST, octets(hashlib.sha256(info).digest())),
                *self._naming(),
            )
        )
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        signature = private_key(self.label).sign(der(0x31, *attributes), algorithm)
        signer = sequence(
            integer(1),
            sequence(
                self.certificate.issuer.public_bytes(), integer(self.certificate.serial_number)
            ),
            sequence(oid(SHA256)),
            der(0xA0, *attributes),
            sequence(oid(ECDSA_SHA256)),
            octets(signature),
        )
        signed = sequence(
            integer(3),
            der(0x31, sequence(oid(SHA256))),
            sequence(oid(TST_INFO), der(0xA0, octets(info))),
            carried,
            der(0x31, signer),
        )
        return sequence(oid(SIGNED_DATA), der(0xA0, signed))


class Impostor(Authority):
    """Signs with keys of its own under the root certificate of the good one."""

    @property
    def root(self) -> x509.Certificate:
        return GOOD.root


GOOD = Authority("one")
STAMPED_AT = datetime(2026, 3, 1, 3, 40, tzinfo=UTC)
