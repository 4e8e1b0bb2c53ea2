"""Streams of any length, and how rows, headers and the index are written."""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import REPOSITORY
from tests.evidence.kit import AT, IDENTITY, sealed, tree
from tests.evidence.source_kit import MIB, archive_of, holed

from comity.canonical import ComityError, encode
from comity.evidence.package import SEGMENT_BYTES, FileRow, RowReader
from comity.evidence.package_index import decode_index
from comity.evidence.tar import header
from comity.files.opening import OpenOrder, open_sealed
from comity.files.pipeline import UncachedFile
from comity.files.sealing import SealOrder, seal
from comity.files.segments import NamedStream, segments


class Trickle(io.RawIOBase):
    """A stream that gives what it likes, as a pipe does."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def readinto(self, buffer: Any) -> int:
        part = self._data[: min(len(buffer), 77_777)]
        self._data = self._data[len(part) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(
    "size", [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES + 7]
)
def test_a_stream_of_any_length_comes_back_from_its_segments(size: int, tmp_path: Path) -> None:
    data = (b"%09d\n" % 7) * (size // 10) + b"x" * (size % 10)
    source = NamedStream(b"st\nream", Trickle(data))
    package, report, offer = sealed(tmp_path, streams=[source])
    bag_folder = tmp_path / "bag"
    open_sealed(OpenOrder(identities=[IDENTITY], offer=offer), package, bag_folder)
    [row] = json.loads((bag_folder / "metadata/package.json").read_bytes())["files"]
    parts = sorted((bag_folder / row["path"]).iterdir())
    assert [path.name for path in parts] == [f"{n + 1:06}" for n in range(row["segments"])]
    assert all(path.stat().st_size == SEGMENT_BYTES for path in parts[:-1])
    assert b"".join(path.read_bytes() for path in parts) == data
    assert row["sha256"] == "sha256:" + hashlib.sha256(data).hexdigest()
    assert (row["type"], row["size_bytes"], row["mtime"]) == ("stream", size, None)
    assert report.files == max(1, -(-size // SEGMENT_BYTES))


def test_a_stream_and_a_file_of_one_name_keep_apart(tmp_path: Path) -> None:
    (tmp_path / "stdin").write_text("file")
    stream = NamedStream(b"stdin", io.BytesIO(b"stream"))
    package, _, offer = sealed(tmp_path, tmp_path / "stdin", streams=[stream])
    open_sealed(OpenOrder(identities=[IDENTITY], offer=offer), package, tmp_path / "bag")
    assert sorted(tree(tmp_path / "bag/data").values()) == [b"file", b"stream"]


def test_a_stream_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.RawIOBase):
        def readinto(self, _buffer: Any) -> int:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(ComityError) as caught:
        sealed(tmp_path, streams=[NamedStream(b"tape", Broken())])
    assert caught.value.code == "source-unreadable"
    assert "reading the stream" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3), st.integers(-2, 2))
def test_segments_are_whole_but_the_last(count: int, more: int) -> None:
    size = max(0, count * SEGMENT_BYTES + more)
    seen: dict[int, list[int]] = {}
    for number, told, piece in segments(io.BytesIO(bytes(size))):
        seen.setdefault(number, [told, 0])[1] += len(piece)
    assert [told for told, _ in seen.values()] == [met for _, met in seen.values()]
    assert sum(told for told, _ in seen.values()) == size
    assert all(told == SEGMENT_BYTES for told, _ in list(seen.values())[:-1])


PROGRAM = """
import sys
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from comity.evidence import age_keys
from comity.files.sealing import SealOrder, seal
from comity.files.segments import NamedStream
identity = age_keys.Identity.of(bytes(range(1, 33)))
seal(SealOrder(sources=[], streams=[NamedStream(b"x", FileIO(0, closefd=False))],
               recipients=[identity.recipient],
               sealed_at=datetime(2026, 1, 1, tzinfo=UTC)), Path("/dev/null"))
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.full
def test_memory_does_not_grow_with_a_stream() -> None:
    command = f"head -c 600M /dev/zero | {sys.executable} -c '{PROGRAM}'"
    done = subprocess.run(
        ["sh", "-c", command],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )
    assert int(done.stdout) < 96 << 10


# -- what is written --------------------------------------------------------------------------

ROWS = st.builds(
    FileRow,
    name=st.binary(min_size=1, max_size=40) | st.text(min_size=1, max_size=20).map(str.encode),
    kind=st.just("file"),
    path=st.just("data/x"),
    size_bytes=st.integers(0, 2**53 - 1),
    mode=st.integers(0, 0o7777),
    mtime_ns=st.none() | st.integers(-(10**18), 10**19),
    changed=st.booleans(),
    sparse=st.booleans(),
    device=st.booleans(),
    xattrs=st.just(()) | st.just((("user.a", b"\0"), ("user.b", b""))),
    xattrs_omitted=st.booleans(),
)


@given(ROWS)
def test_a_row_is_written_canonically_and_comes_back(row: FileRow) -> None:
    data = row.encode()
    assert data == encode(row.to_value())
    assert list(RowReader().feed(b'{"conversation":null,"files":[' + data)) == [row]


@given(
    st.text(st.characters(blacklist_characters="\0/", codec="utf-8"), min_size=1, max_size=120),
    st.integers(0, 2**40),
    st.integers(-5, 2**40),
)
def test_a_header_is_read_by_another_program(name: str, size: int, mtime: int) -> None:
    path = f"data/folder/{name}"
    block = header(path, size, mtime=mtime)
    with tarfile.open(fileobj=io.BytesIO(block)) as found:
        member = found.next()
        assert member is not None
        assert (member.name, member.size) == (path.rstrip("/"), size)
        assert member.mtime == min(max(mtime, 0), 8**11 - 1)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 3 * MIB), max_size=4), st.sampled_from(["/tmp", "/dev/shm"]))
def test_what_goes_past_the_page_cache_arrives_whole(sizes: list[int], place: str) -> None:
    with tempfile.NamedTemporaryFile(dir=place) as made:
        expected = hashlib.sha256()
        with FileIO(made.name, "wb") as stream:
            file = UncachedFile(stream)
            for number, size in enumerate(sizes):
                piece = bytes([number + 1]) * size
                expected.update(piece)
                assert file.write(memoryview(piece)) == size
            file.finish()
        data = Path(made.name).read_bytes()
        assert (len(data), hashlib.sha256(data).digest()) == (sum(sizes), expected.digest())


def test_the_index_tells_where_the_lists_stand(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(70_000))
    holed(tmp_path / "image", MIB, (0, b"x"))
    package, _, _ = sealed(tmp_path, tmp_path / "file", tmp_path / "image")
    archive = archive_of(tmp_path, package)
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        contents = {}
        for member in found:
            stream = found.extractfile(member)
            assert stream is not None
            contents[member.name] = stream.read()
    index = decode_index(contents["metadata/index.json"])
    for place, name in (
        (index.manifest, "manifest-sha256.txt"),
        (index.package, "metadata/package.json"),
    ):
        assert archive[place.offset : place.offset + place.size_bytes] == contents[name]


def test_no_source_but_a_stream_is_enough() -> None:
    stream = NamedStream(b"x", io.BytesIO(b"x"))
    made = SealOrder(sources=[], streams=[stream], recipients=[IDENTITY.recipient], sealed_at=AT)
    assert seal(made, Path("/dev/null")).files == 1
