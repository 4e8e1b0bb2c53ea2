"""The reading process: binds itself, reads one file from its standard input, answers in frames.

Started by `comity.intake.reader` and by nobody else. What a library prints goes nowhere, because it
may quote the file.
"""

import json
import os
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from comity.canonical import ComityError
from comity.forensics.confinement import Limits, apply
from comity.forensics.errors import ImageLimitError
from comity.forensics.frames import Speaker

_OPERATIONS: Final = {
    "original": "comity.intake.reading:answer",
    "preview": "comity.intake.previewing:answer",
    "register": "comity.intake.register_reading:answer",
}

# openpyxl takes numpy where it is installed, and its linear algebra starts threads at import, which
# a confined process may not; nothing here counts with it.
_LEFT_OUT: Final = ("numpy", "pandas")

type Answer = Callable[[bytes, dict[str, Any]], Any]


def main() -> int:
    """Do what standard input asks; return the exit status."""
    channel = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    warnings.simplefilter("ignore")
    speaker = Speaker(lambda data: os.write(channel, data))
    request = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        apply(Limits(**request["limits"]), unconfined=request["unconfined"])
    except ComityError as fault:
        speaker.fault(fault.code, str(fault))
        return 0
    for name in _LEFT_OUT:
        sys.modules[name] = None  # type: ignore[assignment]  # so an import of it fails
    module, _, attribute = _OPERATIONS[request["operation"]].partition(":")
    try:
        answer: Answer = getattr(import_module(module), attribute)
        speaker.result(answer(data, request))
    except ComityError as fault:
        speaker.result({"error": {"code": fault.code, "detail": str(fault)}})
    except MemoryError:
        speaker.fault(ImageLimitError.code, "reading it takes more memory than allowed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
