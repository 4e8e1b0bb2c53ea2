"""Blocks of sealed bytes and the offer that names them (spec 15.2 and 15.3)."""

from typing import Any

from blake3 import blake3
from tests.stranger.bag import Package, open_package
from tests.stranger.log import leaf_hash, root_of
from tests.stranger.sealing import Identity, is_recipient, open_age
from tests.stranger.tables import fits, schema
from tests.stranger.values import RefusedError, decode, demand

BLOCK_SIZE = 1024 * 1024


def block_hashes(data: bytes) -> list[bytes]:
    """Return the hash of each block."""
    starts = range(0, len(data), BLOCK_SIZE)
    return [blake3(data[at : at + BLOCK_SIZE]).digest() for at in starts]


def root_text(hashes: list[bytes]) -> str:
    """Return the root over block hashes, as an offer names it."""
    return "sha256:" + root_of([leaf_hash(one) for one in hashes]).hex()


def check_blocks(data: bytes, size: int, root: str, hashes: list[bytes] | None) -> None:
    """Check sealed bytes against what was offered, and a list of block hashes before them.

    Args:
        data: the sealed bytes.
        size: how many were offered.
        root: what was offered.
        hashes: a list that came from anywhere, or None.
    """
    if hashes is not None:
        demand(len(hashes) == -(-size // BLOCK_SIZE), "offer-root", "another number of blocks")
        demand(root_text(hashes) == root, "offer-root", "the list")
    demand(len(data) == size, "offer-size")
    own = block_hashes(data)
    demand(hashes is None or own == hashes, "offer-block")
    demand(root_text(own) == root, "offer-root")


def read_offer(data: bytes) -> dict[str, Any]:
    """Return an offer from its canonical bytes."""
    try:
        value = decode(data)
    except RefusedError as fault:
        raise RefusedError("offer-malformed", fault.code) from fault
    return check_offer(value)


def check_offer(value: Any) -> dict[str, Any]:
    """Return an offer whose members are of their kinds."""
    rule = schema("sections/offer")
    demand(fits(value, rule, rule), "offer-malformed")
    to = value["recipients"]
    demand(len(set(to)) == len(to) >= 1 and all(map(is_recipient, to)), "offer-malformed")
    demand(len({text.startswith("age1pq1") for text in to}) == 1, "offer-malformed", "two kinds")
    found: dict[str, Any] = value
    return found


def open_sealed(data: bytes, identity: Identity, offer: dict[str, Any]) -> Package:
    """Open a sealed package and hold it against its offer."""
    check_offer(offer)
    demand(len(data) == offer["sealed_size_bytes"], "offer-size")
    archive = open_age(data, identity)
    demand(root_text(block_hashes(data)) == offer["root"], "offer-root")
    package = open_package(archive)
    demand(package.tag_manifest == offer["tag_manifest"], "offer-tag-manifest")
    same = package.file_list == offer["file_list"] and len(package.payload) == offer["files"]
    demand(same, "offer-file-list")
    return package
