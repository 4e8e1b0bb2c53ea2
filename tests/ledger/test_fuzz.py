"""No bytes make a parser of the ledger raise anything but a PeerError."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.logs import ORIGIN, leaves, log_key, log_signer, log_verifier

from comity.canonical.errors import PeerError
from comity.ledger import (
    AddCheckpoint,
    Checkpoint,
    Frontier,
    LogOrigin,
    LogProof,
    NoteSignature,
    check_entry,
    cosigned_at,
    decide,
    decode_bundle,
    decode_tile,
    open_checkpoint,
    open_note,
    parse_add_checkpoint,
    parse_checkpoint,
    parse_cosignatures,
    parse_note,
    parse_opening,
    parse_proof,
    parse_successor,
    parse_tile_path,
    parse_verifier_key,
    peek_checkpoint,
    sign_checkpoint,
    verifier_for,
    verify_proof,
)
from comity.ledger.lines import parse_base64, parse_decimal

NOTE = sign_checkpoint(Checkpoint(ORIGIN, 1, leaves(1)[0]), [log_signer()])
SEEDS = [
    NOTE,
    LogProof(0, (), NOTE, b"extra").encode(),
    AddCheckpoint(1, (bytes(32),), NOTE, ORIGIN).encode(),
    NOTE.split(b"\n\n")[1],
    log_key().text().encode(),
    ORIGIN.encode(),
    b"tile/1/x001/234.p/5",
    b'{"checkpoint":"","mode":"live","origin_new":"","origin_old":""}',
    Frontier(3, (bytes(32), bytes(32))).encode(),
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw well-formed bytes with a few places overwritten, cut or filled."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


hostile = st.binary(max_size=400) | mutated()
texts = hostile.map(lambda data: data.decode("utf-8", "replace")) | st.text(
    st.characters(), max_size=60
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["kind", "record", "salt", "time", "x"]), inner, max_size=5
        )
    ),
    max_leaves=8,
)


def witnessed(data: bytes) -> object:
    return decide(parse_add_checkpoint(data), verifiers=[log_verifier()])


def proved(data: bytes) -> object:
    return verify_proof(parse_proof(data), leaf=bytes(32), verifiers=[log_verifier()])


BYTES: list[Callable[[bytes], object]] = [
    parse_note,
    lambda data: open_note(data, [log_verifier()]),
    lambda data: open_checkpoint(data, [log_verifier()]),
    peek_checkpoint,
    proved,
    witnessed,
    parse_cosignatures,
    Frontier.decode,
    check_entry,
    parse_successor,
    lambda data: decode_bundle(data, 3),
    lambda data: decode_tile(data, 3),
    lambda data: cosigned_at(NoteSignature("w", b"1234", data)),
]
TEXTS: list[Callable[[str], object]] = [
    parse_checkpoint,
    lambda text: verifier_for(parse_verifier_key(text)),
    parse_tile_path,
    LogOrigin.parse,
    parse_decimal,
    parse_base64,
]


@pytest.mark.parametrize("parse", BYTES)
@given(data=hostile)
def test_only_peer_errors_escape_a_parser_of_bytes(
    parse: Callable[[bytes], object], data: bytes
) -> None:
    with suppress(PeerError):
        parse(data)


@pytest.mark.parametrize("parse", TEXTS)
@given(text=texts)
def test_only_peer_errors_escape_a_parser_of_texts(
    parse: Callable[[str], object], text: str
) -> None:
    with suppress(PeerError):
        parse(text)


@given(json_values)
def test_only_peer_errors_escape_the_reading_of_an_opening(value: Any) -> None:
    with suppress(PeerError):
        parse_opening(value)


@given(st.binary(min_size=2, max_size=1400), st.sampled_from([1, 4, 6, 7]))
def test_only_peer_errors_escape_the_verification_by_a_strange_key(
    material: bytes, algorithm: int
) -> None:
    key = log_key()
    with suppress(PeerError):
        verifier = verifier_for(type(key)(key.name, algorithm, material))
        assert not verifier.verify(NOTE, material)
