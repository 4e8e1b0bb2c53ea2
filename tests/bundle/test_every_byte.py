"""No byte, no file and no name of a bundle is free: each change is found and named."""

import random
import re
from collections.abc import Iterator

import pytest
from tests.bundle.makers import found, judged, short_bundle, stamped_bundle, whole_bundle
from tests.walks import every

from comity.bundle import layout

pytestmark = pytest.mark.full  # every file of three bundles; test_attacks.py holds each step

SHORT, STAMPED, WHOLE = short_bundle(), stamped_bundle(), whole_bundle()
TAGS = (*layout.TAG_FILES, layout.TAG_MANIFEST)
BITS = (0x01, 0x20, 0x80)


def steady(path: str) -> str:
    """Name a case by its path without the digests, which differ with every sealing."""
    return re.sub(r"[0-9a-f]{64}", "DIGEST", path)


def steadily(files: dict[str, bytes]) -> list[str]:
    """Return the paths in an order that does not depend on their digests."""
    return sorted(files, key=lambda path: (steady(path), path))


def flipped(files: dict[str, bytes], path: str, place: int, bits: int) -> dict[str, bytes]:
    data = bytearray(files[path])
    data[place] ^= bits
    return {**files, path: bytes(data)}


def places(path: str, size: int) -> Iterator[tuple[int, int]]:
    """First and last bytes, and some between, each with a small, a case and a high bit."""
    draw = random.Random(path)
    for place in {0, 1, size // 2, size - 2, size - 1, *(draw.randrange(size) for _ in range(4))}:
        yield place, draw.choice(BITS)


def assert_named(files: dict[str, bytes], path: str) -> None:
    report = judged(files)
    assert report.exit_status == 1
    assert report.first_failure is not None
    number, finding = report.first_failure
    assert (number, finding.path) == (1, path), found(report)[:5]
    assert {p for n, _, p in found(report) if n == 1} == {path}, "nothing else is blamed"


@pytest.mark.long
@every("path", steadily(WHOLE), ids=steady)
def test_a_flipped_byte_is_found_and_its_file_named(path: str) -> None:
    for place, bits in places(path, len(WHOLE[path])):
        assert_named(flipped(WHOLE, path, place, bits), path)


@pytest.mark.parametrize("path", [path for path in sorted(STAMPED) if "/stamped/" in path])
def test_a_stamped_checkpoint_and_its_token_are_held_to_the_byte(path: str) -> None:
    for place, bits in places(path, len(STAMPED[path])):
        assert_named(flipped(STAMPED, path, place, bits), path)
    assert_named({name: data for name, data in STAMPED.items() if name != path}, path)


STEPS = [19, pytest.param(1, marks=pytest.mark.long)]
"""Every nineteenth byte at each change, and all of them in the long walk."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "path", ["bagit.txt", "bag-info.txt", layout.TAG_MANIFEST, "manifest-sha256.txt"]
)
def test_every_byte_of_the_tag_files_counts(path: str, step: int) -> None:
    for place in range(0, len(SHORT[path]), step):
        assert_named(flipped(SHORT, path, place, BITS[place % 3]), path)


@every("path", steadily(WHOLE), ids=steady)
def test_a_removed_file_is_found_and_named(path: str) -> None:
    files = {name: data for name, data in WHOLE.items() if name != path}
    assert_named(files, path)


@pytest.mark.parametrize(
    "path",
    [
        "trust.json",
        "fetch.txt",
        "manifest-md5.txt",
        "data/trust.json",
        "data/messages/more.json",
        "data/receipts/.DS_Store",
        "data/bundle.json ",
        "DATA/bundle.json",
        *(path + ".bak" for path in steadily(WHOLE)[::9]),
        next(p for p in steadily(WHOLE) if "exhibits" in p) + "/../more",
    ],
    ids=steady,
)
def test_an_added_file_is_found_and_named(path: str) -> None:
    assert_named({**WHOLE, path: b"{}"}, path)


@every("path", steadily(SHORT), ids=steady)
def test_bytes_added_or_cut_at_an_end_are_found(path: str) -> None:
    for changed in (SHORT[path] + b"\n", SHORT[path] + b" ", b" " + SHORT[path], SHORT[path][:-1]):
        assert_named({**SHORT, path: changed}, path)


def test_two_files_that_change_places_are_found() -> None:
    one, other = sorted(p for p in SHORT if p.startswith("data/sections/"))[:2]
    report = judged({**SHORT, one: SHORT[other], other: SHORT[one]})
    assert {(n, p) for n, _, p in found(report) if n == 1} == {(1, one), (1, other)}


def test_an_empty_folder_of_files_is_no_bundle() -> None:
    report = judged({})
    assert report.exit_status == 1
    assert {p for n, _, p in found(report) if n == 1} == set(TAGS)
