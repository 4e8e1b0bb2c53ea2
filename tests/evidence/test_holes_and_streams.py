"""The package reader on files with holes, streams and hard links: each broken rule has its code."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.hostile import archive, sparse_member
from tests.evidence.kit import code_of_reading, read, row
from tests.walks import every

from comity.evidence.open import Limits, PackageReader
from comity.evidence.package import SEGMENT_BYTES
from comity.evidence.package_index import Index, Place
from comity.evidence.tar import MAX_ENTRIES, SparseMap, SparseMapError
from comity.files.sinks import FolderSink

# -- holes -------------------------------------------------------------------------------------

PATH = "data/disk"
SIZE = 3 << 20
WHOLE = b"a" * 1000 + bytes(SIZE - 2000) + b"z" * 1000  # data, a hole, data
MAP: Sequence[int | bytes] = (2, 0, 1000, SIZE - 1000, 1000)
DATA = WHOLE[:1000] + WHOLE[-1000:]


def with_holes(
    numbers: Sequence[int | bytes] = MAP,
    data: bytes = DATA,
    *,
    realsize: bytes = b"%d" % SIZE,
    whole: bytes = WHOLE,
    flag: dict[str, Any] | None = None,
    **more: Any,
) -> bytes:
    """A package of one file with holes; by default a good one."""
    member = sparse_member(PATH, numbers, data, realsize=realsize, **more)
    told = row(PATH, whole, **({"sparse": True} if flag is None else flag))
    return archive([(PATH, whole)], rows=[told], instead={PATH: member})


HOLES: dict[str, tuple[bytes, str]] = {
    "good": (with_holes(), "ok"),
    "a hole at the end": (
        with_holes((2, 0, 1000, 5000, 0), b"a" * 1000, realsize=b"5000",
                   whole=b"a" * 1000 + bytes(4000)),
        "ok",
    ),
    "nothing but a hole": (
        with_holes((1, 5000, 0), b"", realsize=b"5000", whole=bytes(5000)), "ok",
    ),
    "pieces out of order": (with_holes((2, SIZE - 1000, 1000, 0, 1000)), "package-tar"),
    "pieces that overlap": (with_holes((2, 0, 1000, 999, 1000)), "package-tar"),
    "pieces that touch": (with_holes((2, 0, 1000, 1000, 1000)), "package-tar"),
    "a piece behind the end": (with_holes((2, 0, 1000, SIZE, 1000)), "package-tar"),
    "an empty piece in the middle": (
        with_holes((3, 0, 1000, 5000, 0, SIZE - 1000, 1000)), "package-tar",
    ),
    "a hole at the end that the map does not tell": (
        with_holes((1, 0, 1000), b"a" * 1000, realsize=b"5000",
                   whole=b"a" * 1000 + bytes(4000)),
        "package-tar",
    ),
    "no piece": (with_holes((0,), b""), "package-tar"),
    "more pieces than a map has": (with_holes((MAX_ENTRIES + 1, 0)), "package-tar"),
    "a negative number": (with_holes((2, 0, b"-1", SIZE - 1000, 1000)), "package-tar"),
    "a leading zero": (with_holes((2, 0, b"01000", SIZE - 1000, 1000)), "package-tar"),
    "a number that is none": (with_holes((2, 0, b"1e3", SIZE - 1000, 1000)), "package-tar"),
    "a number without end": (with_holes((b"9" * 700,)), "package-tar"),
    "bytes hidden behind the map": (with_holes(hidden=b"x"), "package-tar"),
    "less data than the map tells": (with_holes(data=DATA[:-1]), "package-tar"),
    "more data than the map tells": (with_holes(data=DATA + b"x"), "package-tar"),
    "another version of the form": (
        with_holes(records={"GNU.sparse.minor": b"1"}), "package-tar",
    ),
    "a second name": (with_holes(records={"path": b"data/other"}), "package-tar"),
    "no real size": (with_holes(realsize=b""), "package-tar"),
    "a name that escapes": (
        with_holes(records={"GNU.sparse.name": b"data/../../escape"}), "package-name",
    ),
    "another size than described": (
        with_holes((2, 0, 1000, SIZE, 1000), realsize=b"%d" % (SIZE + 1000)), "package-layout",
    ),
    "holes that the description does not tell": (with_holes(flag={}), "package-metadata"),
    "other bytes than in the manifest": (with_holes(data=b"b" * 2000), "package-digest"),
}  # fmt: skip


@every("name", HOLES)
@every("piece_bytes", [100, 1 << 20])
def test_each_rule_of_a_file_with_holes_has_its_code(name: str, piece_bytes: int) -> None:
    made, expected = HOLES[name]
    assert code_of_reading(made, piece_bytes=piece_bytes) == expected


def test_holes_told_of_a_plain_file_are_refused() -> None:
    told = row("data/a", b"alpha", sparse=True)
    assert code_of_reading(archive([("data/a", b"alpha")], rows=[told])) == "package-metadata"


def test_a_list_may_have_no_holes() -> None:
    member = sparse_member("bagit.txt", (1, 55, 0), b"", realsize=b"55")
    assert code_of_reading(archive([], instead={"bagit.txt": member})) == "package-layout"


def test_holes_count_in_full_against_the_limit() -> None:
    bomb = with_holes((1, 1 << 50, 0), b"", realsize=b"%d" % (1 << 50))
    assert code_of_reading(bomb) == "package-limit"
    assert code_of_reading(with_holes(), limits=Limits(max_bytes=SIZE - 1)) == "package-limit"
    assert code_of_reading(with_holes(), limits=Limits(max_bytes=SIZE)) == "ok"


def test_holes_take_no_space_when_opened(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path)
    reader = PackageReader(sink)
    reader.feed(memoryview(with_holes()))
    reader.finish()
    opened = tmp_path / PATH
    assert opened.read_bytes() == WHOLE
    assert opened.stat().st_blocks * 512 < SIZE // 10


@given(st.binary(max_size=1500), st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_no_bytes_make_the_map_raise_anything_else(data: bytes, real: int, kept: int) -> None:
    sparse = SparseMap(real_size=real, stored_size=kept)
    try:
        for start in range(0, len(data), 512):
            if sparse.complete:
                break
            sparse.feed(data[start : start + 512].ljust(512, b"\0"))
    except SparseMapError:
        return
    if sparse.complete:
        assert sum(hole + length for hole, length in sparse.regions()) == real


# -- streams -----------------------------------------------------------------------------------

FULL = bytes(SEGMENT_BYTES)
SHORT = b"the end"
STREAM: list[tuple[str, bytes]] = [("data/in/000001", FULL), ("data/in/000002", SHORT)]


def stream_row(data: bytes = FULL + SHORT, **more: Any) -> dict[str, Any]:
    """The row of a stream; by default a good one."""
    return {
        "mode": 0,
        "mtime": None,
        "mtime_ns": 0,
        "name": {"text": "in"},
        "path": "data/in",
        "segment_size_bytes": SEGMENT_BYTES,
        "segments": 2,
        "sha256": "sha256:" + hashlib.sha256(data).hexdigest(),
        "size_bytes": len(FULL + SHORT),
        "type": "stream",
    } | more


EMPTY = stream_row(b"", segments=1, size_bytes=0)
OTHER = ("data/z", b"z")
STREAMS: dict[str, tuple[bytes, str]] = {
    "good": (archive(STREAM, rows=[stream_row()]), "ok"),
    "good, and a file": (archive([*STREAM, OTHER], rows=[stream_row(), row(*OTHER)]), "ok"),
    "an empty stream": (archive([("data/in/000001", b"")], rows=[EMPTY]), "ok"),
    "segments described as files": (archive(STREAM), "ok"),
    "another digest of the whole": (archive(STREAM, rows=[stream_row(b"x")]), "package-digest"),
    "another size of the whole": (
        archive(STREAM, rows=[stream_row(size_bytes=len(FULL) + 8)]), "package-metadata",
    ),
    "fewer segments than the size gives": (
        archive(STREAM, rows=[stream_row(segments=1)]), "package-metadata",
    ),
    "another size of segments": (
        archive(STREAM, rows=[stream_row(segment_size_bytes=1 << 20)]), "package-metadata",
    ),
    "a first segment that is not full": (
        archive([("data/in/000001", SHORT), ("data/in/000002", FULL)], rows=[stream_row()]),
        "package-metadata",
    ),
    "segments in another order": (archive(STREAM[::-1], rows=[stream_row()]), "package-metadata"),
    "a segment that is missing": (archive(STREAM[:1], rows=[stream_row()]), "package-metadata"),
    "a stream in another folder": (
        archive(STREAM, rows=[stream_row(path="data/out")]), "package-metadata",
    ),
    "a further segment described as a file": (
        archive([("data/in/000001", b""), ("data/in/000002", b"")],
                rows=[EMPTY, row("data/in/000002", b"")]),
        "package-metadata",
    ),
    "a file before it in the folder": (
        archive([("data/in/0", b""), *STREAM], rows=[row("data/in/0", b""), stream_row()]),
        "package-metadata",
    ),
    "a file below the folder, later": (
        archive([*STREAM, OTHER, ("data/in/x/y", b"")],
                rows=[stream_row(), row(*OTHER), row("data/in/x/y", b"")]),
        "package-metadata",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_each_rule_of_a_stream_has_its_code(name: str) -> None:
    made, expected = STREAMS[name]
    assert code_of_reading(made) == expected


def test_a_segment_has_no_holes() -> None:
    member = sparse_member("data/in/000001", (1, SEGMENT_BYTES, 0), b"", realsize=b"%d" % len(FULL))
    made = archive(STREAM, rows=[stream_row()], instead={"data/in/000001": member})
    assert code_of_reading(made) == "package-metadata"


# -- hard links, the index ---------------------------------------------------------------------

FILE = ("data/a", b"alpha")


def link(target: str) -> dict[str, Any]:
    """The row of a hard link."""
    told = {"name": {"text": "l"}, "path": None, "target": {"text": target}, "type": "hardlink"}
    return row("data/l", b"") | told


LINKS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "good": ([row(*FILE), link("a"), row(*OTHER)], "ok"),
    "to nothing": ([row(*FILE), link("b"), row(*OTHER)], "package-metadata"),
    "to a file packed later": ([row(*FILE), link("z"), row(*OTHER)], "package-metadata"),
    "to a link": (
        [row(*FILE), link("a"), link("l"), row(*OTHER)], "package-metadata",
    ),
    "to a name that two files have": (
        [row(*FILE), row(*OTHER, name={"text": "a"}), link("a")], "package-metadata",
    ),
    "to a name that a later file has too": (
        [row(*FILE), link("a"), row(*OTHER, name={"text": "a"})], "package-metadata",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_a_hard_link_names_exactly_one_file_before_it(name: str) -> None:
    rows, expected = LINKS[name]
    assert code_of_reading(archive([FILE, OTHER], rows=rows)) == expected


@pytest.mark.parametrize(
    "index",
    [
        Index(Place(0, 0), Place(0, 0)).encode(),
        b"{}",
        b"",
        b'{"manifest":{"offset":1,"size_bytes":1}}',
    ],
)
def test_the_index_tells_exactly_where_the_lists_were_met(index: bytes) -> None:
    assert code_of_reading(archive([FILE], metadata_index_json=index)) == "package-layout"


def test_rows_without_bytes_are_limited_too() -> None:
    many = [link("a")] * 20
    made = archive([FILE], rows=[row(*FILE), *many])
    assert code_of_reading(made, limits=Limits(max_files=5)) == "package-limit"
    assert read(made, limits=Limits(max_files=6)).files == 1
