"""Signed HTTP towards a partner: endpoints from the directory only, redirects never followed.

Messages and parts of packages go through `PartnerClient`; `range_reader` reads long ranges on a
connection of its own, signed here too.
"""

import base64
import contextlib
import re
import secrets
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from comity.canonical import ComityError, OperationError, decode_loose
from comity.exchange.wire_errors import WIRE_ERRORS, status_retryable
from comity.http import AnswerTooLongError, Client, Incoming, NoAnswerError
from comity.http import pinned_context as pinned
from comity.keys.http import HttpRequest, sign_request
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node
from comity.node.core.partner_clocks import PartnerClocks

CONNECT_S: Final = 5.0
TIMEOUT_S: Final = 20.0
"""For one step: until the next bytes go out, or come."""
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
MAX_PROBLEM_BYTES: Final = 16 * 1024
SHORTEST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(hours=1)
"""A partner that asks for more is asked again after this."""
_BUSY: Final = frozenset({429, 503})
_SECONDS: Final = re.compile(r"[0-9]{1,9}")
UNKNOWN: Final = "code-unknown"
"""Stands for a code of a partner that is not known here."""


class PartnerUnreachableError(OperationError, code="partner-unreachable"):
    """A partner did not answer, or with something unreadable; it is tried again."""


class PartnerRefusedError(OperationError, code="partner-refused"):
    """A partner answered with an error of its own.

    Attributes:
        final: whether the same request, sent again, would be refused again; a person decides then.
    """

    def __init__(self, message: str = "", *, final: bool = False, **facts: object) -> None:
        super().__init__(message, **facts)
        self.final = final


class PartnerBusyError(OperationError, code="partner-busy"):
    """A partner asks to come again later; that is no failure.

    Attributes:
        wait: how long.
    """

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Answer:
    """What a partner answered.

    Attributes:
        status: of HTTP.
        body: whole.
        wait: how long it asks to wait before the next try, at most `LONGEST_WAIT`; or None.
    """

    status: int
    body: bytes
    wait: timedelta | None = None


@dataclass(frozen=True)
class Target:
    """Where a signed request goes, and what it carries.

    Attributes:
        origin: scheme, host and port.
        path: with query.
        headers: its signature among them.
        certificate: the endpoint's pinned TLS certificate, base64 DER, or None.
    """

    origin: str
    path: str
    headers: dict[str, str]
    certificate: str | None


class PartnerClient:
    """Connections to partners, kept open between requests; safe between threads."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._plain = Client(connect_s=CONNECT_S, step_s=TIMEOUT_S)
        self._pinned: dict[str, Client] = {}
        self.clocks = PartnerClocks()
        self.silent: dict[str, datetime] = {}
        """Since when a party has not answered at all, of those that did not answer last time."""
        self.heard: Counter[str] = Counter()
        """How often each party was heard: it asked us something, or took what we sent."""
        self.busy: dict[str, datetime] = {}
        """Until when a party asked to wait with messages, in the real world."""

    def reachable(self, party: str) -> bool:
        """Tell whether something can be pushed to a party."""
        directory = self._node.directory
        return directory.has(party) and directory.entry(party).endpoint.url is not None

    def hear(self, party: str) -> None:
        """Note that a party's node works: it signed a request to us, or did what we asked.

        Args:
            party: whose node it is.
        """
        self.silent.pop(party, None)
        self.heard[party] += 1

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
            found, status = response.read(MAX_ANSWER_BYTES), response.status
            retry_after = response.headers.get("Retry-After")
            return Answer(status, found, wait_of(status, retry_after))

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
    ) -> Iterator[Incoming]:
        """Send a signed request and give the answer as it comes.

        A status of ``expect`` is an answer of this protocol (308 with ``Range``), no redirect.
        """
        target = self.target(party, method, path, query=query, body=body)
        url, fields = target.origin + target.path, {**target.headers, **(headers or {})}
        client = self._client(target.certificate)
        try:
            with client.stream(method, url, body=body, headers=fields) as response:
                self.silent.pop(party, None)
                self.clocks.note(party, response.headers.get("Date"))
                if 300 <= response.status < 400 and response.status not in expect:
                    raise PartnerUnreachableError("the partner redirects; that is never followed")
                yield response
        except AnswerTooLongError as fault:
            raise PartnerUnreachableError("an answer larger than any we ask for") from fault
        except NoAnswerError as fault:
            self.silent.setdefault(party, now())
            raise PartnerUnreachableError(str(fault)) from fault

    def target(
        self, party: str, method: str, path: str, *, query: str = "", body: bytes = b""
    ) -> Target:
        """Return where a request to a party goes, signed at this moment; arguments as for `call`.

        Raises:
            PartnerUnreachableError: the directory lists no address.
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
            now=real_now(),
            nonce=secrets.token_urlsafe(16),
        )
        return Target(
            origin=f"{base.scheme}://{base.netloc}",
            path=full + (f"?{query}" if query else ""),
            headers={**signed, "Accept-Encoding": "identity"},
            certificate=endpoint.tls_certificate,
        )

    def _client(self, certificate: str | None) -> Client:
        """Return the client that trusts this party's pinned certificate alone."""
        if certificate is None:
            return self._plain
        found = self._pinned.get(certificate)
        if found is None:
            context = pinned_context(certificate)
            found = Client(connect_s=CONNECT_S, step_s=TIMEOUT_S, tls=context)
            self._pinned[certificate] = found
        return found

    def close(self) -> None:
        """Close all connections."""
        for client in (self._plain, *self._pinned.values()):
            client.close()


def wait_of(status: int, retry_after: str | None) -> timedelta | None:
    """Return what ``Retry-After`` of a busy partner says, in seconds (RFC 9110, 10.2.3).

    Args:
        status: of HTTP.
        retry_after: value of the header field, or None.
    """
    text = retry_after or ""
    if status not in _BUSY or not _SECONDS.fullmatch(text):
        return None
    return min(max(timedelta(seconds=int(text)), SHORTEST_WAIT), LONGEST_WAIT)


def check_accepted(answer: Answer, *statuses: int) -> None:
    """Raise unless a partner answered with one of some statuses.

    Raises:
        PartnerRefusedError: it answered with an error, perhaps for good.
        PartnerBusyError: it asked to come again later.
    """
    if answer.status not in statuses:
        raise refused(answer.status, answer.body, answer.wait)


def refused(
    status: int, body: bytes, wait: timedelta | None
) -> PartnerRefusedError | PartnerBusyError:
    """Return the error for an answer that is no success: whether to ask again, and when.

    Args:
        status: of HTTP.
        body: of the answer, untrusted.
        wait: what `wait_of` says of it.
    """
    fault = refusal(status, body)
    if wait is None or fault.final:
        return fault
    return PartnerBusyError(str(fault), wait=wait)


def fault_code(fault: ComityError) -> str:
    """Return the code of an error as it is stored: after a colon stands what the partner said."""
    said = fault.facts.get("said")
    return f"{fault.code}: {said}" if said else fault.code


def pinned_context(certificate: str) -> ssl.SSLContext:
    """Return TLS settings that trust one certificate alone, base64 DER (spec 13.2)."""
    return pinned(base64.b64decode(certificate))


def refusal(status: int, body: bytes) -> PartnerRefusedError:
    """Return the error for a partner's answer; its code is among the facts as ``said``.

    Nothing else of the body is used. A code that is not known here becomes `UNKNOWN`, so that no
    words of a partner stand where people read ours.

    Source: spec/13-transport.md section 13.2.
    """
    problem: Any = None
    with contextlib.suppress(ComityError):
        problem = decode_loose(body, max_bytes=MAX_PROBLEM_BYTES)
    fields = problem if isinstance(problem, dict) else {}
    retryable, code = fields.get("retryable"), fields.get("code")
    if not isinstance(retryable, bool):
        retryable = status_retryable(status)
    said = ""
    if isinstance(code, str) and code:
        said = code if code in WIRE_ERRORS else UNKNOWN
    told = f" [{said}]" if said else ""
    return PartnerRefusedError(
        f"the partner answered {status}{told}", final=not retryable, said=said
    )
