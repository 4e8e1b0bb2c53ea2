"""Whether a node is alive, asked from another machine at its public heartbeat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx

from comity.canonical import ComityError, decode_loose, members, parse_time

TIMEOUT_S: Final = httpx.Timeout(15.0, connect=10.0)
MAX_BYTES: Final = 1024
MOST_SKEW: Final = timedelta(minutes=5)
_MEMBERS: Final = {"at": str, "loop": bool, "up": bool}


@dataclass(frozen=True)
class Beat:
    """What was found: whether the node is well, and if not, why in one word.

    Attributes:
        up: whether nobody has to be told.
        why: ``silent``, ``unreadable``, ``loop``, ``storage`` or ``clock``; empty if it is up.
    """

    up: bool
    why: str


def ask(url: str, *, at: datetime, verify: object = True) -> Beat:
    """Return how a node says it is.

    Args:
        url: of the node, without path.
        at: this machine's clock; a node whose clock is far from it keeps wrong times.
        verify: what httpx takes: True, or an SSL context that trusts the node's certificate.
    """
    try:
        with (
            httpx.Client(
                timeout=TIMEOUT_S,
                follow_redirects=False,
                trust_env=False,
                verify=verify,  # type: ignore[arg-type]
            ) as client,
            client.stream("GET", f"{url.rstrip('/')}/up") as answer,
        ):
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > MAX_BYTES:
                    return Beat(up=False, why="unreadable")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Beat(up=False, why="silent")
    return _read(answer.status_code, bytes(body), at)


def _read(status: int, body: bytes, at: datetime) -> Beat:
    try:
        told = members(decode_loose(body, max_bytes=MAX_BYTES), _MEMBERS)
        moment = parse_time(told["at"])
    except ComityError:
        return Beat(up=False, why="unreadable")
    if not told["loop"]:
        return Beat(up=False, why="loop")
    if not told["up"] or status != httpx.codes.OK:
        return Beat(up=False, why="storage")
    if abs(moment - at) > MOST_SKEW:
        return Beat(up=False, why="clock")
    return Beat(up=True, why="")
