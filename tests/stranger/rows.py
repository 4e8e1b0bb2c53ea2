"""What ``metadata/package.json`` says of the files of a package (spec 15.1)."""

import hashlib
from typing import Any

from tests.stranger.archive import Member
from tests.stranger.values import (
    DIGEST,
    MAX_INTEGER,
    PARTY,
    RefusedError,
    decode,
    demand,
    members,
    refuse,
    time_of,
    unb64,
)

CODE = "package-metadata"
PACKAGE = "conversation files from mode protocol salt sealed_at to"
ROW = {"mode", "mtime", "mtime_ns", "name", "path", "size_bytes", "type"}
MORE = {
    "file": {"changed", "device", "sparse", "xattrs", "xattrs_omitted"},
    "directory": {"xattrs", "xattrs_omitted"},
    "symlink": {"target", "xattrs", "xattrs_omitted"},
    "hardlink": {"target", "xattrs", "xattrs_omitted"},
    "stream": {"segment_size_bytes", "segments", "sha256", "xattrs", "xattrs_omitted"},
    "refused": {"reason", "xattrs", "xattrs_omitted"},
}
DUE = {
    "symlink": {"target"},
    "hardlink": {"target"},
    "stream": {"segment_size_bytes", "segments", "sha256"},
    "refused": {"reason"},
}
SEGMENT = 16 * 1024 * 1024
MAX_ATTRIBUTES = 32 * 1024
MAX_PACKAGE_JSON = 1 << 30


def read_package(data: bytes, payload: list[Member]) -> dict[str, Any]:
    """Return ``package.json``, whose rows explain every file of the payload and nothing else."""
    try:
        value = members(decode(data, most=MAX_PACKAGE_JSON), PACKAGE)
        _head(value)
        for row in value["files"]:
            _row(row)
    except (RefusedError, AttributeError, TypeError) as fault:
        raise RefusedError(CODE, str(fault)) from fault
    _hard_links(value["files"])
    left = list(payload)
    for row in value["files"]:
        if row["type"] == "file":
            _file(row, left)
        elif row["type"] == "stream":
            _stream(row, left)
    demand(not left, CODE, "a file without a row")
    return value


def _head(value: dict[str, Any]) -> None:
    demand(value["protocol"] == "comity/1" and value["mode"] in ("live", "exercise"), CODE)
    demand(len(unb64(value["salt"])) == 32, CODE, "the salt")
    time_of(value["sealed_at"])
    named = value["conversation"]
    demand(named is None or DIGEST.fullmatch(named), CODE, "the conversation")
    for party in (value["from"], value["to"]):
        demand(party is None or PARTY.fullmatch(party), CODE, "a party")
    demand(isinstance(value["files"], list), CODE)


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def _row(row: Any) -> None:
    demand(isinstance(row, dict) and row.get("type") in MORE, CODE, "the type of a row")
    kind, names = row["type"], set(row)
    demand(ROW | DUE.get(kind, set()) <= names <= ROW | MORE[kind], CODE, "members of a row")
    demand(all(_count(row[name]) for name in ("mode", "mtime_ns", "size_bytes")), CODE)
    if row["mtime"] is None:
        demand(row["mtime_ns"] == 0, CODE, "nanoseconds of no time")
    else:
        time_of(row["mtime"])
    demand(row["mtime_ns"] < 10**9, CODE)
    _name(row["name"])
    has_path = kind in ("file", "stream")
    demand(isinstance(row["path"], str) == has_path, CODE, "the path of a row")
    bare = row["path"] is None and row["size_bytes"] == 0
    demand(has_path or bare, CODE, "the path of a row")
    demand(row["mode"] <= 0o7777, CODE, "the mode of a row")
    for name in ("changed", "device", "sparse", "xattrs_omitted"):
        demand(row.get(name, True) is True, CODE, f"{name} denied")
    if "target" in row:
        _name(row["target"])
    if "reason" in row:
        demand(isinstance(row["reason"], str), CODE)
    if "xattrs" in row:
        _attributes(row["xattrs"])


def _name(value: Any) -> None:
    if isinstance(value, dict) and set(value) == {"text"}:
        demand(isinstance(value["text"], str), CODE, "a name")
    else:
        unb64(members(value, "bytes")["bytes"])


def _attributes(value: dict[str, Any]) -> None:
    size = 0
    demand(value, CODE, "attributes without one")
    for name, data in value.items():
        demand(name.isprintable(), CODE, "the name of an attribute")
        size += len(name.encode()) + len(unb64(data))
    demand(size <= MAX_ATTRIBUTES, CODE, "too many attributes")


def _hard_links(rows: list[dict[str, Any]]) -> None:
    packed: list[Any] = []
    names = [row["name"] for row in rows if row["type"] == "file"]
    for row in rows:
        if row["type"] == "file":
            packed.append(row["name"])
        if row["type"] == "hardlink":
            one = row["target"] in packed and names.count(row["target"]) == 1
            demand(one, CODE, "a hard link to what is no one file before it")


def _file(row: dict[str, Any], left: list[Member]) -> None:
    demand(left and left[0].name == row["path"], CODE, "a row in another place")
    member = left.pop(0)
    demand(member.size == row["size_bytes"], CODE, "another size")
    demand(member.sparse == row.get("sparse", False), CODE, "holes")


def _stream(row: dict[str, Any], left: list[Member]) -> None:
    size, count = row["size_bytes"], row["segments"]
    demand(row["segment_size_bytes"] == SEGMENT and DIGEST.fullmatch(row["sha256"]), CODE)
    demand(count == max(1, -(-size // SEGMENT)) and count <= 999_999, CODE, "segments")
    below = row["path"] + "/"
    whole = hashlib.sha256()
    for number in range(1, count + 1):
        demand(left and left[0].name == f"{below}{number:06}", CODE, "a segment is not there")
        member = left.pop(0)
        due = SEGMENT if number < count else size - SEGMENT * (count - 1)
        demand(member.size == due and not member.sparse, CODE, "the size of a segment")
        whole.update(member.data)
    if row["sha256"] != "sha256:" + whole.hexdigest():
        refuse("package-digest", "the whole of a stream")


def check_streams(value: dict[str, Any], payload: list[Member]) -> None:
    """Refuse files beside the segments in the folder of a stream."""
    for row in value["files"]:
        if row["type"] == "stream":
            below = [m.name for m in payload if m.name.startswith(row["path"] + "/")]
            demand(len(below) == row["segments"], CODE, "a file beside segments")
