"""The looking process: binds itself, does one thing to one image, tells the answer in frames.

Started by `comity.forensics.isolation` and by nobody else. Standard output carries frames; what a
library prints goes nowhere, because it may be evidence.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from comity.canonical import ComityError, unb64
from comity.forensics.confinement import Limits, apply
from comity.forensics.contents import contents, extract
from comity.forensics.errors import ImageLimitError
from comity.forensics.frames import DATA, Speaker
from comity.forensics.media import EwfMedia, Media, acquisition, check, open_media


def main() -> int:
    """Do what standard input asks; return the exit status."""
    channel = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    speaker = Speaker(lambda data: os.write(channel, data))
    request = json.load(sys.stdin)
    try:
        unconfined = request["unconfined"]
        apply(Limits(**request["limits"]), readable=_paths(request), unconfined=unconfined)
        speaker.result(_OPERATIONS[request["operation"]](request, speaker))
    except ComityError as fault:
        speaker.fault(fault.code, str(fault))
    except MemoryError:
        speaker.fault(ImageLimitError.code, "looking into it takes more memory than allowed")
    return 0


def _paths(request: dict[str, Any]) -> list[Path]:
    return [Path(os.fsdecode(name_bytes(name))) for name in request["files"]]


def _media(request: dict[str, Any]) -> Media:
    return open_media(request["format"], _paths(request))


def name_bytes(value: dict[str, str]) -> bytes:
    """Return the bytes of a name as `comity.forensics.image.name_value` tells it."""
    return value["text"].encode() if "text" in value else unb64(value["bytes"])


def _look(request: dict[str, Any], _speaker: Speaker) -> dict[str, Any]:
    media = _media(request)
    return {
        "acquisition": acquisition(media) if isinstance(media, EwfMedia) else None,
        "contents": contents(media, most_files=request["most_files"]),
        "media_size_bytes": media.size_bytes,
    }


def _check(request: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    return check(_media(request), speaker.progress)


def _extract(request: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    media = _media(request)
    most = request["most_bytes"]
    return extract(
        media,
        name_bytes(request["path"]),
        start=request["start_bytes"],
        most_bytes=media.size_bytes if most is None else most,
        write=lambda piece: speaker.say(DATA, piece),
    )


_OPERATIONS = {"check": _check, "extract": _extract, "look": _look}

if __name__ == "__main__":
    sys.exit(main())
