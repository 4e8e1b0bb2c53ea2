"""The files of a file system, a bounded number of them; runs in the looking process."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytsk3

from comity.canonical import time_text
from comity.forensics.image import Finding, name_value

MAX_DEPTH: Final = 64
MAX_PATH_BYTES: Final = 4096
MAX_FINDINGS: Final = 20
_MAX_SECONDS: Final = 253_402_300_799  # the year 9999
_MAX_INTEGER: Final = 2**53 - 1
_FILE: Final = "file"
_DIRECTORY: Final = "directory"
_NAME_TYPES: Final = {
    int(pytsk3.TSK_FS_NAME_TYPE_DIR): _DIRECTORY,
    int(pytsk3.TSK_FS_NAME_TYPE_LNK): "symlink",
    int(pytsk3.TSK_FS_NAME_TYPE_REG): _FILE,
    int(pytsk3.TSK_FS_NAME_TYPE_VIRT): "virtual",
    int(pytsk3.TSK_FS_NAME_TYPE_VIRT_DIR): "virtual",  # orphans: a scan of every inode, not listed
}
_META_TYPES: Final = {
    int(pytsk3.TSK_FS_META_TYPE_DIR): _DIRECTORY,
    int(pytsk3.TSK_FS_META_TYPE_LNK): "symlink",
    int(pytsk3.TSK_FS_META_TYPE_REG): _FILE,
}
_UNALLOCATED: Final = int(pytsk3.TSK_FS_NAME_FLAG_UNALLOC)
_META_UNALLOCATED: Final = int(pytsk3.TSK_FS_META_FLAG_UNALLOC)


@dataclass
class Listing:
    """What was found.

    Attributes:
        files: rows, those nearest to the root first.
        truncated: there are more.
        findings: directories that cannot be read.
    """

    files: list[dict[str, Any]] = field(default_factory=list)
    truncated: bool = False
    findings: list[Finding] = field(default_factory=list)


def listing(system: Any, *, most: int) -> Listing:
    """Return the files of a file system, breadth first.

    Args:
        system: the library's.
        most: rows.
    """
    found = Listing()
    root = int(system.info.root_inum)
    waiting, seen = deque([(root, b"", 0)]), {root}
    while waiting:
        address, prefix, depth = waiting.popleft()
        for name, entry in _entries(system, address, found):
            if len(found.files) >= most:
                found.truncated = True
                return found
            row = _row(prefix + b"/" + name, entry)
            found.files.append(row)
            below = row["address"]
            if row["type"] != _DIRECTORY or below in seen or not _is_own(entry):
                continue
            if depth + 1 == MAX_DEPTH or len(prefix) + len(name) > MAX_PATH_BYTES:
                found.truncated = True
                continue
            seen.add(below)
            waiting.append((below, prefix + b"/" + name, depth + 1))
    return found


def entries(system: Any, address: int) -> Iterator[tuple[bytes, Any]]:
    """Yield (name, entry) of a directory, without itself and its parent.

    Raises:
        OSError: the library cannot read it.
    """
    for entry in system.open_dir(inode=address):
        name = entry.info.name
        if name is not None and name.name not in (None, b"", b".", b".."):
            yield bytes(name.name), entry


def _entries(system: Any, address: int, found: Listing) -> Iterator[tuple[bytes, Any]]:
    """Yield the entries of a directory; one that cannot be read is a finding."""
    try:
        yield from entries(system, address)
    except OSError:
        if len(found.findings) < MAX_FINDINGS:
            told = f"the directory at metadata address {address} cannot be read"
            found.findings.append(Finding("image-unreadable", told))


def is_deleted(entry: Any) -> bool:
    """Tell whether a name is one that was deleted."""
    return bool(int(entry.info.name.flags) & _UNALLOCATED)


def kind_of(entry: Any) -> str:
    """Return ``file directory symlink virtual other``."""
    by_name = _NAME_TYPES.get(int(entry.info.name.type))
    if by_name is not None:
        return by_name
    meta = entry.info.meta
    return _META_TYPES.get(int(meta.type), "other") if meta is not None else "other"


def _is_own(entry: Any) -> bool:
    """Tell whether a directory is still what its name meant: a deleted one may be another's now."""
    if not is_deleted(entry):
        return True
    meta = entry.info.meta
    return meta is not None and bool(int(meta.flags) & _META_UNALLOCATED)


def _row(path: bytes, entry: Any) -> dict[str, Any]:
    meta = entry.info.meta
    times = {
        ours: _time(getattr(meta, theirs)) if meta is not None else None
        for ours, theirs in (
            ("accessed", "atime"),
            ("changed", "ctime"),
            ("created", "crtime"),
            ("modified", "mtime"),
        )
    }
    return {
        "address": min(int(entry.info.name.meta_addr), _MAX_INTEGER),
        "deleted": is_deleted(entry),
        "path": name_value(path),
        "size_bytes": _size(meta),
        "type": kind_of(entry),
        **times,
    }


def _size(meta: Any) -> int | None:
    size = int(meta.size) if meta is not None else -1
    return size if 0 <= size <= _MAX_INTEGER else None


def _time(seconds: Any) -> str | None:
    whole = int(seconds or 0)
    if not 0 < whole <= _MAX_SECONDS:
        return None
    return time_text(datetime.fromtimestamp(whole, UTC))
