"""The second implementation against the vectors of packages, offers and custody."""

import base64
import zlib
from typing import Any

from tests.stranger import bag, custody, offers, sealing
from tests.stranger.test_vectors import load, verdict
from tests.walks import every


@every("vector", load("package/archive"))
def test_archives(vector: Any) -> None:
    data = zlib.decompress(base64.b64decode(vector["input"]["archive"]))
    assert verdict(bag.open_package, data)[0] == vector["expect"]


@every("vector", load("package/blocks"))
def test_blocks(vector: Any) -> None:
    given = vector["input"]
    data = bytearray(bytes(range(251)) * (given["size_bytes"] // 251 + 1))[: given["size_bytes"]]
    if given["flipped_byte"] is not None:
        data[given["flipped_byte"]] ^= 1
    listed = given["block_hashes"]
    hashes = None if listed is None else [bytes.fromhex(one) for one in listed]
    found = verdict(
        offers.check_blocks, bytes(data), given["offered_size_bytes"], given["root"], hashes
    )
    assert found[0] == vector["expect"]


@every("vector", load("package/offer"))
def test_offers(vector: Any) -> None:
    found = verdict(offers.read_offer, vector["input"]["offer"].encode())
    assert found[0] == vector["expect"]


@every("vector", load("package/sealed"))
def test_sealed_packages(vector: Any) -> None:
    given = vector["input"]
    identity = sealing.identity_of(given["identity"])
    data = base64.b64decode(given["sealed"])
    assert verdict(offers.open_sealed, data, identity, given["offer"])[0] == vector["expect"]


@every("vector", load("package/custody"))
def test_chains_of_custody(vector: Any) -> None:
    given = vector["input"]
    chain, head = given["chain"], given["head"]

    def run() -> None:
        custody.read_head(head)
        custody.check_chain(chain, chain[0]["exhibit"] if chain else "")
        custody.check_head(chain, head["count"], head["digest"])

    assert verdict(run)[0] == vector["expect"]


@every("vector", load("package/handover"))
def test_hand_overs(vector: Any) -> None:
    assert verdict(custody.check_handover, vector["input"])[0] == vector["expect"]
