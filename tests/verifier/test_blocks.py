"""The page names a sealed package by the root over its blocks, as the program does (spec 15.2)."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import blake3
import pytest
from playwright.sync_api import Page
from tests.walks import every

from comity.evidence.blocks import BLOCK_BYTES, BlockHasher

SIZES = {
    "one byte": 1,
    "two chunks": 1025,
    "one less than a block": BLOCK_BYTES - 1,
    "a block": BLOCK_BYTES,
}
VECTORS = Path(__file__).resolve().parents[2] / "vectors/package/blocks.json"
# A list of block hashes is what a receiver is sent; the page has the bytes, and needs none.
BYTES = [
    vector
    for vector in json.loads(VECTORS.read_text("utf-8"))["vectors"]
    if vector["input"]["block_hashes"] is None or vector["expect"] in ("ok", "offer-block")
]


@pytest.fixture(scope="module")
def page(loaded: Callable[[str], Page]) -> Page:
    return loaded("blocks.js")


def blocks(order: Sequence[int], size: int) -> list[bytes]:
    """Return the blocks that `blocks.js` makes, the last of ``size`` bytes."""
    whole = [
        (bytes((i + 7 * number) % 251 for i in range(251)) * (BLOCK_BYTES // 251 + 1))[:BLOCK_BYTES]
        for number in order
    ]
    return [*whole[:-1], whole[-1][:size]]


def root_there(page: Page, order: Sequence[int], size: int, place: int | None = None) -> str:
    found = page.evaluate("a => comity.root(...a)", [list(order), size, place])
    assert isinstance(found, str)
    return found


def root_here(order: Sequence[int], size: int) -> str:
    hasher = BlockHasher()
    for block in blocks(order, size):
        hasher.update(memoryview(block))
    return hasher.root().hex()


def leaf(block: bytes) -> bytes:
    """The leaf of RFC 9162 section 2.1.1 whose entry is BLAKE3 of a block."""
    return hashlib.sha256(b"\x00" + blake3.blake3(block).digest()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """An interior node of RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9])
def test_a_package_has_the_root_that_the_program_gives_it(
    page: Page, count: int, size: int
) -> None:
    assert root_there(page, range(count), size) == root_here(range(count), size)


@every("vector", BYTES, ids=lambda vector: vector["name"])
def test_bytes_are_the_package_that_was_offered_or_not(page: Page, vector: dict[str, Any]) -> None:
    given = vector["input"]
    root = f"sha256:{page.evaluate('given => comity.vector(given)', given)}"
    offered = (given["root"], given["offered_size_bytes"])
    assert ((root, given["size_bytes"]) == offered) is (vector["expect"] == "ok")


def test_the_root_of_one_block_is_the_leaf_over_its_hash_and_not_the_hash(page: Page) -> None:
    (block,) = blocks([0], 1025)
    found = root_there(page, [0], 1025)
    assert found == leaf(block).hex()
    assert found != blake3.blake3(block).hexdigest()


def test_the_tree_above_the_blocks_is_sha_256(page: Page) -> None:
    one, two, three = (leaf(block) for block in blocks(range(3), 1))
    assert root_there(page, range(3), 1) == node(node(one, two), three).hex()


def test_a_block_hashed_as_the_log_hashes_an_entry_names_another_package(page: Page) -> None:
    one, two = (hashlib.sha256(b"\x00" + block).digest() for block in blocks(range(2), 1))
    assert root_there(page, range(2), 1) != node(one, two).hex()


def test_a_changed_bit_in_any_block_changes_the_root(page: Page) -> None:
    true = root_there(page, range(5), 1)
    places = [number * BLOCK_BYTES + within for number in range(4) for within in (0, 4095)]
    spoilt = [root_there(page, range(5), 1, place) for place in [*places, 4 * BLOCK_BYTES]]
    assert len({true, *spoilt}) == 1 + len(spoilt)


def test_blocks_in_another_order_have_another_root(page: Page) -> None:
    orders = ([0, 1, 2, 3, 4], [1, 0, 2, 3, 4], [0, 1, 3, 2, 4], [2, 3, 0, 1, 4], [0, 1, 2, 4, 3])
    assert len({root_there(page, order, BLOCK_BYTES) for order in orders}) == len(orders)


def test_a_package_without_its_last_block_has_another_root(page: Page) -> None:
    assert root_there(page, range(5), 1) != root_there(page, range(4), BLOCK_BYTES)
