"""No input to a parser raises anything but an error of ours."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory.world import START, directory, entry, key, record, signed, trust
from tests.directory.world import row as key_row

from comity.canonical import ComityError, PeerError, encode
from comity.directory import (
    Directory,
    accept_all,
    build_handover,
    build_node_keys,
    parse_handover,
    parse_key_row,
    parse_node_keys,
    parse_trust,
)
from comity.directory.entry import parse_entry, parse_entry_payload
from comity.directory.state_record import parse_state_payload, parse_state_record
from comity.directory.tuf_client import refresh
from comity.directory.tuf_roles import RootKeys, read_targets, root_metadata, signed_bytes

VN = record("vn")
ONE = signed(entry())
HELD = directory(VN, ONE)
NODE_KEYS = build_node_keys(mode="live", party="vn/x", keys=[key_row("a")])

PARSERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "entry": (lambda data: parse_entry(data, mode="live"), ONE.jws.record),
    "entry payload": (parse_entry_payload, ONE.entry.payload),
    "state record": (lambda data: parse_state_record(data, mode="live"), VN.jws.record),
    "state payload": (parse_state_payload, VN.record.payload),
    "trust": (parse_trust, trust("vn").data),
    "handover": (parse_handover, build_handover(HELD)),
    "node keys": (parse_node_keys, NODE_KEYS),
    "tuf targets": (read_targets, b'{"signatures":[],"signed":{"_type":"targets"}}'),
}

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """Return the value with something in its depth replaced, dropped or added."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: draw(spoilt(value[name]))}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], draw(spoilt(value[index])), *value[index + 1 :]]
    return draw(values)


def survives(parse: Callable[[bytes], object], data: bytes) -> None:
    with contextlib.suppress(PeerError):
        parse(data)


@pytest.mark.parametrize("name", sorted(PARSERS))
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_parser_raises_nothing_but_our_errors(name: str, data: st.DataObject) -> None:
    parse, good = PARSERS[name]
    value = data.draw(spoilt(json.loads(good)))
    survives(parse, json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize("name", sorted(PARSERS))
@given(at=st.integers(0), to=st.binary(max_size=4), cut=st.integers(0, 8))
@settings(max_examples=120, deadline=None)
def test_changed_bytes_raise_nothing_but_our_errors(
    name: str, at: int, to: bytes, cut: int
) -> None:
    parse, good = PARSERS[name]
    start = at % len(good)
    survives(parse, good[:start] + to + good[start + cut :])


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_key_row_raises_nothing_but_our_errors(data: st.DataObject) -> None:
    value = data.draw(spoilt(key_row("a").value()))
    with contextlib.suppress(PeerError):
        parse_key_row(value)


@given(records=st.lists(st.binary(max_size=64) | st.sampled_from([VN.jws.record, ONE.jws.record])))
@settings(max_examples=100, deadline=None)
def test_acceptance_answers_each_record_once_and_never_raises(records: list[bytes]) -> None:
    batch = accept_all(Directory(trust=trust("vn")), records, now=START)
    assert len(batch.accepted) + len(batch.refused) == len(records)


@given(at=st.integers(0), to=st.binary(min_size=1, max_size=1))
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_of_an_entry_is_accepted_as_another_entry(at: int, to: bytes) -> None:
    good = ONE.jws.record
    start = at % len(good)
    changed = good[:start] + to + good[start + 1 :]
    batch = accept_all(directory(VN), [changed], now=START + timedelta(days=1))
    for version in batch.directory.versions("vn/contact-point"):
        assert version.entry == ONE.entry


# ------------------------------------------------------------------ TUF metadata

ROOT = root_metadata(
    RootKeys(
        root=VN.record.key_set,
        targets=VN.record.key_set,
        snapshot=key("snapshot").public,
        timestamp=key("timestamp").public,
    ),
    version=1,
    now=START,
)
ROOT_BYTES = signed_bytes(ROOT, [key("vn/state/1/1"), key("vn/state/1/2")])


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_hostile_root_or_server_raises_nothing_but_our_errors(data: st.DataObject) -> None:
    root = json.loads(ROOT_BYTES)
    if data.draw(st.booleans()):
        root = data.draw(spoilt(root))
    answers = st.none() | st.binary(max_size=40) | st.builds(encode_loose, values)
    file = encode_loose({**trust("vn").value(), "root": root})

    def fetched(path: str, max_bytes: int) -> bytes | None:
        found = data.draw(answers, label=path)
        return None if found is None else found[:max_bytes]

    with pytest.raises(PeerError):
        refresh(Directory(trust=parse_trust(file)), lambda _name: None, fetched, now=START)


def encode_loose(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_the_root_that_is_spoilt_above_is_good_by_itself() -> None:
    pinned = replace(trust("vn"), root=json.loads(ROOT_BYTES))
    with pytest.raises(ComityError, match=r"timestamp\.json is missing"):
        refresh(Directory(trust=pinned), lambda _name: None, lambda _p, _n: None, now=START)
    assert encode(dict(pinned.root or {}))
