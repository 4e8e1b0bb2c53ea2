"""A block's leaf hash is BLAKE3 of its bytes, no leaf can stand for a node, and b3sum agrees."""

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
    check_leaf_hashes,
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


def node(left: bytes, right: bytes) -> bytes:
    """An interior node of RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(data: bytes) -> bytes:
    hasher = BlockHasher()
    hasher.update(memoryview(data))
    return hasher.root()


def refused(leaves: tuple[bytes, ...], root: bytes, size_bytes: int) -> str:
    with pytest.raises(ComityError) as caught:
        check_leaf_hashes(leaves, root=root, size_bytes=size_bytes)
    return caught.value.code


@pytest.mark.parametrize("size_bytes", KNOWN)
def test_a_block_hash_is_the_known_answer(size_bytes: int) -> None:
    data = counted(size_bytes)
    assert block_hash(data).hex() == KNOWN[size_bytes]
    assert block_hash(memoryview(data)).hex() == KNOWN[size_bytes]


@pytest.mark.parametrize("size_bytes", [size for size in KNOWN if size])
def test_the_root_of_one_block_is_its_hash(size_bytes: int) -> None:
    assert root_of(counted(size_bytes)).hex() == KNOWN[size_bytes]


def test_each_block_begins_anew_and_nodes_are_sha_256() -> None:
    first, second, rest = os.urandom(BLOCK_BYTES), os.urandom(BLOCK_BYTES), b"rest"
    left = node(block_hash(first), block_hash(second))
    assert root_of(first + second) == left
    assert root_of(first + second + rest) == node(left, block_hash(rest))


def test_a_block_that_reads_like_a_node_has_another_hash() -> None:
    one, other = os.urandom(BLOCK_BYTES), os.urandom(BLOCK_BYTES)
    root = root_of(one + other)
    forged = b"\x01" + block_hash(one) + block_hash(other)
    assert block_hash(forged) != root
    with pytest.raises(ComityError) as caught:
        verify_blocks([memoryview(forged)], root=root, size_bytes=len(forged))
    assert caught.value.code == "offer-root"


def test_a_node_is_refused_in_the_place_of_the_leaves_below_it() -> None:
    blocks = [os.urandom(BLOCK_BYTES) for _ in range(3)]
    leaves = tuple(block_hash(block) for block in blocks)
    root, size = root_of(b"".join(blocks)), 3 * BLOCK_BYTES
    check_leaf_hashes(leaves, root=root, size_bytes=size)
    merged = (node(leaves[0], leaves[1]), leaves[2])
    assert node(*merged) == root  # only the number of leaves tells them apart
    assert refused(merged, root, size) == "offer-root"
    assert refused((root,), root, size) == "offer-root"


def test_a_ledgers_leaf_hash_is_refused_in_the_place_of_a_blocks() -> None:
    data = os.urandom(1000)
    ledgers = hashlib.sha256(b"\x00" + data).digest()
    assert refused((ledgers,), root_of(data), len(data)) == "offer-root"


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


def test_b3sum_of_each_block_is_its_leaf_hash_and_leads_to_the_offered_root(made: Made) -> None:
    package, report, offer = made
    found = [cut_and_summed(package, number) for number in range(3)]
    assert tuple(found) == report.leaf_hashes
    assert node(node(found[0], found[1]), found[2]) == offer.root


def test_b3sum_tells_which_block_was_spoilt(made: Made) -> None:
    package, report, _ = made
    spoilt = bytearray(package.read_bytes())
    spoilt[2 * BLOCK_BYTES - 1] ^= 1  # the last bit of block 1
    package.write_bytes(spoilt)
    same = [cut_and_summed(package, n) == leaf for n, leaf in enumerate(report.leaf_hashes)]
    assert same == [True, False, True]
