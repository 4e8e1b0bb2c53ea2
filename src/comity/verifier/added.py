"""Files that a computer adds to a folder by itself, when somebody only opens or copies it.

The page has the same names (`comity.verifier.tables`). They change no verdict: what does not belong
into a bundle is foreign, whoever put it there. They change what a person should do next.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from comity.bundle.errors import BundleFileForeignError
from comity.bundle.verdict import Report

ADDED: Final[Mapping[str, Sequence[str]]] = {
    "begin": ("._",),
    "files": (".directory", ".ds_store", "desktop.ini", "ehthumbs.db", "thumbs.db"),
    "folders": (
        "$recycle.bin",
        ".fseventsd",
        ".spotlight-v100",
        ".trashes",
        "__macosx",
        "system volume information",
    ),
}
"""Beginnings of names, names of files and names of folders, in lower case."""


def may_be_added(path: str) -> bool:
    """Tell whether a computer may have added a file, by its path in the folder."""
    *folders, name = path.lower().split("/")
    if any(folder in ADDED["folders"] for folder in folders):
        return True
    return name in ADDED["files"] or name.startswith(tuple(ADDED["begin"]))


def added_files(report: Report) -> tuple[tuple[str, ...], bool]:
    """Return the foreign files that a computer may have added, and whether nothing else failed."""
    found = [one for step in report.steps for one in step.findings]
    added = [
        one.path
        for one in found
        if one.code == BundleFileForeignError.code and may_be_added(one.path)
    ]
    return tuple(dict.fromkeys(added)), len(added) == len(found)
