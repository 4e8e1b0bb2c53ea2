"""Bodies of requests: whole before a thread works on them, or given up.

A body that is slow costs a socket and the memory of what came, and no thread. How slow it may be is
Apache's default (mod_reqtimeout: 20 seconds, then 500 bytes a second), within an hour in all.
"""

import asyncio
import contextlib
import io
from collections import Counter
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

from comity.node.evidence.upload_handlers import MAX_FORM_BYTES
from comity.node.federation.wire_api import MAX_BODY_BYTES as MAX_EXCHANGE_BYTES
from comity.node.site.server.answers import Receive
from comity.node.web.problems import is_exchange

FIRST_S: Final = 20.0
LEAST_BYTES_S: Final = 500
LONGEST_S: Final = 3600.0
SLOW_AFTER_S: Final = 1.0
"""After which a body that has not come whole counts as slow."""
MOST_SLOW: Final = 64
"""Slow bodies of one address; a proxy's own address counts for nobody (`trusted_proxies`)."""
MOST_SLOW_IN_ALL: Final = 512
MEMORY_BYTES: Final = 1024 * 1024
"""Of one body in memory; what is longer lies in a file that has no name."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""Of all bodies of one address that are on their way, beyond what lies in memory."""
MOST_BYTES_IN_ALL: Final = 1024 * 1024 * 1024


DRAINED_BYTES: Final = 32 * 1024 * 1024
"""Of a body that is refused, what is read all the same, so that its sender gets to the answer."""
DRAINED_S: Final = 10.0
DRAINED_PAUSE_S: Final = 1.0
"""A sender that says nothing for so long waits for its answer, or for nothing."""


class BodyError(Exception):
    """A body is not taken in.

    Attributes:
        status: of the answer; the connection ends with it.
    """

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Crowd:
    """Counts slow bodies and what they hold, by address and in all."""

    def __init__(self) -> None:
        self._slow: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def join(self, address: str) -> bool:
        """Count one more slow body, unless there are too many."""
        full = self._slow[address] >= MOST_SLOW or self._slow.total() >= MOST_SLOW_IN_ALL
        if not full:
            self._slow[address] += 1
        return not full

    def leave(self, address: str) -> None:
        """Count one slow body less."""
        self._slow[address] -= 1
        if not self._slow[address]:
            del self._slow[address]

    def hold(self, address: str, size_bytes: int) -> bool:
        """Count bytes that lie in a file, unless there are too many."""
        more = self._bytes[address] + size_bytes
        full = more > MOST_BYTES or self._bytes.total() + size_bytes > MOST_BYTES_IN_ALL
        if not full:
            self._bytes[address] = more
        return not full

    def let_go(self, address: str, size_bytes: int) -> None:
        """Count bytes less."""
        self._bytes[address] -= size_bytes
        if self._bytes[address] <= 0:
            del self._bytes[address]


def due_s(received_bytes: int) -> float:
    """Return after how many seconds more than so many bytes must have come."""
    return min(FIRST_S + received_bytes / LEAST_BYTES_S, LONGEST_S)


def most_bytes(path: str) -> int:
    """Return how long the body of a request to an address may be, unless it is streamed."""
    return MAX_EXCHANGE_BYTES if is_exchange(path) else MAX_FORM_BYTES


def length_of(headers: dict[str, str], *, http1: bool, method: str) -> int | None:
    """Return how long a body says it is; None if it does not, and might be there all the same."""
    text = headers.get("content-length")
    if text is not None:
        if not (text.isascii() and text.isdigit()):
            raise BodyError(HTTPStatus.BAD_REQUEST, "Content-Length is not a number")
        return int(text)
    if (http1 and "transfer-encoding" not in headers) or method in ("GET", "HEAD"):
        return 0
    return None


async def drain(receive: Receive) -> None:
    """Read and drop what is left of a refused body, within limits.

    Most senders read no answer before they sent all, and lose it with a connection that is closed
    under them: then they would not learn that the same body is refused again.
    """
    left = DRAINED_BYTES
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAINED_S):
            while left > 0:
                async with asyncio.timeout(DRAINED_PAUSE_S):
                    message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return


class Intake:
    """Takes in the body of one request.

    Args:
        receive: of ASGI.
        address: whom it counts for.
        crowd: that counts.
    """

    def __init__(self, receive: Receive, address: str, crowd: Crowd) -> None:
        self._receive, self._address, self._crowd = receive, address, crowd
        self._slow = self._refused = False
        self._held = 0

    async def whole(self, length: int | None) -> BinaryIO:
        """Return a body once all of it is here.

        Args:
            length: as `length_of` tells it.

        Raises:
            BodyError: too slow, too many of them, cut off, or of no told length.
        """
        file = cast("BinaryIO", SpooledTemporaryFile(MEMORY_BYTES))  # noqa: SIM115
        loop = asyncio.get_running_loop()
        begun, received = loop.time(), 0
        try:
            async with asyncio.timeout_at(begun + due_s(0)) as limit:
                counting = loop.call_later(SLOW_AFTER_S, self._count, limit)
                try:
                    while True:
                        message = await self._receive()
                        piece = message.get("body", b"")
                        received += len(piece)
                        if length is None and piece:
                            raise BodyError(HTTPStatus.LENGTH_REQUIRED, "send Content-Length")
                        if piece:
                            self._hold(received)
                            file.write(piece)
                            if not self._refused:
                                limit.reschedule(begun + due_s(received))
                        if not message.get("more_body"):
                            break
                finally:
                    counting.cancel()
            if received != (length or 0):
                raise BodyError(HTTPStatus.BAD_REQUEST, "the body ended before its Content-Length")
        except BaseException as fault:
            file.close()
            self.end()
            if isinstance(fault, TimeoutError):
                raise self._timeout() from None
            raise
        file.seek(0)
        return file

    def end(self) -> None:
        """Count this body no more: it was given up, or a thread has read it."""
        if self._slow:
            self._crowd.leave(self._address)
            self._slow = False
        if self._held:
            self._crowd.let_go(self._address, self._held)
            self._held = 0

    def _count(self, limit: asyncio.Timeout) -> None:
        self._slow = self._crowd.join(self._address)
        if not self._slow:
            self._refused = True
            limit.reschedule(asyncio.get_running_loop().time())

    def _hold(self, received: int) -> None:
        more = received - MEMORY_BYTES - self._held
        if more <= 0:
            return
        if not self._crowd.hold(self._address, more):
            raise BodyError(HTTPStatus.SERVICE_UNAVAILABLE, "too many long requests at once")
        self._held += more

    def _timeout(self) -> BodyError:
        if self._refused:
            return BodyError(HTTPStatus.TOO_MANY_REQUESTS, "too many slow requests at once")
        return BodyError(HTTPStatus.REQUEST_TIMEOUT, "the body came too slowly")


class ArrivingBody(io.RawIOBase):
    """The body of an upload, read by its thread while it arrives: that thread's lane is its own.

    Who reads it has let its sender in already. Where the line breaks, or it comes more slowly than
    `due_s`, it ends: what came counts, and the sender asks how much that is.

    Args:
        receive: of ASGI.
        loop: that receives.
    """

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._receive, self._loop = receive, loop
        self._begun, self._received = loop.time(), 0
        self._left, self._ended = b"", False

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what there is, at least a byte unless the body ended."""
        while not self._left and not self._ended:
            told = asyncio.run_coroutine_threadsafe(self._more(), self._loop)
            try:
                self._left = told.result()
            except TimeoutError:
                self._ended = True
        taken = min(len(buffer), len(self._left))
        buffer[:taken], self._left = self._left[:taken], self._left[taken:]
        return taken

    async def _more(self) -> bytes:
        async with asyncio.timeout_at(self._begun + due_s(self._received)):
            message = await self._receive()
        piece = bytes(message.get("body", b""))
        self._received += len(piece)
        self._ended = not message.get("more_body")
        return piece
