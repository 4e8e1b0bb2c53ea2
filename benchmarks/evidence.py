"""What is sealed and opened on the clock: one large file, many small ones; made once, kept.

Deleting a tree just before timing slows the file system down, so nothing here is ever removed:
``build/bench-evidence`` may be deleted by hand.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench-evidence"
TOOLS = Path(sys.executable).parent
COMITY = str(TOOLS / "comity")
MIB = 1 << 20


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds of wall and of processor time, and its peak memory."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def large(gibibytes: int = 1) -> Path:
    """Return a file that is three quarters random and one quarter text, as disk images are."""
    path = FOLDER / f"large-{gibibytes}" / "evidence.raw"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as stream:
            for number in range(gibibytes * 1024):
                text = (b"%08d log line\n" % number) * 58254
                stream.write(os.urandom(MIB) if number % 4 else text.ljust(MIB, b"x"))
        part.rename(path)
    return path


def small(count: int = 20_000, *, most_bytes: int = 40_960, least_bytes: int = 1024) -> Path:
    """Return a folder of files of 1 to 40 KiB in 200 folders."""
    folder = FOLDER / f"small-{count}"
    if not (folder / "made").exists():
        chance = random.Random(7)
        for number in range(count):
            place = folder / "files" / f"{number % 200:03}"
            if number < 200:
                place.mkdir(parents=True, exist_ok=True)
            size_bytes = chance.randrange(least_bytes, most_bytes)
            (place / f"f{number:06}.bin").write_bytes(chance.randbytes(size_bytes))
        (folder / "made").touch()
    return folder / "files"


def spend(command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> Spent:
    """Run a command, which must succeed, and return what it took."""
    begun = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=quiet, stderr=quiet
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    # The peak includes what this process held when it started the child, which is little.
    return Spent(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def rounds(work: Mapping[str, Callable[[int], Spent]], count: int = 3) -> dict[str, list[Spent]]:
    """Do each work in turn, ``count`` times, after one round that does not count."""
    found: dict[str, list[Spent]] = {name: [] for name in work}
    for number in range(count + 1):
        for name, do in work.items():
            spent = do(number)
            if number:
                found[name].append(spent)
    return found
