"""The description inside a package: ``metadata/package.json``, written and read row by row.

The object is canonical JSON with its ``files`` in the middle. Both directions treat the rows as a
stream, so a list of any length needs no memory of its size.

Source: spec 15.1.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from comity.canonical import (
    PROTOCOL,
    ComityError,
    Mode,
    b64,
    decode,
    digest_text,
    encode,
    members,
    parse_digest,
    parse_mode,
    parse_party,
    parse_time,
    time_text,
    unb64,
)
from comity.evidence.package_errors import PackageMetadataError
from comity.evidence.package_names import original_value

NAME = "metadata/package.json"
SALT_BYTES = 32
MAX_ROW_CHARS = 1 << 16
_MAX_FRAME_BYTES = 4096
_HEAD = re.compile(r'\{"conversation":(?:null|"sha256:[0-9a-f]{64}"),"files":\[')
_KINDS = frozenset({"file", "directory", "symlink", "refused"})
_OPTIONAL = frozenset({"changed", "reason", "target"})
_MAX_SECONDS = 253_402_300_799  # the last second of year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageMeta:
    """Who packed what for whom; ``conversation`` is 32 bytes or None outside a case."""

    mode: Mode
    salt: bytes
    conversation: bytes | None
    sender: str | None
    receiver: str | None
    sealed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One thing the walk met.

    Attributes:
        name: original bytes, with ``/`` between the parts, from the named source on.
        kind: ``file``, ``directory``, ``symlink`` or ``refused``.
        path: payload path of a file; None otherwise.
        size_bytes: bytes in the package; 0 where there are none.
        mode: permission bits, 0 to 0o7777.
        mtime_ns: nanoseconds since 1970.
        target: where a symlink points.
        reason: why a thing was refused.
        changed: the file changed while it was read: the bytes are of no single moment.
    """

    name: bytes
    kind: str
    path: str | None = None
    size_bytes: int = 0
    mode: int = 0
    mtime_ns: int = 0
    target: bytes | None = None
    reason: str | None = None
    changed: bool = False

    def to_value(self) -> dict[str, Any]:
        """Return the row's JSON value."""
        seconds, fraction = divmod(self.mtime_ns, 1_000_000_000)
        known = 0 <= seconds <= _MAX_SECONDS
        value: dict[str, Any] = {
            "mode": self.mode,
            "mtime": time_text(datetime.fromtimestamp(seconds, UTC)) if known else None,
            "mtime_ns": fraction,
            "name": original_value(self.name),
            "path": self.path,
            "size_bytes": self.size_bytes,
            "type": self.kind,
        }
        if self.target is not None:
            value["target"] = original_value(self.target)
        if self.reason is not None:
            value["reason"] = self.reason
        if self.changed:
            value["changed"] = True
        return value


def head(meta: PackageMeta) -> bytes:
    """Return the bytes of the description before its rows."""
    conversation = None if meta.conversation is None else digest_text(meta.conversation)
    return b'{"conversation":' + encode(conversation) + b',"files":['


def tail(meta: PackageMeta) -> bytes:
    """Return the bytes of the description behind its rows."""
    value = {
        "from": meta.sender,
        "mode": meta.mode,
        "protocol": PROTOCOL,
        "salt": b64(meta.salt),
        "sealed_at": time_text(meta.sealed_at),
        "to": meta.receiver,
    }
    return b"]," + encode(value)[1:]


def parse_meta(value: object) -> PackageMeta:
    """Parse the description without its rows; `ComityError` by what is wrong."""
    text = (str, type(None))
    found = members(
        value,
        {
            "conversation": text,
            "files": list,
            "from": text,
            "mode": str,
            "protocol": str,
            "salt": str,
            "sealed_at": str,
            "to": text,
        },
    )
    if found["protocol"] != PROTOCOL:
        raise PackageMetadataError("the package speaks another protocol version")
    conversation = found["conversation"]
    return PackageMeta(
        mode=parse_mode(found["mode"]),
        salt=unb64(found["salt"], size_bytes=SALT_BYTES),
        conversation=None if conversation is None else parse_digest(conversation),
        sender=None if found["from"] is None else parse_party(found["from"]),
        receiver=None if found["to"] is None else parse_party(found["to"]),
        sealed_at=parse_time(found["sealed_at"]),
    )


def parse_row(value: object) -> FileRow:
    """Parse one row; `ComityError` by what is wrong."""
    text = (str, type(None))
    found = members(
        value,
        {
            "mode": int,
            "mtime": text,
            "mtime_ns": int,
            "name": dict,
            "path": text,
            "size_bytes": int,
            "type": str,
        },
        _OPTIONAL,
    )
    kind, path = found["type"], found["path"]
    moment = None if found["mtime"] is None else parse_time(found["mtime"])
    if (
        kind not in _KINDS
        or (path is not None) != (kind == "file")
        or ("target" in found) != (kind == "symlink")
        or ("reason" in found) != (kind == "refused")
        or found.get("changed", True) is not True
        or not isinstance(found.get("reason", ""), str)
        or not 0 <= found["mode"] <= 0o7777
        or not 0 <= found["mtime_ns"] < 1_000_000_000
        or found["size_bytes"] < 0
    ):
        raise PackageMetadataError("a row of the package's description contradicts itself")
    return FileRow(
        name=_original(found["name"]),
        kind=kind,
        path=path,
        size_bytes=found["size_bytes"],
        mode=found["mode"],
        mtime_ns=int(moment.timestamp()) * 1_000_000_000 + found["mtime_ns"] if moment else 0,
        target=_original(found["target"]) if "target" in found else None,
        reason=found.get("reason"),
        changed="changed" in found,
    )


def _original(value: object) -> bytes:
    if isinstance(value, dict) and len(value) == 1:
        if isinstance(value.get("text"), str):
            return str(value["text"]).encode("utf-8")
        if "bytes" in value:
            return unb64(value["bytes"])
    raise PackageMetadataError("an original name is neither text nor bytes")


def _refuse(_text: str) -> NoReturn:
    raise ValueError("no fractions in a description")


class RowReader:
    """Feed it the description's bytes; it yields rows; `finish` returns what stands around them."""

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
        self._buffer = ""
        self._head: str | None = None
        self._in_rows = True
        self._count = 0

    def feed(self, data: bytes | memoryview) -> Iterator[FileRow]:
        """Yield the rows that ``data`` completes; `PackageMetadataError` if it is not canonical."""
        try:
            self._buffer += self._text.decode(bytes(data))
        except UnicodeDecodeError as error:
            raise self._error() from error
        if self._head is None and not self._take_head():
            return
        yield from self._rows()
        if len(self._buffer) > (MAX_ROW_CHARS if self._in_rows else _MAX_FRAME_BYTES):
            raise self._error()

    def finish(self) -> PackageMeta:
        """Return the rest of the description, after the last byte; `PackageMetadataError`."""
        if self._head is None or self._in_rows or not self._buffer.startswith("]"):
            raise self._error()
        frame = (self._head + self._buffer).encode("utf-8")
        try:
            return parse_meta(decode(frame, max_bytes=2 * _MAX_FRAME_BYTES))
        except ComityError as error:
            raise PackageMetadataError(f"the package's description: {error}") from error

    def _error(self) -> PackageMetadataError:
        return PackageMetadataError(
            f"the package's description is not canonical at row {self._count}", row=self._count
        )

    def _take_head(self) -> bool:
        match = _HEAD.match(self._buffer)
        if match is None:
            if len(self._buffer) > _MAX_FRAME_BYTES:
                raise self._error()
            return False
        self._head = match[0]
        self._buffer = self._buffer[match.end() :]
        return True

    def _rows(self) -> Iterator[FileRow]:
        position = 0
        while self._in_rows and position < len(self._buffer):
            if self._buffer[position] == "]":
                self._in_rows = False
                break
            start = position + (1 if self._count else 0)
            if self._count and self._buffer[position] != ",":
                raise self._error()
            try:
                value, end = self._json.raw_decode(self._buffer, start)
            except json.JSONDecodeError:
                break  # incomplete, or broken: the size limit tells
            except (ValueError, RecursionError) as error:
                raise self._error() from error
            yield self._row(value, self._buffer[start:end])
            position = end
            self._count += 1
        self._buffer = self._buffer[position:]

    def _row(self, value: object, text: str) -> FileRow:
        try:
            if encode(value).decode("utf-8") != text:
                raise self._error()
            return parse_row(value)
        except PackageMetadataError:
            raise
        except (ComityError, UnicodeEncodeError) as error:
            raise PackageMetadataError(f"row {self._count}: {error}", row=self._count) from error
