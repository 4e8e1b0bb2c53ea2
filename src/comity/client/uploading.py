"""Handing a sealed package to one's node: in parts, going on where an earlier attempt stood.

The node says where it stands; nothing is kept on this machine. Source: tus 1.0.0, ADR 0021.
"""

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from comity.canonical import MisuseError, encode
from comity.client.errors import NodeRefusedError, NodeSilentError

if TYPE_CHECKING:
    from comity.client.api import Api

type Progress = Callable[[int], None]
"""Called with the bytes that the node has, or that are on their way to it."""

PART_BYTES: Final = 32 * 1024 * 1024
PIECE_BYTES: Final = 1024 * 1024
PATIENCE_S: Final = 60.0
"""How long nothing may move before it is given up for now: longer than a node takes to start."""
_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 4.0
_TUS: Final = {"Tus-Resumable": "1.0.0"}
_AGAIN: Final = frozenset({"upload-busy", "upload-place"})
"""What a node says when an earlier request of ours has not ended yet."""


class PackageOtherError(MisuseError, code="package-other"):
    """The file is not as long as its offer says: it is another package, or was cut short."""


class Upload:
    """One package on its way to the node.

    Args:
        api: session of the officer.
        conversation: digest of the request it answers.
        offer: section ``offer``.
        package: the sealed file.
        acquired: how it was acquired, in words.
    """

    def __init__(
        self, api: "Api", conversation: str, offer: dict[str, Any], package: Path, acquired: str
    ) -> None:
        self._api, self._conversation, self._offer = api, conversation, offer
        self._package, self._acquired = package, acquired
        self._size = package.stat().st_size

    def run(self, progress: Progress) -> Any:
        """Bring the package in and return what the node knows of it then.

        Raises:
            PackageOtherError: the file does not fit its offer.
            NodeRefusedError, NodeSilentError: it did not end; the next run goes on.
        """
        if self._offer.get("sealed_size_bytes") != self._size:
            raise PackageOtherError("the file is not as long as its offer says")
        held = self._held()  # a node that is not there at all is told at once
        if held is not None:
            return held
        self._bring(_patiently(self._place), progress)
        return _patiently(self._held)

    def _held(self) -> Any:
        """Return the package if it is at the node already, and was not destroyed there."""
        told = {"conversation": self._conversation}
        found = self._api.whole("/packages", "packages", **told)["packages"]
        here = (row for row in found if row["stage"] != "destroyed")
        return next((row for row in here if row["root"] == self._offer.get("root")), None)

    def _place(self) -> str:
        """Return the path of the upload: one that stands there, or a new one."""
        for row in self._api.whole("/uploads", "uploads")["uploads"]:
            wanted = (self._offer.get("root"), self._conversation)
            if (row["root"], row["conversation"]) == wanted:
                return f"/uploads/{row['id']}"
        told = {"offer": encode(self._offer), "acquired": self._acquired.encode()}
        pairs = (f"{name} {base64.b64encode(data).decode()}" for name, data in told.items() if data)
        fields = {"Upload-Length": str(self._size), "Upload-Metadata": ",".join(pairs)}
        path = f"/conversations/{self._conversation}/uploads"
        answer = self._api.accepted(self._api.ask("POST", path, headers={**_TUS, **fields}))
        return "/uploads/" + answer.headers["Location"].rpartition("/")[2]

    def _bring(self, place: str, progress: Progress) -> None:
        """Send parts until the node has everything; a broken line is tried again a few times."""
        before, pause, moved_at = -1, _PAUSE_S, time.monotonic()
        with self._package.open("rb") as file:
            while True:
                try:
                    here = self._stands(place)
                    progress(here)
                    if here > before:
                        before, pause, moved_at = here, _PAUSE_S, time.monotonic()
                    if self._send(place, file, here, progress) == self._size:
                        break
                except (NodeSilentError, NodeRefusedError) as fault:
                    said = fault.facts.get("said")
                    given_up = time.monotonic() - moved_at + pause > PATIENCE_S
                    if given_up or (said is not None and said not in _AGAIN):
                        raise
                    time.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_S)
        progress(self._size)

    def _stands(self, place: str) -> int:
        answer = self._api.ask("HEAD", place, headers=_TUS)
        if answer.status == 404:
            raise NodeRefusedError("the upload ended or expired there", said="upload-unknown")
        return int(self._api.accepted(answer).headers["Upload-Offset"])

    def _send(self, place: str, file: BinaryIO, here: int, progress: Progress) -> int:
        size = min(PART_BYTES, self._size - here)
        fields = {
            **_TUS,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(here),
            "Content-Length": str(size),
        }
        file.seek(here)
        content = _pieces(file, here + size, progress)
        answer = self._api.ask("PATCH", place, headers=fields, content=content)
        return int(self._api.accepted(answer).headers["Upload-Offset"])


def _patiently[T](ask: Callable[[], T]) -> T:
    """Return what a call that may be made twice returns, also if the node restarts in between."""
    begun, pause = time.monotonic(), _PAUSE_S
    while True:
        try:
            return ask()
        except NodeSilentError:
            if time.monotonic() - begun + pause > PATIENCE_S:
                raise
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)


def _pieces(file: BinaryIO, end: int, progress: Progress) -> Iterator[bytes]:
    while piece := file.read(min(PIECE_BYTES, end - file.tell())):
        yield piece
        progress(file.tell())
