"""Opening against an offer: every way to spoil sealed bytes has its code and its place."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.kit import (
    IDENTITY,
    STRANGER,
    lettered,
    members,
    offer_of,
    seal_archive,
    sealed,
    stream,
    tar,
)

from comity.canonical import ComityError, PeerError
from comity.evidence import age
from comity.evidence.blocks import (
    BLOCK_BYTES,
    BlockHasher,
    block_hash,
    join_block_hashes,
    split_block_hashes,
    verify_blocks,
)
from comity.evidence.offer import Offer
from comity.evidence.open import Limits
from comity.evidence.package_errors import OfferRequiredError
from comity.evidence.seal import SealReport
from comity.files.opening import OpenOrder, check_blocks, check_sealed_package, open_sealed
from comity.ledger import tree

type Made = tuple[bytes, SealReport, Offer]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    source = folder / "exhibit.bin"
    source.write_bytes(os.urandom(3 * BLOCK_BYTES + 12345))
    package, report, offer = sealed(folder, source)
    return package.read_bytes(), report, offer


def refused(data: bytes, folder: Path, **more: object) -> ComityError:
    """Try to open; return the error, having checked that nothing was left behind."""
    package = folder / "spoilt.age"
    package.write_bytes(data)
    order = OpenOrder(identities=[IDENTITY], **more)  # type: ignore[arg-type]
    with pytest.raises(ComityError) as caught:
        open_sealed(order, package, folder / "bag")
    assert [path.name for path in folder.iterdir()] == ["spoilt.age"]
    return caught.value


def test_a_package_without_an_offer_needs_the_word(made: Made, tmp_path: Path) -> None:
    assert isinstance(refused(made[0], tmp_path), OfferRequiredError)
    (tmp_path / "good.age").write_bytes(made[0])
    report = open_sealed(
        OpenOrder(identities=[IDENTITY], unauthenticated=True),
        tmp_path / "good.age",
        tmp_path / "x",
    )
    assert not report.authenticated
    report = open_sealed(
        OpenOrder(identities=[IDENTITY], offer=made[2]), tmp_path / "good.age", tmp_path / "y"
    )
    assert report.authenticated
    assert report.root == made[2].root


def flip(position: int) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        spoilt = bytearray(data)
        spoilt[position] ^= 1
        return bytes(spoilt)

    return change


SPOILT: dict[str, tuple[Callable[[bytes], bytes], str, dict[str, int]]] = {
    "a bit of the first line": (flip(3), "age-header", {}),
    "a letter of the share": (lambda data: lettered(data, 40), "age-no-match", {}),
    "a letter of the MAC": (lambda data: lettered(data, 160), "age-hmac", {}),
    "a bit of the nonce": (flip(175), "age-payload", {"chunk": 0, "block": 0}),
    "a bit of the first chunk": (flip(1000), "age-payload", {"chunk": 0, "block": 0}),
    "a bit of block 2": (
        flip(2 * BLOCK_BYTES + 500),
        "age-payload",
        {"chunk": 31, "block": 1, "last_block": 2},
    ),
    "the last bit": (flip(-1), "age-payload", {"chunk": 48, "block": 3}),
    "the last byte cut off": (lambda data: data[:-1], "offer-size", {}),
    "cut to a block": (lambda data: data[: 2 * BLOCK_BYTES], "offer-size", {}),
    "cut to nothing": (lambda _: b"", "offer-size", {}),
    "one byte more": (lambda data: data + b"\0", "offer-size", {}),
}


@pytest.mark.parametrize("name", SPOILT)
def test_each_spoilt_byte_is_found_and_placed(name: str, made: Made, tmp_path: Path) -> None:
    change, code, place = SPOILT[name]
    error = refused(change(made[0]), tmp_path, offer=made[2])
    assert error.code == code
    assert {key: error.facts[key] for key in place} == place


@pytest.mark.parametrize("name", ["the last byte cut off", "cut to a block", "one byte more"])
def test_a_cut_or_padded_package_is_found_without_an_offer_too(
    name: str, made: Made, tmp_path: Path
) -> None:
    error = refused(SPOILT[name][0](made[0]), tmp_path, unauthenticated=True)
    assert error.code == "age-payload"


def test_a_package_for_somebody_else_is_no_match(tmp_path: Path) -> None:
    error = refused(seal_archive(tar(members([])), STRANGER), tmp_path, unauthenticated=True)
    assert error.code == "age-no-match"


def resealed(archive: bytes) -> bytes:
    """What a co-recipient or stranger can make: a perfect age file with another payload."""
    return seal_archive(archive)


GOOD = tar(members([("data/a", b"evidence")]))


def test_a_stranger_who_seals_the_same_files_again_is_found(tmp_path: Path) -> None:
    data = resealed(GOOD)
    again = resealed(GOOD)
    assert len(data) == len(again)
    assert refused(again, tmp_path, offer=offer_of(data, GOOD)).code == "offer-root"


def test_a_replaced_payload_is_found(tmp_path: Path) -> None:
    data = resealed(GOOD)
    forged = resealed(tar(members([("data/a", b"forgery!")])))
    assert refused(forged, tmp_path, offer=offer_of(data, GOOD)).code == "offer-root"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tag_manifest": bytes(32)}, "offer-tag-manifest"),
        ({"file_list": bytes(32)}, "offer-file-list"),
        ({"files": 2}, "offer-file-list"),
        ({"root": bytes(32)}, "offer-root"),
        ({"sealed_size_bytes": 1}, "offer-size"),
    ],
)
def test_every_promise_of_the_offer_is_checked(
    changes: dict[str, object], code: str, tmp_path: Path
) -> None:
    from dataclasses import replace

    data = resealed(GOOD)
    offer = replace(offer_of(data, GOOD), **changes)  # type: ignore[arg-type]
    assert refused(data, tmp_path, offer=offer).code == code


def test_a_hostile_archive_leaves_nothing_outside_or_inside(tmp_path: Path) -> None:
    entries = members([("data/a", b"x")])
    entries[1] = ("data/../../escape", b"x")
    assert refused(resealed(tar(entries)), tmp_path, unauthenticated=True).code == "package-name"


def test_limits_can_be_lowered_and_raised(tmp_path: Path) -> None:
    data = resealed(tar(members([("data/a", b"x"), ("data/b", b"y")])))
    for limits in (Limits(max_files=1), Limits(max_bytes=1)):
        error = refused(data, tmp_path, unauthenticated=True, limits=limits)
        assert error.code == "package-limit"


def test_a_target_that_exists_is_left_alone(made: Made, tmp_path: Path) -> None:
    (tmp_path / "good.age").write_bytes(made[0])
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag/precious").write_text("x")
    with pytest.raises(ComityError) as caught:
        open_sealed(
            OpenOrder(identities=[IDENTITY], unauthenticated=True),
            tmp_path / "good.age",
            tmp_path / "bag",
        )
    assert caught.value.code == "output-exists"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bag", "good.age"]


def test_blocks_are_checked_without_a_key(made: Made, tmp_path: Path) -> None:
    data, report, offer = made
    package = tmp_path / "package.age"
    package.write_bytes(data)
    check_blocks(package, offer)
    check_blocks(package, offer, block_hashes=report.block_hashes)
    package.write_bytes(flip(2 * BLOCK_BYTES + 5)(data))
    with pytest.raises(ComityError) as caught:
        check_blocks(package, offer)
    assert caught.value.code == "offer-root"
    with pytest.raises(ComityError) as caught:
        check_blocks(package, offer, block_hashes=report.block_hashes)
    assert (caught.value.code, caught.value.facts["block"]) == ("offer-block", 2)


def test_the_list_of_block_hashes_travels_as_bytes(made: Made) -> None:
    _, report, offer = made
    data = join_block_hashes(report.block_hashes)
    split = partial(split_block_hashes, root=offer.root, size_bytes=offer.sealed_size_bytes)
    assert split(data) == report.block_hashes
    for wrong in (data[:-1], data + b"\0", b"", data[32:]):
        with pytest.raises(ComityError) as caught:
            split(wrong)
        assert caught.value.code == "offer-root"


def test_a_forged_list_of_block_hashes_is_refused_before_any_byte(made: Made) -> None:
    _, report, offer = made
    for wrong in (report.block_hashes[:-1], (bytes(32), *report.block_hashes[1:]), ()):
        with pytest.raises(ComityError) as caught:
            verify_blocks(
                [], root=offer.root, size_bytes=offer.sealed_size_bytes, block_hashes=wrong
            )
        assert caught.value.code == "offer-root"


def test_a_stream_of_the_wrong_length_is_refused(made: Made) -> None:
    data, _, offer = made
    for wrong in (data[:-1], data + b"\0"):
        with pytest.raises(ComityError) as caught:
            verify_blocks([memoryview(wrong)], root=offer.root, size_bytes=offer.sealed_size_bytes)
        assert caught.value.code == "offer-size"


@given(st.binary(max_size=5000), st.lists(st.integers(1, 999), max_size=20))
def test_the_root_does_not_depend_on_the_pieces(data: bytes, cuts: list[int]) -> None:
    whole, pieces = BlockHasher(), BlockHasher()
    whole.update(memoryview(data))
    view = memoryview(data)
    for cut in cuts:
        pieces.update(view[:cut])
        view = view[cut:]
    pieces.update(view)
    assert (
        whole.root()
        == pieces.root()
        == tree.root([tree.leaf_hash(block_hash(data))] if data else [])
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_flipped_bit_is_refused_against_the_offer(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = SMALL
    position = data.draw(st.integers(0, len(good) * 8 - 1))
    spoilt = bytearray(good)
    spoilt[position // 8] ^= 1 << position % 8
    package = tmp_path_factory.getbasetemp() / "flipped.age"
    package.write_bytes(spoilt)
    with pytest.raises(PeerError):
        check_sealed_package(OpenOrder(identities=[IDENTITY], offer=SMALL_OFFER), package)


SMALL = seal_archive(GOOD)
SMALL_OFFER = offer_of(SMALL, GOOD)


def test_the_place_of_the_bits_above_is_as_the_format_says(made: Made) -> None:
    header, _ = age.read_header(stream(made[0]))
    assert header.size_bytes == 168  # 160 is in the MAC, 175 in the nonce
