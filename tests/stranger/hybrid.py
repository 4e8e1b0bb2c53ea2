"""The recipients of age that a quantum computer does not open: ML-KEM-768 with X25519 (spec 15.2).

HPKE (RFC 9180) in base mode over the KEM called X-Wing, as C2SP age has it.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from tests.stranger.values import demand

LABEL = b"\\./" + b"/^\\"
SUITE = b"HPKE" + bytes.fromhex("647a00010003")
INFO = b"age-encryption.org/mlkem768x25519"
SEED, LATTICE_KEY, LATTICE_SHARE, CURVE = 32, 1184, 1088, 32
SHARE = LATTICE_SHARE + CURVE


@dataclass(frozen=True)
class HybridIdentity:
    """A key of both kinds, from one seed."""

    seed: bytes

    def _parts(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        wide = hashlib.shake_256(self.seed).digest(96)
        lattice = MLKEM768PrivateKey.from_seed_bytes(wide[:64])
        return lattice, X25519PrivateKey.from_private_bytes(wide[64:])

    @property
    def recipient(self) -> bytes:
        """Return the raw public key."""
        lattice, curve = self._parts()
        return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()

    def unwrap(self, share: bytes, body: bytes) -> bytes | None:
        """Return the file key of a stanza, or None if it is for somebody else."""
        demand(len(share) == SHARE, "age-header", "a stanza")
        lattice, curve = self._parts()
        theirs = share[LATTICE_SHARE:]
        secrets = (
            lattice.decapsulate(share[:LATTICE_SHARE]),
            curve.exchange(X25519PublicKey.from_public_bytes(theirs)),
        )
        own = curve.public_key().public_bytes_raw()
        key, nonce = _schedule(_combine(*secrets, theirs, own))
        try:
            return ChaCha20Poly1305(key).decrypt(nonce, body, None)
        except InvalidTag:
            return None


def wrap(recipient: bytes, file_key: bytes) -> tuple[bytes, bytes]:
    """Return share and body of a stanza that gives a file key to a recipient."""
    demand(len(recipient) == LATTICE_KEY + CURVE, "key-malformed", "no recipient")
    theirs = recipient[LATTICE_KEY:]
    lattice = MLKEM768PublicKey.from_public_bytes(recipient[:LATTICE_KEY])
    secret, capsule = lattice.encapsulate()
    own = X25519PrivateKey.from_private_bytes(os.urandom(32))
    share = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    key, nonce = _schedule(_combine(secret, shared, share, theirs))
    return capsule + share, ChaCha20Poly1305(key).encrypt(nonce, file_key, None)


def _combine(lattice: bytes, curve: bytes, share: bytes, public: bytes) -> bytes:
    return hashlib.sha3_256(lattice + curve + share + public + LABEL).digest()


def _extract(salt: bytes, label: bytes, data: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + SUITE + label + data, "sha256")


def _expand(secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    whole = size.to_bytes(2) + b"HPKE-v1" + SUITE + label + info
    return HKDFExpand(SHA256(), size, whole).derive(secret)


def _schedule(shared: bytes) -> tuple[bytes, bytes]:
    context = b"\0" + _extract(b"", b"psk_id_hash", b"") + _extract(b"", b"info_hash", INFO)
    secret = _extract(shared, b"secret", b"")
    return _expand(secret, b"key", context, 32), _expand(secret, b"base_nonce", context, 12)
