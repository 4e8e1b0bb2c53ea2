"""Logs in memory and fixed keys, for the tests of the ledger."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.origins import origin_of

from comity.ledger import Ed25519Verifier, Signer, Tile, ed25519_signer, encode_tile
from comity.ledger.notekey import ED25519, VerifierKey

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ORIGIN = origin_of("exercise", "vn/contact-point")


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """Write down RFC 9162 section 2.1.1 as it stands, recursion and all."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def leaves(count: int, salt: int = 0) -> list[bytes]:
    return [hashlib.sha256(f"{salt}/{i}".encode()).digest() for i in range(count)]


def reader(hashes: Sequence[bytes]) -> Callable[[int, int], bytes]:
    @cache
    def read(level: int, index: int) -> bytes:
        part = hashes[index << level : (index + 1) << level]
        assert len(part) == 1 << level, "asked for a subtree that is not complete"
        return naive_root(part)

    return read


def tiles(hashes: Sequence[bytes]) -> Callable[[Tile], bytes]:
    read = reader(hashes)

    def fetch(tile: Tile) -> bytes:
        assert tile.level is not None
        start = tile.index * 256
        return encode_tile([read(8 * tile.level, start + i) for i in range(tile.width)])

    return fetch


def private_key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def log_signer(name: str = ORIGIN, seed: int = 1) -> Signer:
    return ed25519_signer(name, private_key(seed))


def log_key(name: str = ORIGIN, seed: int = 1) -> VerifierKey:
    return VerifierKey(name, ED25519, private_key(seed).public_key().public_bytes_raw())


def log_verifier(name: str = ORIGIN, seed: int = 1) -> Ed25519Verifier:
    return Ed25519Verifier(log_key(name, seed))
