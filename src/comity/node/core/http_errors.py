"""Which HTTP status an error of this node is answered with: its class says so, in one word.

An error that says nothing is answered by whose turn it is (`comity.node.web.api_errors`).
"""

from http import HTTPStatus
from typing import ClassVar


class Answered(Exception):  # noqa: N818 - beside the class that says what is wrong
    """An error with a status of its own."""

    http_status: ClassVar[HTTPStatus]

    def retry_after_s(self) -> int | None:
        """Return after how many seconds the same call may be made again; None: not said."""
        return None


class Conflict(Answered):
    """What is asked for does not fit how things stand now."""

    http_status = HTTPStatus.CONFLICT


class Forbidden(Answered):
    """The person may not do this to this thing."""

    http_status = HTTPStatus.FORBIDDEN


class NotFound(Answered):
    """There is no such thing here."""

    http_status = HTTPStatus.NOT_FOUND


class Malformed(Answered):
    """The request itself is not as it must be."""

    http_status = HTTPStatus.BAD_REQUEST


class WrongMediaType(Answered):
    """The body has another media type than the operation takes."""

    http_status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class TooMany(Answered):
    """Too many tries; later again."""

    http_status = HTTPStatus.TOO_MANY_REQUESTS


class RoomLacking(Answered):
    """The node has no room, or could not write."""

    http_status = HTTPStatus.INSUFFICIENT_STORAGE


class RecordedAlready(Answered):
    """The act is recorded although its answer failed: the same call must not be made again."""

    http_status = HTTPStatus.INTERNAL_SERVER_ERROR
