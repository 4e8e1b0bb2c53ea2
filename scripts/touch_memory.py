"""Touch most of the memory that is free, once, in large pages: ``python scripts/touch_memory.py``.

A virtual machine is given its memory when a page is touched first, which costs twenty times what it
costs later; where single pages are touched, the host keeps them single, and every access stays
dear. For a run of tests on a machine that has just started. Nothing else needs it.
"""

import mmap
import os
import sys
import time
from pathlib import Path
from typing import Final

PART: Final = 0.7
"""How much of what is free is touched; the rest is left to others."""
AT_MOST_S: Final = 120.0
"""After so long the rest stays untouched: this machine does not gain by it."""
CHUNK: Final = 256 * 1024 * 1024
LIMITS: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def free() -> int:
    """Return the bytes of memory that are free, of the machine and of the limit set for us."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    rows = dict(line.split(":", 1) for line in lines)
    found = [int(rows["MemAvailable"].split()[0]) * 1024]
    for limit in LIMITS:
        text = limit.read_text(encoding="ascii").strip() if limit.is_file() else ""
        if text.isdigit():
            found.append(int(text))
    return min(found)


def touch(size: int, until: float) -> int:
    """Touch memory, and give it all back.

    Args:
        size: bytes to touch.
        until: reading of the monotonic clock after which no more is begun.

    Returns:
        The bytes that were touched.
    """
    held: list[mmap.mmap] = []
    while len(held) * CHUNK < size and time.monotonic() < until:
        piece = mmap.mmap(-1, CHUNK, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        piece.madvise(mmap.MADV_HUGEPAGE)
        for place in range(0, CHUNK, mmap.PAGESIZE):
            piece[place] = 1
        held.append(piece)
    return len(held) * CHUNK


def main() -> None:
    """Touch, in one process for each core, and say how much in how long."""
    if not sys.platform.startswith("linux"):
        return
    # whoever is short of memory shall end this program and no other
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    began, cores = time.monotonic(), os.cpu_count() or 1
    share = int(free() * PART) // cores
    children = []
    for _ in range(cores):
        child = os.fork()
        if not child:
            touched = touch(share, began + AT_MOST_S)
            print(f"touched {touched >> 20} MiB in {time.monotonic() - began:.0f} s", flush=True)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
