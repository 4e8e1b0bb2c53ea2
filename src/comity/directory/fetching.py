"""Where a TUF repository is read from: a folder, or a server.

Source: spec/13-transport.md section 13.2 (no redirects, plain HTTP towards loopback only).
"""

import time
from http import HTTPStatus
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError, PeerError
from comity.directory.errors import DirectoryUnreachableError, TufMetadataError
from comity.directory.parsing import Endpoint, parse_endpoint
from comity.directory.tuf_client import Fetch
from comity.http import Client, Incoming, NoAnswerError

TIMEOUT_S: Final = 20.0  # for one step: connect, or the next bytes
TOTAL_S: Final = 60.0  # for one file of at most 5 MB
_ABSENT: Final = (403, 404)


def folder_fetch(folder: Path) -> Fetch:
    """Return a fetch from a copy of the repository: a stick, a shared folder."""
    base = folder.resolve()

    def fetch(path: str, max_bytes: int) -> bytes | None:
        place = (base / path).resolve()
        if not place.is_relative_to(base):
            raise TufMetadataError("a path leaves the repository")
        if not base.is_dir():
            raise DirectoryUnreachableError(f"no folder {folder.name}")
        try:
            with place.open("rb") as file:
                return file.read(max_bytes + 1)
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise DirectoryUnreachableError(f"cannot read {place.name}") from fault

    return fetch


def http_fetch(base_url: str) -> Fetch:
    """Return a fetch from a server; nothing is trusted for coming from it.

    Args:
        base_url: where ``metadata/`` and ``targets/`` stand; https, or http on loopback.

    Raises:
        MisuseError: another kind of URL.
    """
    try:
        parse_endpoint(Endpoint(kind="url", url=base_url).value())
    except PeerError as fault:
        raise MisuseError("the address must be https, or http on loopback") from fault
    base = base_url.rstrip("/")

    def fetch(path: str, max_bytes: int) -> bytes | None:
        client = Client(connect_s=TIMEOUT_S, step_s=TIMEOUT_S)
        try:
            with client.stream("GET", f"{base}/{path}") as answer:
                if answer.status in _ABSENT:
                    return None
                if answer.status != HTTPStatus.OK:
                    raise DirectoryUnreachableError(f"the server answers {answer.status}")
                return _body(answer, max_bytes)
        except NoAnswerError as fault:
            raise DirectoryUnreachableError("the directory's server does not answer") from fault
        finally:
            client.close()

    return fetch


def _body(answer: Incoming, max_bytes: int) -> bytes:
    """Read at most so many bytes in at most so long: a server that drips must not hold us."""
    found = bytearray()
    until = time.monotonic() + TOTAL_S
    for chunk in answer.pieces():
        if time.monotonic() > until:
            raise DirectoryUnreachableError("the server is too slow")
        found += chunk
        if len(found) > max_bytes:
            raise TufMetadataError("the server sends more than was asked for")
    return bytes(found)
