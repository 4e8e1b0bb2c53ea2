"""What a process that reads hostile files can reach: its libraries, its file, its answer.

Landlock and seccomp bind it together; where the kernel has only one of them, or none, it reads
nothing, unless the operator decided that it may. ADR 0085.
"""

import ctypes
import functools
import mimetypes
import os
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from comity.forensics.errors import ReaderUnconfinedError
from comity.forensics.landlock import deny_files, landlock_version
from comity.forensics.seccomp import deny_calls, knows_calls

VARIABLE: Final = "COMITY_UNCONFINED_READERS"
"""Set to 1, it is the operator's decision for commands without a node."""
_NO_NEW_PRIVS: Final = 38
_LIBRARIES: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
_FILES: Final = (
    "/dev/null", "/dev/urandom", "/dev/zero", "/etc/ld.so.cache", "/etc/localtime",
    "/usr/share/zoneinfo",
)  # fmt: skip
_SCHEME: Final = ("stdlib", "platstdlib", "purelib", "platlib")
_decision: dict[str, bool] = {}


def allow_unconfined(allowed: bool) -> None:  # noqa: FBT001 - it is the setting itself
    """Take the operator's decision for every reader that this process starts."""
    _decision["allowed"] = allowed


def is_unconfined_allowed() -> bool:
    """Return whether a reader may run where the kernel cannot confine it."""
    return _decision.get("allowed", False) or os.environ.get(VARIABLE) == "1"


@functools.cache
def is_offered() -> bool:
    """Return whether this system has what confines a reader, without confining anything."""
    return landlock_version() > 0 and knows_calls()


def confine(readable: Iterable[Path], *, unconfined: bool) -> None:
    """Confine this process for good.

    Args:
        readable: what it reads beside its own program.
        unconfined: whether it may go on where the kernel cannot do so.

    Raises:
        ReaderUnconfinedError: the kernel cannot, and it may not.
    """
    done = _give_up_rights() and deny_files((*program(), *readable)) and deny_calls()
    if not done and not unconfined:
        raise ReaderUnconfinedError(
            "this system cannot confine what reads hostile files (Linux 5.13 with Landlock and"
            " seccomp, on x86_64 or aarch64). Nothing was read. Try: set unconfined_readers"
            f" in node.toml, or {VARIABLE}=1 for a command, if this machine holds no secret"
        )


def program() -> tuple[Path, ...]:
    """Return where this program and its libraries lie; nothing of a node does."""
    own = Path(__file__).resolve().parents[2]
    told = (*(sysconfig.get_path(name) for name in _SCHEME), *_LIBRARIES, *_FILES)
    return (own, *(Path(path) for path in (*told, *mimetypes.knownfiles)))


def _give_up_rights() -> bool:
    try:
        kernel = ctypes.CDLL(None, use_errno=True)
        return bool(kernel.prctl(_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0))) == 0)
    except (AttributeError, OSError, TypeError):  # no Linux
        return False
