"""Leaving a process only a few files to read, where the kernel knows Landlock (Linux 5.13).

What is open stays usable. Whatever else Landlock can deny is denied for good: other files and
folders, every change, programs, and as far as the kernel's version goes TCP, device controls,
abstract sockets and signals to others.

Source: Linux, Documentation/userspace-api/landlock.rst, include/uapi/linux/landlock.h.
"""

import ctypes
import os
import platform
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every architecture but Alpha
_ASK_VERSION: Final = 1
_BENEATH: Final = 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILES: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Version from which on to the rights that it handles; the last are refer, truncate, ioctl."""
_TCP_FROM, _TCP = 4, 0b11
_SCOPES_FROM, _SCOPES = 6, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def deny_files(readable: Iterable[Path]) -> bool:
    """Deny this process every file but some to read, and every change.

    It must have given up new rights before (``no_new_privs``).

    Args:
        readable: files, and folders with all that lies in them; what is not there is passed over.

    Returns:
        Whether the kernel does so.
    """
    version = landlock_version()
    if version < 1:
        return False
    kernel = ctypes.CDLL(None, use_errno=True)
    files = max(rights for since, rights in _FILES.items() if since <= version)
    asked = _Ruleset(
        files, _TCP if version >= _TCP_FROM else 0, _SCOPES if version >= _SCOPES_FROM else 0
    )
    known = 24 if version >= _SCOPES_FROM else 16 if version >= _TCP_FROM else 8
    ruleset = kernel.syscall(_CREATE_RULESET, ctypes.byref(asked), ctypes.c_size_t(known), 0)
    if ruleset < 0:
        return False
    try:
        added = all(_allow(kernel, ruleset, path) for path in readable)
        return added and bool(kernel.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def landlock_version() -> int:
    """Return the version of the kernel's Landlock; 0 or less where there is none."""
    if platform.system() != "Linux":
        return 0
    kernel = ctypes.CDLL(None, use_errno=True)
    return int(kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))


def _allow(kernel: ctypes.CDLL, ruleset: int, path: Path) -> bool:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True  # what is not there, or not for us, is not readable either
    try:
        folder = stat.S_ISDIR(os.fstat(opened).st_mode)
        rule = _Beneath(_READ_FILE | (_READ_FOLDER if folder else 0), opened)
        return bool(kernel.syscall(_ADD_RULE, ruleset, _BENEATH, ctypes.byref(rule), 0) == 0)
    finally:
        os.close(opened)
