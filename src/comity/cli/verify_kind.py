"""What a path is that `comity verify` was given, where it cannot be judged as it is."""

import shlex
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from comity.bundle.layout import STATEMENT
from comity.canonical import ComityError
from comity.directory.trust import MAX_TRUST_BYTES, parse_trust
from comity.evidence.bag import DECLARATION_NAME

_AGE: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_STATEMENT: Final = Path(STATEMENT).name
_DEPTHS: Final = ("*/", "*/*/", "*/*/*/")
"""How far below a named folder a bundle is looked for."""
MOST: Final = 20
"""How many bundles or files a sentence names."""
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
        f"{DECLARATION_NAME} in it: {_BUNDLE}"
    )


def no_bundle(path: Path, options: Sequence[str]) -> str:
    """Return what a folder is that has nothing of a bundle, and what to type instead.

    Args:
        path: the folder.
        options: of the command as they were typed.
    """
    none = f"{path} is no court bundle"
    whole = path.resolve().parent
    if (path / _STATEMENT).exists() and (whole / DECLARATION_NAME).exists():
        return f"{none}, but a part of one; name the whole: {_command(whole, options)}"
    inside = sorted(
        one.parent for depth in _DEPTHS for one in path.glob(f"{depth}{DECLARATION_NAME}")
    )
    found = [one for one in inside if (one / STATEMENT).exists()]
    if len(found) == 1:
        return f"{none}, but {found[0]} is one: {_command(found[0], options)}"
    if found:
        lines = [_command(one, options) for one in found[:MOST]]
        lines += [f"and {len(found) - MOST} more"] if len(found) > MOST else []
        told = "".join(f"\n  {line}" for line in lines)
        return f"{none}, but there are {len(found)} in it; name one of them:{told}"
    packed = sorted(one.name for one in path.iterdir() if one.suffix.lower() == ".zip")
    if packed:
        more = f" and {len(packed) - MOST} more" if len(packed) > MOST else ""
        names = ", ".join(packed[:MOST]) + more
        return f"{none}; it holds a ZIP file: unpack {names}, and name the folder in it: {_BUNDLE}"
    if not any(path.iterdir()):
        return f"{none}: the folder is empty; name the one with {DECLARATION_NAME} in it"
    return f"{none}: name the folder with {DECLARATION_NAME} in it"


def _command(folder: Path, options: Sequence[str]) -> str:
    return shlex.join(["comity", "verify", str(folder), *options])


def _is_trust(data: bytes) -> bool:
    try:
        parse_trust(data)
    except ComityError:
        return False
    return True
