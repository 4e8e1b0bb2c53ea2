"""Reading courses: those that are shipped, and a trainer's own folders."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError
from comity.files.errors import NotFoundError, translating
from comity.files.instruments import shipped as shipped_law
from comity.instruments.toml import parse_toml
from comity.training.errors import CourseUnknownError
from comity.training.model import Course
from comity.training.reading import COURSE, MAX_FILES, QUIZ, Known, load_course
from comity.training.texts import MAX_TOML_BYTES

_DEPTH: Final = 2  # fr/words.toml
_MAX_TOTAL_BYTES: Final = 64 * 1024 * 1024


def names() -> tuple[str, ...]:
    """Return the names of the courses that are shipped."""
    folder = resources.files("comity.training") / "courses"
    return tuple(sorted(one.name for one in folder.iterdir() if (one / COURSE).is_file()))


@cache
def shipped_course(name: str) -> Course:
    """Return a course that is shipped, read once per process.

    Raises:
        CourseUnknownError: there is none of that name.
    """
    return load_course(shipped_files(name), known=law_knows())


@cache
def quizzes() -> Mapping[str, frozenset[str]]:
    """Return the keys of the questions of each course that is shipped, for lint of scenarios."""
    folder = resources.files("comity.training") / "courses"
    return {
        name: frozenset(
            one["key"] for one in parse_toml((folder / name / QUIZ).read_bytes())["question"]
        )
        for name in names()
    }


def shipped_files(name: str) -> dict[str, bytes]:
    """Return the files of a course that is shipped.

    Raises:
        CourseUnknownError: there is none of that name.
    """
    if name not in names():
        raise CourseUnknownError(f"courses are {', '.join(names())}")
    return dict(_files(resources.files("comity.training") / "courses" / name, "", _DEPTH))


def read_course(path: Path) -> dict[str, bytes]:
    """Return the files of a trainer's folder, untrusted and not checked.

    Raises:
        NotFoundError: no such folder.
        MisuseError: more than 2,000 files or 64 MiB.
        StorageError: a file cannot be read.
    """
    if not path.is_dir():
        raise NotFoundError(f"{path}: no such folder", path=str(path))
    found: dict[str, bytes] = {}
    total_bytes = 0
    with translating(f"reading {path}"):
        for name, data in _files(path, "", _DEPTH):
            found[name] = data
            total_bytes += len(data)
            if len(found) > MAX_FILES or total_bytes > _MAX_TOTAL_BYTES:
                raise MisuseError(f"{path}: more than a course has; is it the right folder?")
    return found


def law_knows() -> Known:
    """Return what tells whether the shipped law as data has an article."""
    instruments = shipped_law().instruments

    def known(instrument: str, article: str) -> bool:
        return instrument in instruments and article in instruments[instrument].articles

    return known


def _files(folder: Traversable, before: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """Read every file but hidden ones; one byte more than allowed, so that the reader sees it."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.startswith((".", "__")):
            continue
        if item.is_dir() and depth > 1:
            yield from _files(item, f"{before}{item.name}/", depth - 1)
        elif item.is_file():
            with item.open("rb") as file:
                yield before + item.name, file.read(MAX_TOML_BYTES + 1)
