"""There is no answer: one error, which says nothing of what was asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from urllib3.exceptions import HTTPError

from comity.canonical import OperationError


class NoAnswerError(OperationError, code="http-no-answer"):
    """A server did not answer, or not in HTTP, or its address or certificate is not good.

    Attributes:
        kind: which fault it was, as its class is called. Address, fields and body stay unsaid.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"no answer ({kind})")
        self.kind = kind


class AnswerTooLongError(NoAnswerError, code="http-answer-too-long"):
    """A server sends more than was asked for."""

    def __init__(self) -> None:
        super().__init__("too long")


@contextmanager
def without_answer() -> Iterator[None]:
    """Turn what goes wrong on a line into the one error, without the words and the cause.

    A ValueError is a field that no header may hold; its message holds the field, perhaps a token.
    """
    try:
        yield
    except (HTTPError, HTTPException, OSError, ValueError) as fault:
        raise NoAnswerError(type(fault).__name__) from None
