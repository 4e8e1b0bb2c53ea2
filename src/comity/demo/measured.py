"""What processes hold and have used, read from Linux's ``/proc``."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KIB: Final = 1024
_UTIME, _CUTIME = 11, 13
"""Fields of ``/proc/PID/stat`` behind the name: user and system ticks (proc_pid_stat(5))."""


@dataclass(frozen=True)
class Memory:
    """Memory of a process and its children.

    Attributes:
        pss_bytes: proportional share; pages shared by several count once in all.
        rss_bytes: resident; shared pages count in each.
    """

    pss_bytes: int
    rss_bytes: int


def descendants(pid: int) -> list[int]:
    """Return a process and its descendants that live."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text("ascii").split())
    return found


def memory_of(pids: Iterable[int]) -> Memory:
    """Return what processes hold now; one that has ended holds nothing."""
    pss = rss = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
            sizes = {name: value for name, _, value in (line.partition(":") for line in lines)}
            pss += int(sizes["Pss"].split()[0]) * _KIB
            rss += int(sizes["Rss"].split()[0]) * _KIB
    return Memory(pss, rss)


def used_s(pid: int) -> float:
    """Return the seconds of a core that a process itself has used; 0 if it has ended."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[_UTIME:_CUTIME])) / os.sysconf("SC_CLK_TCK")
    return 0.0
