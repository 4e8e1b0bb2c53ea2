"""What has been verified of a package survives the end of the process, and is not hashed again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.nodes.moving import MIB, Sealed, made_package

from comity.evidence.blocks import BLOCK_BYTES, block_hash
from comity.evidence.offer import Offer, parse_offer
from comity.evidence.package_errors import OfferBlockError, OfferRootError, OfferSizeError
from comity.node.core.block_writer import cut
from comity.node.core.rate_limit import RateLimit
from comity.node.evidence.transfer.block_assembly import Arrival
from comity.node.evidence.transfer.sequential_writer import Filling

SIZE = 6 * MIB + 77


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    return made_package(tmp_path / "given", SIZE, seed=51)


@pytest.fixture
def offer(sealed: Sealed) -> Offer:
    return parse_offer(sealed.offer)


def hashes(data: bytes) -> bytes:
    blocks = (data[at : at + BLOCK_BYTES] for at in range(0, len(data), BLOCK_BYTES))
    return b"".join(block_hash(block) for block in blocks)


def block(data: bytes, number: int) -> memoryview:
    return memoryview(data)[number * BLOCK_BYTES : (number + 1) * BLOCK_BYTES]


@pytest.fixture
def arrival(tmp_path: Path, offer: Offer, sealed: Sealed) -> Arrival:
    made = Arrival(tmp_path / "incoming", offer)
    made.expect(hashes(sealed.data))
    return made


def test_blocks_come_in_any_order_and_a_later_process_knows_them(
    tmp_path: Path, arrival: Arrival, offer: Offer, sealed: Sealed
) -> None:
    with arrival:
        for number in (6, 2, 3):
            arrival.put(number, block(sealed.data, number))
        arrival.keep(0, arrival.count)
        assert not arrival.whole
    with Arrival(tmp_path / "incoming", offer) as again:
        assert again.missing(2) == [(0, 2), (4, 6)]
        assert again.here_bytes == 2 * MIB + 77
        assert again.leading_bytes == 0
        for number in (0, 1, 4, 5):
            again.put(number, block(sealed.data, number))
        again.keep(0, again.count)
        assert again.whole
    assert again.path.read_bytes() == sealed.data


def test_kept_blocks_are_not_read_again_at_the_next_opening(
    tmp_path: Path, arrival: Arrival, offer: Offer, sealed: Sealed
) -> None:
    with arrival:
        for number in range(4):
            arrival.put(number, block(sealed.data, number))
        arrival.keep(0, 3)  # the process dies before the fourth is forced to the disk
    with arrival.path.open("r+b") as file:  # whoever read it again would find this
        file.write(bytes(BLOCK_BYTES))
    with Arrival(tmp_path / "incoming", offer) as again:
        assert again.missing(9) == [(4, 7)]


def test_what_was_written_and_lost_with_the_power_is_asked_for_again(
    tmp_path: Path, arrival: Arrival, offer: Offer, sealed: Sealed
) -> None:
    with arrival:
        for number in range(3):
            arrival.put(number, block(sealed.data, number))
        arrival.keep(0, 2)
    with arrival.path.open("r+b") as file:  # the disk never got the third
        file.seek(2 * BLOCK_BYTES)
        file.write(bytes(BLOCK_BYTES))
    with Arrival(tmp_path / "incoming", offer) as again:
        assert again.missing(9) == [(2, 7)]


@pytest.mark.parametrize("number", [0, 3, 6])
def test_a_wrong_block_is_named_and_not_written(
    arrival: Arrival, sealed: Sealed, number: int
) -> None:
    good = bytes(block(sealed.data, number))
    with arrival:
        for bad in (good[:-1] + bytes((good[-1] ^ 1,)), good[:-1], good + b"!", b""):
            with pytest.raises(OfferBlockError) as refused:
                arrival.put(number, memoryview(bad))
            assert refused.value.facts["block"] == number
        assert arrival.absent == arrival.count


@pytest.mark.parametrize("spoil", [lambda b: b[:-32], lambda b: b + bytes(32), lambda b: b[::-1]])
def test_a_list_of_blocks_that_leads_elsewhere_is_not_kept(
    tmp_path: Path, offer: Offer, sealed: Sealed, spoil: object
) -> None:
    made = Arrival(tmp_path / "incoming", offer)
    with pytest.raises(OfferRootError):
        made.expect(spoil(hashes(sealed.data)))  # type: ignore[operator]
    assert made.expected is None


def pieces(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(sizes=st.lists(st.integers(0, 2 * MIB), max_size=6), extra=st.binary(max_size=3))
def test_a_stream_in_any_pieces_is_cut_into_the_same_blocks(
    sealed: Sealed, sizes: list[int], extra: bytes
) -> None:
    found: list[bytes] = []
    try:
        found.extend(bytes(view) for view in cut(pieces(sealed.data + extra, sizes), SIZE))
    except OfferSizeError:
        assert extra
    else:
        assert not extra
    assert b"".join(found) == sealed.data


def test_a_filling_goes_on_after_the_whole_blocks_that_are_on_the_disk(
    tmp_path: Path, sealed: Sealed, offer: Offer
) -> None:
    first = Filling(tmp_path / "incoming", "x", SIZE)
    first.append([sealed.data[: 2 * MIB + 5]])
    assert first.here_bytes == 2 * MIB
    with first.path.open("ab") as file:  # a part that nobody said was safe
        file.write(b"rubbish")
    second = Filling(tmp_path / "incoming", "x", SIZE)
    with pytest.raises(OfferSizeError):
        second.check(offer.root)
    second.append([sealed.data[2 * MIB :]])
    second.check(offer.root)
    assert second.path.read_bytes() == sealed.data


def test_a_torn_list_of_hashes_counts_its_whole_ones_only(tmp_path: Path, sealed: Sealed) -> None:
    filling = Filling(tmp_path / "incoming", "x", SIZE)
    filling.append([sealed.data[: 3 * MIB]])
    os.truncate(filling.path.with_suffix(".leaves"), 2 * 32 + 7)
    assert filling.here_bytes == 2 * MIB
    filling.append([sealed.data[2 * MIB :]])
    assert filling.here_bytes == SIZE


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_rate_is_kept_over_any_second_but_for_half_of_one() -> None:
    clock = Clock()
    limit = RateLimit(10 * MIB, clock)
    waited = 0.0
    for _ in range(100):
        pause = limit.delay_s(MIB)
        clock.at += pause
        waited += pause
    assert 9.4 <= waited <= 10.0
    clock.at += 3600  # an idle hour gives no right to a flood
    first = [limit.delay_s(MIB) for _ in range(10)]
    assert first[4] == 0.0
    assert first[9] == pytest.approx(0.5)


def test_without_a_limit_nobody_waits() -> None:
    limit = RateLimit(0, Clock())
    assert limit.delay_s(10**12) == 0.0
