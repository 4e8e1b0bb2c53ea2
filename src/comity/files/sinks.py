"""Where the files of an opened package go: into a private folder, or nowhere.

Source: spec 15.1.
"""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from comity.evidence.open import MemberSink
from comity.files.platforms import NEW, sync_data, sync_file, sync_folder
from comity.files.publish import sync_file_system

_FEW_FILES = 64
_FLUSH_BYTES = 32 << 20


class NullSink:
    """Takes a package's files and keeps nothing."""

    def begin(self, path: str, size_bytes: int) -> None:
        """Start a file."""

    def write(self, view: memoryview) -> None:
        """Take bytes."""

    def hole(self, size_bytes: int) -> None:
        """Take zeros."""

    def end(self) -> None:
        """End the file."""


class FolderSink:
    """Writes a package's files below a private new folder.

    A large file is flushed in the background while it grows, so that little is left at its end.
    """

    def __init__(self, folder: Path) -> None:
        self._root = os.fspath(folder)
        self._made = {""}
        self._file: int | None = None  # descriptor
        self._few: list[str] = []
        self._count = 0
        self._unflushed = 0  # bytes of the current file since the last flush began
        self._flush: Future[None] | None = None
        self._flusher = ThreadPoolExecutor(max_workers=1)

    def begin(self, path: str, size_bytes: int) -> None:
        """Create the file and the folders above it; ``path`` was checked by the package reader."""
        del size_bytes
        parent = path.rpartition("/")[0]
        if parent not in self._made:
            self._make(parent)
        full = f"{self._root}/{path}"
        flags = os.O_WRONLY | NEW
        self._file = os.open(full, flags, 0o600)
        self._unflushed = 0
        self._count += 1
        if self._count <= _FEW_FILES:
            self._few.append(full)

    def _make(self, parent: str) -> None:
        above = parent.rpartition("/")[0]
        if above not in self._made:
            self._make(above)
        Path(self._root, parent).mkdir(mode=0o700)
        self._made.add(parent)

    def write(self, view: memoryview) -> None:
        """Append to the current file."""
        if self._file is None:
            return
        self._unflushed += len(view)
        while view:
            view = view[os.write(self._file, view) :]
        if self._unflushed >= _FLUSH_BYTES and (self._flush is None or self._flush.done()):
            self._unflushed = 0
            self._flush = self._flusher.submit(sync_data, self._file)

    def hole(self, size_bytes: int) -> None:
        """Leave so many zeros out of the current file: they take no space."""
        if self._file is not None:
            os.ftruncate(self._file, os.lseek(self._file, size_bytes, os.SEEK_CUR))

    def end(self) -> None:
        """Close the current file."""
        self.close()

    def close(self) -> None:
        """Close what is open, after a failure too."""
        if self._file is not None:
            descriptor, self._file = self._file, None
            flush, self._flush = self._flush, None
            try:
                if flush is not None:
                    flush.result()
            finally:
                os.close(descriptor)

    def sync(self) -> None:
        """Bring all of it to the medium: file by file if they are few, else the file system."""
        if self._count > _FEW_FILES:
            sync_file_system(Path(self._root))
            return
        for path in self._few:
            sync_file(path)
        for folder in self._made:
            sync_folder(Path(self._root, folder))


class Recorder:
    """Notes what a sink is to do, so that another thread does it: `take` there, then `play`."""

    def __init__(self, sink: MemberSink) -> None:
        self._sink = sink
        self._noted: list[Callable[[], None]] = []
        self._batches: deque[list[Callable[[], None]]] = deque()

    def begin(self, path: str, size_bytes: int) -> None:
        """Note the start of a file."""
        self._noted.append(partial(self._sink.begin, path, size_bytes))

    def write(self, view: memoryview) -> None:
        """Note bytes; the view must stay valid until they were played."""
        self._noted.append(partial(self._sink.write, view))

    def hole(self, size_bytes: int) -> None:
        """Note zeros."""
        self._noted.append(partial(self._sink.hole, size_bytes))

    def end(self) -> None:
        """Note the end of the file."""
        self._noted.append(self._sink.end)

    def hand_over(self) -> None:
        """Make what was noted the next batch."""
        self._batches.append(self._noted)
        self._noted = []

    def play(self) -> None:
        """Do the next batch."""
        for step in self._batches.popleft():
            step()
