"""The head guard: the checkpoint this node's log signed last, kept outside the register.

A register can fall back to an older copy of itself; what was signed cannot be taken back. So the
newest signed checkpoint lies in a place of its own and moves only from the bytes that were read
(compare and swap). `HeadGuard` is all that the log asks of such a place; `FileGuard` is the one of
a single machine: a file of two slots under a lock. A swap writes the older slot and flushes it
once; a torn write leaves the newer one as it was.

Source: ADR 0087.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from comity.canonical import OperationError

FILE: Final = "log-guard"
SLOT_BYTES: Final = 4096
_SLOTS: Final = 2
_MAGIC: Final = b"comity-log-guard/1"


class HeadGuardError(OperationError, code="log-guard"):
    """The head guard cannot be read or written, or what it holds is no checkpoint of this log."""


class HeadGuardMissingError(HeadGuardError, code="log-guard-missing"):
    """There is no head guard: a new node has one from `comity init`, a restored one makes it."""


class HeadGuard(Protocol):
    """Where the newest signed checkpoint lies; shared by whatever may sign for one log.

    Calls for one log must be serialisable, and a swap durable when it returns.
    """

    def read(self) -> bytes | None:
        """Return the newest signed checkpoint, a note; None if none was ever kept.

        Raises:
            HeadGuardError: it cannot be told.
        """

    def swap(self, old: bytes | None, new: bytes) -> bool:
        """Put a new checkpoint in the place of the one that was read; tell whether it was there.

        Args:
            old: the bytes that `read` gave; None makes the guard.
            new: durable before this returns True.

        Raises:
            HeadGuardError: in doubt. Read again: either may be there.
        """


class FileGuard:
    """A head guard in a file of this machine; safe between threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._doubtful = False

    def read(self) -> bytes | None:
        """Return what is kept; what a failed write may have left is first made durable."""
        with self._mutex:
            if self._doubtful:
                self._write_again()
            try:
                data = self._path.read_bytes()
            except FileNotFoundError:
                return None
            except OSError as fault:
                raise _refused("read", fault) from fault
        return _newest(data)[1]

    def swap(self, old: bytes | None, new: bytes) -> bool:
        """Replace what was read, under the file's lock."""
        with self._mutex:
            if old is None:
                return self._create(new)
            with self._locked() as handle:
                number, kept = _newest(os.pread(handle, SLOT_BYTES * _SLOTS, 0))
                if kept != old:
                    return False
                self._write(handle, number + 1, new)
        return True

    def _write_again(self) -> None:
        with self._locked() as handle:
            number, kept = _newest(os.pread(handle, SLOT_BYTES * _SLOTS, 0))
            self._write(handle, number + 1, kept)

    def _write(self, handle: int, number: int, note: bytes) -> None:
        slot = _slot(number, note)
        self._doubtful = True  # after a failed flush the kernel may show what no disk holds
        try:
            if os.pwrite(handle, slot, number % _SLOTS * SLOT_BYTES) != SLOT_BYTES:
                raise HeadGuardError("the head guard was written in part")
            os.fdatasync(handle)
        except OSError as fault:
            raise _refused("written", fault) from fault
        self._doubtful = False

    def _create(self, note: bytes) -> bool:
        """Make the file, whole and durable before it has its name; tell whether it was absent."""
        beside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(_slot(0, note) + bytes(SLOT_BYTES))
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, self._path)
            _sync_folder(self._path.parent)
        except FileExistsError:
            return False
        except OSError as fault:
            raise _refused("made", fault) from fault
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
        return True

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Give the file, opened and locked; the lock goes with the process that dies."""
        try:
            handle = os.open(self._path, os.O_RDWR)
        except FileNotFoundError as fault:
            raise HeadGuardMissingError("the head guard is gone") from fault
        except OSError as fault:
            raise _refused("opened", fault) from fault
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)


def _slot(number: int, note: bytes) -> bytes:
    head = b"%s %d %d %s\n" % (_MAGIC, number, len(note), _digest(number, note))
    if len(head) + len(note) > SLOT_BYTES:
        raise HeadGuardError("a checkpoint longer than any")
    return (head + note).ljust(SLOT_BYTES, b"\0")


def _digest(number: int, note: bytes) -> bytes:
    return hashlib.sha256(b"%d\n%s" % (number, note)).hexdigest().encode()


def _newest(data: bytes) -> tuple[int, bytes]:
    """Return number and note of the newest whole slot."""
    cut = (data[at : at + SLOT_BYTES] for at in range(0, SLOT_BYTES * _SLOTS, SLOT_BYTES))
    found = [slot for slot in map(_parsed, cut) if slot is not None]
    if not found:
        raise HeadGuardError("the head guard is damaged")
    return max(found)


def _parsed(slot: bytes) -> tuple[int, bytes] | None:
    head, _, rest = slot.partition(b"\n")
    words = head.split(b" ")
    if len(words) != 4 or words[0] != _MAGIC or not (words[1].isdigit() and words[2].isdigit()):
        return None
    number, note = int(words[1]), rest[: int(words[2])]
    return (number, note) if words[3] == _digest(number, note) else None


def _refused(what: str, fault: OSError) -> HeadGuardError:
    return HeadGuardError(f"the head guard cannot be {what}: {fault.strerror}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
