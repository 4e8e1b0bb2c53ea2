"""Whose fault an error is, and the stable code by which logs, wire and manual name it."""

from typing import ClassVar


class ComityError(Exception):
    """Root of every error that Comity raises on purpose.

    Attributes:
        code: stable kebab-case name, listed in ``docs/reference/errors.md``, never reused.

    Source: spec/14-errors.md.
    """

    code: ClassVar[str] = "comity"

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or self.code)
        self.facts = facts


class PeerError(ComityError):
    """The bytes of somebody else (peer, file, form) break the specification."""

    code = "peer"


class MisuseError(ComityError):
    """Our own caller broke a precondition that the documentation states."""

    code = "misuse"


class OperationError(ComityError):
    """The world refused: a full disk, a missing file, an unreachable partner."""

    code = "operation"
