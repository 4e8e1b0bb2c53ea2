"""What the looking process says to the one that started it: kind, length, bytes."""

import json
import struct
from collections.abc import Callable
from typing import Any, Final

from comity.forensics.errors import ImageCrashError, ImageLimitError

PROGRESS: Final = b"P"
DATA: Final = b"D"
RESULT: Final = b"R"
FAULT: Final = b"F"
HEAD: Final = struct.Struct(">cI")
PIECE_BYTES: Final = 1024 * 1024
NO_LANGUAGE: Final = "what looks into the image speaks no language of ours"


class Speaker:
    """Writes frames.

    Args:
        write: takes bytes and returns how many it took.
    """

    def __init__(self, write: Callable[[bytes | memoryview], int]) -> None:
        self._write = write

    def say(self, kind: bytes, payload: bytes) -> None:
        """Write one frame."""
        rest = memoryview(HEAD.pack(kind, len(payload)) + payload)
        while rest:
            rest = rest[self._write(rest) :]

    def progress(self, done: int) -> None:
        """Tell how many bytes are done."""
        self.say(PROGRESS, b"%d" % done)

    def result(self, value: Any) -> None:
        """Tell the answer."""
        self.say(RESULT, json.dumps(value).encode())

    def fault(self, code: str, detail: str) -> None:
        """Tell what went wrong."""
        self.say(FAULT, json.dumps({"code": code, "detail": detail}).encode())


class Listener:
    """Takes frames apart, believing none of their lengths.

    Args:
        answer_bytes: most that a result may have.
    """

    def __init__(self, answer_bytes: int) -> None:
        self._answer_bytes = answer_bytes
        self._kept = bytearray()

    def take(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Return the (kind, payload) that are whole now.

        Raises:
            ImageLimitError: an answer over its limit.
            ImageCrashError: no frame at all.
        """
        self._kept += data
        found = []
        while len(self._kept) >= HEAD.size:
            kind, length = HEAD.unpack_from(self._kept)
            if kind not in (PROGRESS, DATA, RESULT, FAULT):
                raise ImageCrashError(NO_LANGUAGE)
            if length > (self._answer_bytes if kind == RESULT else PIECE_BYTES):
                raise ImageLimitError("the answer is over its limit")
            end = HEAD.size + length
            if len(self._kept) < end:
                break
            found.append((kind, bytes(self._kept[HEAD.size : end])))
            del self._kept[:end]
        return found
