"""Trees, proofs and right edges agree with the definition, and spoilt proofs fail."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.logs import leaves, naive_root, reader, tiles

from comity.canonical.errors import MisuseError, PeerError
from comity.ledger import (
    EMPTY_ROOT,
    Frontier,
    FrontierError,
    TileMismatchError,
    TileReader,
    audit_tiles,
    batch_proofs,
    bundles_of,
    consistency_proof,
    decode_bundle,
    encode_bundle,
    encode_tile,
    inclusion_proof,
    leaf_hash,
    root,
    root_from_reader,
    root_from_tiles,
    tiles_of,
    verify_consistency,
    verify_inclusion,
)

LOG = leaves(700)
READ = reader(LOG)
FETCH = tiles(LOG)
sizes = st.integers(1, 700)


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    try:
        verify_inclusion(leaf=leaf, index=index, tree_size=size, path=path, expected_root=expected)
    except PeerError:
        return False
    return True


def consistent(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    try:
        verify_consistency(
            old_size=old, new_size=new, proof=proof, old_root=old_root, new_root=new_root
        )
    except PeerError:
        return False
    return True


def spoilt(path: Sequence[bytes], data: st.DataObject) -> list[bytes]:
    """Draw a path that differs from the given one in exactly one way."""
    copy = list(path)
    ways = ["longer"] + (["shorter", "changed"] if copy else [])
    way = data.draw(st.sampled_from(ways))
    place = data.draw(st.integers(0, max(0, len(copy) - 1)))
    if way == "longer":
        copy.insert(place, LOG[0])
    elif way == "shorter":
        del copy[place]
    else:
        bit = data.draw(st.integers(0, 255))
        value = int.from_bytes(copy[place], "big") ^ (1 << bit)
        copy[place] = value.to_bytes(32, "big")
    return copy


@given(st.integers(0, 700))
def test_a_root_is_the_one_rfc_9162_defines(size: int) -> None:
    expected = naive_root(LOG[:size])
    assert root(LOG[:size]) == expected
    assert root_from_reader(size, READ) == expected
    assert root_from_tiles(size, FETCH) == expected
    assert Frontier().append(LOG[:size])[0].root() == expected


@given(sizes, st.data())
def test_an_inclusion_proof_verifies_and_a_spoilt_one_fails(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_proof(index, size, READ)
    assert path == inclusion_proof(index, size, TileReader(size, FETCH))
    expected = naive_root(LOG[:size])
    assert included(LOG[index], index, size, path, expected)
    assert not included(LOG[index], index, size, spoilt(path, data), expected)
    assert not included(LOG[index - 1], index, size, path, expected) or size == 1
    other = data.draw(st.integers(0, 700).filter(lambda one: one != index))
    assert not included(LOG[index], other, size, path, expected)


@given(sizes, st.data())
def test_a_consistency_proof_verifies_and_a_spoilt_one_fails(
    size: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(old, size, READ)
    roots = naive_root(LOG[:old]), naive_root(LOG[:size])
    assert consistent(old, size, proof, *roots)
    assert not consistent(old, size, spoilt(proof, data), *roots)
    rewritten = [LOG[699], *LOG[1:old]]
    assert not consistent(old, size, proof, naive_root(rewritten), roots[1])


@given(st.integers(0, 600), st.integers(0, 100))
def test_the_right_edge_alone_extends_and_proves_a_batch(size: int, count: int) -> None:
    old, _ = Frontier().append(LOG[:size])
    batch = LOG[size : size + count]
    growth = old.grow(batch)
    new_size, expected = size + count, naive_root(LOG[: size + count])
    assert growth.root == expected
    assert growth.frontier == Frontier().append(LOG[:new_size])[0]
    assert growth.inclusion_proofs() == batch_proofs(old, batch)
    for offset, path in enumerate(growth.inclusion_proofs()):
        assert list(path) == inclusion_proof(size + offset, new_size, READ)
    if size:
        assert growth.consistency_proof() == consistency_proof(size, new_size, READ)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_completed_subtrees_of_all_batches_answer_every_read(batches: list[int]) -> None:
    frontier, known = Frontier(), dict[tuple[int, int], bytes]()
    for count in batches:
        start = frontier.tree_size
        frontier, completed = frontier.append(LOG[start : start + count])
        for level, index, value in completed:
            assert known.setdefault((level, index), value) is value, "completed twice"
    size = frontier.tree_size
    assert root_from_reader(size, lambda level, index: known[level, index]) == frontier.root()
    assert set(known) == {(lv, i) for lv in range(11) for i in range(size >> lv)}
    assert all(READ(level, index) == value for (level, index), value in known.items())


@given(st.integers(0, 700))
def test_a_right_edge_survives_its_bytes(size: int) -> None:
    frontier, _ = Frontier().append(LOG[:size])
    assert Frontier.decode(frontier.encode()) == frontier
    for wrong in (frontier.encode() + b"\0", frontier.encode()[:-1]):
        with pytest.raises(FrontierError):
            Frontier.decode(wrong)


def test_an_empty_tree_gives_no_proofs() -> None:
    assert root([]) == Frontier().root() == root_from_tiles(0, FETCH) == EMPTY_ROOT
    assert batch_proofs(Frontier(), []) == []
    asks: list[Callable[[], object]] = [
        lambda: inclusion_proof(0, 0, READ),
        lambda: inclusion_proof(7, 7, READ),
        lambda: consistency_proof(0, 7, READ),
        lambda: consistency_proof(8, 7, READ),
        Frontier().grow(LOG[:3]).consistency_proof,
    ]
    for ask in asks:
        with pytest.raises(MisuseError):
            ask()


def test_a_tree_of_seventy_thousand_has_the_tiles_the_specification_counts() -> None:
    found = list(tiles_of(70_000))
    assert sum(tile.level == 0 for tile in found) == 274
    assert [tile.path for tile in found if tile.width < 256] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [tile.path for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles_of(0)) == list(bundles_of(0)) == []


@given(st.integers(1, 700), st.data())
def test_an_audit_finds_the_spoilt_tile(size: int, data: st.DataObject) -> None:
    entries = [f"{i}".encode() for i in range(size)]
    fetch = tiles([leaf_hash(one) for one in entries])
    every = {tile: fetch(tile) for tile in tiles_of(size)}
    every |= {
        one: encode_bundle(entries[one.index * 256 : one.index * 256 + one.width])
        for one in bundles_of(size)
    }
    assert audit_tiles(size, every.__getitem__, every.__getitem__) == root_from_tiles(size, fetch)
    tile = data.draw(st.sampled_from(list(every)))
    content = bytearray(every[tile])
    content[data.draw(st.integers(2, len(content) - 1))] ^= 1
    every[tile] = bytes(content)
    with pytest.raises(PeerError) as caught:
        audit_tiles(size, every.__getitem__, every.__getitem__)
    if isinstance(caught.value, TileMismatchError):
        assert caught.value.facts["path"] in {one.path for one in every}


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_survives_its_bytes(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


def test_tiles_hold_only_what_the_tree_has() -> None:
    asks: list[Callable[[], object]] = [
        lambda: TileReader(300, FETCH)(0, 300),
        lambda: TileReader(300, FETCH)(6, 4),
        lambda: TileReader(300, FETCH)(8, 1),
        lambda: encode_tile([]),
        lambda: encode_tile([bytes(31)]),
        lambda: encode_tile([bytes(32)] * 257),
        lambda: encode_bundle([]),
    ]
    for ask in asks:
        with pytest.raises(MisuseError):
            ask()


def test_a_tree_of_all_countable_leaves_takes_no_more() -> None:
    full = Frontier(2**63 - 1, tuple(leaves(63)))
    with pytest.raises(MisuseError):
        full.grow(LOG[:1])
    with pytest.raises(MisuseError):
        Frontier().grow([LOG[0][1:]])


def test_an_entry_of_65536_bytes_fits_no_bundle() -> None:
    assert decode_bundle(encode_bundle([b"a" * 65535]), 1) == [b"a" * 65535]
    with pytest.raises(MisuseError):
        encode_bundle([b"a" * 65536])
