"""Keys that sign notes: their text form, their ids, and the Ed25519 type 0x01."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.canonical.errors import MisuseError
from comity.ledger.errors import Base64TextError, NoteAlgorithmError, NoteKeyError
from comity.ledger.note import Signer, encode_base64, is_key_name, parse_base64

ED25519: Final = 0x01
COSIGNATURE_ED25519: Final = 0x04
COSIGNATURE_MLDSA44: Final = 0x06
_KEY_BYTES: Final = {ED25519: 32, COSIGNATURE_ED25519: 32, COSIGNATURE_MLDSA44: 1312}
_MAX_TEXT = 4096
_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and signature type.

    Attributes:
        name: key name.
        algorithm: signature type byte, 0 to 255.
        public_key: as the type encodes it; 32 bytes for Ed25519, 1312 for ML-DSA-44.
    """

    name: str
    algorithm: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256 over name, newline, type and key (signed-note)."""
        return sha256(self.name.encode() + b"\n" + self._typed_key()).digest()[:4]

    def text(self) -> str:
        """Return ``name+id+base64``."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self._typed_key())}"

    def _typed_key(self) -> bytes:
        return bytes([self.algorithm]) + self.public_key


def parse_verifier_key(text: str) -> VerifierKey:
    """Return the key of a ``name+id+base64`` text, of any type.

    Raises:
        NoteKeyError: not of that form, an id that is not the key's, or a key length that is not
            its type's.

    Source: signed-note, Verifier keys.
    """
    parts = text.split("+", 2) if len(text) <= _MAX_TEXT else []
    if len(parts) != 3 or not is_key_name(parts[0]) or not _ID.fullmatch(parts[1]):
        raise NoteKeyError("expected name+id+base64")
    try:
        value = parse_base64(parts[2])
        parts[0].encode()
    except (Base64TextError, UnicodeEncodeError) as fault:
        raise NoteKeyError("the key is not base64, or the name not text") from fault
    if len(value) < 2 or _KEY_BYTES.get(value[0], len(value) - 1) != len(value) - 1:
        raise NoteKeyError("the key's length is not its type's")
    key = VerifierKey(parts[0], value[0], value[1:])
    if key.key_id.hex() != parts[1]:
        raise NoteKeyError("the id is not that of this name and key")
    return key


@dataclass(frozen=True, slots=True)
class Ed25519Verifier:
    """Checks plain note signatures of type 0x01 (signed-note, Ed25519 signatures)."""

    key: VerifierKey

    def __post_init__(self) -> None:
        """Refuse a key of another type."""
        if self.key.algorithm != ED25519:
            raise NoteAlgorithmError("expected a key of type 0x01")

    @property
    def name(self) -> str:
        """Key name."""
        return self.key.name

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id."""
        return self.key.key_id

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Tell whether the signature is this key's over the note text."""
        return ed25519_verifies(self.key.public_key, signature, text)


def ed25519_signer(name: str, private_key: Ed25519PrivateKey) -> Signer:
    """Return a signer of notes, signature type 0x01."""
    public_key = private_key.public_key().public_bytes_raw()
    return callable_signer(name, public_key, private_key.sign)


def callable_signer(name: str, public_key: bytes, sign: Callable[[bytes], bytes]) -> Signer:
    """Return a signer of notes, type 0x01, whose Ed25519 key is somewhere else (a token, a vault).

    Raises:
        MisuseError: no key name, or a key that is not 32 bytes.
    """
    if not is_key_name(name) or len(public_key) != 32:
        raise MisuseError("a signer has a key name and a 32-byte public key")
    return Signer(name, VerifierKey(name, ED25519, public_key).key_id, sign)


def ed25519_verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature verifies (RFC 8032); a broken key verifies nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
