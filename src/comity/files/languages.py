"""The languages that an office adds: a folder for each, under one that a setting or option names.

One process speaks the languages of one folder: the variable COMITY_LANGUAGES names it, so that what
a command starts speaks them too.
"""

import functools
import os
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from comity.files.errors import NotFoundError, translating
from comity.instruments.language_files import (
    ABOUT,
    FRAME,
    PAPERS,
    SHARED,
    Entry,
    Language,
    LanguageError,
    parse_language,
    parse_mo,
)
from comity.instruments.language_files import MAX_BYTES as MAX_CATALOGUE_BYTES
from comity.instruments.library import MAX_BYTES
from comity.instruments.model import LANGUAGES
from comity.instruments.toml import parse_toml
from comity.instruments.words import parse_words

VARIABLE: Final = "COMITY_LANGUAGES"
MAX_LANGUAGES: Final = 16
CATALOGUE: Final = Path("LC_MESSAGES") / "django.po"
BUILT: Final = CATALOGUE.with_suffix(".mo")
NOT_BUILT: Final = "is not there; a program for .po files makes it of django.po"
_SUFFIX: Final = ".toml"
_NONE: Final[Mapping[str, Language]] = MappingProxyType({})


def use(folder: Path | None) -> None:
    """Let this process, and what it starts, speak the languages of a folder; None for no more."""
    if folder is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = str(folder.resolve())


def named() -> Path | None:
    """Return the folder whose languages this process speaks besides its own."""
    told = os.environ.get(VARIABLE, "")
    return Path(told) if told else None


def further() -> Mapping[str, Language]:
    """Return the languages that an office adds, by tag; read once per process and folder.

    Raises:
        LanguageError: a file cannot be used; with file and line.
        NotFoundError: the folder that is named is not there.
        StorageError: a file cannot be read.
    """
    folder = named()
    return _NONE if folder is None else _read(folder)


@functools.cache
def _read(folder: Path) -> Mapping[str, Language]:
    found = {}
    for place in folders(folder):
        if place.name in LANGUAGES:
            raise LanguageError(f"{place.name}: is shipped already", file=place.name, line=0)
        found[place.name] = parse_language(place.name, files_of(place), english())
    return MappingProxyType(found)


def folders(folder: Path) -> list[Path]:
    """Return the folders of languages in a folder, or itself if it is one.

    Raises:
        NotFoundError: no such folder.
        LanguageError: more than 16 of them.
    """
    if not folder.is_dir():
        raise NotFoundError(f"{folder}: no such folder", path=str(folder))
    with translating(f"reading {folder}"):
        if (folder / ABOUT).is_file():
            return [folder.resolve()]
        found = [p for p in sorted(folder.iterdir()) if p.is_dir() and p.name[:1] != "."]
    if len(found) > MAX_LANGUAGES:
        raise LanguageError(f"more than {MAX_LANGUAGES} languages", file=folder.name, line=0)
    return found


def files_of(place: Path) -> dict[str, bytes]:
    """Return the TOML files of a language by name, each at most one byte more than allowed."""
    with translating(f"reading {place}"):
        return {
            path.name: _bounded(path, MAX_BYTES)
            for path in sorted(place.glob(f"*{_SUFFIX}"))
            if path.is_file()
        }


def pages_of(place: Path) -> list[Entry] | None:
    """Return the texts of the pages in a language, of its ``django.mo``; None without one.

    Raises:
        LanguageError: it cannot be used.
        StorageError: it cannot be read.
    """
    path = place / BUILT
    if not path.is_file():
        return None
    with translating(f"reading {path}"):
        data = _bounded(path, MAX_CATALOGUE_BYTES)
    return parse_mo(data, file=catalogue_name(place))


def catalogue_name(place: Path) -> str:
    """Return what messages call the catalogue of a language."""
    return f"{place.name}/{BUILT.as_posix()}"


def with_pages() -> Mapping[str, tuple[Language, Path]]:
    """Return the added languages that have pages, with the folder above their catalogues.

    Raises:
        LanguageError: one cannot be used, or its catalogue was not compiled.
        NotFoundError, StorageError: as `further`.
    """
    folder, spoken = named(), further()
    found = {}
    for place in folders(folder) if folder else ():
        if pages_of(place) is None:
            if (place / CATALOGUE).is_file():
                name = catalogue_name(place)
                raise LanguageError(f"{name}: {NOT_BUILT}", file=name, line=0)
            continue
        found[place.name] = (spoken[place.name], place.parent)
    return found


def _bounded(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


# ------------------------------------------------------------------ what is shipped


@functools.cache
def english() -> Mapping[str, Mapping[str, str]]:
    """Return file name to the English texts that the file of a further language translates."""
    data = resources.files("comity.instruments") / "data"
    found = {SHARED: _entries(data / "words" / "en.toml")}
    found[PAPERS] = _entries(resources.files("comity.papers") / "words" / "en.toml")
    found[FRAME] = _entries(resources.files("comity.cli") / "frame" / "en.toml")
    for owner in sorted(item.name for item in data.iterdir() if item.is_dir()):
        file = data / owner / "words" / "en.toml"
        if owner != "words" and file.is_file():
            found[owner + _SUFFIX] = _entries(file)
    return found


def english_catalogue(file: Path = CATALOGUE) -> bytes:
    """Return the English texts of the pages, as ``django.po``, or as ``django.mo``."""
    return (resources.files("comity.node") / "locale" / "en" / str(file)).read_bytes()


def _entries(file: Traversable) -> Mapping[str, str]:
    return parse_words(parse_toml(file.read_bytes()), file=file.name).entries
