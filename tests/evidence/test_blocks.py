"""A block's hash is BLAKE3 of its bytes, the root is SHA-256 over those, and b3sum agrees."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from tests.conftest import needs
from tests.evidence.kit import sealed

from comity.canonical import ComityError
from comity.evidence.blocks import (
    BLOCK_BYTES,
    BlockHasher,
    block_hash,
    check_block_hashes,
    verify_blocks,
)
from comity.evidence.offer import Offer
from comity.evidence.seal import SealReport

type Made = tuple[Path, SealReport, Offer]

# The first five are the published test vectors of BLAKE3, whose input is 0, 1, ..., 250, 0, 1, ...
# They end before 1 MiB; the last is what b3sum and noble-hashes, which share no code, agree on.
KNOWN = {
    0: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    1: "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
    1024: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
    1025: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    102_400: "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085",
    BLOCK_BYTES: "74cb441fd087764ca9c3694da742ebe30cbeb3060a17009ca81825c7a8d10343",
}


def counted(size_bytes: int) -> bytes:
    """The input of the published vectors."""
    return (bytes(range(251)) * (size_bytes // 251 + 1))[:size_bytes]


def leaf(block: bytes) -> bytes:
    """The leaf of RFC 9162 section 2.1.1 whose entry is a block's hash."""
    return hashlib.sha256(b"\x00" + block_hash(block)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """An interior node of RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(data: bytes) -> bytes:
    hasher = BlockHasher()
    hasher.update(memoryview(data))
    return hasher.root()


def refused(hashes: tuple[bytes, ...], root: bytes, size_bytes: int) -> str:
    with pytest.raises(ComityError) as caught:
        check_block_hashes(hashes, root=root, size_bytes=size_bytes)
    return caught.value.code


@pytest.mark.parametrize("size_bytes", KNOWN)
def test_a_block_hash_is_the_known_answer(size_bytes: int) -> None:
    data = counted(size_bytes)
    assert block_hash(data).hex() == KNOWN[size_bytes]
    assert block_hash(memoryview(data)).hex() == KNOWN[size_bytes]


@pytest.mark.parametrize("size_bytes", [size for size in KNOWN if size])
def test_the_root_of_one_block_is_sha_256_of_0x00_and_its_hash(size_bytes: int) -> None:
    known = hashlib.sha256(b"\x00" + bytes.fromhex(KNOWN[size_bytes])).digest()
    assert root_of(counted(size_bytes)) == known


def test_each_block_begins_anew_and_the_tree_above_is_sha_256() -> None:
    first, second, rest = os.urandom(BLOCK_BYTES), os.urandom(BLOCK_BYTES), b"rest"
    left = node(leaf(first), leaf(second))
    assert root_of(first + second) == left
    assert root_of(first + second + rest) == node(left, leaf(rest))


def test_a_block_that_reads_like_a_node_leads_to_another_root() -> None:
    one, other = os.urandom(BLOCK_BYTES), os.urandom(BLOCK_BYTES)
    root = root_of(one + other)
    forged = b"\x01" + leaf(one) + leaf(other)
    assert hashlib.sha256(forged).digest() == root
    with pytest.raises(ComityError) as caught:
        verify_blocks([memoryview(forged)], root=root, size_bytes=len(forged))
    assert caught.value.code == "offer-root"


def test_what_stands_in_the_tree_is_refused_in_a_list_of_block_hashes() -> None:
    blocks = [os.urandom(BLOCK_BYTES) for _ in range(3)]
    hashes, leaves = tuple(map(block_hash, blocks)), tuple(map(leaf, blocks))
    root, size = root_of(b"".join(blocks)), 3 * BLOCK_BYTES
    check_block_hashes(hashes, root=root, size_bytes=size)
    merged = node(leaves[0], leaves[1])
    assert node(merged, leaves[2]) == root
    for wrong in (leaves, (merged, leaves[2]), (merged, hashes[2]), (root,)):
        assert refused(wrong, root, size) == "offer-root"


def test_the_hash_of_the_only_block_is_not_the_root() -> None:
    data = os.urandom(1000)
    assert refused((block_hash(data),), block_hash(data), len(data)) == "offer-root"
    assert refused((root_of(data),), root_of(data), len(data)) == "offer-root"


def test_a_ledgers_leaf_over_the_bytes_is_refused_in_the_place_of_a_blocks_hash() -> None:
    data = os.urandom(1000)
    ledgers = hashlib.sha256(b"\x00" + data).digest()
    assert refused((ledgers,), root_of(data), len(data)) == "offer-root"
    assert refused((block_hash(data),), ledgers, len(data)) == "offer-root"


# ------------------------------------------------------------------ Debian's b3sum


@pytest.fixture
def made(tmp_path: Path) -> Made:
    source = tmp_path / "exhibit.bin"
    source.write_bytes(os.urandom(2 * BLOCK_BYTES + 12_345))
    return sealed(tmp_path, source)


def cut_and_summed(package: Path, number: int) -> bytes:
    """Cut one block out with dd and hash it with b3sum."""
    part = package.with_name(f"block-{number}")
    subprocess.run(
        [needs("dd"), f"if={package}", f"of={part}", "bs=1M", f"skip={number}", "count=1"],
        check=True,
        capture_output=True,
    )
    done = subprocess.run([needs("b3sum"), "--no-names", part], check=True, capture_output=True)
    return bytes.fromhex(done.stdout.decode())


def test_b3sum_of_each_block_is_in_the_list_and_leads_to_the_offered_root(made: Made) -> None:
    package, report, offer = made
    found = [cut_and_summed(package, number) for number in range(3)]
    assert tuple(found) == report.block_hashes
    leaves = [hashlib.sha256(b"\x00" + one).digest() for one in found]
    assert node(node(leaves[0], leaves[1]), leaves[2]) == offer.root


def test_b3sum_tells_which_block_was_spoilt(made: Made) -> None:
    package, report, _ = made
    spoilt = bytearray(package.read_bytes())
    spoilt[2 * BLOCK_BYTES - 1] ^= 1  # the last bit of block 1
    package.write_bytes(spoilt)
    same = [cut_and_summed(package, n) == one for n, one in enumerate(report.block_hashes)]
    assert same == [True, False, True]
