"""What an error is between nodes: for each code that travels its HTTP status, and if to retry.

The registry of codes says it (spec/14-errors.md): the endpoints answer by it, the manual prints it,
and a sender that gets an answer goes by the answer alone, never by this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from comity.canonical import ComityError, MisuseError, PeerError
from comity.exchange.wire_codes import RETRYABLE, STATUS


@dataclass(frozen=True)
class WireError:
    """How an error is answered.

    Attributes:
        status: of HTTP.
        retryable: whether the same message, sent again later, may be accepted with nobody having
            changed it: what it depends on is the receiver's state, the clock or the connection.
    """

    status: HTTPStatus
    retryable: bool


WIRE_ERRORS: Final[Mapping[str, WireError]] = MappingProxyType(
    {
        code: WireError(HTTPStatus(status), retryable=code in RETRYABLE)
        for code, status in STATUS.items()
    }
)
"""Codes that travel. Others that a node raises are answered by whose fault they are."""
_BAD, _GONE, _AWAY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_PASSING: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


def status_retryable(status: int) -> bool:
    """Tell whether an error that does not say so itself may pass: all but most of 400 to 499."""
    return not _BAD <= status < HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING


def wire_error(code: str, kind: type[ComityError]) -> WireError:
    """Return how an error is answered.

    Args:
        code: of the error.
        kind: its class; counts only where the table lacks the code.
    """
    if code in WIRE_ERRORS:
        return WIRE_ERRORS[code]
    if issubclass(kind, PeerError):
        return WireError(_BAD, retryable=False)
    if issubclass(kind, MisuseError):  # what is asked for is not there, or not for the caller
        return WireError(_GONE, retryable=False)
    return WireError(_AWAY, retryable=True)
