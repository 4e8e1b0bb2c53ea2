"""Outputs that get their name only when they are whole.

A file or folder is made under a hidden temporary name beside its target, flushed to the medium,
and then renamed. An error or Ctrl-C removes it; a power cut leaves the hidden name, which nothing
takes for valid. A folder is locked while its maker lives, so what a killed maker left can be told
from what another is just making, and swept.
"""

import os
import re
import secrets
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from comity.files.errors import OutputExistsError, translating
from comity.files.platforms import HAS_FOLDER_DESCRIPTORS, NEW, READ_FOLDER, lock, sync_folder

_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{12}\.unfinished", re.DOTALL)


def sync_file_system(folder: Path) -> None:
    """Make all that was written to the file system of ``folder`` durable.

    A flush for each of many files takes several times as long, and `os.sync` waits for every other
    file system too, a slow stick among them; Python has no call for one, coreutils has a command.
    """
    command = shutil.which("sync")
    if command is not None:
        words = [command, "-f", os.path.abspath(folder)]  # noqa: PTH100 - no option, no link
        done = subprocess.run(words, check=False, capture_output=True)  # noqa: S603 - our words
        if done.returncode == 0:
            return
    if hasattr(os, "sync"):
        os.sync()


def _hidden(target: Path, kind: str) -> Path:
    return target.with_name(f".{target.name[:150]}.{secrets.token_hex(6)}.{kind}")


@contextmanager
def atomic_file(target: Path, *, mode: int = 0o600) -> Iterator[FileIO]:
    """Yield an unbuffered file that becomes ``target`` when the block ends well.

    A character device or pipe (``/dev/null``) is written directly.

    Raises:
        OutputExistsError: something has that name already, before or at the end.
        StorageError: by what the file system refused.
    """
    with translating(f"writing {target}"):
        if _is_stream(target):
            with FileIO(target, "wb") as stream:
                yield stream
            return
        if target.exists() or target.is_symlink():
            raise OutputExistsError(f"{target} exists already; choose another name or remove it")
        part = _hidden(target, "part")
        try:  # also around this: Ctrl-C may come before the descriptor has a name
            descriptor = os.open(part, os.O_RDWR | NEW, mode)
            with FileIO(descriptor, "wb") as stream:
                yield stream
                os.fsync(descriptor)
            _name(part, target)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
        sync_folder(target.parent)


def _is_stream(target: Path) -> bool:
    try:
        found = target.stat().st_mode
    except FileNotFoundError:
        return False
    return stat.S_ISCHR(found) or stat.S_ISFIFO(found)


def _name(part: Path, target: Path) -> None:
    """Give the final name without ever replacing another file."""
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise OutputExistsError(f"{target} appeared meanwhile") from error
    except OSError:  # a file system without hard links: look, then rename
        if target.exists():
            raise OutputExistsError(f"{target} appeared meanwhile") from None
        part.rename(target)


def write_file(target: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Publish a small file whole."""
    with atomic_file(target, mode=mode) as stream:
        write_all(stream, memoryview(data))


def write_all(stream: FileIO, view: memoryview) -> None:
    """Write every byte to an unbuffered file."""
    while view:
        view = view[stream.write(view) :]


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Yield a hidden folder that becomes ``target`` when the block ends well.

    Raises:
        OutputExistsError: ``target`` is there and is not an empty folder.
        StorageError: by what the file system refused.
    """
    with translating(f"writing {target}"):
        if target.is_symlink() or (target.exists() and not _is_empty_folder(target)):
            raise OutputExistsError(f"{target} exists already; choose another name or remove it")
        part, descriptor = _locked_folder(target)
        try:
            yield part
            part.rename(target)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        finally:
            if descriptor is not None:
                os.close(descriptor)
        sync_folder(target.parent)


def sweep_folders(parent: Path) -> tuple[Path, ...]:
    """Remove the hidden folders in ``parent`` whose makers were killed; return their names.

    Only private folders of this user with the pattern of `atomic_folder` are looked at, and of
    these only such as nobody holds a lock on. Where the file system knows no locks, all stay.
    """
    with translating(f"reading {parent}"), os.scandir(parent) as entries:
        found = sorted(entry.name for entry in entries if _UNFINISHED.fullmatch(entry.name))
    return tuple(parent / name for name in found if _swept(parent / name))


def _swept(path: Path) -> bool:
    """Remove a leftover; False if it is no such thing, or somebody still makes it."""
    if not HAS_FOLDER_DESCRIPTORS:
        return False
    with suppress(OSError):
        descriptor = os.open(path, READ_FOLDER)
        try:
            made = os.fstat(descriptor)
            mine = made.st_uid == os.geteuid() and stat.S_IMODE(made.st_mode) == 0o700
            if mine and lock(descriptor):
                shutil.rmtree(path)
                return True
        finally:
            os.close(descriptor)
    return False


def _locked_folder(target: Path) -> tuple[Path, int | None]:
    """Make a hidden folder and return it with the descriptor that locks it, if there is one."""
    while True:
        part = _hidden(target, "unfinished")
        part.mkdir(mode=0o700)
        if not HAS_FOLDER_DESCRIPTORS:
            return part, None
        try:
            descriptor = os.open(part, READ_FOLDER)
        except FileNotFoundError:  # a sweeper came between
            continue
        if _locks(descriptor) and part.exists():
            return part, descriptor
        os.close(descriptor)


def _locks(descriptor: int) -> bool:
    """Lock an open folder; False if a sweeper holds it, True also where there are no locks."""
    try:
        return lock(descriptor)
    except OSError:
        return True


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())
