"""The REST API of one's own node, as a program uses it."""

import base64
import json as text
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlencode

from comity.canonical import ComityError, MisuseError, OperationError, decode_loose, encode
from comity.http import Answer, Client, NoAnswerError, pinned_context

# What can be wrong with one's node.


class NodeRefusedError(OperationError, code="node-refused"):
    """The node answered with an error; its own code is among the facts as ``said``."""


class NodeSilentError(OperationError, code="node-silent"):
    """The node did not answer."""


# Handing a sealed package to one's node: in parts, going on where an earlier attempt stood.
#
# The node says where it stands; nothing is kept on this machine. Source: tus 1.0.0, ADR 0021.


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


MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024


class Api:
    """One person's session with a node.

    Args:
        url: of the node, without path.
        token: the person's API token; a secret.
        certificate: the node's own TLS certificate in PEM, which alone is trusted then; None where
            the machine's authorities vouch for it, or for plain HTTP on loopback.
    """

    def __init__(self, url: str, token: str, *, certificate: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._fields = {"Authorization": f"Bearer {token}"}
        tls = pinned_context(certificate) if certificate is not None else None
        self._http = Client(connect_s=5.0, step_s=60.0, tls=tls)

    def get(self, path: str, **query: str) -> Any:
        """Return what a path holds."""
        return self._call("GET", path, params=query)

    def whole(self, path: str, *names: str, **query: str) -> Any:
        """Return a list to its end: the first page's answer, with the lines of every page.

        Args:
            path: of the call that lists.
            names: members of the answer that hold lines.
            query: what the list is narrowed to.
        """
        return self._paged(path, names, query, most=None)

    def first(self, most: int, path: str, name: str, **query: str) -> Any:
        """Return the first lines of a list, a number of them at most; else as `whole` does."""
        found = self._paged(path, (name,), query, most=most)
        del found[name][most:]
        return found

    def _paged(
        self, path: str, names: Sequence[str], query: Mapping[str, str], *, most: int | None
    ) -> Any:
        found = self.get(path, **query)
        after = found.pop("next")
        while after is not None and (most is None or len(found[names[0]]) < most):
            page = self.get(path, **query, after=after)
            for name in names:
                found[name] += page[name]
            after = page["next"]
        return found

    def post(self, path: str, value: Any = None) -> Any:
        """Send a JSON value to a path and return the answer."""
        return self.call("POST", path, value)

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """Send a JSON value, or nothing, by a method and return the answer."""
        return self._call(method, path, json=value)

    def send(self, path: str, data: bytes, **query: str) -> Any:
        """Send bytes to a path and return the answer."""
        content_type = {"Content-Type": "application/octet-stream"}
        return self._call("POST", path, content=data, params=query, headers=content_type)

    def delete(self, path: str) -> Any:
        """Discard what a path names."""
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, **more: Any) -> Any:
        return self._value(self.ask(method, path, **more))

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and return the answer, whatever it says.

        Args:
            method: of HTTP.
            path: below the API's own.
            params: of the query.
            json: a value that is the body, or None.
            content: a body of bytes, or of pieces.
            headers: fields.

        Raises:
            NodeSilentError: there is none.
        """
        fields = {**self._fields, **(headers or {})}
        if json is not None:
            said = text.dumps(json, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            content, fields = said.encode(), {"Content-Type": "application/json", **fields}
        if params:
            path = f"{path}{'&' if '?' in path else '?'}{urlencode(params)}"
        try:
            url = self._place(path)
            return self._http.ask(method, url, headers=fields, body=content, max_bytes=None)
        except NoAnswerError as fault:
            raise NodeSilentError(f"{self.url} does not answer") from fault

    def _place(self, path: str) -> str:
        return f"{self.url}/api/v1/{path.removeprefix('/')}"

    def accepted(self, answer: Answer) -> Answer:
        """Return an answer that is no error.

        Raises:
            NodeRefusedError: it is one.
        """
        if not answer.ok:
            self._value(answer)
        return answer

    def _value(self, answer: Answer) -> Any:
        if answer.ok:
            data = answer.body
            return decode_loose(data, max_bytes=MAX_ANSWER_BYTES) if data else None
        try:
            said = decode_loose(answer.body, max_bytes=65536)
            code, detail = str(said["code"]), str(said["detail"])
        except (ComityError, LookupError, TypeError) as fault:
            raise NodeRefusedError(f"the node answered {answer.status}") from fault
        raise NodeRefusedError(f"{detail} [{code}]", said=code)

    def upload(
        self,
        conversation: str,
        offer: dict[str, Any],
        package: Path,
        *,
        acquired: str,
        progress: Progress = lambda _done: None,
    ) -> Any:
        """Hand a sealed package to the node, going on where an earlier attempt stood.

        Args:
            conversation: digest of the request it answers.
            offer: section ``offer``, made when it was sealed.
            package: the sealed file.
            acquired: how it was acquired, in words; attested.
            progress: told of the bytes that are safe at the node.

        Raises:
            NodeRefusedError, NodeSilentError: it did not end; called again, it goes on.
        """
        return Upload(self, conversation, offer, package, acquired).run(progress)

    def download(self, root: str, target: Path) -> None:
        """Fetch a sealed package that is at the node."""
        self.save(f"/packages/{root.removeprefix('sha256:')}", target)

    def save(self, path: str, target: Path) -> None:
        """Write what a path holds into a new file, piece by piece; none is made on a refusal."""
        try:
            with self._http.stream("GET", self._place(path), headers=self._fields) as answer:
                if not answer.ok:
                    raise NodeRefusedError(f"the node answered {answer.status}")
                with target.open("xb") as file:
                    for piece in answer.pieces():
                        file.write(piece)
        except NoAnswerError as fault:
            raise NodeSilentError(f"{self.url} does not answer") from fault

    def fetch(self, path: str) -> bytes:
        """Return the bytes of what a path holds."""
        return self.accepted(self.ask("GET", path)).body

    def close(self) -> None:
        """End the session."""
        self._http.close()
