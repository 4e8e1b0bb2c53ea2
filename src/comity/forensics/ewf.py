"""What an EWF image tells of its acquisition, and whether its media still has that digest."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

from comity.forensics.errors import ImageUnreadableError
from comity.forensics.image import clean
from comity.forensics.media import EwfMedia, Media

_PIECE_BYTES: Final = 1024 * 1024
_TELL_BYTES: Final = 16 * 1024 * 1024
_HEADERS: Final = {
    "acquiry_date": "acquisition_date",
    "acquiry_operating_system": "operating_system",
    "acquiry_software_version": "software_version",
    "case_number": "case_number",
    "description": "description",
    "device_label": "device_label",
    "evidence_number": "evidence_number",
    "examiner_name": "examiner",
    "model": "model",
    "notes": "notes",
    "serial_number": "serial_number",
    "system_date": "system_date",
}
"""libewf's words and ours. Dates are text as libewf tells them, in whatever zone was written."""


def acquisition(media: EwfMedia) -> dict[str, Any]:
    """Return ``{"headers", "sector_size_bytes", "stored"}`` of an image."""
    handle = media.handle
    headers = _asked(handle.get_header_values)
    return {
        "headers": {
            ours: clean(headers[theirs])
            for theirs, ours in sorted(_HEADERS.items())
            if headers.get(theirs)
        },
        "sector_size_bytes": int(handle.get_bytes_per_sector()),
        "stored": stored(media),
    }


def stored(media: Media) -> dict[str, str | None]:
    """Return the digests of the media that an image keeps, in lower-case hex."""
    told = _asked(media.handle.get_hash_values) if isinstance(media, EwfMedia) else {}
    return {"md5": _hex(told.get("MD5"), 32), "sha1": _hex(told.get("SHA1"), 40)}


def check(media: Media, progress: Callable[[int], None]) -> dict[str, Any]:
    """Read a whole disk and compare it with the digests that its image keeps.

    Args:
        media: the disk.
        progress: told of bytes read.

    Returns:
        ``{"faults", "media_size_bytes", "md5", "sha1", "sha256", "stored", "verdict"}``; the
        verdict is ``matches``, ``differs`` (a stored digest does, or a checksum inside the image
        fails, which ``faults`` name), ``none-stored``, or ``unreadable``.
    """
    kept = stored(media)
    hashes = {
        "md5": hashlib.md5(usedforsecurity=False),
        "sha1": hashlib.sha1(usedforsecurity=False),
        "sha256": hashlib.sha256(),
    }
    if kept["sha1"] is None:
        del hashes["sha1"]
    done, told = 0, 0
    verdict = ""
    try:
        while done < media.size_bytes:
            piece = media.read(done, _PIECE_BYTES)
            for one in hashes.values():  # in turn: a confined process starts no thread
                one.update(piece)
            done += len(piece)
            if done - told >= _TELL_BYTES:
                progress(done)
                told = done
    except ImageUnreadableError:
        verdict = "unreadable"
    found = {name: one.hexdigest() for name, one in hashes.items()}
    spoilt = media.faults(lambda: progress(done)) if isinstance(media, EwfMedia) else []
    return {
        "faults": spoilt,
        "md5": None if verdict else found["md5"],
        "media_size_bytes": done,
        "sha1": None if verdict else found.get("sha1"),
        "sha256": None if verdict else found["sha256"],
        "stored": kept,
        "verdict": verdict or ("differs" if spoilt else _verdict(kept, found)),
    }


def _verdict(kept: dict[str, str | None], found: dict[str, str]) -> str:
    known = {name: value for name, value in kept.items() if value is not None}
    if not known:
        return "none-stored"
    return "matches" if all(found[name] == value for name, value in known.items()) else "differs"


def _asked(ask: Callable[[], Any]) -> dict[str, str]:
    """Return what libewf answers; a damaged part of the image is as good as none."""
    try:
        return dict(ask() or {})
    except (OSError, UnicodeDecodeError):
        return {}


def _hex(value: str | None, digits: int) -> str | None:
    text = (value or "").lower()
    known = len(text) == digits and all(c in "0123456789abcdef" for c in text)
    return text if known else None
