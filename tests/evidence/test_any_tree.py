"""Any tree sealed and opened is the same tree, and other people's tools agree on what we packed."""

import hashlib
import io
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import needs
from tests.evidence.kit import IDENTITY, sealed

from comity.evidence.package import FileRow, RowReader
from comity.files.opening import OpenOrder, open_sealed
from comity.files.part import open_part
from comity.files.read_bag import verify_bag
from comity.files.segments import NamedStream

BLOCK = 4096
PARTS = st.binary(min_size=1, max_size=24).filter(
    lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b"..")
) | st.sampled_from(
    [b"000001", b"data", b"con", b"A", b"a", "é".encode(), b"e\xcc\x81", b"x" * 255]
)


@dataclass
class Made:
    """What is made at a path: bytes, bytes with holes, a link, a folder."""

    parts: Sequence[bytes]
    kind: str
    content: bytes
    mode: int
    mtime_ns: int
    xattrs: dict[str, bytes] = field(default_factory=dict)


MADE = st.builds(
    Made,
    parts=st.lists(PARTS, min_size=1, max_size=3),
    kind=st.sampled_from(["file", "file", "holes", "folder", "symlink", "hardlink"]),
    content=st.binary(min_size=1, max_size=300),
    mode=st.integers(0, 0o777).map(lambda mode: mode | 0o600),
    mtime_ns=st.integers(1, 4_000_000_000_000_000_000),
    xattrs=st.dictionaries(
        st.from_regex(r"user\.[a-z]{1,9}", fullmatch=True), st.binary(max_size=40), max_size=2
    ),
)


def make(root: Path, made: Made, files: list[Path]) -> None:
    """Make one thing; what cannot stand beside the others is left out."""
    path = root.joinpath(*map(os.fsdecode, made.parts))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if made.kind == "folder":
            path.mkdir()
        elif made.kind == "symlink":
            path.symlink_to(os.fsdecode(made.content.replace(b"\0", b"-")))
        elif made.kind == "hardlink":
            if files:
                path.hardlink_to(files[len(made.content) % len(files)])
        else:
            write(path, made)
            files.append(path)
    except OSError:
        return


def write(path: Path, made: Made) -> None:
    """Write a file, with holes of a block each between the bytes if so told."""
    with path.open("xb") as file:
        file.write(made.content)
        if made.kind == "holes":
            for number, byte in enumerate(made.content[:5]):
                file.seek((2 * number + 1) * BLOCK + byte)
                file.write(bytes([byte]))
            file.truncate(40 * BLOCK + made.content[0])
    for name, value in made.xattrs.items():
        os.setxattr(path, name, value)
    path.chmod(made.mode)
    os.utime(path, ns=(made.mtime_ns, made.mtime_ns))


def inventory(root: Path) -> dict[bytes, tuple[str, bytes]]:
    """Every name below a folder, itself included, with its kind and what it holds."""
    found: dict[bytes, tuple[str, bytes]] = {os.fsencode(root.name): ("directory", b"")}
    for path in root.rglob("*"):
        name = os.fsencode(path.relative_to(root.parent))
        if path.is_symlink():
            target = os.readlink(os.fsencode(path))  # noqa: PTH115 - a Path drops a last slash
            found[name] = ("symlink", target)
        elif path.is_dir():
            found[name] = ("directory", b"")
        else:
            found[name] = ("file", path.read_bytes())
    return found


def rows_of(bag: Path) -> list[FileRow]:
    """The rows of an opened bag."""
    return list(RowReader().feed((bag / "metadata/package.json").read_bytes()))


def opened(bag: Path) -> dict[bytes, tuple[str, bytes]]:
    """What the rows of a bag and its files say was in the tree."""
    found: dict[bytes, tuple[str, bytes]] = {}
    for row in rows_of(bag):
        if row.kind == "file":
            found[row.name] = ("file", (bag / str(row.path)).read_bytes())
        elif row.kind == "hardlink":
            found[row.name] = found[row.target or b""]
        else:
            found[row.name] = (row.kind, row.target or b"")
    return found


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(things=st.lists(MADE, max_size=14))
def test_any_tree_comes_back_the_same(
    things: list[Made], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    root, files = folder / "source", list[Path]()
    root.mkdir()
    for made in things:
        make(root, made, files)
    package, _, offer = sealed(folder, root)
    order = OpenOrder(identities=[IDENTITY], offer=offer, restore=True)
    open_sealed(order, package, folder / "bag")
    verify_bag(folder / "bag")
    assert opened(folder / "bag") == inventory(root)
    for row in rows_of(folder / "bag"):
        if row.kind == "file":
            check_restored(folder / "bag" / str(row.path), folder / os.fsdecode(row.name))
    for path in files[:1]:
        name = os.fsencode(path.relative_to(folder))
        part = open_part(order, package, folder / "part", names=[name])
        first = next(row for row in part.rows if row.path is not None)
        assert (folder / "part" / str(first.path)).read_bytes() == path.read_bytes()


def check_restored(found: Path, original: Path) -> None:
    """Check mode, time, attributes and holes of an opened file."""
    here, there = found.stat(), original.stat()
    assert stat.S_IMODE(here.st_mode) == stat.S_IMODE(there.st_mode)
    assert here.st_mtime_ns == there.st_mtime_ns
    assert here.st_blocks <= there.st_blocks + 8
    assert attributes(found) == attributes(original)


def attributes(path: Path) -> dict[str, bytes]:
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


# -- other people's tools ----------------------------------------------------------------------

STREAM = os.urandom(1 << 20) * 17 + b"end"


def spoil(path: Path) -> None:
    """Flip a bit of the second byte: a fixed letter may be the one that stands there."""
    with path.open("r+b") as file:
        (_, byte) = file.read(2)
        file.seek(1)
        file.write(bytes([byte ^ 1]))


def test_gnu_tar_bagit_and_sha256sum_accept_holes_and_streams_and_refuse_spoilt_ones(
    tmp_path: Path,
) -> None:
    age, tar, sha256sum = needs("age"), needs("tar"), needs("sha256sum")
    disk = tmp_path / "disk.raw"
    with disk.open("wb") as file:
        file.write(b"boot")
        file.seek(1 << 24)
        file.write(b"data")
        file.truncate(1 << 26)
    package, _, _ = sealed(
        tmp_path, disk, streams=[NamedStream(b"standard-input", io.BytesIO(STREAM))]
    )
    (tmp_path / "key").write_text(IDENTITY.text())
    plain, bag = tmp_path / "plain.tar", tmp_path / "bag"
    bag.mkdir()
    judge = subprocess.run
    judge([age, "-d", "-i", tmp_path / "key", "-o", plain, package], check=True)
    judge([tar, "-xf", plain, "-C", bag], check=True)
    assert (bag / "data/disk.raw").stat().st_blocks * 512 < 1 << 20
    assert (bag / "data/disk.raw").read_bytes() == disk.read_bytes()
    joined = judge(
        ["sh", "-c", "cat data/standard-input/* | sha256sum"],
        cwd=bag, check=True, capture_output=True, text=True,
    )  # fmt: skip
    (row,) = [row for row in rows_of(bag) if row.kind == "stream"]
    assert joined.stdout.split()[0] == (row.sha256 or b"").hex()
    assert row.sha256 == hashlib.sha256(STREAM).digest()
    commands = [
        [sha256sum, "-c", "--quiet", "--strict", "manifest-sha256.txt"],
        ["sha512sum", "-c", "--quiet", "--strict", "tagmanifest-sha512.txt"],
        [sys.executable, "-W", "ignore", "-m", "bagit", "--quiet", "--validate", "."],
    ]
    for command in commands:
        judge(command, cwd=bag, check=True, capture_output=True)
    for victim in ("data/disk.raw", "data/standard-input/000002"):
        spoil(bag / victim)
        for command in (commands[0], commands[2]):
            assert judge(command, cwd=bag, check=False, capture_output=True).returncode != 0
        spoil(bag / victim)  # the same bit again: as before
    judge(commands[0], cwd=bag, check=True, capture_output=True)
    spoilt = bytearray(package.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    package.write_bytes(spoilt)
    command = [age, "-d", "-i", str(tmp_path / "key"), "-o", str(tmp_path / "no"), str(package)]
    assert judge(command, check=False, capture_output=True).returncode != 0
