"""Which members are the segments of a stream, and the digest of what they make together.

Which files a stream was cut into is only told behind the payload, so every run of ``000001``,
``000002``, ... in one folder is hashed as a whole while it passes. A run that shares its folder
with anything else is no stream: ``cat FOLDER/*`` would not give its bytes back.

Source: spec 15.1.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from comity.evidence.package import SEGMENT_BYTES, segment_path


@dataclass(slots=True)
class Run:
    """Files numbered from 1 in one folder.

    Attributes:
        segments: how many.
        size_bytes: all of them.
        alone: nothing else lies in the folder.
        sha256: 32 bytes over all of them, once the run has ended.
    """

    segments: int
    size_bytes: int
    alone: bool
    sha256: bytes = b""


class StreamTracker:
    """Told of every member in order, it knows the runs by their folders."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._folder = ""  # of the run that goes on
        self._run: Run | None = None
        self._whole = hashlib.sha256()

    def begin(
        self, path: str, size_bytes: int, *, sparse: bool, claim: Callable[[str], bool]
    ) -> None:
        """Note the next member of the payload.

        Args:
            path: not yet claimed as a name.
            size_bytes: of the member.
            sparse: such a member is no segment.
            claim: takes a folder for its only visit; False if something lies in it already.
        """
        if self._run is not None:
            if not sparse and self._continues(self._run, path):
                self._run.segments += 1
                self._run.size_bytes += size_bytes
                return
            self.close()
        folder, _, last = path.rpartition("/")
        if self.runs:
            self._disturb(folder)
        if last == "000001" and not sparse and size_bytes <= SEGMENT_BYTES:
            self._folder, self._whole = folder, hashlib.sha256()
            self._run = self.runs[folder] = Run(1, size_bytes, alone=claim(folder))

    def update(self, view: memoryview) -> None:
        """Hash bytes of the member last begun."""
        if self._run is not None:
            self._whole.update(view)

    def close(self) -> None:
        """End the run that goes on, if one does."""
        if self._run is not None:
            self._run.sha256 = self._whole.digest()
            self._run = None

    def _continues(self, run: Run, path: str) -> bool:
        is_full = run.size_bytes == run.segments * SEGMENT_BYTES
        return is_full and path == segment_path(self._folder, run.segments + 1)

    def _disturb(self, folder: str) -> None:
        while folder:
            if found := self.runs.get(folder):
                found.alone = False
            folder = folder.rpartition("/")[0]
