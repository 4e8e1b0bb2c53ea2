"""Reading an original in a process of its own: whatever it does to its reader, it is kept and told.

A file of whatever kind gives an `Original` here; only one that is empty or too large does not.
"""

import hashlib
from typing import Any, Final

from comity.forensics.confinement import Limits
from comity.forensics.errors import (
    ImageCrashError,
    ImageError,
    ImageLimitError,
    ReaderUnconfinedError,
)
from comity.forensics.isolation import need_extra, run_worker
from comity.intake.errors import OriginalAnswerError, OriginalEmptyError, OriginalTooLargeError
from comity.intake.kinds import name_differs, sniff
from comity.intake.original import MAX_NAME_CHARS, Original, parse_original
from comity.intake.reading import NEEDED
from comity.intake.safe_text import shown_name

MAX_ORIGINAL_BYTES: Final = 32 * 1024 * 1024
READING: Final = Limits(cpu_s=60, wall_s=90, stall_s=90, answer_bytes=64 * 1024 * 1024)
WORKER: Final = "comity.intake.worker"


def read_original(data: bytes, name: str, *, limits: Limits = READING) -> Original:
    """Return what an original is and says; every word of it is a claim of whoever made it.

    Args:
        data: untrusted, 1 byte to 32 MiB.
        name: untrusted; that it came under.
        limits: of the process that reads it.

    Returns:
        of its bytes the digest and size are sure, and the kind as far as first bytes tell it. If
        the process died, took too long or could not be confined, ``is_read`` is false and a
        warning says so.

    Raises:
        OriginalEmptyError: no byte.
        OriginalTooLargeError: too many.
        ExtraMissingError: its kind needs a library that is not installed; the message names it.
    """
    if not data:
        raise OriginalEmptyError("there is no byte in it")
    if len(data) > MAX_ORIGINAL_BYTES:
        raise OriginalTooLargeError(f"an original has at most {MAX_ORIGINAL_BYTES} bytes")
    kind = sniff(data)
    if kind in NEEDED:
        need_extra(NEEDED[kind], extra="intake", doing="read such a file")
    sure = {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
    try:
        told = run_worker(WORKER, {"name": name, "operation": "original"}, data, limits)
        original = parse_original(told.get("original") if isinstance(told, dict) else None)
        if (original.sha256, original.size_bytes) != tuple(sure.values()):
            raise OriginalAnswerError("the reading is of other bytes")
        return original
    except ReaderUnconfinedError:
        return _unread(name, kind, sure, "reader-unconfined")
    except ImageLimitError:
        return _unread(name, kind, sure, "reader-limit")
    except (ImageCrashError, ImageError, OriginalAnswerError):
        return _unread(name, kind, sure, "reader-crash")


def _unread(name: str, kind: str, sure: dict[str, Any], warning: str) -> Original:
    shown, cautions = shown_name(name, MAX_NAME_CHARS)
    warnings = cautions | {"not-read", warning}
    if name_differs(name, kind):
        warnings.add("name-and-kind-differ")
    return Original(name=shown, kind=kind, warnings=tuple(sorted(warnings)), **sure)
