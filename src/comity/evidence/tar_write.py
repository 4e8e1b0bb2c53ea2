"""Plain files as tar headers: ustar, with a pax header only where ustar cannot say it.

Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block".
"""

BLOCK_BYTES = 512
TRAILER = bytes(2 * BLOCK_BYTES)
_MAX_OCTAL_SIZE = 8**11
_ZEROS = bytes(BLOCK_BYTES)


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
    when = min(max(mtime, 0), _MAX_OCTAL_SIZE - 1)
    split = _split(name) if path.isascii() else None
    if split is not None and size_bytes < _MAX_OCTAL_SIZE:
        return _block(split[1], split[0], size_bytes, when, b"0")
    records = _record(b"path", name)
    if size_bytes >= _MAX_OCTAL_SIZE:
        records += _record(b"size", b"%d" % size_bytes)
    extended = _block(b"PaxHeaders/member", b"", len(records), when, b"x")
    shown = size_bytes if size_bytes < _MAX_OCTAL_SIZE else 0
    plain = _block(b"see-PaxHeaders", b"", shown, when, b"0")
    return extended + records + padding(len(records)) + plain


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
    before = b"%b0000644\x000000000\x000000000\x00%011o\x00%011o\x00" % (
        name.ljust(100, b"\0"),
        size_bytes,
        mtime,
    )
    after = b"%b%bustar\x0000%b%b%b" % (
        kind,
        bytes(100),
        bytes(64),
        b"0000000\x000000000\x00",
        prefix.ljust(155, b"\0"),
    )
    total = sum(before) + sum(after) + 8 * 0x20
    return b"%b%06o\x00 %b%b" % (before, total, after, bytes(12))
