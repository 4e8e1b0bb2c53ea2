"""The REST API of one's own node, as a program uses it."""

import json as text
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from comity.canonical import ComityError, decode_loose
from comity.client.errors import NodeRefusedError, NodeSilentError
from comity.client.uploading import Progress, Upload
from comity.http import Answer, Client, NoAnswerError, pinned_context

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


__all__ = ["Api", "NodeRefusedError", "NodeSilentError"]
