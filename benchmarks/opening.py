"""Opening against the tools it replaces: age, tar and bagit in a row; and reading a part.

Every opening of ours is a fresh process that checks blocks, chunks, digests and lists, flushes its
output and names it; the peers flush nothing. Each round writes fresh names, and nothing is removed
before all is measured.
"""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.evidence import COMITY, FOLDER, TOOLS, Spent, large, rounds, small, spend
from benchmarks.rows import Row, hand_over, median, say
from comity.evidence import age_keys

WORK = FOLDER / "opening"
IDENTITY = age_keys.Identity.of(bytes(range(1, 33)))
LARGE_GIB = 20 if os.environ.get("COMITY_BENCH_LARGE") == "1" else 4
PARTS = 9  # openings of one small file, of which the median counts


def seal(source: Path, name: str) -> str:
    """Seal for the fixed identity, whose file is ``key``; return the package's name."""
    recipient = str(IDENTITY.recipient)
    spend([COMITY, "seal", str(source), "-r", recipient, "-o", name, "--json"], cwd=WORK)
    return name


def typical(package: str, *, name: str) -> Spent:
    """Decrypt, unpack and validate: three passes, as people do."""
    script = (
        f"age -d -i key -o {name}.tar {package} && mkdir {name} && tar xf {name}.tar -C {name}"
        f" && {TOOLS}/bagit.py --quiet --validate {name}"
    )
    return spend(["sh", "-c", script], cwd=WORK)


def ours(package: str, *, output: str) -> Spent:
    """Open with the command, against the offer; what others wrote before is flushed before."""
    os.sync()
    return spend([*_command("open", package), "-o", output], cwd=WORK)


def _command(name: str, package: str) -> list[str]:
    offer = f"{package}.offer.json"
    return [COMITY, name, package, "-i", "key", "--offer", offer, "--unauthenticated", "--json"]


def row(name: str, unit: str, source: Path, about: str) -> Row:
    """Return the row of opening what ``source`` gives, against the three tools."""
    package = seal(source, f"{name}.age")
    found = rounds(
        {
            "ours": lambda n: ours(package, output=f"{name}-{n}"),
            "typical": lambda n: typical(package, name=f"{name}-{n}-typical"),
        }
    )
    for each, spent in found.items():
        wall, cpu = (median(getattr(s, field) for s in spent) for field in ("wall_s", "cpu_s"))
        say(f"{name}: {each} {wall:.2f} s wall, {cpu:.2f} s of processor")
    return Row(
        name=name,
        unit=unit,
        ours=median(spent.wall_s for spent in found["ours"]),
        peer=median(spent.wall_s for spent in found["typical"]),
        peer_name=f"age -d, tar x, bagit.py --validate; wanted: at most {about}",
    )


def part(gibibytes: int) -> tuple[float, int, float]:
    """Return seconds and bytes read to open a small file behind a large one, seconds to list."""
    (WORK / "small.txt").write_text("the line that matters\n" * 100)
    package = f"part-{gibibytes}.age"
    stream = f"head -c {gibibytes}G /dev/zero | exec {COMITY} seal - small.txt -r"
    spend(["sh", "-c", f"{stream} {IDENTITY.recipient} -o {package} --json"], cwd=WORK)
    only = [*_command("open", package), "--only", "small.txt"]
    seconds, read_bytes = [], 0
    for number in range(PARTS):
        begun = time.perf_counter()
        done = subprocess.run(
            [*only, "-o", f"{package}-{number}"],
            cwd=WORK,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        seconds.append(time.perf_counter() - begun)
        read_bytes = json.loads(done.stdout)["read_bytes"]
    listing = median(spend(_command("ls", package), cwd=WORK).wall_s for _ in range(PARTS))
    say(f"part of {gibibytes} GiB: {median(seconds):.3f} s, {read_bytes} bytes; ls {listing:.3f} s")
    return median(seconds), read_bytes, listing


def part_row() -> Row:
    """Return the row of one small file out of a large package, against the same out of 1 GiB."""
    (few_s, few_bytes, _), (many_s, many_bytes, _) = part(1), part(LARGE_GIB)
    return Row(
        name="open-only",
        unit=f"s, one file of {LARGE_GIB} GiB, {many_bytes} bytes read",
        ours=many_s,
        peer=few_s,
        peer_name=f"the same out of 1 GiB, {few_bytes} bytes read",
    )


def measure() -> list[Row]:
    """Return all rows; what the rounds wrote is removed only when all is measured."""
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "key").write_text(IDENTITY.text())
    try:
        return [
            row("open-1g", "s, 1 GiB, wall", large(), "0.50"),
            row("open-small", "s, 20,000 files, wall", small(), "0.60"),
            part_row(),
        ]
    finally:
        shutil.rmtree(WORK)


if __name__ == "__main__":
    hand_over(measure())
