"""What a database says, as errors of this program, never in its own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError

from comity.canonical import OperationError
from comity.node.core.http_errors import RoomLacking

FAULTS: Final = (DatabaseError, InterfaceError)
"""What Django raises for a database's faults."""
_DAMAGED: Final = ("malformed", "not a database", "disk i/o error")
_LOCKED_OUT: Final = ("readonly", "read-only", "unable to open", "attempt to write")
_FULL: Final = ("full", "no space left")


class StorageError(RoomLacking, OperationError, code="database"):
    """The database refused a write that it understood; nothing was recorded."""


class StorageFullError(StorageError, code="database-full"):
    """The disk is full; nothing was acknowledged, nothing was lost."""


class RegisterDamagedError(OperationError, code="register-damaged"):
    """The register cannot be read as a database."""


class RegisterReadOnlyError(OperationError, code="register-read-only"):
    """The register cannot be opened or written to: a read-only disk, or another owner."""


class DatabaseAwayError(OperationError, code="database-away"):
    """The database does not answer, or not in time; it is tried again."""


@contextmanager
def translated() -> Iterator[None]:
    """Give a database's faults their own errors.

    Raises:
        StorageError, RegisterDamagedError, RegisterReadOnlyError, DatabaseAwayError: which it is.
    """
    try:
        yield
    except FAULTS as fault:
        raise translate_fault(fault) from fault


def translate_fault(fault: Exception) -> OperationError:
    """Return the error of a database's fault."""
    said = str(fault).lower()
    if any(word in said for word in _FULL):
        return StorageFullError("the disk is full: free space, then repeat; nothing was lost")
    if any(word in said for word in _DAMAGED):
        return RegisterDamagedError("the register cannot be read as a database")
    if any(word in said for word in _LOCKED_OUT):
        return RegisterReadOnlyError("the register cannot be opened for writing")
    if isinstance(fault, (OperationalError, InterfaceError)):
        return DatabaseAwayError("the database does not answer; nothing was acknowledged")
    return StorageError("the database refused the write; nothing was acknowledged")
