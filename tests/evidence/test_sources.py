"""What a file system holds beside plain files: holes, links, devices, attributes."""

import errno
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import needs
from tests.evidence.kit import IDENTITY, order, sealed, tree
from tests.evidence.source_kit import MIB, archive_of, holed, opened

from comity.evidence import bag
from comity.evidence.package import SEGMENT_BYTES, FileRow
from comity.evidence.seal import SealReport
from comity.evidence.tar import padding, sparse_header
from comity.files.opening import OpenOrder, open_sealed
from comity.files.platforms import MAX_PIECES, data_pieces, read_xattrs
from comity.files.sealing import seal
from comity.files.segments import NamedStream

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


@pytest.mark.long
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
