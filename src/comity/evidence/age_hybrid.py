"""The hybrid stanza of age: ML-KEM-768 with X25519, so that breaking one is not enough.

HPKE in base mode over the KEM known as X-Wing. The randomness of an encapsulation comes from
`cryptography` itself, which takes none from outside.

Source: C2SP age v1, "The MLKEM768-X25519 hybrid post-quantum recipient type"; RFC 9180 section
6.1; draft-connolly-cfrg-xwing-kem section 5 (key expansion).
"""

import hashlib
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from comity.evidence.age_stanza import Stanza, check_shape, from_base64, to_base64
from comity.evidence.age_x25519 import is_low_order
from comity.keys.bech32 import AgeHeaderError, AgeKeyError

STANZA_TYPE = b"mlkem768x25519"
SEED_BYTES = 32
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64
PUBLIC_BYTES = _MLKEM_PUBLIC_BYTES + 32
ENCAPSULATED_BYTES = 1088 + 32
_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class HybridPublicKey:
    """Both public keys, checked and joined."""

    raw: bytes
    key: MLKEM768X25519PublicKey

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """Return the keys of 1216 bytes: ML-KEM-768, then X25519.

        Raises:
            AgeKeyError: another length, an ML-KEM key that is not canonical, or a low-order point.
        """
        if len(raw) != PUBLIC_BYTES:
            raise AgeKeyError(f"a hybrid recipient has {PUBLIC_BYTES} bytes")
        point = X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:])
        try:
            lattice = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES])
        except ValueError as error:
            raise AgeKeyError("the ML-KEM part of a hybrid recipient is no key") from error
        if is_low_order(point):
            raise AgeKeyError("the X25519 part of a hybrid recipient is a low-order point")
        return cls(raw, MLKEM768X25519PublicKey(lattice, point))


@dataclass(frozen=True, slots=True)
class HybridPrivateKey:
    """Both private keys, expanded from one seed."""

    key: MLKEM768X25519PrivateKey
    x25519: X25519PrivateKey
    public: HybridPublicKey

    @classmethod
    def of(cls, seed: bytes) -> Self:
        """Return the keys of a 32-byte seed; `AgeKeyError` for another length."""
        if len(seed) != SEED_BYTES:
            raise AgeKeyError(f"a hybrid identity has {SEED_BYTES} bytes")
        expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + 32)
        lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        point = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:])
        raw = lattice.public_key().public_bytes_raw() + point.public_key().public_bytes_raw()
        return cls(MLKEM768X25519PrivateKey(lattice, point), point, HybridPublicKey.of(raw))


def check(stanza: Stanza) -> None:
    """Raise `AgeHeaderError` unless the stanza has the one shape of its type."""
    check_shape(stanza, args=2, share_bytes=ENCAPSULATED_BYTES)


def wrap(file_key: bytes, recipient: HybridPublicKey) -> Stanza:
    """Return the stanza for a recipient."""
    sealed = _SUITE.encrypt(file_key, recipient.key, info=_INFO)
    encapsulated, body = sealed[:ENCAPSULATED_BYTES], sealed[ENCAPSULATED_BYTES:]
    return Stanza((STANZA_TYPE, to_base64(encapsulated)), body)


def unwrap(stanza: Stanza, identity: HybridPrivateKey) -> bytes | None:
    """Return the file key of a checked stanza, or None if it is for somebody else.

    Raises:
        AgeHeaderError: the X25519 part of the encapsulated key is of low order.
    """
    encapsulated = from_base64(stanza.args[1])
    share = X25519PublicKey.from_public_bytes(encapsulated[-32:])
    if is_low_order(share):
        raise AgeHeaderError("a hybrid stanza holds a low-order share")
    try:
        return _SUITE.decrypt(encapsulated + stanza.body, identity.key, info=_INFO)
    except InvalidTag:
        return None
