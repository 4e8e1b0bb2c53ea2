"""Vectors of the root over the blocks of sealed bytes (spec 15.2), made without our tree."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import blake3

MIB = 1 << 20
type Hash = Callable[[bytes], bytes]


def sha256(data: bytes) -> bytes:
    """The function of the tree."""
    return hashlib.sha256(data).digest()


def b3(data: bytes) -> bytes:
    """The function of the blocks."""
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


def above(leaves: Sequence[bytes], node: Hash = sha256, prefix: bytes = b"\x01") -> bytes:
    """What stands above hashes: RFC 9162 section 2.1.1 by its recursive definition."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    low, high = above(leaves[:left], node, prefix), above(leaves[left:], node, prefix)
    return node(prefix + low + high)


def leaves_of(entries: Sequence[bytes]) -> list[bytes]:
    """The leaf hashes of entries."""
    return [sha256(b"\0" + entry) for entry in entries]


def tree(entries: Sequence[bytes]) -> bytes:
    """The root of RFC 9162 over entries."""
    return above(leaves_of(entries))


def blocks() -> list[dict[str, Any]]:
    """Bytes of a stated length against an offered root and length, with or without a list."""
    size = 3 * MIB + 5
    whole = pattern(size)
    parts = cut(whole)
    hashes = [b3(part) for part in parts]
    leaves = leaves_of(hashes)
    root = tree(hashes)

    def case(
        name: str,
        expect: str,
        *,
        length: int = size,
        offered: int = size,
        root: bytes = root,
        listed: Sequence[bytes] | None = None,
        flipped: int | None = None,
    ) -> dict[str, Any]:
        given = {
            "block_hashes": None if listed is None else [one.hex() for one in listed],
            "flipped_byte": flipped,
            "offered_size_bytes": offered,
            "root": f"sha256:{root.hex()}",
            "size_bytes": length,
        }
        return {"name": name, "input": given, "expect": expect}

    def good(length: int) -> dict[str, Any]:
        found = [b3(part) for part in cut(pattern(length))]
        name = f"{length} bytes, {len(found)} blocks"
        return case(name, "ok", length=length, offered=length, root=tree(found), listed=found)

    def wrong(name: str, other: bytes) -> dict[str, Any]:
        return case(name, "offer-root", root=other)

    pair = [above(leaves[:2]), *leaves[2:]]
    chain = leaves[3]
    for one in reversed(leaves[:3]):
        chain = sha256(b"\x01" + one + chain)
    single = b3(pattern(1025))
    return [
        *(good(length) for length in (1, 1024, 1025, MIB - 1, MIB, MIB + 1, 2 * MIB, 5 * MIB)),
        case("four blocks, no list", "ok"),
        case(
            "the hash of the only block as the root",
            "offer-root",
            length=1025,
            offered=1025,
            root=single,
            listed=[single],
        ),
        wrong("block hashes as leaves", above(hashes)),
        wrong("leaves without 0x00", above([sha256(one) for one in hashes])),
        wrong("leaves with 0x01", above([sha256(b"\1" + one) for one in hashes])),
        wrong("leaves by BLAKE3 of 0x00 and the hash", above([b3(b"\0" + one) for one in hashes])),
        wrong("blocks as entries", tree(parts)),
        wrong("block hashes by SHA-256", tree([sha256(part) for part in parts])),
        wrong("block hashes by BLAKE3 of 0x00 and the block", tree([b3(b"\0" + p) for p in parts])),
        wrong("block hashes in hex", tree([one.hex().encode() for one in hashes])),
        wrong("leaves hashed as entries", tree(leaves)),
        wrong("blocks of 512 KiB", tree([b3(part) for part in cut(whole, MIB // 2)])),
        wrong(
            "the last block filled up with zeros",
            tree([*hashes[:3], b3(parts[3] + bytes(MIB - 5))]),
        ),
        wrong("nodes by BLAKE3", above(leaves, b3)),
        wrong("nodes without 0x01", above(leaves, prefix=b"")),
        wrong("a chain instead of a tree", chain),
        wrong("the last two blocks changed about", tree([*hashes[:2], hashes[3], hashes[2]])),
        wrong("the root hashed once more", sha256(root)),
        wrong("BLAKE3 of the whole", b3(whole)),
        wrong("SHA-256 of the whole", sha256(whole)),
        case("a bit of block 2 changed, no list", "offer-root", flipped=2 * MIB),
        case("a bit of block 2 changed", "offer-block", listed=hashes, flipped=2 * MIB),
        case("the last bit changed", "offer-block", listed=hashes, flipped=size - 1),
        case("a list of leaf hashes", "offer-root", listed=leaves),
        case("a list with a node for the two leaves below it", "offer-root", listed=pair),
        case("the root as the only block hash", "offer-root", listed=[root]),
        case("a list without its last hash", "offer-root", listed=hashes[:-1]),
        case("a list with one hash more", "offer-root", listed=[*hashes, hashes[0]]),
        case("a list in another order", "offer-root", listed=hashes[::-1]),
        case("an empty list", "offer-root", listed=[]),
        case("one byte less than offered", "offer-size", length=size - 1),
        case("one byte more than offered", "offer-size", length=size + 1),
    ]
