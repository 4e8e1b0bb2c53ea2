"""What a file system holds beside plain files: holes, links, devices, attributes, streams."""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from io import FileIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import REPOSITORY, needs
from tests.evidence.kit import AT, IDENTITY, order, sealed, tree

from comity.canonical import ComityError, encode
from comity.evidence import age, bag
from comity.evidence.package import SEGMENT_BYTES, FileRow, RowReader
from comity.evidence.package_index import decode_index
from comity.evidence.seal import SealReport
from comity.evidence.tar_write import header, padding, sparse_header
from comity.files.holes import MAX_PIECES, data_pieces
from comity.files.opening import OpenOrder, open_sealed
from comity.files.sealing import SealOrder, seal
from comity.files.segments import NamedStream, segments
from comity.files.uncached import UncachedFile
from comity.files.xattrs import read_xattrs

MIB = 1 << 20


def opened(folder: Path, *sources: Path, **more: Any) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Seal and open; return the bag and its rows by name."""
    package, _, offer = sealed(folder, *sources, **more)
    bag_folder = folder / "bag"
    open_sealed(OpenOrder(identities=[IDENTITY], offer=offer), package, bag_folder)
    rows = json.loads((bag_folder / "metadata/package.json").read_bytes())["files"]
    return bag_folder, {row["name"]["text"]: row for row in rows}


def archive_of(folder: Path, package: Path) -> bytes:
    """The plain archive inside a package."""
    return age.open_bytes(package.read_bytes(), IDENTITY)


def holed(path: Path, size_bytes: int, *pieces: tuple[int, bytes]) -> Path:
    """Write a file with data at the given offsets and holes elsewhere."""
    with path.open("wb") as stream:
        stream.truncate(size_bytes)
        for offset, data in pieces:
            stream.seek(offset)
            stream.write(data)
    return path


# -- holes ------------------------------------------------------------------------------------

SHAPES: dict[str, tuple[int, list[tuple[int, bytes]]]] = {
    "a hole in the middle": (3 * MIB, [(0, b"begin"), (3 * MIB - 3, b"end")]),
    "a hole at the beginning": (2 * MIB, [(2 * MIB - 1, b"x")]),
    "a hole at the end": (2 * MIB, [(0, b"x" * 5000)]),
    "nothing but a hole": (5 * MIB + 7, []),
    "many holes": (4 * MIB, [(at * 65536, b"%d" % at) for at in range(64)]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_with_holes_reads_the_same_and_takes_no_more_room(name: str, tmp_path: Path) -> None:
    size, pieces = SHAPES[name]
    source = holed(tmp_path / "image", size, *pieces)
    bag_folder, rows = opened(tmp_path, source)
    assert rows["image"]["sparse"] is True
    assert rows["image"]["size_bytes"] == size
    assert (bag_folder / "data/image").read_bytes() == source.read_bytes()
    stored = source.stat().st_blocks * 512
    assert (tmp_path / "package.age").stat().st_size < stored + 20_000
    assert (bag_folder / "data/image").stat().st_blocks * 512 <= stored + 8192


def test_holes_are_hashed_and_not_stored(tmp_path: Path) -> None:
    source = holed(tmp_path / "disk", 1 << 30, (1 << 29, b"in the middle"))
    package, report, _ = sealed(tmp_path, source)
    assert report.payload_size_bytes == 1 << 30
    assert package.stat().st_size < 32_768
    state = hashlib.sha256()
    with source.open("rb") as stream:
        while piece := stream.read(MIB):
            state.update(piece)
    assert bag.line(state.digest(), "data/disk") in archive_of(tmp_path, package)


def test_other_peoples_tools_restore_holes_and_streams_and_check_them(tmp_path: Path) -> None:
    age_tool, tar, sha256sum = needs("age"), needs("tar"), needs("sha256sum")
    for name, (size, pieces) in SHAPES.items():
        holed(tmp_path / name, size, *pieces)
    stream = NamedStream(b"stream", io.BytesIO(b"s" * (SEGMENT_BYTES + 5)))
    sealed(tmp_path, *[tmp_path / name for name in SHAPES], streams=[stream])
    (tmp_path / "key").write_text(IDENTITY.text())
    place = tmp_path / "x"
    place.mkdir()
    script = f"{age_tool} -d -i key package.age | {tar} x -C x"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True)
    for name in SHAPES:
        assert (place / "data" / name).read_bytes() == (tmp_path / name).read_bytes()
    checks = [
        [sha256sum, "-c", "--quiet", "--strict", "manifest-sha256.txt"],
        [sys.executable, "-W", "ignore", "-m", "bagit", "--quiet", "--validate", "."],
    ]
    for command in checks:
        subprocess.run(command, cwd=place, check=True, capture_output=True)
    with (place / "data/nothing but a hole").open("r+b") as spoilt:
        spoilt.seek(MIB)
        spoilt.write(b"\x01")
    for command in checks:
        assert subprocess.run(command, cwd=place, check=False, capture_output=True).returncode != 0


def test_more_pieces_than_a_map_may_have_are_taken_with_their_holes(tmp_path: Path) -> None:
    path = tmp_path / "comb"
    with path.open("wb", buffering=0) as stream:
        for number in range(MAX_PIECES + 10):
            os.pwrite(stream.fileno(), b"x", number * 8192)
    with path.open("rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        pieces = data_pieces(stream.fileno(), size)
    assert len(pieces) in (1, MAX_PIECES)  # 1 where the file system knows no holes
    assert sum(pieces[-1]) == size
    assert all(a + b < c for (a, b), (c, _) in pairwise(pieces))


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=6), st.integers(0, 9))
def test_the_map_of_holes_is_read_by_another_program(
    steps: list[tuple[int, int]], rest: int
) -> None:
    pieces, end = [], 0
    for hole, length in steps:
        pieces.append((end + hole, length))
        end += hole + length
    size = end + rest
    data = b"d" * sum(length for _, length in pieces)
    body = sparse_header("data/é", size, pieces, mtime=7) + data + padding(len(data)) + bytes(1024)
    with tarfile.open(fileobj=io.BytesIO(body)) as found:
        [member] = found
        content = found.extractfile(member)
        assert content is not None
        expected = bytearray(size)
        for offset, length in pieces:
            expected[offset : offset + length] = b"d" * length
        assert (member.name, member.size, content.read()) == ("data/é", size, bytes(expected))


# -- links ------------------------------------------------------------------------------------


def test_a_file_of_several_names_is_packed_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    (source / "a").write_bytes(os.urandom(MIB))
    (source / "b").hardlink_to(source / "a")
    (source / "sub/c").hardlink_to(source / "a")
    bag_folder, rows = opened(tmp_path, source)
    assert list(tree(bag_folder / "data")) == ["source/a"]
    for name in ("source/b", "source/sub/c"):
        assert rows[name]["type"] == "hardlink"
        assert rows[name]["target"] == {"text": "source/a"}
    assert (tmp_path / "package.age").stat().st_size < 1.1 * MIB


def test_a_link_whose_target_would_be_ambiguous_is_packed_as_a_file(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder / "same").mkdir(parents=True)
        (tmp_path / folder / "same/a").write_text(folder)
    (tmp_path / "two/same/b").hardlink_to(tmp_path / "two/same/a")
    package, report, _ = sealed(tmp_path, tmp_path / "one/same", tmp_path / "two/same")
    assert report.files == 3
    assert b'"hardlink"' not in archive_of(tmp_path, package)


def test_a_folder_named_like_the_one_for_deep_trees_keeps_apart(tmp_path: Path) -> None:
    source = tmp_path / "~deep"
    place = source
    for _ in range(120):
        place.mkdir()
        place = place / "d"
    (place.parent / "file").write_text("deep")
    (source / "file").write_text("shallow")
    bag_folder, _ = opened(tmp_path, source)
    assert sorted(tree(bag_folder / "data").values()) == [b"deep", b"shallow"]


def test_a_name_longer_than_a_row_keeps_is_refused_and_nothing_below_it_is_looked_at(
    tmp_path: Path,
) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for number in range(20):
        part = "source" if not number else "d" * 250
        os.mkdir(part, dir_fd=folder)
        below = os.open(part, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    _, report, _ = sealed(tmp_path, tmp_path / "source")
    assert [(len(row.name), row.reason) for row in report.refused] == [
        (6 + 17 * 251, "its name is too long")
    ]


# -- while it is read -------------------------------------------------------------------------


def disturbed(tmp_path: Path, change: Callable[[Path], object]) -> SealReport:
    """Seal a folder of a and b; when a has been read, ``change`` happens to b."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_text("first")
    (source / "b").write_text("second")

    def told(row: FileRow) -> None:
        if row.name == b"source/a":
            change(source / "b")

    return seal(order(source), tmp_path / "out.age", told=told)


def test_a_file_that_vanishes_is_refused_with_a_row(tmp_path: Path) -> None:
    report = disturbed(tmp_path, Path.unlink)
    assert [(row.name, row.reason) for row in report.refused] == [
        (b"source/b", f"gone ({os.strerror(errno.ENOENT)})")
    ]
    assert report.files == 1


def become_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def become_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (become_link, f"may not be read ({os.strerror(errno.ELOOP)})"),
        (become_pipe, "became something else than a file"),
    ],
)
def test_a_file_that_becomes_something_else_is_never_followed_nor_waited_for(
    tmp_path: Path, change: Callable[[Path], None], reason: str
) -> None:
    report = disturbed(tmp_path, change)
    assert [(row.name, row.reason) for row in report.refused] == [(b"source/b", reason)]


def test_a_link_that_takes_a_folders_place_leads_nowhere_else(tmp_path: Path) -> None:
    folder, secret = tmp_path / "source/folder", tmp_path / "secret"
    for place in (folder, secret):
        place.mkdir(parents=True)
        for name in "ab":
            (place / name).write_text(place.name)

    def told(row: FileRow) -> None:
        if row.name == b"source/folder/a":
            folder.rename(tmp_path / "moved")
            folder.symlink_to(secret)

    package = tmp_path / "out.age"
    seal(order(tmp_path / "source"), package, told=told)
    bag_folder = tmp_path / "bag"
    open_sealed(OpenOrder(identities=[IDENTITY], unauthenticated=True), package, bag_folder)
    assert set(tree(bag_folder / "data").values()) == {b"folder"}


def test_a_folder_that_is_moved_away_from_a_deep_tree_is_not_searched_for(tmp_path: Path) -> None:
    source = tmp_path / "source"
    deepest = source / Path(*"d" * 200)
    deepest.mkdir(parents=True)
    (deepest / "file").touch()
    (source / "d/z").touch()  # behind the folder that moves

    def told(row: FileRow) -> None:
        if row.name.endswith(b"/file"):
            (source / "d/d").rename(tmp_path / "moved")

    report = seal(order(source), tmp_path / "out.age", told=told)
    assert [(row.name, row.reason) for row in report.refused] == [
        (b"source/d/z", "its folder was moved away")
    ]


def test_a_file_that_says_it_is_empty_and_is_not_counts_as_changed(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    _, report, _ = sealed(tmp_path, Path("/proc/self/status"), tmp_path / "empty")
    assert [row.name for row in report.changed] == [b"status"]


# -- devices ----------------------------------------------------------------------------------


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Path]:
    """A block device of 3 MiB, where the machine lets us make one."""
    losetup = needs("losetup")
    image = tmp_path / "image"
    image.write_bytes(os.urandom(3 * MIB))
    made = subprocess.run(
        [losetup, "-f", "--show", str(image)], check=False, capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip("needs a loop device, which this machine does not let us make")
    yield Path(made.stdout.strip())
    subprocess.run([losetup, "-d", made.stdout.strip()], check=True)


def test_a_block_device_named_itself_is_read_as_one_file(device: Path, tmp_path: Path) -> None:
    bag_folder, rows = opened(tmp_path, device)
    assert rows[device.name]["device"] is True
    assert (bag_folder / "data" / device.name).read_bytes() == (tmp_path / "image").read_bytes()


def test_a_block_device_inside_a_folder_is_refused(device: Path, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    os.mknod(tmp_path / "source/disk", 0o600 | 0o060000, device.stat().st_rdev)
    _, report, _ = sealed(tmp_path, tmp_path / "source")
    assert [row.reason for row in report.refused] == ["a block device"]


# -- attributes -------------------------------------------------------------------------------


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """A file on a file system that keeps attributes."""
    path = tmp_path / "file"
    path.write_text("x")
    try:
        os.setxattr(path, "user.first", b"1")
    except OSError:
        pytest.skip("needs a file system with extended attributes")
    return path


def test_attributes_stand_in_the_row_in_order(noted: Path, tmp_path: Path) -> None:
    os.setxattr(noted, "user.xdg.origin.url", b"https://example.invalid/x")
    os.setxattr(noted, "user.\xe4", bytes([0, 255]))
    _, rows = opened(tmp_path, noted)
    assert rows["file"]["xattrs"] == {
        "user.first": "MQ",
        "user.xdg.origin.url": "aHR0cHM6Ly9leGFtcGxlLmludmFsaWQveA",
        "user.ä": "AP8",
    }
    assert "xattrs_omitted" not in rows["file"]


def test_attributes_that_cannot_be_kept_are_said_to_be_left_out(noted: Path) -> None:
    os.setxattr(noted, b"user.not-utf8-\xff", b"1")
    os.setxattr(noted, "user.line\nfeed", b"1")
    assert read_xattrs(os.fsencode(noted)) == ((("user.first", b"1"),), True)


def test_no_attribute_is_read_through_a_link(noted: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(noted)
    assert read_xattrs(os.fsencode(link)) == ((), False)


# -- streams ----------------------------------------------------------------------------------


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
