"""What a process that looks into an image may use: set by itself, before it opens one."""

import contextlib
import os
import resource
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from comity.forensics.confinement import confine

_GIB: Final = 1024**3
_DAY_S: Final = 24 * 3600


@dataclass(frozen=True)
class Limits:
    """Bounds of one inspection.

    Attributes:
        memory_bytes: address space of the process.
        cpu_s: processor time.
        wall_s: from start to end.
        stall_s: without a sign of life.
        answer_bytes: of the answer.
        open_files: at once.
    """

    memory_bytes: int = _GIB
    cpu_s: int = 120
    wall_s: int = 300
    stall_s: int = 120
    answer_bytes: int = 64 * 1024 * 1024
    open_files: int = 64

    def for_files(self, number: int) -> "Limits":
        """Return them with room for the files of an image; libewf holds all of them open."""
        return replace(self, open_files=self.open_files + number)

    def to_value(self) -> dict[str, Any]:
        """Return them as JSON."""
        return asdict(self)


LOOKING: Final = Limits()
READING: Final = Limits(cpu_s=2 * _DAY_S, wall_s=2 * _DAY_S)
"""For work that reads the whole medium: it may take long, but must go on."""


def apply(limits: Limits, *, readable: Iterable[Path] = (), unconfined: bool = False) -> None:
    """Bind this process: it reads its program and a few files, and reaches nothing else.

    Args:
        limits: of what it uses.
        readable: files that it reads beside its program.
        unconfined: whether it may go on where the kernel cannot confine it.

    Raises:
        ReaderUnconfinedError: the kernel cannot confine it, and it may not go on.
        OSError, ValueError: the system does not let it; then nothing is looked into.
    """
    bounds = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CORE: 0,  # a core would be evidence plaintext on disk
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_NPROC: 0,
    }
    for what, most in bounds.items():
        _soft, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    _leave_network()
    confine(readable, unconfined=unconfined)


def _leave_network() -> None:
    """Enter a network of its own, with nothing in it, if the kernel's policy lets this user.

    Nothing here uses the network; this is for what a hostile image may make of a library.
    """
    for kinds in (os.CLONE_NEWNET, os.CLONE_NEWUSER | os.CLONE_NEWNET):
        with contextlib.suppress(OSError):
            os.unshare(kinds)
            return
