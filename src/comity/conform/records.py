"""Where the records of the node's State come from: a file, a folder, or a secretariat's server."""

import tempfile
from datetime import datetime
from pathlib import Path

from comity.canonical import MisuseError
from comity.conform.folder import PARTIES, STATES, PeerFolder, read_records
from comity.directory import Directory
from comity.directory.fetching import folder_fetch, http_fetch
from comity.directory.store import DirectoryStore
from comity.files.errors import translating


def known_directory(
    folder: PeerFolder, trust: Path, source: str | None, *, now: datetime
) -> Directory:
    """Return the directory of a run.

    Args:
        folder: of the kit's keys.
        trust: the trust file that pins the node's State, or names the secretariat.
        source: file that ``comity directory export`` wrote, or folder or address of a
            secretariat's repository; None for ``node.json`` in the folder.
        now: this moment.

    Raises:
        MisuseError: there is no such source, or its records do not verify.
        PeerError, OperationError: it cannot be read.
    """
    with translating(f"reading {trust}"):
        told = trust.read_bytes()
    return folder.directory(told, _records(folder, told, source, now), now=now)


def _records(
    folder: PeerFolder, trust: bytes, source: str | None, now: datetime
) -> tuple[bytes, ...]:
    path = folder.folder / "node.json" if source is None else Path(source)
    if source is not None and source.startswith(("http://", "https://")):
        return _fetched(trust, http_fetch(source), now)
    if path.is_dir():
        return _fetched(trust, folder_fetch(path), now)
    if not path.is_file():
        told = f"{path} is not there; write it with: comity directory export NODE/directory {path}"
        raise MisuseError(told)
    return tuple(read_records(path))


def _fetched(trust: bytes, fetch: object, now: datetime) -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
        store = DirectoryStore.create(Path(name) / "directory", trust)
        found = store.refresh(fetch, now=now).directory  # type: ignore[arg-type]
    return tuple(one.jws.record for one in found.records() if _foreign(one))


def _foreign(one: object) -> bool:
    record = getattr(one, "record", None)
    return record is None or record.state not in STATES


def node_of(directory: Directory, url: str, party: str | None) -> str:
    """Return the party under test.

    Args:
        directory: of the run.
        url: of the node.
        party: as a person named it, or None: the one whose entry has this address.

    Raises:
        MisuseError: no party, or several, could be meant.
    """
    others = [one for one in directory.parties() if one not in PARTIES]
    if party is not None:
        if party not in others:
            raise MisuseError(f"the records hold no entry of {party}")
        return party
    same = [
        one
        for one in others
        if (directory.entry(one).endpoint.url or "").rstrip("/") == url.rstrip("/")
    ]
    found = same or others
    if len(found) != 1:
        named = ", ".join(found) or "none"
        raise MisuseError(f"name the party under test with --party; the records hold: {named}")
    return found[0]
