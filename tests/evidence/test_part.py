"""Reading a part of a package: little is read, and what is read is as true as the whole."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.hostile import archive, sparse_member, stored
from tests.evidence.kit import (
    EXHIBIT,
    IDENTITY,
    STRANGER,
    description,
    members,
    offer_of,
    row,
    seal_archive,
    sealed,
    tar,
    tree,
)
from tests.evidence.test_holes_and_streams import (
    DATA,
    MAP,
    PATH,
    SIZE,
    STREAM,
    WHOLE,
    link,
    stream_row,
)

from comity.canonical import ComityError
from comity.evidence import bag
from comity.evidence.offer import Offer
from comity.evidence.open import Binding, Limits
from comity.evidence.package_index import Index, Place
from comity.evidence.part import PackagePart, SealedArchive
from comity.files.opening import OpenOrder, open_sealed
from comity.files.part import PartReport, list_package, open_part

CHUNK = 65_536 + 16
A, B = ("data/a.txt", b"alpha"), ("data/b/c.bin", bytes(range(256)) * 900)


def order(offer: Offer | None = None, **more: Any) -> OpenOrder:
    """Against an offer, or with nobody who vouches."""
    return OpenOrder(identities=[IDENTITY], offer=offer, unauthenticated=offer is None, **more)


def only(data: bytes, folder: Path, *names: str, using: OpenOrder | None = None) -> PartReport:
    """Open parts of sealed bytes into ``folder/part``."""
    package = folder / "package.age"
    package.write_bytes(data)
    given = [os.fsencode(name) for name in names]
    return open_part(using or order(), package, folder / "part", names=given)


def refused(data: bytes, folder: Path, *names: str, using: OpenOrder | None = None) -> str:
    """Return the code of the error, having checked that nothing was left behind."""
    with pytest.raises(ComityError) as caught:
        only(data, folder, *names, using=using)
    assert [path.name for path in folder.iterdir()] == ["package.age"]
    return caught.value.code


def listed(archive_bytes: bytes, folder: Path) -> PartReport:
    """List what an archive, sealed, holds."""
    package = folder / "package.age"
    package.write_bytes(seal_archive(archive_bytes))
    return list_package(order(), package)


# -- what comes out ----------------------------------------------------------------------------


def test_a_listing_says_what_a_whole_opening_finds(tmp_path: Path) -> None:
    made = tar(members([A, B]))
    data = seal_archive(made)
    offer = offer_of(data, made)
    (tmp_path / "p.age").write_bytes(data)
    report = list_package(order(offer), tmp_path / "p.age")
    assert [r.path for r in report.rows] == ["data/a.txt", "data/b/c.bin"]
    assert report.sha256 == tuple(hashlib.sha256(d).digest() for _, d in (A, B))
    assert (report.files, report.authenticated) == (2, True)


@pytest.mark.parametrize("name", ["b/c.bin", "data/b/c.bin", "b", "data/b", "b/"])
def test_a_file_is_named_as_it_was_or_as_it_is_packed_or_by_a_folder(
    name: str, tmp_path: Path
) -> None:
    only(seal_archive(tar(members([A, B]))), tmp_path, name)
    assert tree(tmp_path / "part") == dict([B])


def test_several_names_bring_all_of_them(tmp_path: Path) -> None:
    only(seal_archive(tar(members([A, B]))), tmp_path, "a.txt", "b")
    assert tree(tmp_path / "part") == dict([A, B])


@pytest.mark.parametrize("name", ["c.bin", "a", "a.txt/x", "data/a.tx", "", "/", "."])
def test_a_name_that_nothing_has_is_refused(name: str, tmp_path: Path) -> None:
    assert refused(seal_archive(tar(members([A, B]))), tmp_path, "a.txt", name) == "no-such-member"


def test_a_file_with_holes_is_brought_with_its_holes(tmp_path: Path) -> None:
    made = archive(
        [A, (PATH, WHOLE), B],
        rows=[row(*A), row(PATH, WHOLE, sparse=True), row(*B)],
        instead={PATH: sparse_member(PATH, MAP, DATA, realsize=b"%d" % SIZE)},
    )
    only(seal_archive(made), tmp_path, "disk", "b")
    assert tree(tmp_path / "part") == {PATH: WHOLE, B[0]: B[1]}
    assert (tmp_path / "part" / PATH).stat().st_blocks * 512 < SIZE // 10


def test_a_stream_is_brought_as_one_file(tmp_path: Path) -> None:
    data = seal_archive(archive([*STREAM, A], rows=[stream_row(), row(*A)]))
    report = only(data, tmp_path, "in", "a.txt")
    assert (tmp_path / "part/data/in").read_bytes() == b"".join(d for _, d in STREAM)
    assert (tmp_path / "part/data/a.txt").read_bytes() == A[1]
    assert [r.kind for r in report.rows] == ["stream", "file"]


def test_a_hard_link_brings_the_file_it_names(tmp_path: Path) -> None:
    data = seal_archive(archive([A, B], rows=[row(*A), link("a.txt"), row(*B)]))
    only(data, tmp_path, "l")
    assert tree(tmp_path / "part") == dict([A])


def test_the_cost_does_not_grow_with_the_package(tmp_path: Path) -> None:
    read = []
    for count, folder in ((2, tmp_path / "few"), (40, tmp_path / "many")):
        folder.mkdir()
        source = folder / "source"
        source.mkdir()
        (source / "a-large").write_bytes(os.urandom(count << 20))
        (source / "b-small").write_bytes(b"the line that matters")
        (source / "c-large").write_bytes(os.urandom(count << 20))
        package, _, offer = sealed(folder, source)
        report = open_part(order(offer), package, folder / "part", names=[b"source/b-small"])
        assert tree(folder / "part") == {"data/source/b-small": b"the line that matters"}
        read.append(report.read_bytes)
        assert list_package(order(offer), package).read_bytes < 4 * CHUNK
    assert max(read) <= 5 * CHUNK


class Memory:
    """Sealed bytes in memory as a source of ranges."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size_bytes = len(data)

    def read_at(self, offset: int, size_bytes: int, /) -> bytes:
        return self._data[offset : offset + size_bytes]


def test_anything_that_answers_ranges_is_a_source() -> None:
    data = seal_archive(tar(members([A, B])))
    part = PackagePart(SealedArchive(Memory(data), [IDENTITY]), len(data), None)
    assert [r.path for r, _ in part.rows()] == [A[0], B[0]]
    assert part.meta.sender == "vn/contact-point"


# -- what is refused ---------------------------------------------------------------------------

GOOD = tar(members([A, B]))
SEALED = seal_archive(GOOD)
OFFER = offer_of(SEALED, GOOD)


def test_a_part_needs_an_offer_or_the_word_too(tmp_path: Path) -> None:
    bare = OpenOrder(identities=[IDENTITY])
    assert refused(SEALED, tmp_path, "a.txt", using=bare) == "offer-required"


def test_a_package_for_somebody_else_is_no_match(tmp_path: Path) -> None:
    assert refused(seal_archive(GOOD, STRANGER), tmp_path, "a.txt") == "age-no-match"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tag_manifest": bytes(32)}, "offer-tag-manifest"),
        ({"files": 3}, "offer-file-list"),
        ({"sealed_size_bytes": 7}, "offer-size"),
    ],
)
def test_what_a_part_can_hold_against_the_offer_is_held(
    changes: dict[str, Any], code: str, tmp_path: Path
) -> None:
    assert refused(SEALED, tmp_path, "a.txt", using=order(replace(OFFER, **changes))) == code


def test_another_package_under_the_same_offer_is_refused(tmp_path: Path) -> None:
    forged = seal_archive(tar(members([("data/a.txt", b"forge"), B])))
    assert len(forged) == len(SEALED)
    assert refused(forged, tmp_path, "a.txt", using=order(OFFER)) == "offer-tag-manifest"


def test_a_package_of_another_conversation_is_refused(tmp_path: Path) -> None:
    wrong = order(OFFER, binding=Binding(sender="za/contact-point"))
    assert refused(SEALED, tmp_path, "a.txt", using=wrong) == "package-binding"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[: -(len(data) - 232) % CHUNK],
        lambda data: data[: 200 + CHUNK],
    ],
)
def test_a_cut_or_padded_package_is_found_by_its_last_chunk(change: Any, tmp_path: Path) -> None:
    assert refused(change(SEALED), tmp_path, "a.txt") == "age-payload"


def test_limits_count_the_bytes_asked_for_and_all_that_is_described(tmp_path: Path) -> None:
    few_bytes, few_files = order(limits=Limits(max_bytes=10)), order(limits=Limits(max_files=1))
    assert refused(SEALED, tmp_path, "a.txt", "b", using=few_bytes) == "package-limit"
    assert refused(SEALED, tmp_path, "a.txt", using=few_files) == "package-limit"
    many_rows = hostile([A], [row(*A), *[link("a.txt")] * 4])
    assert refused(many_rows, tmp_path, "a.txt", using=few_files) == "package-limit"
    only(SEALED, tmp_path, "a.txt", using=few_bytes)


def hostile(
    payload: Sequence[tuple[str, bytes]] = (A, B),
    rows: Sequence[Mapping[str, Any]] | None = None,
    **more: Any,
) -> bytes:
    return seal_archive(archive(payload, rows=rows, **more))


LISTED = b"".join(bag.line(hashlib.sha256(data).digest(), path) for path, data in (A, B))
FAR = Index(Place(0, 9), Place(1 << 40, 9)).encode()
TWIN = row("data/A.TXT", b"x", name={"text": "a.txt"})
LONG_FORM = stored("x" * 90 + "/" + "y" * 101, A[1])  # a header of more blocks than due
HOSTILE: dict[str, tuple[bytes, str]] = {
    "no package": (seal_archive(b"text"), "package-layout"),
    "no tar": (seal_archive(bytes(9000) + b"x" * 9000), "package-layout"),
    "an archive that goes on": (seal_archive(GOOD + bytes(512)), "package-layout"),
    "an index that points outside": (hostile(metadata_index_json=FAR), "package-layout"),
    "an index that points elsewhere": (
        hostile(metadata_index_json=Index(Place(512, 9), Place(0, 9)).encode()), "package-digest",
    ),
    "an index that is none": (hostile(metadata_index_json=b"[]"), "package-layout"),
    "a tag manifest that lacks the index": (
        hostile(tagmanifest_sha512_txt=b"".join(
            bag.line(bytes(64), name) for name in ("a", "b" * 100)).ljust(887, b"\n")),
        "package-manifest",
    ),
    "a manifest of other bytes": (
        hostile(manifest_sha256_txt=LISTED.replace(LISTED[:64], b"0" * 64)), "package-digest",
    ),
    "a manifest without the file": (
        hostile(manifest_sha256_txt=LISTED.partition(b"\n")[2]), "package-manifest",
    ),
    "a description without the file": (hostile(rows=[row(*B)]), "package-manifest"),
    "a description that ends early": (hostile(rows=[row(*A)]), "package-metadata"),
    "a description that is none": (hostile(metadata_package_json=b"{}"), "package-metadata"),
    "a description of another size": (
        hostile(rows=[row(A[0], b"alphabet" * 100), row(*B)]), "package-layout",
    ),
    "a file that stands elsewhere": (hostile(instead={A[0]: LONG_FORM}), "package-layout"),
    "a file with other bytes": (hostile(instead={A[0]: stored(A[0], b"forge")}), "package-digest"),
    "another file in its place": (hostile(instead={A[0]: stored("data/z.txt", A[1])}),
                                  "package-layout"),
    "a name that escapes": (hostile([("data/../a.txt", b"x"), B]), "package-name"),
    "two files of one name": (
        hostile([A, ("data/A.TXT", b"x")], [row(*A), TWIN]), "package-duplicate",
    ),
    "a stream of another digest": (
        hostile(STREAM, [stream_row(b"x", name={"text": "a.txt"})]), "package-digest",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_part_of_a_hostile_package_is_refused(name: str, tmp_path: Path) -> None:
    data, code = HOSTILE[name]
    wanted = "../a.txt" if name == "a name that escapes" else "a.txt"
    assert refused(data, tmp_path, wanted) == code


def test_a_listing_of_a_description_with_less_than_the_manifest_is_refused(tmp_path: Path) -> None:
    made = tar(members([A, B], metadata_package_json=description([row(*A)])))
    with pytest.raises(ComityError) as caught:
        listed(made, tmp_path)
    assert caught.value.code == "package-metadata"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_flipped_bit_makes_a_part_untrue(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    position = data.draw(st.integers(0, len(SEALED) * 8 - 1))
    spoilt = bytearray(SEALED)
    spoilt[position // 8] ^= 1 << position % 8
    try:
        only(bytes(spoilt), folder, "a.txt", using=order(OFFER))
    except ComityError:
        assert not (folder / "part").exists()
    else:  # the bit lies where nothing was read
        assert tree(folder / "part") == dict([A])


def test_parts_of_a_whole_tree_are_what_the_whole_opening_gives(
    shared: Path, tmp_path: Path
) -> None:
    package, _, offer = sealed(tmp_path, shared / "evidence")
    open_sealed(order(offer), package, tmp_path / "whole")
    open_part(order(offer), package, tmp_path / "part", names=[b"evidence"])
    whole = tree(tmp_path / "whole")
    assert tree(tmp_path / "part") == {k: v for k, v in whole.items() if k.startswith("data/")}
    assert offer.exhibit == EXHIBIT


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_archive_that_a_key_holder_makes_brings_other_bytes_than_its_manifest_lists(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 600)))
    changed = GOOD[:start] + data.draw(st.binary(max_size=600)) + GOOD[end:]
    try:
        only(seal_archive(changed), folder, "a.txt")
    except ComityError:
        assert not (folder / "part").exists()
    else:
        assert tree(folder / "part") == dict([A])
