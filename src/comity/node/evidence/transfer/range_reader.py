"""Long ranges of a sealed package from a partner, block by block into one reused buffer.

Plain `http.client` on a kept connection: bytes go from TLS into the block's buffer, without the
copies and the many small chunks of a general client (measured in docs/reference/performance.md).
Framing is strict: one range with its length, nothing chunked, no redirect.
"""

import http.client
import mmap
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from comity.evidence.blocks import BLOCK_BYTES
from comity.node.core.partner_http import (
    MAX_PROBLEM_BYTES,
    PartnerClient,
    PartnerUnreachableError,
    Target,
    pinned_context,
    refused,
    wait_of,
)

TIMEOUT_S: Final = 20.0


class RangeReader:
    """One connection to one partner; one thread uses it.

    Args:
        client: signs the requests.
        party: the partner.
        path: of the package, absolute.
        size_bytes: of the whole package, as offered.
    """

    def __init__(self, client: PartnerClient, party: str, path: str, size_bytes: int) -> None:
        self._client, self._party = client, party
        self._path, self._size = path, size_bytes
        self._link: http.client.HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._buffer = memoryview(mmap.mmap(-1, BLOCK_BYTES))  # begins on a page

    def blocks(self, start: int, end: int) -> Iterator[memoryview]:
        """Yield what lies from ``start`` to before ``end``, in blocks that start at ``start``.

        Each is to be used before the next is asked for. If it is left early, close it.

        Raises:
            PartnerUnreachableError: the line broke, or what came is not what HTTP says.
            PartnerRefusedError: the partner answered with an error, perhaps for good.
            PartnerBusyError: it asked to come again later.
        """
        try:
            answer = self._ask(start, end)
            for at in range(start, end, BLOCK_BYTES):
                part = self._buffer[: min(BLOCK_BYTES, end - at)]
                if answer.readinto(part) != len(part):
                    raise PartnerUnreachableError("the line broke in the middle of a block")
                yield part
            answer.close()
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            raise PartnerUnreachableError(f"no answer ({type(fault).__name__})") from fault
        except BaseException:
            self.close()
            raise

    def _ask(self, start: int, end: int) -> http.client.HTTPResponse:
        target = self._client.target(self._party, "GET", self._path)
        link = self._link = self._link or _connect(target)
        link.request(
            "GET", target.path, headers={**target.headers, "Range": f"bytes={start}-{end - 1}"}
        )
        self._socket = link.sock
        answer = link.getresponse()
        if answer.status != 206 and (answer.status, start, end) != (200, 0, self._size):
            wait = wait_of(answer.status, answer.getheader("Retry-After"))
            raise refused(answer.status, answer.read(MAX_PROBLEM_BYTES), wait)
        place = answer.getheader("Content-Range")
        if answer.status == 206 and place != f"bytes {start}-{end - 1}/{self._size}":
            raise PartnerUnreachableError("the partner sent another range than asked for")
        if answer.chunked or answer.length != end - start:
            raise PartnerUnreachableError("the partner sent another length than asked for")
        return answer

    def interrupt(self) -> None:
        """Let a read under way end at once, from another thread, however slow the partner is."""
        if self._socket is not None:
            with suppress(OSError):  # it ended by itself
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection; the next range opens another."""
        if self._link is not None:
            self._link.close()
            self._link = None


def _connect(target: Target) -> http.client.HTTPConnection:
    place = urlsplit(target.origin)
    host = place.hostname or ""
    if place.scheme == "http":
        return http.client.HTTPConnection(host, place.port, timeout=TIMEOUT_S)
    context = pinned_context(target.certificate) if target.certificate else None
    return http.client.HTTPSConnection(host, place.port, timeout=TIMEOUT_S, context=context)
