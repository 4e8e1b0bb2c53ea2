"""Leaving a process only the system calls that reading and computing need (seccomp, Linux 3.17).

What is not on the list answers EPERM: sockets of any kind, processes and threads, programs, signals
to others, tracing, namespaces, limits, everything that changes files, and calls not yet invented.

Source: Linux, Documentation/userspace-api/seccomp_filter.rst; seccomp(2); linux/filter.h.
"""

import ctypes
import errno
import os
import platform
import struct
from typing import Final

_GET_SECCOMP, _SET_SECCOMP = 21, 22
_FILTER_MODE: Final = 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_REFUSE: Final = 0x00050000 | errno.EPERM
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_CALLS: Final[dict[str, tuple[int | None, int | None]]] = {
    "access": (21, None), "brk": (12, 214), "clock_getres": (229, 114),
    "clock_gettime": (228, 113), "clock_nanosleep": (230, 115), "close": (3, 57),
    "close_range": (436, 436), "dup": (32, 23), "exit": (60, 93), "exit_group": (231, 94),
    "faccessat": (269, 48), "faccessat2": (439, 439), "fadvise64": (221, 223), "fstat": (5, 80),
    "fstatfs": (138, 44), "futex": (202, 98), "getcwd": (79, 17), "getdents64": (217, 61),
    "getegid": (108, 177), "geteuid": (107, 175), "getgid": (104, 176), "getpid": (39, 172),
    "getppid": (110, 173), "getrandom": (318, 278), "getrlimit": (97, 163),
    "getrusage": (98, 165), "gettid": (186, 178), "gettimeofday": (96, 169), "getuid": (102, 174),
    "lseek": (8, 62), "lstat": (6, None), "madvise": (28, 233), "membarrier": (324, 283),
    "mincore": (27, 232), "mmap": (9, 222), "mprotect": (10, 226), "mremap": (25, 216),
    "munmap": (11, 215), "nanosleep": (35, 101), "newfstatat": (262, 79), "open": (2, None),
    "openat": (257, 56), "poll": (7, None), "ppoll": (271, 73), "pread64": (17, 67),
    "preadv": (295, 69), "pselect6": (270, 72), "read": (0, 63), "readlink": (89, None),
    "readlinkat": (267, 78), "readv": (19, 65), "restart_syscall": (219, 128),
    "rseq": (334, 293), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "sched_getaffinity": (204, 123), "sched_yield": (24, 124),
    "select": (23, None), "set_robust_list": (273, 99), "sigaltstack": (131, 132),
    "stat": (4, None), "statfs": (137, 43), "statx": (332, 291), "sysinfo": (99, 179),
    "time": (201, None), "times": (100, 153), "uname": (63, 160), "write": (1, 64),
    "writev": (20, 66),
}  # fmt: skip
"""Name to number on x86_64 and on aarch64 (asm/unistd.h), None where there is no such call."""
_FCNTL, _PRLIMIT, _TGKILL = (72, 25), (302, 261), (234, 131)
_FCNTL_COMMANDS: Final = (0, 1, 2, 3, 1030)
"""Copy a descriptor, read and set its flags; none that names an owner for signals."""

type _Step = tuple[int, int, int, int]


def deny_calls() -> bool:
    """Deny this process, for good, every system call that is not on the list.

    It must have given up new rights before (``no_new_privs``). Only its one thread is bound.

    Returns:
        Whether the kernel does so.
    """
    program = _program()
    if program is None:
        return False
    packed = b"".join(struct.pack("=HBBI", *step) for step in program)
    steps = ctypes.create_string_buffer(packed, len(packed))
    told = ctypes.create_string_buffer(
        struct.pack("@HP", len(program), ctypes.addressof(steps))
    )  # struct sock_fprog
    kernel = ctypes.CDLL(None, use_errno=True)
    done = kernel.prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER_MODE), ctypes.byref(told), 0, 0)
    return bool(done == 0)


def knows_calls() -> bool:
    """Return whether the kernel filters calls, and their numbers on this machine are known."""
    if _program() is None:
        return False
    kernel = ctypes.CDLL(None, use_errno=True)
    return bool(kernel.prctl(_GET_SECCOMP, 0, 0, 0, 0) >= 0)


def _program() -> list[_Step] | None:
    """Return the filter for this machine; None if its numbers are not known here."""
    if platform.system() != "Linux" or struct.calcsize("P") != 8:
        return None
    found = _ARCHITECTURES.get(platform.machine())
    if found is None:
        return None
    architecture, column = found
    steps: list[_Step] = [
        _load(_ARCHITECTURE_AT),
        (_EQUAL, 1, 0, architecture),
        _give(_KILL),  # 32-bit calls have other numbers
        _load(_NUMBER_AT),
    ]
    for numbers in _CALLS.values():
        number = numbers[column]
        if number is not None:
            steps += [(_EQUAL, 0, 1, number), _give(_ALLOW)]
    steps += _only_if(_TGKILL[column], [(0, os.getpid())])  # how a library aborts
    steps += _only_if(_PRLIMIT[column], [(0, 0), (2, 0)])  # its own, to read
    commands: list[_Step] = []
    for command in _FCNTL_COMMANDS:
        commands += [(_EQUAL, 0, 1, command), _give(_ALLOW)]
    commands = [_load(_ARGUMENTS_AT + 8), *commands, _give(_REFUSE)]
    steps += [(_EQUAL, 0, len(commands), _FCNTL[column]), *commands]
    return [*steps, _give(_REFUSE)]


def _only_if(number: int, arguments: list[tuple[int, int]]) -> list[_Step]:
    """Return steps that allow a call whose arguments are these, and refuse it otherwise."""
    checks: list[_Step] = []
    for place, value in arguments:
        for half, wanted in ((0, value), (4, 0)):
            checks += [
                _load(_ARGUMENTS_AT + 8 * place + half),
                (_EQUAL, 1, 0, wanted),
                _give(_REFUSE),
            ]
    checks.append(_give(_ALLOW))
    return [(_EQUAL, 0, len(checks), number), *checks]


def _load(place: int) -> _Step:
    return _LOAD, 0, 0, place


def _give(verdict: int) -> _Step:
    return _RETURN, 0, 0, verdict
