"""Python with what other systems lack taken away: ``python -m tests.files.lacking SYSTEM WORDS``.

A mask proves that nothing here needs what is masked; it does not prove that the rest works there.
"""

import importlib.resources
import multiprocessing.connection
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

LIBRARY: Final = (importlib.resources, multiprocessing.connection, subprocess, tempfile)
"""Of each system its own: loaded before anything is taken away."""
MACOS: Final = (
    *("O_DIRECT", "fdatasync", "listxattr", "getxattr", "setxattr", "removexattr", "posix_fadvise"),
    *("copy_file_range", "sched_getaffinity", "memfd_create", "eventfd", "pidfd_open"),
)
WINDOWS: Final = (
    *MACOS,
    *("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "SEEK_DATA", "SEEK_HOLE"),
    *("preadv", "pread", "pwrite", "pwritev", "readv", "writev", "geteuid", "getuid", "getgid"),
    *(
        "sync",
        "fork",
        "forkpty",
        "mkfifo",
        "mknod",
        "chown",
        "lchown",
        "fchown",
        "getpgid",
        "killpg",
    ),
    *(
        "killpg",
        "statvfs",
        "uname",
        "O_SYNC",
        "O_DSYNC",
        "O_NOCTTY",
        "sysconf",
        "getloadavg",
        "sendfile",
    ),
)
MODULES: Final = {
    "macos": (),
    "windows": ("fcntl", "resource", "pwd", "grp", "termios", "posix", "readline", "syslog", "pty"),
}


def mask(system: str) -> None:
    """Take away what a system lacks."""
    for name in WINDOWS if system == "windows" else MACOS:
        if hasattr(os, name):
            delattr(os, name)
    for name in MODULES[system]:
        sys.modules[name] = None  # type: ignore[assignment]
    if system != "windows":
        return
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    for functions in (os.supports_dir_fd, os.supports_fd):
        functions.clear()
    for name in ("open", "lstat", "stat", "readlink", "scandir", "listdir"):
        setattr(os, name, _by_path(getattr(os, name)))


def _by_path(function: Any) -> Any:
    def call(place: Any, *more: Any, dir_fd: int | None = None, **options: Any) -> Any:
        assert dir_fd is None, "no descriptor of a folder there"
        assert not isinstance(place, int), "no listing of a descriptor there"
        if function.__name__ == "open":
            assert not Path(os.fsdecode(place)).is_dir(), "no folder opens there"
        return function(place, *more, **options)

    return call


def main() -> None:
    """Run a command of Comity."""
    mask(sys.argv[1])
    from comity.cli import main as comity

    comity(sys.argv[2:])


if __name__ == "__main__":
    main()
