"""Taking a secretariat's directory in, from its address or a copy, after its root was compared.

Who serves the directory does not matter. What counts is the comparison of the root: two people read
its fingerprint to each other by a way they know. Then the node takes the directory as it always
does (`DirectoryStore.refresh`): what no State signed is refused.
"""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comity.canonical import PeerError
from comity.directory.errors import ModeMismatchError
from comity.directory.fetching import http_fetch
from comity.directory.store import DirectoryStore
from comity.directory.tuf_client import Fetch, Refreshed, first_root, root_name
from comity.intake.safe_zip import zip_fetch
from comity.keys.jws import TypeMismatchError
from comity.keys.spoken import fingerprint
from comity.node.operations.setup_wizard.partners import SECRETARIAT, NotComparedError

_OF_THE_OTHER_MODE: Final = {ModeMismatchError.code, TypeMismatchError.code}


class DirectoryOtherModeError(PeerError, code="directory-other-mode"):
    """A directory lists what belongs to the other mode, live or exercise."""


@dataclass(frozen=True)
class DirectoryBrought:
    """A directory that was looked at and is not trusted yet.

    Attributes:
        url: its address; empty for a copy in a file.
        data: bytes of the copy; empty for an address.
        root: its first root, or the one that is trusted here already.
        pinned: whether a root is trusted here already.
        found: what taking it in would bring.
    """

    url: str
    data: bytes
    root: Mapping[str, Any]
    pinned: bool
    found: Refreshed

    @property
    def name(self) -> str:
        """Return the fingerprint of its root."""
        return fingerprint(root_name(self.root))

    @property
    def states(self) -> list[str]:
        """Return the States that it lists."""
        return sorted(self.found.directory.states)

    @property
    def fresh(self) -> list[str]:
        """Return what is compared before it is trusted: the root, unless it is trusted already."""
        return [] if self.pinned else [SECRETARIAT]

    def fetch(self) -> Fetch:
        """Return what reads it."""
        return zip_fetch(self.data) if self.data else http_fetch(self.url)


def look_at_directory(folder: Path, url: str, data: bytes, *, at: datetime) -> DirectoryBrought:
    """Return what a directory brings, trusting nothing of it: it is taken into a shadow first.

    Args:
        folder: of the node's directory.
        url: address of the directory; not read where there is a copy.
        data: ZIP file of a copy, untrusted; empty for none.
        at: this moment.

    Raises:
        DirectoryOtherModeError: it is of the other mode.
        DirectoryUnreachableError: nobody answers.
        MisuseError: the address is neither https nor of this machine.
        TufMetadataError: what answers is no directory, or not the one that is trusted here.
    """
    fetch = zip_fetch(data) if data else http_fetch(url)
    held = DirectoryStore.open(folder).trust().root
    root = first_root(fetch) if held is None else held
    with tempfile.TemporaryDirectory(prefix="comity-directory-") as name:
        shadow = Path(shutil.copytree(folder, Path(name) / "shadow"))
        found = DirectoryStore.open(shadow).take_directory(root, fetch, now=at)
    refused = {one.code for one in found.batch.refused}
    if refused and refused <= _OF_THE_OTHER_MODE and not found.directory.states:
        raise DirectoryOtherModeError("the directory is of the other mode")
    return DirectoryBrought(url, data, root, held is not None, found)


def take_directory_in(
    folder: Path, brought: DirectoryBrought, *, compared: bool, at: datetime
) -> Refreshed:
    """Trust the root that was compared, and take the directory over.

    Args:
        folder: of the node's directory.
        brought: what `look_at_directory` returned.
        compared: whether somebody compared the root by a way they know.
        at: this moment.

    Raises:
        NotComparedError: the root is neither trusted here nor compared.
        ComityError: as `look_at_directory`; nothing was taken in.
    """
    if not brought.pinned and not compared:
        raise NotComparedError("the root of the directory was not compared")
    store = DirectoryStore.open(folder)
    return store.take_directory(brought.root, brought.fetch(), now=at)
