"""A package as a bag: its order, its manifests, its index (spec 15.1; RFC 8493)."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.stranger.archive import Member, check_alone, check_name, read_archive, write_archive
from tests.stranger.rows import check_streams, read_package
from tests.stranger.values import RefusedError, decode, demand, digest_text, encode, members, refuse

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INFO, MANIFEST, TAGS = "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha512.txt"
PACKAGE, CASE, INDEX = "metadata/package.json", "metadata/case.jsonld", "metadata/index.json"
BEHIND = [INFO, PACKAGE, MANIFEST, CASE, INDEX, TAGS]
TAGGED = ["bagit.txt", INFO, PACKAGE, MANIFEST, CASE, INDEX]
MAX_INDEX = 512
LINE = re.compile(r"([0-9a-f]+)  (.+)")

type Hash = Callable[[bytes], Any]


@dataclass(frozen=True)
class Package:
    """A package that was read.

    Attributes:
        value: package.json.
        payload: the files, by their paths.
        tag_manifest: digest of the tag manifest's bytes.
        file_list: digest of the list of files.
    """

    value: dict[str, Any]
    payload: dict[str, bytes]
    tag_manifest: str
    file_list: str


def read_manifest(data: bytes, digits: int) -> dict[str, str]:
    """Return the lines of a manifest: path to digest, in order."""
    try:
        text = data.decode("utf-8")
    except UnicodeError:
        refuse("package-layout", "a manifest that is no text")
    demand(not text or text.endswith("\n"), "package-layout", "the last line of a manifest")
    found: dict[str, str] = {}
    for line in text.split("\n")[:-1]:
        parts = LINE.fullmatch(line)
        demand(parts and len(parts[1]) == digits, "package-layout", "a line of a manifest")
        assert parts is not None
        check_name(parts[2])
        demand(parts[2] not in found, "package-duplicate")
        found[parts[2]] = parts[1]
    return found


def file_list(digests: list[str]) -> str:
    """Return the digest of a list of files."""
    return digest_text("file-list", encode(sorted(digests)))


def check_bagit(data: bytes) -> None:
    """Refuse another declaration than that of BagIt 1.0."""
    demand(data == BAGIT, "package-layout", "bagit.txt")


def check_payload_oxum(info: bytes, payload: list[int]) -> None:
    """Refuse a bag-info that counts another payload."""
    try:
        lines = info.decode("utf-8").split("\n")
    except UnicodeError:
        refuse("package-layout", INFO)
    told = [line for line in lines if line.startswith("Payload-Oxum: ")]
    demand(told == [f"Payload-Oxum: {sum(payload)}.{len(payload)}"], "package-layout", INFO)


def open_package(data: bytes) -> Package:
    """Read the archive of a package and check all that it says of itself."""
    found = read_archive(data)
    for member in found:
        check_name(member.name)
    check_alone([member.name for member in found])
    order = [member.name for member in found]
    payload = [member for member in found[1:] if member.name.startswith("data/")]
    due = ["bagit.txt", *(member.name for member in payload), *BEHIND]
    demand(order == due, "package-layout", "another order")
    by_name = {member.name: member for member in found}
    check_bagit(by_name["bagit.txt"].data)
    check_payload_oxum(by_name[INFO].data, [member.size for member in payload])
    manifest = read_manifest(by_name[MANIFEST].data, 64)
    demand(set(manifest) == {member.name for member in payload}, "package-manifest")
    demand(list(manifest) == [member.name for member in payload], "package-layout", "order")
    for member in payload:
        same = hashlib.sha256(member.data).hexdigest() == manifest[member.name]
        demand(same, "package-digest", member.name)
    tags = read_manifest(by_name[TAGS].data, 128)
    demand(set(tags) == set(TAGGED), "package-manifest")
    for name, told in tags.items():
        demand(hashlib.sha512(by_name[name].data).hexdigest() == told, "package-digest", name)
    value = read_package(by_name[PACKAGE].data, payload)
    check_streams(value, payload)
    _index(by_name)
    return Package(
        value,
        {member.name: member.data for member in payload},
        "sha256:" + hashlib.sha256(by_name[TAGS].data).hexdigest(),
        file_list(["sha256:" + told for told in manifest.values()]),
    )


def _index(found: dict[str, Member]) -> None:
    try:
        value = decode(found[INDEX].data, most=MAX_INDEX)
        members(value, "manifest package")
    except RefusedError as fault:
        raise RefusedError("package-layout", INDEX) from fault
    for name, path in (("manifest", MANIFEST), ("package", PACKAGE)):
        member = found[path]
        place = {"offset": member.offset, "size_bytes": member.size}
        same = value[name] == place and all(type(number) is int for number in value[name].values())
        demand(same, "package-layout", INDEX)


def write_package(
    files: list[tuple[str, bytes]], head: dict[str, Any], *, day: str, case: bytes
) -> bytes:
    """Return the archive of a package.

    Args:
        files: original names, which are safe ones, and bytes.
        head: members of package.json but ``files``.
        day: when it is sealed.
        case: the file for other programs.
    """
    payload = [(f"data/{name}", data) for name, data in files]
    rows = [
        {"mode": 0o644, "mtime": None, "mtime_ns": 0, "name": {"text": name},
         "path": f"data/{name}", "size_bytes": len(data), "type": "file"}
        for name, data in files
    ]  # fmt: skip
    lines = [f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in payload]
    size = sum(len(data) for _, data in payload)
    info = [f"Payload-Oxum: {size}.{len(payload)}\n", f"Bagging-Date: {day}\n"]
    info += [f"Source-Organization: {head['from']}\n"]
    written = [
        ("bagit.txt", BAGIT),
        *payload,
        (INFO, "".join(info).encode()),
        (PACKAGE, encode(head | {"files": rows})),
        (MANIFEST, "".join(lines).encode()),
        (CASE, case),
    ]
    places = {member.name: member for member in read_archive(write_archive(written))}
    index = {
        name: {"offset": places[path].offset, "size_bytes": places[path].size}
        for name, path in (("manifest", MANIFEST), ("package", PACKAGE))
    }
    written.append((INDEX, encode(index)))
    contents = dict(written)
    tags = [f"{hashlib.sha512(contents[name]).hexdigest()}  {name}\n" for name in TAGGED]
    return write_archive([*written, (TAGS, "".join(tags).encode())])
