"""The vectors of ``vectors/package``, which any implementation can run."""

import base64
import json
import tempfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.kit import read
from tests.evidence.make_vectors import FOLDER, SETS, render
from tests.evidence.vectors_blocks import pattern
from tests.walks import every

from comity.canonical import ComityError, encode, parse_digest, parse_time
from comity.evidence import age_keys, custody
from comity.evidence.blocks import verify_blocks
from comity.evidence.offer import decode_offer, parse_offer
from comity.files.key_files import read_signed_offer
from comity.files.opening import OpenOrder, check_sealed_package
from comity.files.part import open_part


def read_archive(given: dict[str, Any]) -> None:
    read(zlib.decompress(base64.b64decode(given["archive"])))


def open_sealed(given: dict[str, Any]) -> None:
    order = OpenOrder(
        identities=[age_keys.parse_identity(given["identity"])], offer=parse_offer(given["offer"])
    )
    with tempfile.NamedTemporaryFile() as package:
        package.write(base64.b64decode(given["sealed"]))
        package.flush()
        check_sealed_package(order, Path(package.name))


def parse(given: dict[str, Any]) -> None:
    decode_offer(given["offer"].encode())


def check_blocks(given: dict[str, Any]) -> None:
    listed = given["block_hashes"]
    verify_blocks(
        [memoryview(pattern(given["size_bytes"], given["flipped_byte"]))],
        root=parse_digest(given["root"]),
        size_bytes=given["offered_size_bytes"],
        block_hashes=None if listed is None else [bytes.fromhex(one) for one in listed],
    )


def verify(given: dict[str, Any]) -> None:
    custody.verify_values(given["chain"], head=given["head"])


def read_offer(given: dict[str, Any]) -> None:
    now = parse_time(given["now"])
    read_signed_offer(given["file"].encode(), encode(given["trust"]), now=now)


def read_part(given: dict[str, Any]) -> None:
    order = OpenOrder(
        identities=[age_keys.parse_identity(given["identity"])], offer=parse_offer(given["offer"])
    )
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "package.age")
        package.write_bytes(zlib.decompress(base64.b64decode(given["sealed"])))
        name = given["path"].removeprefix("data/").encode()
        open_part(order, package, Path(folder, "part"), names=[name])


def hand_over(given: dict[str, Any]) -> None:
    events, _ = custody.verify_values(given["chain"])
    others = {party for party in given["members"] if party != given["author"]}
    custody.check_handover(
        events,
        known=given["known"],
        message_type=given["type"],
        author=given["author"],
        others=others,
    )


OPERATIONS = {
    "archive": read_archive,
    "sealed": open_sealed,
    "blocks": check_blocks,
    "handover": hand_over,
    "offer": parse,
    "part": read_part,
    "signed-offer": read_offer,
    "custody": verify,
}


def verdict(operation: str, given: dict[str, Any]) -> str:
    try:
        OPERATIONS[operation](given)
    except ComityError as error:
        return error.code
    return "ok"


def load(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text())["vectors"]
    return found


CASES = [(name, case) for name in SETS for case in load(name)]


@every(("name", "case"), CASES, ids=lambda v: v if isinstance(v, str) else None)
def test_each_vector_has_its_verdict(name: str, case: dict[str, Any]) -> None:
    assert verdict(name, case["input"]) == case["expect"], case["name"]


@pytest.mark.parametrize("name", SETS)
def test_at_least_twice_as_many_must_fail_as_pass(name: str) -> None:
    passing = sum(case["expect"] == "ok" for case in load(name))
    assert 0 < 2 * passing <= len(load(name)) - passing


@pytest.mark.parametrize(
    "name", ["offer", "custody", "sealed", "blocks", "handover", "signed-offer"]
)
def test_the_files_are_what_their_maker_writes(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text() == render(name)
