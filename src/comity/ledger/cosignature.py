"""A witness's dated signature under somebody's checkpoint: the C2SP tlog-cosignature."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from comity.canonical.errors import MisuseError
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint
from comity.ledger.errors import CheckpointError, CosignatureError, NoteAlgorithmError
from comity.ledger.note import NoteSignature, Signer, Verifier, is_key_name
from comity.ledger.notekey import (
    COSIGNATURE_ED25519,
    COSIGNATURE_MLDSA44,
    ED25519,
    Ed25519Verifier,
    VerifierKey,
    ed25519_verifies,
)
from comity.ledger.tree import EMPTY_ROOT

_SIGNATURE_BYTES: Final = {COSIGNATURE_ED25519: 64, COSIGNATURE_MLDSA44: 2420}
_LAST_SECOND: Final = 253_402_300_799  # the end of year 9999; the format allows 2^63-1


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """Checks cosignatures of type 0x04 (Ed25519) and 0x06 (ML-DSA-44).

    Raises:
        NoteAlgorithmError: a key of another type, or ML-DSA-44 where OpenSSL has none.
    """

    key: VerifierKey

    def __post_init__(self) -> None:
        """Refuse a key that could never verify anything."""
        if self.key.algorithm not in _SIGNATURE_BYTES:
            raise NoteAlgorithmError("expected a key of type 0x04 or 0x06")
        if self.key.algorithm == COSIGNATURE_MLDSA44:
            try:
                MLDSA44PublicKey.from_public_bytes(self.key.public_key)
            except (UnsupportedAlgorithm, ValueError) as fault:
                raise NoteAlgorithmError("no ML-DSA-44 with this key here") from fault

    @property
    def name(self) -> str:
        """Key name."""
        return self.key.name

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id."""
        return self.key.key_id

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Tell whether the dated signature is this key's over the checkpoint text."""
        algorithm = self.key.algorithm
        if len(signature) != 8 + _SIGNATURE_BYTES[algorithm]:
            return False
        timestamp = int.from_bytes(signature[:8], "big")
        if timestamp > _LAST_SECOND:
            return False
        try:
            if algorithm == COSIGNATURE_ED25519:
                message = ed25519_message(text, timestamp)
                return ed25519_verifies(self.key.public_key, signature[8:], message)
            message = mldsa44_message(text, timestamp, self.key.name)
            public_key = MLDSA44PublicKey.from_public_bytes(self.key.public_key)
            public_key.verify(signature[8:], message)
        except (InvalidSignature, CheckpointError, CosignatureError):
            return False
        return True


def verifier_for(key: VerifierKey) -> Verifier:
    """Return what checks signatures of a key, by its type.

    Raises:
        NoteAlgorithmError: we cannot verify that type; its signatures are never accepted.
    """
    return Ed25519Verifier(key) if key.algorithm == ED25519 else CosignatureVerifier(key)


def cosigner(
    name: str, private_key: Ed25519PrivateKey | MLDSA44PrivateKey, *, at: datetime
) -> Signer:
    """Return a signer that dates its signatures.

    Args:
        name: the witness's key name.
        private_key: its key; Ed25519 keys must serve no other cosigner.
        at: aware time of signing, at or after 1970.

    Source: tlog-cosignature, Format.
    """
    timestamp = int(at.timestamp())
    if at.tzinfo is None or timestamp < 0 or not is_key_name(name):
        raise MisuseError("a cosigner has a key name, and signs at an aware time after 1970")
    stamp = timestamp.to_bytes(8, "big")
    public_key = private_key.public_key().public_bytes_raw()
    if isinstance(private_key, Ed25519PrivateKey):
        key = VerifierKey(name, COSIGNATURE_ED25519, public_key)
        return Signer(
            name,
            key.key_id,
            lambda text: stamp + private_key.sign(ed25519_message(text, timestamp)),
        )
    key = VerifierKey(name, COSIGNATURE_MLDSA44, public_key)
    return Signer(
        name,
        key.key_id,
        lambda text: stamp + private_key.sign(mldsa44_message(text, timestamp, name)),
    )


def cosigned_at(signature: NoteSignature) -> datetime | None:
    """Return the aware UTC time at which a verified cosignature says it was made.

    Returns:
        None for time zero: the cosigner says that the tree is consistent, not when it saw it.

    Raises:
        CosignatureError: not the length of a cosignature, or a time after the year 9999.

    Source: tlog-cosignature, ML-DSA-44 signed message (timestamp).
    """
    timestamp = int.from_bytes(signature.signature[:8], "big")
    known_length = len(signature.signature) - 8 in _SIGNATURE_BYTES.values()
    if not known_length or timestamp > _LAST_SECOND:
        raise CosignatureError("no time in this signature")
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None


def ed25519_message(text: bytes, timestamp: int) -> bytes:
    """Return what an Ed25519 cosignature signs (tlog-cosignature, Ed25519 signed message)."""
    _checkpoint(text)
    return f"cosignature/v1\ntime {timestamp}\n".encode() + text


def mldsa44_message(text: bytes, timestamp: int, name: str) -> bytes:
    """Return what an ML-DSA-44 cosignature signs (tlog-cosignature, ML-DSA-44 signed message).

    Extension lines would not be part of it, so a checkpoint that has some is refused: else lines
    that nobody signed would pass as signed.

    Raises:
        CosignatureError: extension lines, an empty tree with the root of something, or a name or
            an origin longer than 255 bytes.
    """
    checkpoint = _checkpoint(text)
    if checkpoint.extensions:
        raise CosignatureError("extension lines would not be signed")
    if checkpoint.tree_size == 0 and checkpoint.root != EMPTY_ROOT:
        raise CosignatureError("an empty tree has one root only")
    return b"".join(
        (
            b"subtree/v1\n\x00",
            _opaque(name),
            timestamp.to_bytes(8, "big"),
            _opaque(checkpoint.origin),
            bytes(8),
            checkpoint.tree_size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _checkpoint(text: bytes) -> Checkpoint:
    try:
        return parse_checkpoint(text.decode("utf-8"))
    except UnicodeDecodeError as fault:
        raise CheckpointError("not UTF-8") from fault


def _opaque(text: str) -> bytes:
    value = text.encode()
    if not 1 <= len(value) <= 255:
        raise CosignatureError("a name has 1 to 255 bytes")
    return bytes([len(value)]) + value
