"""Answers: made in a thread of a lane, sent by the loop, which waits for slow readers alone.

A stream is read on in the same lane, piece by piece, and no thread waits between two of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Final

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[Mapping[str, Any]], Awaitable[None]]
type Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

PIECE_BYTES: Final = 256 * 1024
"""As much of a stream is read before it is sent."""
STALLED_S: Final = 120.0
"""After which a piece that nobody takes ends its answer."""


@dataclass
class Answer:
    """What the application made of a request.

    Attributes:
        status: of HTTP.
        headers: names and values.
        body: all of it, or of a stream the first piece.
        rest: of a stream; None once it is all here.
        close: ends what the stream holds open.
    """

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None

    def start(self, status: str, headers: list[tuple[str, str]], _fault: Any = None) -> None:
        """Take status and headers (``start_response`` of WSGI)."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]


def made(application: Wsgi, environ: dict[str, Any]) -> Answer:
    """Return the answer of a WSGI application; runs in a thread."""
    answer = Answer()
    response: Any = application(environ, answer.start)
    if not getattr(response, "streaming", True):
        try:
            answer.body = b"".join(response)
        finally:
            response.close()
        return answer
    answer.rest, answer.close = iter(response), getattr(response, "close", None)
    answer.body = _piece(answer)
    return answer


async def deliver(
    answer: Answer, receive: Receive, send: Send, pool: ThreadPoolExecutor, context: Context
) -> None:
    """Send an answer; a stream ends when its reader is gone.

    Raises:
        TimeoutError: nobody takes it.
    """
    loop = asyncio.get_running_loop()
    gone = loop.create_task(_gone(receive)) if answer.rest is not None else None
    try:
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        )
        piece = answer.body
        while True:
            more = answer.rest is not None
            async with asyncio.timeout(STALLED_S):
                await send({"type": "http.response.body", "body": piece, "more_body": more})
            if not more or (gone is not None and gone.done()):
                break
            piece = await loop.run_in_executor(pool, context.run, _piece, answer)
    finally:
        if gone is not None:
            gone.cancel()
        if answer.close is not None:
            await asyncio.shield(loop.run_in_executor(pool, context.run, answer.close))


async def _gone(receive: Receive) -> None:
    """Return when the other end is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _piece(answer: Answer) -> bytes:
    """Return the next piece of a stream; runs in a thread."""
    found = bytearray()
    for part in answer.rest or ():
        found += part
        if len(found) >= PIECE_BYTES:
            return bytes(found)
    answer.rest = None
    return bytes(found)
