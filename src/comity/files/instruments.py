"""Reading the law as data: the folders that are shipped, and an office's own."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError
from comity.files.errors import NotFoundError, translating
from comity.files.languages import further, named
from comity.instruments.library import MAX_BYTES, MAX_FILES, MAX_TOTAL_BYTES, Library
from comity.instruments.reviews import MAX_BYTES as MAX_REVIEW_BYTES

MAX_REVIEWS: Final = 10_000
_SUFFIX: Final = ".toml"
_DEPTH: Final = 3  # folder/words/en.toml


@cache
def shipped() -> Library:
    """Return what Comity ships, read once per process.

    Raises:
        InstrumentError: never, unless the installed files were changed.
    """
    return Library(_shipped())


def library(*folders: Path) -> Library:
    """Return what is shipped with an office's folders laid over it, in their order.

    The words of the languages that this process was told to speak stand in it too.

    Raises:
        LanguageError: the words of such a language cannot be used.
        InstrumentError: a file breaks the format, or repeats a key that is there already.
        StorageError: a folder cannot be read.
    """
    if not folders:
        return _spoken(named())
    return Library(_shipped(), *_words(), *map(read_folder, folders))


@cache
def _spoken(languages: Path | None) -> Library:
    return shipped() if languages is None else Library(_shipped(), *_words())


def _words() -> list[Mapping[str, bytes]]:
    return [language.layer for language in further().values()]


def read_folder(path: Path) -> dict[str, bytes]:
    """Return the TOML files of a folder of instruments, or of one instrument's folder.

    Args:
        path: a folder whose folders are instruments; if it holds instrument.toml itself, it is one.

    Raises:
        NotFoundError: no such folder.
        StorageError: a file cannot be read.
    """
    if not path.is_dir():
        raise NotFoundError(f"{path}: no such folder", path=str(path))
    with translating(f"reading {path}"):
        if (path / "instrument.toml").is_file():
            return _bounded(_files(path, f"{path.resolve().name}/", _DEPTH - 1))
        return _bounded(_files(path, "", _DEPTH))


def read_reviews(folder: Path) -> dict[str, bytes]:
    """Return the signed reviews of a folder (``*.json``) by path; none where there is no folder.

    Raises:
        MisuseError: more than 10,000 of them.
        StorageError: one cannot be read.
    """
    found: dict[str, bytes] = {}
    with translating(f"reading {folder}"):
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            if not path.is_file():
                continue  # a pipe would be waited for without end
            if len(found) == MAX_REVIEWS:
                raise MisuseError(f"{folder}: more than {MAX_REVIEWS} reviews")
            with path.open("rb") as file:
                found[str(path)] = file.read(MAX_REVIEW_BYTES + 1)  # so that one too long is seen
    return found


@cache
def _shipped() -> dict[str, bytes]:
    return _bounded(_files(resources.files("comity.instruments") / "data", "", _DEPTH))


def _bounded(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Take files until there are more than the library takes: it refuses them."""
    found: dict[str, bytes] = {}
    total_bytes = 0
    for name, data in files:
        found[name] = data
        total_bytes += len(data)
        if len(found) > MAX_FILES or total_bytes > MAX_TOTAL_BYTES:
            break
    return found


def _files(folder: Traversable, before: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """Read what ends in .toml; one byte more than allowed, so that the library sees it."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and depth > 1:
            yield from _files(item, f"{before}{item.name}/", depth - 1)
        elif item.name.endswith(_SUFFIX) and item.is_file():
            with item.open("rb") as file:
                yield before + item.name, file.read(MAX_BYTES + 1)
