"""Images made for tests by other people's tools."""

import shutil
import subprocess
from pathlib import Path

from tests.conftest import needs

SEGMENT_BYTES = 1024 * 1024


def run(*words: str | Path, status: int = 0) -> str:
    """Run a judge; its output is shown when its status is another."""
    done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def raw_disk(folder: Path, size_bytes: int = 3 * 1024 * 1024) -> Path:
    """An ext4 file system with three files, one of them deleted, followed by odd bytes."""
    tree = folder / "tree"
    (tree / "docs").mkdir(parents=True)
    (tree / "docs" / "plan.txt").write_bytes(b"the plan\n" * 1000)
    (tree / "letter.txt").write_bytes(b"a letter\n")
    (tree / "gone.txt").write_bytes(b"deleted\n")
    image = folder / "disk.raw"
    with image.open("wb") as file:
        file.truncate(size_bytes)
    run(admin("mkfs.ext4"), "-q", "-F", "-b", "1024", "-L", "EVIDENCE", "-d", tree, image)
    run(admin("debugfs"), "-w", "-R", "rm /gone.txt", image)
    return image


def ewf(source: Path, target: Path, *words: str) -> list[Path]:
    """An E01 set of a raw disk, in segments of one MiB."""
    done = (
        needs("ewfacquire"),
        "-u",
        "-q",
        "-c",
        "none",
        "-f",
        "encase6",
        "-S",
        str(SEGMENT_BYTES),
    )
    told = ("-C", "case 7", "-D", "a disk", "-E", "item 1", "-e", "A. Examiner", "-N", "none")
    run(*done, *told, *words, "-t", target, source)
    return sorted(target.parent.glob(f"{target.name}.E*"))


def admin(tool: str) -> str:
    """Return the path of a tool that Debian keeps from ordinary users' PATH, as `needs` does."""
    return shutil.which(tool, path="/usr/sbin:/sbin") or needs(tool)
