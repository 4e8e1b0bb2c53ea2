"""BagIt 1.0 tag files as text: what they say, strictly read and written in one way.

Source: RFC 8493 sections 2.1.1 (declaration), 2.1.3 (payload manifest), 2.2.1 (tag manifest), 2.2.2
(bag-info), 3 (valid bags).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from comity.evidence.package_errors import (
    PackageDuplicateError,
    PackageLayoutError,
    PackageManifestError,
    PackageNameError,
)

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
DECLARATION_NAME = "bagit.txt"
INFO_NAME = "bag-info.txt"
MANIFEST_NAME = "manifest-sha256.txt"
TAG_MANIFEST_NAME = "tagmanifest-sha512.txt"
ALGORITHMS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_MANIFEST_FILE = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+(.+)")
_DECLARED = re.compile(
    rb"BagIt-Version: 1\.0\r?\nTag-File-Character-Encoding: [Uu][Tt][Ff]-?8(\r?\n)*"
)


@dataclass(frozen=True, slots=True)
class ManifestName:
    """What a manifest's file name says."""

    algorithm: str
    is_tag: bool


def manifest_name(path: str) -> ManifestName | None:
    """Return what ``manifest-ALG.txt`` or ``tagmanifest-ALG.txt`` says; None for other names."""
    match = _MANIFEST_FILE.fullmatch(path)
    if match is None or match[2] not in ALGORITHMS:
        return None
    return ManifestName(match[2], is_tag=bool(match[1]))


def check_declaration(data: bytes) -> None:
    """Check ``bagit.txt``: version 1.0, UTF-8, no byte order mark; `PackageLayoutError`."""
    if not _DECLARED.fullmatch(data):
        raise PackageLayoutError("bagit.txt does not declare BagIt 1.0 in UTF-8", path="bagit.txt")


def escape(path: str) -> str:
    """Return a path as a manifest writes it: CR, LF and ``%`` percent-encoded, nothing else."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def unescape(text: str) -> str:
    """Inverse of `escape`; other percent signs stay as they are."""
    return re.sub(r"%(0[AaDd]|25)", lambda match: chr(int(match[1], 16)), text)


def line(digest: bytes, path: str) -> bytes:
    """Return one manifest line in the form ``sha256sum -c`` reads."""
    return b"%b  %b\n" % (digest.hex().encode("ascii"), escape(path).encode("utf-8"))


def payload_line(digest: bytes, path: str) -> bytes:
    """Return `line` for a name that may stand in a package, which needs no escape."""
    return f"{digest.hex()}  {path}\n".encode()


def parse_manifest(data: bytes, name: str) -> dict[str, str]:
    """Return path -> lower-case hex digest.

    Args:
        data: the manifest's bytes.
        name: its file name, which tells the algorithm and what it may list.

    Raises:
        PackageLayoutError: not UTF-8, a malformed line, a digest of the wrong length.
        PackageDuplicateError: a path is listed twice.
        PackageNameError: a path leaves the bag or belongs into the other kind of manifest.
    """
    kind = manifest_name(name)
    if kind is None:
        raise PackageLayoutError(f"{name} is no manifest of a known algorithm", path=name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackageLayoutError(f"{name} is not UTF-8", path=name) from error
    found: dict[str, str] = {}
    for number, row in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if not row:
            continue
        match = _LINE.fullmatch(row)
        if match is None or len(match[1]) != ALGORITHMS[kind.algorithm]:
            raise PackageLayoutError(f"{name}, line {number}: malformed", path=name, line=number)
        path = check_bag_path(unescape(match[2]), payload=not kind.is_tag)
        if path in found:
            raise PackageDuplicateError(f"{name}, line {number}: a file is listed twice", path=path)
        found[path] = match[1].lower()
    return found


def check_bag_path(path: str, *, payload: bool) -> str:
    """Return a path that stays inside a bag, in the kind of manifest it belongs to."""
    parts = path.split("/")
    if (
        any(part in ("", ".", "..") for part in parts)
        or "\0" in path
        or "\\" in path
        or parts[0].startswith("~")
        or re.match(r"[A-Za-z]:", path)
        or (parts[0] == "data") != payload
        or (payload and len(parts) < 2)
    ):
        raise PackageNameError(f"the name {path[:200]!r} may not stand in this manifest")
    return path


def check_completeness(
    manifests: Mapping[str, Mapping[str, str]], *, payload: AbstractSet[str], tags: AbstractSet[str]
) -> None:
    """Check that each manifest lists what it must and nothing that is not there.

    Args:
        manifests: manifest file name -> what `parse_manifest` returned.
        payload: paths below ``data/`` that exist.
        tags: other paths that exist.

    Raises:
        PackageLayoutError: no payload manifest, or fetch.txt.
        PackageManifestError: facts ``missing`` and ``extra`` name up to ten files each.
    """
    if "fetch.txt" in tags:
        raise PackageLayoutError("fetch.txt is not part of this profile", path="fetch.txt")
    kinds = {name: manifest_name(name) for name in manifests}
    if not any(kind is not None and not kind.is_tag for kind in kinds.values()):
        raise PackageLayoutError("the bag has no payload manifest")
    tag_lists = [
        manifests[name] for name, kind in kinds.items() if kind is not None and kind.is_tag
    ]
    for name, kind in kinds.items():
        listed = manifests[name].keys()
        if kind is not None and kind.is_tag:
            difference(name, missing=listed - tags, extra=tag_lists[0].keys() ^ listed)
        else:
            difference(name, missing=listed - payload, extra=payload - listed)


def difference(name: str, *, missing: Iterable[str], extra: Iterable[str]) -> None:
    """Raise `PackageManifestError` if a manifest's list and the files differ."""
    absent, surplus = sorted(missing)[:10], sorted(extra)[:10]
    if absent or surplus:
        shown = ", ".join([repr(p) for p in absent] + [f"{p!r} (unlisted)" for p in surplus])
        raise PackageManifestError(
            f"{name} and the files differ: {shown}", manifest=name, missing=absent, extra=surplus
        )


class FileListHasher:
    """The digest of what a package's files hold, whatever they are called and whoever sealed them.

    Equals ``digest("file-list", encode(digests))``: the SHA-256 of each payload file, ascending.
    No name, time, order or salt is in it, so the same files sealed again have the same list. Names
    and everything else are bound by the tag manifest. Takes 32 bytes of memory a file.

    Source: spec 4, 15.3.
    """

    def __init__(self) -> None:
        self._digests = bytearray()

    def add(self, digest: bytes) -> None:
        """Take in one payload file by its SHA-256."""
        self._digests += digest

    def digest(self) -> bytes:
        """Return the 32 bytes for what was added so far."""
        every = self._digests
        rows = sorted(bytes(every[at : at + _SHA256]) for at in range(0, len(every), _SHA256))
        state = hashlib.sha256(b"comity/1/file-list\x00[")
        for number, one in enumerate(rows):
            state.update(b'%b"sha256:%b"' % (b"," if number else b"", one.hex().encode("ascii")))
        state.update(b"]")
        return state.digest()


_SHA256 = 32


def info(*, date: str, size_bytes: int, files: int, source: str | None) -> bytes:
    """Return ``bag-info.txt``: Payload-Oxum, the day, and who packed if known."""
    rows = [
        f"Payload-Oxum: {size_bytes}.{files}",
        f"Bagging-Date: {date}",
        "Bag-Software-Agent: Comity",
    ]
    if source is not None:
        rows.append(f"Source-Organization: {source}")
    return ("\n".join(rows) + "\n").encode("utf-8")


def payload_oxum(data: bytes) -> tuple[int, int] | None:
    """Return (bytes, files) of the one Payload-Oxum in ``bag-info.txt``, or None if absent."""
    found = re.findall(
        rb"^Payload-Oxum[ \t]*:[ \t]*(\d{1,18})\.(\d{1,18})\s*$", data, re.MULTILINE | re.IGNORECASE
    )
    return (int(found[0][0]), int(found[0][1])) if len(found) == 1 else None
