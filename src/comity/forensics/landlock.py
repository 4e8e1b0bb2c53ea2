"""Giving up every right to change the file system, where the kernel knows Landlock (Linux 5.13).

What is open stays usable, and files can still be read. There is no rule to keep: everything that
Landlock can deny, but reading, is denied for good, also to what this process starts.

Source: Linux, Documentation/userspace-api/landlock.rst; prctl(2), PR_SET_NO_NEW_PRIVS.
"""

import ctypes
import os
from typing import Final

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same numbers on every architecture but Alpha
_ASK_VERSION: Final = 1
_NO_NEW_PRIVS: Final = 38
_READ: Final = 1 << 2 | 1 << 3  # files, folders
_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}  # by version


def deny_changes() -> bool:
    """Deny this process to write, make, remove, rename, cut or execute files.

    Returns:
        Whether the kernel does so; if not, the limits of `comity.forensics.limits` are all.
    """
    kernel = ctypes.CDLL(None, use_errno=True)
    version = kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    denied = ctypes.c_uint64(_RIGHTS[min(version, 3)] & ~_READ)
    size = ctypes.c_size_t(ctypes.sizeof(denied))
    ruleset = kernel.syscall(_CREATE_RULESET, ctypes.byref(denied), size, 0)
    if ruleset < 0:
        return False
    try:
        plain = kernel.prctl(_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0))) == 0
        return plain and bool(kernel.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)
