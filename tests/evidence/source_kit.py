"""Sources for the tests about sealing: sealed and opened again, read by other programs."""

import json
from pathlib import Path
from typing import Any

from tests.evidence.kit import IDENTITY, sealed

from comity.evidence import age
from comity.files.opening import OpenOrder, open_sealed

MIB = 1 << 20


def opened(folder: Path, *sources: Path, **more: Any) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Seal and open; return the bag and its rows by name."""
    package, _, offer = sealed(folder, *sources, **more)
    bag_folder = folder / "bag"
    open_sealed(OpenOrder(identities=[IDENTITY], offer=offer), package, bag_folder)
    rows = json.loads((bag_folder / "metadata/package.json").read_bytes())["files"]
    return bag_folder, {row["name"]["text"]: row for row in rows}


def archive_of(folder: Path, package: Path) -> bytes:
    """The plain archive inside a package."""
    return age.open_bytes(package.read_bytes(), IDENTITY)


def holed(path: Path, size_bytes: int, *pieces: tuple[int, bytes]) -> Path:
    """Write a file with data at the given offsets and holes elsewhere."""
    with path.open("wb") as stream:
        stream.truncate(size_bytes)
        for offset, data in pieces:
            stream.seek(offset)
            stream.write(data)
    return path
