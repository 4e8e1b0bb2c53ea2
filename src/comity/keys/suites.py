"""Signature suites behind one pair of types: Ed25519 (RFC 8032), ECDSA P-256 (FIPS 186-5)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from comity.canonical import MisuseError, PeerError, b64, encode, unb64

ALGORITHMS = ("Ed25519", "ES256")  # RFC 9864 section 2.2; RFC 7518 section 3.4
_P256_BYTES = 32
_DETERMINISTIC = ec.ECDSA(SHA256(), deterministic_signing=True)  # RFC 6979: no bad nonce
_ED25519_PRIME = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset(  # y of the eight points whose order divides 8
    {0, 1, _ED25519_PRIME - 1, _ORDER_8, _ED25519_PRIME - _ORDER_8}
)


class KeyFormatError(PeerError, code="key-malformed"):
    """A JSON Web Key is not one of the two kinds the protocol knows."""


class SignatureInvalidError(PeerError, code="signature-invalid"):
    """A signature is not valid for its bytes and key."""


@dataclass(frozen=True)
class PublicKey:
    """A public key with the one algorithm it may be used with.

    Attributes:
        alg: ``Ed25519`` or ``ES256``.
        key: the library's key.

    Source: spec/05-keys-and-signatures.md.
    """

    alg: str
    key: Ed25519PublicKey | ec.EllipticCurvePublicKey

    @cached_property
    def jwk(self) -> dict[str, str]:
        """Return the JSON Web Key (RFC 7517; RFC 8037 section 2 for Ed25519)."""
        if isinstance(self.key, Ed25519PublicKey):
            return {"crv": "Ed25519", "kty": "OKP", "x": b64(self.key.public_bytes_raw())}
        numbers = self.key.public_numbers()
        x, y = (b64(n.to_bytes(_P256_BYTES, "big")) for n in (numbers.x, numbers.y))
        return {"crv": "P-256", "kty": "EC", "x": x, "y": y}

    @cached_property
    def kid(self) -> str:
        """Return the RFC 7638 thumbprint: the name commits to the key, nobody assigns it."""
        return b64(hashlib.sha256(encode(self.jwk)).digest())

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raise `SignatureInvalidError` unless the signature is this key's over the data."""
        try:
            if isinstance(self.key, Ed25519PublicKey):
                self.key.verify(signature, data)
            else:
                self.key.verify(_der(signature), data, ec.ECDSA(SHA256()))
        except InvalidSignature as fault:
            raise SignatureInvalidError("the signature does not fit") from fault

    @classmethod
    def from_jwk(cls, value: object) -> "PublicKey":
        """Return the key of an untrusted JWK holding exactly the public members.

        Raises:
            KeyFormatError: another kind, curve, spelling, or a point off the curve.
        """
        if not isinstance(value, dict):
            raise KeyFormatError("a JWK is an object")
        kind = (value.get("kty"), value.get("crv"))
        try:
            if kind == ("OKP", "Ed25519") and set(value) == {"kty", "crv", "x"}:
                raw = unb64(value["x"], size_bytes=32)
                _refuse_weak(raw)
                return cls("Ed25519", Ed25519PublicKey.from_public_bytes(raw))
            if kind == ("EC", "P-256") and set(value) == {"kty", "crv", "x", "y"}:
                halves = (unb64(value[c], size_bytes=_P256_BYTES) for c in "xy")
                x, y = (int.from_bytes(half, "big") for half in halves)
                numbers = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1())
                return cls("ES256", numbers.public_key())
        except (ValueError, PeerError) as fault:
            raise KeyFormatError("the JWK's numbers are not a key") from fault
        raise KeyFormatError("neither an Ed25519 nor a P-256 public JWK")


@dataclass(frozen=True)
class PrivateKey:
    """A private key; it never prints itself.

    Attributes:
        alg: ``Ed25519`` or ``ES256``.
    """

    alg: str
    key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    kinds: ClassVar[tuple[str, ...]] = ALGORITHMS

    def __repr__(self) -> str:
        return f"PrivateKey({self.alg}, kid={self.public.kid})"

    @cached_property
    def public(self) -> PublicKey:
        """Return the public half."""
        return PublicKey(self.alg, self.key.public_key())

    @property
    def kid(self) -> str:
        """Return the public key's thumbprint."""
        return self.public.kid

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature: RFC 8032, or r and s joined (RFC 7518 section 3.4)."""
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(data)
        r, s = utils.decode_dss_signature(self.key.sign(data, _DETERMINISTIC))
        return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")

    @classmethod
    def from_seed(cls, seed: bytes, *, alg: str = "Ed25519") -> "PrivateKey":
        """Return the key that 32 secret random bytes name.

        Raises:
            MisuseError: an unknown algorithm, or bytes that are no key of it.
        """
        try:
            if alg == "Ed25519":
                return cls(alg, Ed25519PrivateKey.from_private_bytes(seed))
            if alg == "ES256" and len(seed) == _P256_BYTES:
                return cls(alg, ec.derive_private_key(int.from_bytes(seed, "big"), ec.SECP256R1()))
        except ValueError as fault:
            raise MisuseError("the seed is not a key") from fault
        raise MisuseError("unknown algorithm, or a seed of the wrong length")

    @property
    def private_jwk(self) -> dict[str, str]:
        """Return the JWK with its secret member ``d``; only for the key file."""
        if isinstance(self.key, Ed25519PrivateKey):
            secret = self.key.private_bytes_raw()
        else:
            secret = self.key.private_numbers().private_value.to_bytes(_P256_BYTES, "big")
        return {**self.public.jwk, "d": b64(secret)}

    @classmethod
    def from_jwk(cls, value: Mapping[str, Any]) -> "PrivateKey":
        """Return the key of a private JWK, refusing one whose halves do not belong together."""
        public = PublicKey.from_jwk({k: v for k, v in value.items() if k != "d"})
        private = cls.from_seed(unb64(value.get("d"), size_bytes=32), alg=public.alg)
        if private.public.jwk != public.jwk:
            raise KeyFormatError("the private half does not belong to the public half")
        return private


def _refuse_weak(point: bytes) -> None:
    """Refuse an Ed25519 point of small order, and any second spelling of a point.

    Under a point of small order one signature fits many messages (RFC 8032 section 5.1.7 does
    not exclude it); a second spelling would give one key two thumbprints.
    """
    y = int.from_bytes(point, "little") & (2**255 - 1)
    if y >= _ED25519_PRIME or y in _SMALL_ORDER:
        raise KeyFormatError("a weak or misspelt Ed25519 key")


def _der(signature: bytes) -> bytes:
    if len(signature) != 2 * _P256_BYTES:
        raise SignatureInvalidError("an ES256 signature is 64 bytes")
    r, s = (int.from_bytes(signature[i : i + _P256_BYTES], "big") for i in (0, _P256_BYTES))
    return utils.encode_dss_signature(r, s)
