"""Names: whatever a file system holds becomes a name that every system takes the same way."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.evidence.kit import IDENTITY, sealed

from comity.evidence.package_names import (
    NameSet,
    check_payload_path,
    fold,
    is_safe_component,
    safe_component,
)
from comity.files.opening import OpenOrder, open_sealed
from comity.files.read_bag import verify_bag

NAMES = (
    st.binary(min_size=1, max_size=255) | st.text(min_size=1, max_size=63).map(str.encode)
).filter(lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b".."))


@settings(max_examples=500)
@given(NAMES, st.booleans())
@example(b"con", True)
@example(b".", False)
@example(b"", False)
@example(b"x" * 255, True)
@example("\u0378".encode(), False)
def test_every_name_becomes_a_safe_one(name: bytes, distinct: bool) -> None:
    made = safe_component(name, distinct=distinct)
    assert is_safe_component(made)
    assert check_payload_path(f"data/{made}") == f"data/{made}"


@pytest.mark.parametrize("name", ["a", "Ünïcode.txt", "with space", "日本語", ".hidden", "a.b.c"])
def test_a_harmless_name_stays_as_it_is(name: str) -> None:
    assert safe_component(name.encode()) == name


@given(NAMES, NAMES)
def test_two_different_unsafe_names_never_become_one(one: bytes, other: bytes) -> None:
    made = [safe_component(name, distinct=True) for name in (one, other)]
    assert (made[0] == made[1]) == (one == other)


@given(st.lists(st.text(alphabet="aAbBéÉß/", min_size=1, max_size=5), max_size=12))
def test_claimed_paths_never_meet_on_a_system_without_case(texts: list[str]) -> None:
    names = NameSet()
    parts = [[part for part in text.split("/") if part] for text in texts]
    taken = ["/".join(["data", *path]) for path in parts if path]
    taken = [path for path in taken if names.claim(path)]
    assert len({fold(path) for path in taken}) == len(taken)
    folded = {fold(path) for path in taken}
    for path in taken:
        above = fold(path)
        while above := above.rpartition("/")[0]:
            assert above not in folded


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=40), max_size=8))
def test_any_folder_comes_back(contents: dict[bytes, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "source")
        source.mkdir()
        for name, data in contents.items():
            (source / os.fsdecode(name)).write_bytes(data)
        package, report, offer = sealed(Path(place), source)
        bag = Path(place, "bag")
        open_sealed(OpenOrder(identities=[IDENTITY], offer=offer), package, bag)
        found = verify_bag(bag)
        assert (found.files, report.refused, found.warnings) == (len(contents), (), ())
        packed = sorted((bag / path).read_bytes() for path in found.payload)
        assert packed == sorted(contents.values())
