"""Signed HTTP towards a partner: endpoints from the directory only, redirects never followed."""

import base64
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from comity.canonical import OperationError
from comity.keys.http import HttpRequest, sign_request
from comity.node.clock import now
from comity.node.node import Node

TIMEOUT_S: Final = httpx.Timeout(20.0, connect=5.0)
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024


class PartnerUnreachableError(OperationError):
    """A partner did not answer, or only rubbish came back; it is tried again."""

    code = "partner-unreachable"


class PartnerRefusedError(OperationError):
    """A partner answered with an error of its own."""

    code = "partner-refused"


@dataclass(frozen=True)
class Answer:
    """What a partner answered."""

    status: int
    body: bytes


class PartnerClient:
    """Connections to partners, kept open between requests; safe between threads."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._plain = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)
        self._pinned: dict[str, httpx.Client] = {}

    def reachable(self, party: str) -> bool:
        """Tell whether something can be pushed to a party."""
        directory = self._node.directory
        return directory.has(party) and directory.entry(party).endpoint.url is not None

    def call(
        self, party: str, method: str, path: str, *, query: str = "", body: bytes = b"", **more: Any
    ) -> Answer:
        """Send a signed request and return the whole answer.

        Args:
            party: whom; its endpoint comes from the directory.
            method: GET, POST or PUT.
            path: absolute, below the endpoint.
            query: without question mark.
            body: whole body.
            more: header fields that the signature does not cover, as ``headers``.

        Raises:
            PartnerUnreachableError: no answer, a redirect, or an answer larger than allowed.
        """
        with self.stream(party, method, path, query=query, body=body, **more) as response:
            found = bytearray()
            for chunk in response.iter_raw():
                found += chunk
                if len(found) > MAX_ANSWER_BYTES:
                    raise PartnerUnreachableError("an answer larger than any we ask for")
            return Answer(response.status_code, bytes(found))

    @contextmanager
    def stream(
        self,
        party: str,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        expect: tuple[int, ...] = (),
    ) -> Iterator[httpx.Response]:
        """Send a signed request and give the answer as it comes.

        A status of ``expect`` is an answer of this protocol (308 with ``Range``), no redirect.
        """
        endpoint = self._node.directory.entry(party).endpoint
        if endpoint.url is None:
            raise PartnerUnreachableError(f"{party} has no address: it fetches, or by file")
        base = urlsplit(endpoint.url)
        full = base.path.rstrip("/") + path
        request = HttpRequest(method, full, f"?{query}", body, self._node.party, party)
        signed = sign_request(
            request,
            self._node.keys["transport"],
            mode=self._node.config.mode,
            now=now(),
            nonce=secrets.token_urlsafe(16),
        )
        url = f"{base.scheme}://{base.netloc}{full}" + (f"?{query}" if query else "")
        fields = {**signed, "Accept-Encoding": "identity", **(headers or {})}
        client = self._client(party, endpoint.tls_certificate)
        try:
            with client.stream(method, url, content=body, headers=fields) as response:
                if response.is_redirect and response.status_code not in expect:
                    raise PartnerUnreachableError("the partner redirects; that is never followed")
                yield response
        except httpx.HTTPError as fault:
            raise PartnerUnreachableError(f"no answer ({type(fault).__name__})") from fault

    def _client(self, party: str, certificate: str | None) -> httpx.Client:
        """Return the client that trusts this party's pinned certificate alone."""
        if certificate is None:
            return self._plain
        found = self._pinned.get(certificate)
        if found is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            context.check_hostname = False  # the certificate itself is pinned (spec 13.2)
            context.load_verify_locations(cadata=base64.b64decode(certificate))
            found = httpx.Client(
                timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, verify=context
            )
            self._pinned[certificate] = found
        return found

    def close(self) -> None:
        """Close all connections."""
        for client in (self._plain, *self._pinned.values()):
            client.close()
