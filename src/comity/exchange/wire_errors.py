"""What an error is between nodes: for each code that travels its HTTP status, and if to retry.

This table is the only place that says so: the endpoints answer by it, the manual prints it, and a
sender that gets an answer goes by the answer alone, never by this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from comity.canonical import ComityError, MisuseError, PeerError


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


_FINAL: Final = (
    "approval-detached",
    "approval-expired",
    "approval-same-officer",
    "approvals-missing",
    "base64-malformed",
    "base64-text-malformed",
    "body-malformed",
    "certificate-unfit",
    "checkpoint-malformed",
    "checkpoint-unsigned",
    "conversation-full",
    "cosignature-malformed",
    "countersignature-unfit",
    "digest-malformed",
    "duplicate-member",
    "frontier-malformed",
    "jws-malformed",
    "key-expired",
    "key-in-both-modes",
    "key-malformed",
    "key-revoked",
    "key-use",
    "leaf-malformed",
    "leaf-mismatch",
    "ledger",
    "log-proof-malformed",
    "member-malformed",
    "message-malformed",
    "mode-mismatch",
    "name-malformed",
    "not-canonical",
    "not-for-us",
    "note-algorithm-unknown",
    "note-key-malformed",
    "note-malformed",
    "note-oversize",
    "note-signature-bad",
    "note-unsigned",
    "number-malformed",
    "offer-block",
    "offer-expired",
    "offer-malformed",
    "offer-root",
    "offer-size",
    "origin-malformed",
    "parcel-malformed",
    "proof-mismatch",
    "proof-range",
    "protocol-unknown",
    "query-malformed",
    "receipt-mismatch",
    "receipt-stray",
    "receipt-unproved",
    "request-malformed",
    "section-mismatch",
    "signature-invalid",
    "successor-malformed",
    "tile-malformed",
    "tile-mismatch",
    "time-malformed",
    "timestamp-foreign",
    "timestamp-imprint",
    "timestamp-malformed",
    "timestamp-nonce",
    "timestamp-policy",
    "timestamp-refused",
    "timestamp-root",
    "timestamp-untrusted",
    "too-deep",
    "typ-mismatch",
    "type-unknown",
    "webauthn-invalid",
    "witness-old-size-larger",
    "witness-origin-differs",
    "witness-request-malformed",
)
"""400: the bytes themselves break a rule, and stay as they are."""
_LATER: Final = (
    "key-not-yet",  # clocks differ
    "key-unknown",  # the receiver's directory is older than the key
    "package-not-offered",  # the offer is still on its way
    "package-part",  # the upload begins anew
    "party-unknown",  # the receiver's directory is older than the party
    "seal-broken",  # each attempt is sealed anew, to the keys that are active then
    "sent-ahead",  # time passes
)
"""400: what is wrong now can pass by itself."""
_BAD, _GONE = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND
_AWAY, _FULL = HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE

WIRE_ERRORS: Final[Mapping[str, WireError]] = MappingProxyType(
    {
        **{code: WireError(_BAD, retryable=False) for code in _FINAL},
        **{code: WireError(_BAD, retryable=True) for code in _LATER},
        "body-slow": WireError(HTTPStatus.REQUEST_TIMEOUT, retryable=True),
        "busy": WireError(_AWAY, retryable=True),
        "database": WireError(_FULL, retryable=True),
        "database-away": WireError(_AWAY, retryable=True),
        "database-full": WireError(_FULL, retryable=True),
        "length-none": WireError(HTTPStatus.LENGTH_REQUIRED, retryable=False),
        "log-not-compared": WireError(_AWAY, retryable=True),
        "method": WireError(HTTPStatus.METHOD_NOT_ALLOWED, retryable=False),
        "no-room": WireError(_AWAY, retryable=True),
        "not-here": WireError(_GONE, retryable=False),
        "origin-unknown": WireError(_GONE, retryable=False),
        "over-quota": WireError(HTTPStatus.TOO_MANY_REQUESTS, retryable=True),
        "oversize": WireError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, retryable=False),
        "package-foreign": WireError(_GONE, retryable=False),
        "range-malformed": WireError(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, retryable=False),
        "snapshot-unknown": WireError(_GONE, retryable=True),
        "solution-foreign": WireError(_GONE, retryable=False),
        "tile-unknown": WireError(_GONE, retryable=False),
        "too-many": WireError(HTTPStatus.TOO_MANY_REQUESTS, retryable=True),
        "transport-signature": WireError(HTTPStatus.UNAUTHORIZED, retryable=True),
        "unforeseen": WireError(HTTPStatus.INTERNAL_SERVER_ERROR, retryable=True),
        "witness-off": WireError(_GONE, retryable=False),
        "witness-origin-unknown": WireError(_GONE, retryable=True),
        "witness-proof-bad": WireError(HTTPStatus.UNPROCESSABLE_ENTITY, retryable=False),
        "witness-signature-unknown": WireError(HTTPStatus.FORBIDDEN, retryable=True),
    }
)
"""Codes that travel. Others that a node raises are answered by whose fault they are."""
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
