"""The law that this office goes by: what is shipped, its own instruments, and who confirmed them.

Read at the first use and kept: a node that shows no draft reads nothing. The folder of the setting
`law` holds `instruments/` (as docs/reference/instruments.md has them), `reviews/` (one signed
review a `.json` file) and `reviewers.toml` (whose word counts); each may be absent.
"""

import functools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError, OperationError
from comity.files.errors import StorageError
from comity.files.instruments import library, read_reviews
from comity.instruments import Instrument, Library
from comity.instruments.reviews import MAX_BYTES, Standing, parse_reviewers, weigh
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig

INSTRUMENTS: Final = "instruments"
REVIEWS: Final = "reviews"
REVIEWERS: Final = "reviewers.toml"


class LawFolderError(OperationError, code="law-folder"):
    """The folder that the setting ``law`` names cannot be read."""


@dataclass(frozen=True)
class Lawbook:
    """Instruments, and what reviews of their rules amount to.

    Attributes:
        library: shipped and the office's own.
        reviews: of the office's folder; empty where there is none.
    """

    library: Library
    reviews: Standing

    def verified(self) -> frozenset[str]:
        """Return the digests of the rules that two people confirmed."""
        return self.reviews.verified

    def instrument(self, key: str) -> Instrument | None:
        """Return an instrument by its key, or None if we hold none of that name."""
        return self.library.instruments.get(key)


def lawbook(config: NodeConfig) -> Lawbook:
    """Return the law of a node, read once per process.

    Raises:
        LawFolderError: the office's folder is missing or cannot be read.
        InstrumentError, ReviewError: what stands in it breaks the format.
    """
    return _read(config.law_folder)


def read_law(folder: Path) -> None:
    """Read a law folder now, for processes that are forks of this one.

    Raises:
        LawFolderError, InstrumentError, ReviewError: as `lawbook`.
    """
    _read(folder)


@functools.cache
def _read(folder: Path | None) -> Lawbook:
    """Return the law with an office's folder over it; a fault is not kept."""
    if folder is None:
        return Lawbook(library(), Standing({}, (), {}))
    try:
        if not folder.is_dir():
            raise LawFolderError("the folder of the setting `law` is not there")
        own = folder / INSTRUMENTS
        found = library(own) if own.is_dir() else library()
        return Lawbook(found, _reviews(folder, found, now()))
    except (OSError, StorageError, MisuseError) as fault:
        raise LawFolderError("the folder of the setting `law` cannot be read") from fault


def _reviews(folder: Path, found: Library, at: datetime) -> Standing:
    trusted = folder / REVIEWERS
    reviewers = parse_reviewers(_bytes(trusted)) if trusted.is_file() else ()
    return weigh(found, read_reviews(folder / REVIEWS), reviewers, at=at)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
