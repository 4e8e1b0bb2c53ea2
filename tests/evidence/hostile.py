"""Archives made by hand whose members do not stand as the plain writer would put them."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.evidence.kit import Members, description, members, row

from comity.evidence import bag
from comity.evidence.package_index import Index, Place
from comity.evidence.tar import BLOCK_BYTES, TRAILER, header, padding

type Payload = Sequence[tuple[str, bytes]]


def stored(path: str, data: bytes) -> bytes:
    """A member as the plain writer puts it."""
    return header(path, len(data)) + data + padding(len(data))


def sparse_member(
    path: str,
    numbers: Sequence[int | bytes],
    data: bytes,
    *,
    realsize: bytes,
    records: Mapping[str, bytes] | None = None,
    hidden: bytes = b"",
) -> bytes:
    """A member in GNU's form 1.0, its map and records as given, right or wrong.

    Args:
        path: of the file.
        numbers: of the map, a line each.
        data: what stands behind the map.
        realsize: what the record says.
        records: further or other records.
        hidden: bytes behind the last number.
    """
    told = {
        "GNU.sparse.major": b"1",
        "GNU.sparse.minor": b"0",
        "GNU.sparse.name": path.encode(),
        "GNU.sparse.realsize": realsize,
    } | dict(records or {})
    body = b"".join(_record(key.encode(), value) for key, value in told.items() if value)
    lines = b"".join(b"%b\n" % (n if isinstance(n, bytes) else b"%d" % n) for n in numbers) + hidden
    content = lines + padding(len(lines)) + data
    extended = bytearray(header("PaxHeaders/member", len(body)))
    extended[156:157] = b"x"
    total = sum(extended[:148]) + sum(extended[156:]) + 8 * 0x20
    extended[148:156] = b"%06o\x00 " % total
    plain = header("see-PaxHeaders", len(content))
    return bytes(extended) + body + padding(len(body)) + plain + content + padding(len(content))


def _record(key: bytes, value: bytes) -> bytes:
    rest = len(key) + len(value) + 3
    size = rest + len(str(rest))
    return b"%d %b=%b\n" % (rest + len(str(size)), key, value)


def archive(
    payload: Payload,
    *,
    rows: Sequence[Mapping[str, Any]] | None = None,
    instead: Mapping[str, bytes] | None = None,
    **replaced: bytes,
) -> bytes:
    """An archive whose lists agree with ``payload``, with other rows or stored members if given.

    Args:
        payload: path and bytes in full of each file.
        rows: of the description; without them each file has its plain one.
        instead: path -> the member as it is stored.
        replaced: as in `kit.members`.
    """
    told = [row(path, data) for path, data in payload] if rows is None else rows
    replaced = {"metadata_package_json": description(told)} | replaced
    entries = members(payload, **replaced)
    replaced = {"metadata_index_json": _index(entries, instead or {})} | replaced
    entries = members(payload, **replaced)
    return b"".join((instead or {}).get(path) or stored(path, data) for path, data in entries) + (
        TRAILER
    )


def _index(entries: Members, instead: Mapping[str, bytes]) -> bytes:
    places, offset = {}, 0
    for path, data in entries:
        places[path] = Place(offset + len(header(path, len(data))), len(data))
        offset += len(instead.get(path) or stored(path, data))
    assert offset % BLOCK_BYTES == 0
    return Index(places[bag.MANIFEST_NAME], places["metadata/package.json"]).encode()
