"""Vectors of the root over the blocks of sealed bytes (spec 15.2), made without our tree."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import blake3

MIB = 1 << 20
type Hash = Callable[[bytes], bytes]


def sha256(data: bytes) -> bytes:
    """The function of the nodes."""
    return hashlib.sha256(data).digest()


def leaf(data: bytes) -> bytes:
    """The function of the leaves."""
    return blake3.blake3(data).digest()


def pattern(size_bytes: int, flipped_byte: int | None = None) -> bytes:
    """The bytes 0, 1, ..., 250, 0, 1, ...; in one of them the lowest bit may be changed."""
    data = bytearray((bytes(range(251)) * (size_bytes // 251 + 1))[:size_bytes])
    if flipped_byte is not None:
        data[flipped_byte] ^= 1
    return bytes(data)


def cut(data: bytes, size_bytes: int = MIB) -> list[bytes]:
    """The blocks."""
    return [data[at : at + size_bytes] for at in range(0, len(data), size_bytes)]


def tree(leaves: Sequence[bytes], node: Hash = sha256, prefix: bytes = b"\x01") -> bytes:
    """The root of RFC 9162 section 2.1.1, by its recursive definition."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    low, high = tree(leaves[:left], node, prefix), tree(leaves[left:], node, prefix)
    return node(prefix + low + high)


def blocks() -> list[dict[str, Any]]:
    """Bytes of a stated length against an offered root and length, with or without a list."""
    size = 3 * MIB + 5
    whole = pattern(size)
    parts = cut(whole)
    leaves = [leaf(part) for part in parts]
    root = tree(leaves)

    def case(
        name: str,
        expect: str,
        *,
        length: int = size,
        offered: int = size,
        root: bytes = root,
        leaves: Sequence[bytes] | None = None,
        flipped: int | None = None,
    ) -> dict[str, Any]:
        given = {
            "flipped_byte": flipped,
            "leaf_hashes": None if leaves is None else [one.hex() for one in leaves],
            "offered_size_bytes": offered,
            "root": f"sha256:{root.hex()}",
            "size_bytes": length,
        }
        return {"name": name, "input": given, "expect": expect}

    def good(length: int) -> dict[str, Any]:
        found = [leaf(part) for part in cut(pattern(length))]
        name = f"{length} bytes, {len(found)} blocks"
        return case(name, "ok", length=length, offered=length, root=tree(found), leaves=found)

    def wrong(name: str, other: bytes) -> dict[str, Any]:
        return case(name, "offer-root", root=other)

    pair = [tree(leaves[:2]), *leaves[2:]]
    chain = leaves[3]
    for one in reversed(leaves[:3]):
        chain = sha256(b"\x01" + one + chain)
    return [
        *(good(length) for length in (1, 1024, 1025, MIB - 1, MIB, MIB + 1, 2 * MIB, 5 * MIB)),
        case("four blocks, no list", "ok"),
        wrong("leaves by SHA-256", tree([sha256(part) for part in parts])),
        wrong("leaves by SHA-256 of 0x00 and the block", tree([sha256(b"\0" + p) for p in parts])),
        wrong("leaves by BLAKE3 of 0x00 and the block", tree([leaf(b"\0" + p) for p in parts])),
        wrong("leaves by BLAKE3 of the leaf hash", tree([leaf(one) for one in leaves])),
        wrong("leaves over blocks of 512 KiB", tree([leaf(p) for p in cut(whole, MIB // 2)])),
        wrong(
            "the last block filled up with zeros",
            tree([*leaves[:3], leaf(parts[3] + bytes(MIB - 5))]),
        ),
        wrong("nodes by BLAKE3", tree(leaves, leaf)),
        wrong("nodes without 0x01", tree(leaves, prefix=b"")),
        wrong("a chain instead of a tree", chain),
        wrong("the last two blocks changed about", tree([*leaves[:2], leaves[3], leaves[2]])),
        wrong("the root hashed once more", sha256(root)),
        wrong("BLAKE3 of the whole", leaf(whole)),
        wrong("SHA-256 of the whole", sha256(whole)),
        case("a bit of block 2 changed, no list", "offer-root", flipped=2 * MIB),
        case("a bit of block 2 changed", "offer-block", leaves=leaves, flipped=2 * MIB),
        case("the last bit changed", "offer-block", leaves=leaves, flipped=size - 1),
        case("a node in the list, for the two leaves below it", "offer-root", leaves=pair),
        case("the root as the only leaf", "offer-root", leaves=[root]),
        case("a list without its last leaf", "offer-root", leaves=leaves[:-1]),
        case("a list with one leaf more", "offer-root", leaves=[*leaves, leaves[0]]),
        case("an empty list", "offer-root", leaves=[]),
        case("one byte less than offered", "offer-size", length=size - 1),
        case("one byte more than offered", "offer-size", length=size + 1),
    ]
