"""Whether a node is alive, asked from another machine at its public heartbeat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from comity.canonical import ComityError, decode_loose, members, parse_time
from comity.http import AnswerTooLongError, Client, NoAnswerError

if TYPE_CHECKING:
    import ssl

CONNECT_S: Final = 10.0
TIMEOUT_S: Final = 15.0
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


def ask(url: str, *, at: datetime, tls: "ssl.SSLContext | None" = None) -> Beat:
    """Return how a node says it is.

    Args:
        url: of the node, without path.
        at: this machine's clock; a node whose clock is far from it keeps wrong times.
        tls: trusts the node's certificate; None for this machine's authorities.
    """
    client = Client(connect_s=CONNECT_S, step_s=TIMEOUT_S, tls=tls)
    try:
        answer = client.ask("GET", f"{url.rstrip('/')}/up", max_bytes=MAX_BYTES)
    except AnswerTooLongError:
        return Beat(up=False, why="unreadable")
    except NoAnswerError:
        return Beat(up=False, why="silent")
    finally:
        client.close()
    return _read(answer.status, answer.body, at)


def _read(status: int, body: bytes, at: datetime) -> Beat:
    try:
        told = members(decode_loose(body, max_bytes=MAX_BYTES), _MEMBERS)
        moment = parse_time(told["at"])
    except ComityError:
        return Beat(up=False, why="unreadable")
    if not told["loop"]:
        return Beat(up=False, why="loop")
    if not told["up"] or status != HTTPStatus.OK:
        return Beat(up=False, why="storage")
    if abs(moment - at) > MOST_SKEW:
        return Beat(up=False, why="clock")
    return Beat(up=True, why="")
