"""The offer: exactly the members of the specification, or refused."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.kit import EXHIBIT, HYBRID, IDENTITY, STRANGER

from comity.canonical import ComityError, digest_text, encode
from comity.evidence.age_keys import Identity
from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.offer import Offer, decode_offer, parse_offer
from comity.evidence.package_errors import OfferError

OFFER = Offer(
    exhibit=EXHIBIT,
    description=("vi", "Ổ đĩa của máy chủ"),
    files=3,
    file_list=bytes([1]) * 32,
    recipients=(str(IDENTITY.recipient), str(STRANGER.recipient)),
    root=bytes([2]) * 32,
    sealed_size_bytes=5 * BLOCK_BYTES + 1,
    tag_manifest=bytes([3]) * 32,
)


def test_an_offer_comes_back_from_its_bytes() -> None:
    assert decode_offer(OFFER.encode()) == OFFER


@pytest.mark.parametrize("member", OFFER.to_value())
def test_every_member_is_needed_and_no_other_allowed(member: str) -> None:
    value = OFFER.to_value()
    del value[member]
    for wrong in (value, OFFER.to_value() | {"zoo": 1}):
        with pytest.raises(ComityError) as caught:
            parse_offer(wrong)
        assert caught.value.code == "offer-malformed"


@pytest.mark.parametrize(
    "changes",
    [
        {"block_size_bytes": 1 << 19},
        {"files": -1},
        {"files": True},
        {"sealed_size_bytes": 0},
        {"sealed_size_bytes": 2**53},
        {"recipients": []},
        {"recipients": [str(IDENTITY.recipient)] * 2},
        {"recipients": [IDENTITY.text()]},
        {"recipients": [7]},
        {"root": digest_text(bytes(32)).upper()},
        {"root": "sha512:" + "0" * 64},
        {"file_list": None},
        {"exhibit": "EX-1"},
        {"description": "text without its language"},
        {"description": {"lang": "", "text": "x"}},
        {"description": {"lang": "en", "text": "x" * 4001}},
        {"description": {"lang": "en", "text": ""}},
        {"description": {"lang": "language", "text": "x"}},
        {"recipients": [str(IDENTITY.recipient), str(HYBRID.recipient)]},
        {"recipients": [str(Identity.of(bytes([n]) * 32).recipient) for n in range(33)]},
    ],
)
def test_a_value_outside_its_bounds_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ComityError) as caught:
        parse_offer(OFFER.to_value() | changes)
    assert caught.value.code == "offer-malformed"


def test_other_bytes_of_the_same_value_are_refused() -> None:
    for data in (OFFER.encode() + b"\n", OFFER.encode().replace(b":", b": ", 1), b"", b"\xff"):
        with pytest.raises(ComityError) as caught:
            decode_offer(data)
        assert caught.value.code == "offer-malformed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*OFFER.to_value(), "zoo"]), JSON), st.binary(max_size=300))
def test_nothing_makes_the_reader_raise_anything_else(changes: dict[str, Any], data: bytes) -> None:
    for value in (OFFER.to_value() | changes, changes):
        with suppress(OfferError):
            assert encode(parse_offer(value).to_value())
    with suppress(OfferError):
        decode_offer(data)
