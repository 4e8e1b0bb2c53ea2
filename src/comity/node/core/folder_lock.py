"""One process serves a node's folder: the lock that the first takes, and its port.

The lock goes with the process and with every worker it forked, so it outlives a supervisor that was
killed while its worker goes on.
"""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from comity.canonical import OperationError

FILE: Final = "run.lock"
PATIENCE_S: Final = 5.0
_PAUSE_S: Final = 0.1
_PASSING: Final = frozenset({errno.EAGAIN, errno.EADDRINUSE})
_HELD: Final[list[int]] = []
"""Open as long as this process lives."""


class NodeRunningError(OperationError, code="node-running"):
    """Another process serves this node's folder."""


class PortTakenError(OperationError, code="listen-taken"):
    """Something listens already where this node is to listen, or the address is not this one's."""


def hold_folder(folder: Path) -> None:
    """Take a folder for this process until it and its workers end.

    Raises:
        NodeRunningError: another has it; says which.
    """
    try:
        handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise FolderLockError(f"{FILE} cannot be written: {fault.strerror}") from fault
    try:
        _in_time(lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except OSError as fault:
        said = os.read(handle, 20).decode("ascii", "replace").strip()
        os.close(handle)
        who = f"process {said}" if said.isdigit() else "another process"
        raise NodeRunningError(f"{who} serves this folder") from fault
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode("ascii"))
    _HELD.append(handle)


class FolderLockError(OperationError, code="folder-unwritable"):
    """A node's folder cannot be written to: a read-only disk, or another owner."""


def _in_time(step: Callable[[], None]) -> None:
    """Do what another process may still forbid that was killed a moment ago and is ending.

    Raises:
        OSError: it is forbidden after `PATIENCE_S` too.
    """
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            step()
        except OSError as fault:
            if fault.errno not in _PASSING or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def check_not_served(folder: Path, *, why: str = "its database is changed") -> None:
    """Raise while another process serves a folder.

    Args:
        folder: of a node.
        why: the node has to be stopped, for the error.

    Raises:
        NodeRunningError: one does.
    """
    if _HELD:
        return  # this process does
    try:
        handle = os.open(folder / FILE, os.O_RDWR)
    except OSError:
        return  # it was never served
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as fault:
        raise NodeRunningError(f"stop the node first: {why}") from fault
    finally:
        os.close(handle)


def check_port(host: str, port: int) -> None:
    """Raise unless nothing listens on an address of this machine; two servers would share it.

    Raises:
        PortTakenError: something does, or the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            _in_time(lambda: probe.bind((host.strip("[]"), port)))
        except OSError as fault:
            raise PortTakenError(f"{host}:{port}: {fault.strerror}") from fault
