"""What a file system can refuse, as errors with codes."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from comity.canonical.errors import MisuseError, OperationError


class StorageError(OperationError, code="storage"):
    """The file system failed; fact ``path`` where known."""


class DiskFullError(StorageError, code="disk-full"):
    """No space, or the quota is used up; nothing was published."""


class NotFoundError(StorageError, code="not-found"):
    """A named file or folder is not there."""


class NotPermittedError(StorageError, code="not-permitted"):
    """The operating system does not allow it."""


class UnreadableError(StorageError, code="source-unreadable"):
    """The medium gave a read error in the middle of a file."""


class StreamTooLongError(StorageError, code="stream-too-long"):
    """A stream continues beyond the segments that a package can number; nothing was published."""


class SpecialFileError(MisuseError, code="special-file"):
    """A pipe, socket or device lies in a tree, and the caller asked to refuse such a tree."""


class OutputExistsError(MisuseError, code="output-exists"):
    """The output's name is taken; nothing is ever overwritten."""


_BY_ERRNO: dict[int | None, type[StorageError]] = {
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
    errno.EFBIG: DiskFullError,
    errno.ENOENT: NotFoundError,
    errno.EACCES: NotPermittedError,
    errno.EPERM: NotPermittedError,
    errno.EROFS: NotPermittedError,
    errno.EIO: UnreadableError,
}


_WHY: dict[int | None, str] = {
    errno.ENOENT: "no such file or folder",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
}
"""What people meet most, in plain words; of the rest, what the system says."""


def translated(fault: OSError, doing: str) -> StorageError | OutputExistsError:
    """Return the Comity error of an operating system's error.

    Args:
        fault: what the system raised.
        doing: what was being done, with the whole path as it was named.
    """
    if fault.errno == errno.EEXIST:
        return OutputExistsError(f"{doing}: it exists already", errno=fault.errno)
    kind = _BY_ERRNO.get(fault.errno, StorageError)
    why = _WHY.get(fault.errno) or fault.strerror or type(fault).__name__
    return kind(f"{doing}: {why}", errno=fault.errno)


@contextmanager
def translating(doing: str) -> Iterator[None]:
    """Turn an `OSError` inside into an error that says what was being done, and why it failed.

    Args:
        doing: with the whole path as it was named, "reading cases/1.json".

    Raises:
        StorageError: by what the file system refused.
        OutputExistsError: a new file was wanted, and its name is taken.
    """
    try:
        yield
    except OSError as fault:
        raise translated(fault, doing) from fault
