"""The folder an opening makes: what a killed run leaves is swept, metadata come back by rule."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY
from tests.evidence.hostile import archive, sparse_member
from tests.evidence.kit import IDENTITY, row, seal_archive, sealed, tree

from comity.files.metadata import Restored
from comity.files.opening import OpenOrder, OpenReport, open_sealed
from comity.files.part import open_part
from comity.files.publish import atomic_folder, sweep_folders

ORDER = OpenOrder(identities=[IDENTITY], unauthenticated=True)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A sealed package of one file."""
    folder = tmp_path / "sealed"
    folder.mkdir()
    (folder / "exhibit").write_bytes(b"evidence")
    return sealed(folder, folder / "exhibit")[0]


# -- what a killed run leaves ------------------------------------------------------------------


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is making ``tmp_path/bag`` and has a file in it already."""
    program = (
        "import sys; from pathlib import Path; from comity.files.publish import atomic_folder\n"
        "with atomic_folder(Path(sys.argv[1])) as folder:\n"
        " (folder / 'evidence').write_text('plain'); print('made', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "bag")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"made\n"
        yield process
        process.kill()


def hidden(folder: Path) -> list[Path]:
    return list(folder.glob(".*.unfinished"))


def test_what_a_killed_run_left_is_swept_by_the_next(
    maker: subprocess.Popen[bytes], package: Path, tmp_path: Path
) -> None:
    maker.send_signal(signal.SIGKILL)
    maker.wait()
    (left,) = hidden(tmp_path)
    assert (left / "evidence").exists()
    report = open_sealed(ORDER, package, tmp_path / "bag")
    assert report.swept == (left,)
    assert not hidden(tmp_path)
    assert tree(tmp_path / "bag/data") == {"exhibit": b"evidence"}


def test_what_another_run_is_just_making_is_left_alone(
    maker: subprocess.Popen[bytes], package: Path, tmp_path: Path
) -> None:
    report = open_sealed(ORDER, package, tmp_path / "other")
    assert report.swept == ()
    assert len(hidden(tmp_path)) == 1
    maker.communicate(b"")
    assert (tmp_path / "bag/evidence").exists()


def test_opening_a_part_sweeps_too(package: Path, tmp_path: Path) -> None:
    left = tmp_path / ".bag.0123456789ab.unfinished"
    left.mkdir(mode=0o700)
    report = open_part(ORDER, package, tmp_path / "part", names=[b"exhibit"])
    assert (report.swept, left.exists()) == ((left,), False)


def test_nothing_but_a_private_folder_of_the_pattern_is_swept(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".a.0123456789ab.unfinished").write_text("a file")
    (tmp_path / ".b.0123456789ab.unfinished").symlink_to("elsewhere")
    (tmp_path / ".c.0123456789ab.unfinished").mkdir(mode=0o755)
    (tmp_path / ".c.0123456789ab.unfinished").chmod(0o755)
    (tmp_path / ".d.0123.unfinished").mkdir(mode=0o700)
    (tmp_path / "e.0123456789ab.unfinished").mkdir(mode=0o700)
    before = sorted(tmp_path.iterdir())
    assert sweep_folders(tmp_path) == ()
    assert sorted(tmp_path.iterdir()) == before


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with atomic_folder(tmp_path / "bag") as folder:
            (folder / "evidence").write_text("plain")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list(tmp_path.iterdir())


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    hole = sparse_member("data/hole", (1, 1 << 41, 0), b"", realsize=b"%d" % (1 << 41))
    spoilt = archive(
        [("data/first", bytes(3 << 20)), ("data/hole", b"")], instead={"data/hole": hole}
    )
    (tmp_path / "p.age").write_bytes(seal_archive(spoilt))
    (tmp_path / "key").write_text(IDENTITY.text())
    program = "from comity.cli.evidence.open import open_package; open_package()"
    arguments = ["p.age", "-i", "key", "-o", "bag", "--unauthenticated"]  # would take an hour
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    ) as process:
        while process.poll() is None and not list(tmp_path.glob(".bag.*/data/first")):
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, b"interrupted" in told) == (130, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "p.age"]


# -- metadata ----------------------------------------------------------------------------------


def restored(package: Path, target: Path) -> Restored:
    """Open and put metadata back."""
    order = OpenOrder(identities=[IDENTITY], unauthenticated=True, restore=True)
    report: OpenReport = open_sealed(order, package, target)
    assert report.restored is not None
    return report.restored


def test_modes_times_and_attributes_come_back(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "in/empty").mkdir(parents=True)
    (source / "in/file").write_text("x")
    os.setxattr(source / "in/file", "user.origin", b"\0\xff")
    os.utime(source / "in/file", ns=(1, 1_000_000_000_123_456_789))
    (source / "in/file").chmod(0o640)
    (source / "in").chmod(0o750)
    os.link(source / "in/file", source / "in/other")
    os.utime(source / "in", ns=(1, 987_654_321_000_000_007))
    (source / "link").symlink_to("in/file")
    package, _, _ = sealed(tmp_path, source)
    found = restored(package, tmp_path / "bag")
    file, folder = tmp_path / "bag/data/source/in/file", tmp_path / "bag/data/source/in"
    assert (file.stat().st_mtime_ns, folder.stat().st_mtime_ns) == (
        1_000_000_000_123_456_789,
        987_654_321_000_000_007,
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert os.getxattr(file, "user.origin") == b"\0\xff"
    assert (found.files, found.folders) == (1, 2)
    assert dict(found.omitted) == {
        "folders that hold no file of their own place": 1,
        "hard links, not made: their bytes stand once": 1,
        "symbolic links, not made": 1,
    }


def test_without_the_word_everything_stays_private(tmp_path: Path) -> None:
    (tmp_path / "open").write_text("x")
    (tmp_path / "open").chmod(0o666)
    package, _, _ = sealed(tmp_path, tmp_path / "open")
    open_sealed(ORDER, package, tmp_path / "bag")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "bag").rglob("*")}
    assert modes == {0o600, 0o700}


def test_a_hostile_description_makes_nothing_dangerous(tmp_path: Path) -> None:
    told = [
        row("data/setuid", b"", mode=0o6755),
        row("data/closed", b"", mode=0),
        row("data/marked", b"", xattrs={"security.capability": "AQAAAg", "trusted.x": "AA"}),
        row("data/ancient", b"", mtime=None),
    ]
    (tmp_path / "p.age").write_bytes(
        seal_archive(archive([(str(r["path"]), b"") for r in told], rows=told))
    )
    found = restored(tmp_path / "p.age", tmp_path / "bag")
    mode = {r["path"]: stat.S_IMODE((tmp_path / "bag" / r["path"]).stat().st_mode) for r in told}
    assert (mode["data/setuid"], mode["data/closed"]) == (0o755, 0o600)
    assert os.listxattr(tmp_path / "bag/data/marked") == []
    assert dict(found.omitted) == {
        "attributes other than user.*": 2,
        "set-user-id, set-group-id or sticky bits": 1,
        "times that the description does not hold": 1,
    }
    rows = json.loads((tmp_path / "bag/metadata/package.json").read_bytes())["files"]
    assert rows[0]["mode"] == 0o6755  # the description keeps what was not put back
