"""Files as tar headers: ustar, with a pax header only where ustar cannot say it.

Sparse files stand in the form GNU calls 1.0: their map of data before the data.

Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual,
"Storing Sparse Files", "PAX Format, Version 1.0"; spec 15.1.
"""

from collections.abc import Sequence

BLOCK_BYTES = 512
TRAILER = bytes(2 * BLOCK_BYTES)
_MAX_OCTAL_SIZE = 8**11
_ZEROS = bytes(BLOCK_BYTES)
_OWNER = b"0000644\x000000000\x000000000\x00"  # mode, user, group
_MAGIC = bytes(100) + b"ustar\x0000" + bytes(64) + b"0000000\x000000000\x00"
_FIXED_SUM = sum(_OWNER) + sum(_MAGIC) + 8 * 0x20  # the checksum counts itself as spaces


def padding(size_bytes: int) -> bytes:
    """Return the zeros that fill a member's last block."""
    return _ZEROS[: -size_bytes % BLOCK_BYTES]


def header(path: str, size_bytes: int, *, mtime: int = 0) -> bytes:
    """Return the header block(s) of a plain file, mode 0644 and no owner.

    Args:
        path: with ``/`` between components, no NUL.
        size_bytes: length of the content that follows.
        mtime: seconds since 1970; clamped to what ustar can hold.
    """
    name = path.encode("utf-8")
    split = _split(name) if path.isascii() else None
    if split is not None and size_bytes < _MAX_OCTAL_SIZE:
        return _block(split[1], split[0], size_bytes, _clamped(mtime), b"0")
    return _extended(_record(b"path", name), size_bytes, mtime)


def sparse_header(
    path: str, size_bytes: int, pieces: Sequence[tuple[int, int]], *, mtime: int = 0
) -> bytes:
    """Return what stands before the data of a sparse file: headers, and the map of its data.

    Args:
        path: with ``/`` between components, no NUL.
        size_bytes: the file's size in full.
        pieces: (offset, length) of the data, ascending, with a hole between any two.
        mtime: seconds since 1970; clamped to what ustar can hold.
    """
    entries = list(pieces)
    if not entries or sum(entries[-1]) < size_bytes:
        entries.append((size_bytes, 0))  # GNU tar takes the file's end from the last entry
    numbers = [len(entries), *(number for entry in entries for number in entry)]
    told = b"".join(b"%d\n" % number for number in numbers)
    told += padding(len(told))
    records = (
        _record(b"GNU.sparse.major", b"1")
        + _record(b"GNU.sparse.minor", b"0")
        + _record(b"GNU.sparse.name", path.encode("utf-8"))
        + _record(b"GNU.sparse.realsize", b"%d" % size_bytes)
    )
    stored = len(told) + sum(length for _, length in entries)
    return _extended(records, stored, mtime) + told


def _extended(records: bytes, size_bytes: int, mtime: int) -> bytes:
    """Return an extended header with these records, and the plain header it belongs to."""
    if size_bytes >= _MAX_OCTAL_SIZE:
        records += _record(b"size", b"%d" % size_bytes)
    when = _clamped(mtime)
    shown = size_bytes if size_bytes < _MAX_OCTAL_SIZE else 0
    extended = _block(b"PaxHeaders/member", b"", len(records), when, b"x")
    plain = _block(b"see-PaxHeaders", b"", shown, when, b"0")
    return extended + records + padding(len(records)) + plain


def _clamped(mtime: int) -> int:
    return min(max(mtime, 0), _MAX_OCTAL_SIZE - 1)


def _split(name: bytes) -> tuple[bytes, bytes] | None:
    """Split at a slash into prefix (at most 155 bytes) and name (at most 100), if that works."""
    if len(name) <= 100:
        return b"", name
    cut = name.find(b"/", len(name) - 101)
    if 0 < cut <= 155 and cut < len(name) - 1:
        return name[:cut], name[cut + 1 :]
    return None


def _record(key: bytes, value: bytes) -> bytes:
    """Return a pax record; its leading decimal counts itself."""
    rest = len(key) + len(value) + 3
    size = rest + len(str(rest))
    size = rest + len(str(size))
    return b"%d %s=%s\n" % (size, key, value)


def _block(name: bytes, prefix: bytes, size_bytes: int, mtime: int, kind: bytes) -> bytes:
    numbers = b"%011o\x00%011o\x00" % (size_bytes, mtime)
    total = _FIXED_SUM + sum(name) + sum(prefix) + sum(numbers) + sum(kind)
    return b"%b%b%b%06o\x00 %b%b%b%b" % (
        name.ljust(100, b"\0"),
        _OWNER,
        numbers,
        total,
        kind,
        _MAGIC,
        prefix.ljust(155, b"\0"),
        bytes(12),
    )
