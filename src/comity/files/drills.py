"""Reading scenarios of exercises: the folders that are shipped, and a trainer's own."""

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError
from comity.drills.reading import MAX_BYTES, MAX_FILES, MAX_TOTAL_BYTES
from comity.files.errors import NotFoundError, translating

_DEPTH: Final = 2  # scenario/texts/en.toml


def shipped_names() -> tuple[str, ...]:
    """Return the names of the scenarios that Comity ships, sorted."""
    return tuple(sorted(item.name for item in _shipped().iterdir() if _is_scenario(item)))


def names_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the scenarios in a folder of scenarios, sorted."""
    with translating(f"reading {folder}"):
        return tuple(sorted(item.name for item in folder.iterdir() if _is_scenario(item)))


def read_shipped(name: str) -> dict[str, bytes]:
    """Return the files of a shipped scenario, by their path in its folder.

    Raises:
        MisuseError: there is none of that name.
    """
    if name not in shipped_names():
        raise MisuseError(
            f"no shipped scenario {name[:64]!a}; there are {', '.join(shipped_names())}"
        )
    return _read(_shipped() / name)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a scenario's folder, by their path in it; hidden files are left out.

    Raises:
        NotFoundError: no such folder.
        StorageError: a file cannot be read.
    """
    if not folder.is_dir():
        raise NotFoundError(f"{folder}: no such folder", path=str(folder))
    with translating(f"reading {folder}"):
        return _read(folder)


def _shipped() -> Traversable:
    return resources.files("comity.drills") / "scenarios"


def _is_scenario(item: Traversable) -> bool:
    return item.is_dir() and (item / "scenario.toml").is_file()


def _read(folder: Traversable) -> dict[str, bytes]:
    """Take files until there are more than a scenario may have: its reader refuses them."""
    found: dict[str, bytes] = {}
    total_bytes = 0
    for path, data in _files(folder, "", _DEPTH):
        found[path] = data
        total_bytes += len(data)
        if len(found) > MAX_FILES or total_bytes > MAX_TOTAL_BYTES:
            break
    return found


def _files(folder: Traversable, before: str, depth: int) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.startswith("."):
            continue
        if item.is_dir() and depth > 1:
            yield from _files(item, f"{before}{item.name}/", depth - 1)
        elif item.is_file():  # a pipe would be waited for without end
            with item.open("rb") as file:
                yield before + item.name, file.read(MAX_BYTES + 1)
