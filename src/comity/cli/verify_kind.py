"""What a path is that `comity verify` was given, where it cannot be judged as it is."""

import tarfile
import zipfile
from pathlib import Path
from typing import Final

from comity.canonical import ComityError
from comity.directory.trust import MAX_TRUST_BYTES, parse_trust

_AGE: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_BAG: Final = "bagit.txt"
_BUNDLE: Final = "comity verify FOLDER --trust TRUST-FILE"


def misnamed(path: Path, *, vouched: bool) -> str | None:
    """Return what a file is and what to type instead; None if it may be judged as it is.

    Args:
        path: a plain file that is no letter and no certificate.
        vouched: whether an offer, a key or --unauthenticated came with it.

    Raises:
        OSError: it cannot be read.
    """
    if zipfile.is_zipfile(path):
        return f"{path} is a ZIP file: unpack it, and name the folder in it: {_BUNDLE}"
    with path.open("rb") as file:
        head = file.read(MAX_TRUST_BYTES + 1)
    if vouched or head.startswith(_AGE):
        return None
    if _is_trust(head):
        return (
            f"{path} is a trust file, by which a bundle is judged; name the bundle too: "
            f"comity verify FOLDER --trust {path}"
        )
    if tarfile.is_tarfile(path):
        return f"{path} is a tar archive: unpack it, and name the folder in it: {_BUNDLE}"
    return (
        f"{path} is no sealed package, letter or certificate; a court bundle is a folder with "
        f"{_BAG} in it: {_BUNDLE}"
    )


def no_bundle(path: Path) -> str:
    """Return what a folder is that has nothing of a bundle, and what to type instead."""
    inside = sorted(path.glob(f"*/{_BAG}"))
    if inside:
        folder = inside[0].parent
        return f"{path} is no court bundle, but {folder} is one: comity verify {folder}"
    if not any(path.iterdir()):
        return f"{path} is no court bundle: the folder is empty; name the one with {_BAG} in it"
    return f"{path} is no court bundle: name the folder with {_BAG} in it"


def _is_trust(data: bytes) -> bool:
    try:
        parse_trust(data)
    except ComityError:
        return False
    return True
