"""Whose fault an error is, and the stable code by which logs, wire and manual name it."""

from typing import ClassVar


class ComityError(Exception):
    """Root of every error that Comity raises on purpose.

    Attributes:
        code: stable kebab-case name, listed in ``docs/reference/errors.md``, never reused.

    Source: spec/14-errors.md.
    """

    code: ClassVar[str] = "comity"

    def __init_subclass__(cls, *, code: str = "", **more: object) -> None:
        """Give a class the code that stands in its head; without one it has its parent's."""
        super().__init_subclass__(**more)
        if code:
            cls.code = code

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or self.code)
        self.facts = facts


class PeerError(ComityError, code="peer"):
    """External data (peer, file, form) violate the specification."""


class MisuseError(ComityError, code="misuse"):
    """Our own caller broke a precondition that the documentation states."""


class OperationError(ComityError, code="operation"):
    """The world refused: a full disk, a missing file, an unreachable partner."""
