"""What a process that reads hostile files can reach: its libraries, its file, its answer.

Landlock and seccomp bind it together; where the kernel has only one of them, or none, it reads
nothing, unless the operator decided that it may. ADR 0085.
"""

import contextlib
import ctypes
import errno
import functools
import mimetypes
import os
import platform
import resource
import stat
import struct
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from comity.forensics.errors import ReaderUnconfinedError

# Leaving a process only a few files to read, where the kernel knows Landlock (Linux 5.13).
#
# What is open stays usable. Whatever else Landlock can deny is denied for good: other files and
# folders, every change, programs, and as far as the kernel's version goes TCP, device controls,
# abstract sockets and signals to others.
#
# Source: Linux, Documentation/userspace-api/landlock.rst, include/uapi/linux/landlock.h.


_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every architecture but Alpha
_ASK_VERSION: Final = 1
_BENEATH: Final = 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
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
    files = max(rights for since, rights in _FILE_RIGHTS.items() if since <= version)
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


# Leaving a process only the system calls that reading and computing need (seccomp, Linux 3.17).
#
# What is not on the list answers EPERM: sockets of any kind, processes and threads, programs,
# signals to others, tracing, namespaces, limits, everything that changes files, and calls not yet
# invented.
#
# Source: Linux, Documentation/userspace-api/seccomp_filter.rst; seccomp(2); linux/filter.h.


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


# What a process that looks into an image may use: set by itself, before it opens one.


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
