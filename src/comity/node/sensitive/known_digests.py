"""The list of digests of known abuse material: compared when something comes, before anybody looks.

A plain file, one digest a line in hex: SHA-256, SHA-1 or MD5, as such lists have them. It is read
through, never loaded: a list of millions costs time at intake and no memory.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from comity.canonical import OperationError

_LINE: Final = re.compile(rb"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_MAX_LINE_BYTES: Final = 1024


class KnownDigestsError(OperationError, code="known-digests"):
    """The file of known digests cannot be read, or a line of it is no digest; nothing is let in."""


def digests_of(data: bytes, reading: dict[str, Any] | None) -> frozenset[str]:
    """Return the digests by which an original, or a file found in it, may be known."""
    found = {hashlib.sha256(data).hexdigest()}
    found.add(hashlib.sha1(data, usedforsecurity=False).hexdigest())
    found.add(hashlib.md5(data, usedforsecurity=False).hexdigest())
    return frozenset(found | set(_inside((reading or {}).get("original") or {})))


def _inside(original: dict[str, Any]) -> Iterator[str]:
    for part in original.get("attachments") or ():
        yield str(part.get("sha256", ""))
        yield from _inside(part)


def is_known(path: Path | None, digests: Iterable[str]) -> bool:
    """Tell whether a digest is on the list; without a list nothing is.

    Args:
        path: of the list, or None.
        digests: hex, lower case.

    Raises:
        KnownDigestsError: the list cannot be read whole: what it would say is unknown.
    """
    if path is None:
        return False
    wanted = {text.encode("ascii") for text in digests}
    hit = False
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_MAX_LINE_BYTES):
                number += 1
                word = line.split(b"#", 1)[0].strip()
                if not word:
                    continue
                if not _LINE.fullmatch(word):
                    raise KnownDigestsError(f"line {number} of the known digests is no digest")
                hit = hit or word.lower() in wanted
    except OSError as fault:
        raise KnownDigestsError("the file of known digests cannot be read") from fault
    return hit
