"""Sealing against the tools it replaces: bagit, tar and age in a row, a bare hash, an imager.

Every seal of ours is a fresh process that writes, flushes and names its output and computes the
root over its blocks; the peers flush nothing.
"""

import os
import shutil
from pathlib import Path

from benchmarks.evidence import COMITY, FOLDER, TOOLS, Spent, large, rounds, small, spend
from benchmarks.rows import Row, hand_over, median, say

WORK = FOLDER / "sealing"
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
STREAM_GIB = 40
MANY = 200_000


def typical(source: Path, *, name: str) -> Spent:
    """Make a bag of hard links to the source, tar it, encrypt it: three passes, as people do."""
    bag = WORK / f"{name}-bag"
    shutil.copytree(source, bag, copy_function=os.link)
    script = (
        f"{TOOLS}/bagit.py --sha256 --quiet {bag.name} && tar cf {name}.tar {bag.name}"
        f" && age -r {RECIPIENT} -o {name}.tar.age {name}.tar"
    )
    return spend(["sh", "-c", script], cwd=WORK)


def ours(*sources: str | Path, output: str) -> Spent:
    """Seal with the command."""
    command = [COMITY, "seal", *map(str, sources), "-r", RECIPIENT, "-o", output, "--json"]
    return spend(command, cwd=WORK)


def imager(source: Path, *, name: str) -> Spent:
    """Acquire into an EWF set without compression, unattended, with the digest that we make."""
    command = ["ewfacquire", "-u", "-q", "-c", "none", "-d", "sha256", "-t", name, str(source)]
    return spend(command, cwd=WORK)


def row(name: str, unit: str, found: dict[str, list[Spent]], peer: str, about: str) -> Row:
    """Return the row of our wall time against one peer's."""
    for each, spent in found.items():
        wall, cpu = (median(getattr(s, field) for s in spent) for field in ("wall_s", "cpu_s"))
        say(f"{name}: {each} {wall:.2f} s wall, {cpu:.2f} s of processor")
    return Row(
        name=name,
        unit=unit,
        ours=median(spent.wall_s for spent in found["ours"]),
        peer=median(spent.wall_s for spent in found[peer]),
        peer_name=about,
    )


def large_rows() -> list[Row]:
    """Return the rows of one file of 1 GiB."""
    source = large()
    found = rounds(
        {
            "ours": lambda n: ours(source, output=f"large-{n}.age"),
            "typical": lambda n: typical(source.parent, name=f"large-{n}"),
            "sha256sum": lambda _: spend(["sha256sum", str(source)], cwd=WORK),
            "ewfacquire": lambda n: imager(source, name=f"large-{n}"),
        }
    )
    unit = "s, 1 GiB, wall"
    return [
        row("seal-1g", unit, found, "typical", "bagit.py, tar, age; wanted: at most 0.45"),
        row("seal-1g-sha256sum", unit, found, "sha256sum", "sha256sum; wanted: at most 1.7"),
        row(
            "seal-1g-ewfacquire",
            unit,
            found,
            "ewfacquire",
            "ewfacquire -c none -d sha256; wanted: at most 0.40",
        ),
    ]


def small_row() -> Row:
    """Return the row of 20,000 small files."""
    source = small()
    found = rounds(
        {
            "ours": lambda n: ours(source, output=f"small-{n}.age"),
            "typical": lambda n: typical(source, name=f"small-{n}"),
        }
    )
    about = "bagit.py, tar, age; wanted: at most 0.42"
    return row("seal-small", "s, 20,000 files, wall", found, "typical", about)


def memory_row() -> Row:
    """Return the largest peak of three seals that could grow: size, stream, number."""
    many = small(MANY, least_bytes=16, most_bytes=64)
    command = f"head -c {STREAM_GIB}G /dev/zero | exec {COMITY} seal - -r {RECIPIENT} -o /dev/null"
    peaks = {
        "1 GiB file": ours(large(), output="/dev/null"),
        f"{STREAM_GIB} GiB stream": spend(["sh", "-c", command], cwd=WORK),
        f"{MANY:,} files": ours(many, output="/dev/null"),
    }
    for name, spent in peaks.items():
        say(f"seal-memory: {name}: {spent.peak_mib:.0f} MiB, {spent.wall_s:.1f} s")
    return Row(
        name="seal-memory",
        unit=f"MiB, peak of 1 GiB file, {STREAM_GIB} GiB stream, {MANY:,} files",
        ours=max(spent.peak_mib for spent in peaks.values()),
        peer=None,
        peer_name="none; wanted: at most 96",
    )


def measure() -> list[Row]:
    """Return all rows; what the rounds wrote is removed only when all is measured."""
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        return [*large_rows(), small_row(), memory_row()]
    finally:
        shutil.rmtree(WORK)


if __name__ == "__main__":
    hand_over(measure())
