"""A copy of a directory's repository, in a folder or one ZIP file, read as if from its server."""

from pathlib import Path
from typing import Final

from comity.directory.errors import TufMetadataError
from comity.directory.fetching import folder_fetch
from comity.directory.tuf_client import Fetch
from comity.files.errors import translating
from comity.intake.budget import Budget
from comity.intake.errors import OriginalEncryptedError, OriginalMalformedError
from comity.intake.safe_zip import Archive

MAX_ZIP_BYTES: Final = 8 * 1024 * 1024
"""Of a copy in a ZIP file, on the pages and on the command line."""
_ROOT: Final = "metadata/1.root.json"


def copy_fetch(place: Path) -> Fetch:
    """Return a fetch from a copy of a repository: a folder, or a ZIP file of one.

    Raises:
        StorageError: the file cannot be read.
        TufMetadataError: it is too large, no ZIP file, or none of a directory's repository.
    """
    if not place.is_file():
        return folder_fetch(place)
    with translating(f"reading {place.name}"), place.open("rb") as file:
        data = file.read(MAX_ZIP_BYTES + 1)
    if len(data) > MAX_ZIP_BYTES:
        raise TufMetadataError("the ZIP file is larger than 8 MiB")
    return zip_fetch(data)


def zip_fetch(data: bytes) -> Fetch:
    """Return a fetch from a ZIP file of a repository, in whatever folder of it the repository lies.

    Args:
        data: untrusted.

    Raises:
        TufMetadataError: no ZIP file, or none of a directory's repository.
    """
    try:
        archive = Archive(data)
    except OriginalMalformedError as fault:
        raise TufMetadataError("the file is no ZIP file of a directory") from fault
    roots = [name for name in archive.names if f"/{name}".endswith(f"/{_ROOT}")]
    if not roots:
        raise TufMetadataError("the ZIP file holds no directory's repository")
    base, held, budget = min(roots, key=len).removesuffix(_ROOT), set(archive.names), Budget()

    def fetch(path: str, _max_bytes: int) -> bytes | None:
        if base + path not in held:
            return None
        try:
            return archive.read(base + path, budget)
        except (OriginalEncryptedError, OriginalMalformedError) as fault:
            raise TufMetadataError(f"{path} cannot be read from the ZIP file") from fault

    return fetch
