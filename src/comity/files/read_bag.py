"""A BagIt 1.0 folder checked on disk: every manifest, every file, nothing more, nothing less.

Source: RFC 8493 section 3 (complete and valid bags), narrowed: no ``fetch.txt``, UTF-8, and no
    links,
devices or names that leave the bag.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from comity.evidence import bag
from comity.evidence.package_errors import (
    PackageDigestError,
    PackageDuplicateError,
    PackageLayoutError,
    PackageLimitError,
    PackageNameError,
)
from comity.evidence.package_names import fold
from comity.files.errors import translating
from comity.files.platforms import NOFOLLOW, READ

MAX_FILES = 1_000_000
_MAX_TAG_BYTES = 1 << 30
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BagReport:
    """A valid bag.

    Attributes:
        files: payload files.
        size_bytes: their bytes.
        payload: path -> lower-case hex digest of the strongest manifest.
        algorithm: of that manifest.
        warnings: what a stricter reader might refuse: names that differ only in case or form.
    """

    files: int
    size_bytes: int
    payload: dict[str, str]
    algorithm: str
    warnings: tuple[str, ...]


def verify_bag(folder: Path) -> BagReport:
    """Check a bag.

    Raises:
        PackageLayoutError: no bag of this version, a malformed tag file, no payload manifest.
        PackageManifestError: manifest and folder list different files.
        PackageDigestError: a file differs from a manifest; fact ``path``.
        PackageNameError: a link, a device, or a name that leaves the bag.
        PackageDuplicateError: a file is listed twice.
        StorageError: a file cannot be read.
    """
    with translating(f"reading {folder}"):
        sizes = dict(_files(folder))
        return _verify(folder, sizes)


def _verify(folder: Path, sizes: dict[str, int]) -> BagReport:
    bag.check_declaration(_small(folder, bag.DECLARATION_NAME, sizes))
    manifests = {
        path: bag.parse_manifest(_small(folder, path, sizes), path)
        for path in sorted(sizes)
        if bag.manifest_name(path) is not None
    }
    payload = {path for path in sizes if path.startswith("data/")}
    bag.check_completeness(manifests, payload=payload, tags=sizes.keys() - payload)
    _check_digests(folder, manifests)
    oxum = None
    if bag.INFO_NAME in sizes:
        oxum = bag.payload_oxum(_small(folder, bag.INFO_NAME, sizes))
    total = sum(sizes[path] for path in payload)
    if oxum is not None and oxum != (total, len(payload)):
        raise PackageLayoutError("bag-info.txt counts another payload", path=bag.INFO_NAME)
    strongest = _strongest(manifests)
    return BagReport(
        files=len(payload),
        size_bytes=total,
        payload=manifests[f"manifest-{strongest}.txt"],
        algorithm=strongest,
        warnings=tuple(_lookalikes(payload)),
    )


def _strongest(manifests: dict[str, dict[str, str]]) -> str:
    order = ("sha512", "sha256", "sha1", "md5")
    return next(name for name in order if f"manifest-{name}.txt" in manifests)


def _lookalikes(payload: set[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for path in sorted(payload):
        other = seen.setdefault(fold(path), path)
        if other != path:
            yield f"{path!r} and {other!r} differ only in case or form"


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield (path, size) of every file; anything else than files and folders is refused."""
    count = 0
    pending = [""]
    while pending:
        prefix = pending.pop()
        with os.scandir(folder / prefix) as entries:
            for entry in entries:
                path = prefix + entry.name
                kind = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(kind.st_mode):
                    pending.append(path + "/")
                elif stat.S_ISREG(kind.st_mode):
                    _check_text(path)
                    yield path, kind.st_size
                else:
                    raise PackageNameError(f"{path!r} is neither a file nor a folder")
                count += 1
                if count > MAX_FILES:
                    raise PackageLimitError("the bag holds too many files")


def _check_text(path: str) -> None:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError as error:
        raise PackageNameError(f"{path!r} is not UTF-8") from error


def _small(folder: Path, path: str, sizes: dict[str, int]) -> bytes:
    if path not in sizes:
        raise PackageLayoutError(f"{path} is missing", path=path)
    if sizes[path] > _MAX_TAG_BYTES:
        raise PackageLimitError(f"{path} is larger than it can be", path=path)
    return (folder / path).read_bytes()


def _check_digests(folder: Path, manifests: dict[str, dict[str, str]]) -> None:
    wanted: dict[str, dict[str, str]] = {}
    for name, listed in manifests.items():
        kind = bag.manifest_name(name)
        if kind is None:
            continue
        for path, value in listed.items():
            if wanted.setdefault(path, {}).setdefault(kind.algorithm, value) != value:
                raise PackageDuplicateError("two manifests disagree on a file", path=path)
    buffer = memoryview(bytearray(_PIECE_BYTES))
    for path in sorted(wanted):
        found = _digests(folder / path, wanted[path].keys(), buffer)
        for algorithm, value in wanted[path].items():
            if found[algorithm] != value:
                raise PackageDigestError(f"{path!r} differs from its {algorithm} digest", path=path)


def _digests(path: Path, algorithms: Iterable[str], buffer: memoryview) -> dict[str, str]:
    states = {name: hashlib.new(name) for name in bag.ALGORITHMS if name in set(algorithms)}
    descriptor = os.open(path, READ | NOFOLLOW)
    with FileIO(descriptor, "rb") as stream:
        while size := stream.readinto(buffer) or 0:
            for state in states.values():
                state.update(buffer[:size])
    return {name: state.hexdigest() for name, state in states.items()}
