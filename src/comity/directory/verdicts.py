"""What becomes of a record that is offered to a directory."""

from dataclasses import dataclass
from typing import Literal

from comity.canonical import ComityError
from comity.directory.directory import Directory
from comity.directory.history import DoubleSpeak

type What = Literal["state", "entry", "reset", "known"]


@dataclass(frozen=True)
class Accepted:
    """The directory with the record in it.

    Attributes:
        directory: the new value; the same one if `what` is ``known``.
        what: ``state`` and ``entry``: now in force; ``reset``: kept apart until confirmed;
            ``known``: held before.
        subject: State or party.
        version: of the record.
    """

    directory: Directory
    what: What
    subject: str
    version: int


@dataclass(frozen=True)
class Refused:
    """Why a record is not in the directory.

    Attributes:
        code: stable code of spec section 14.
        reason: one sentence.
        subject: State or party, empty if the record does not even say.
        proof: for ``entry-double-speak`` and ``state-double-speak``, both records: keep them and
            call a person.
    """

    code: str
    reason: str
    subject: str = ""
    proof: DoubleSpeak | None = None


@dataclass(frozen=True)
class Batch:
    """What became of many records.

    Attributes:
        directory: with everything in it that was accepted.
        accepted: one for each, in the order they were applied.
        refused: one for each.
    """

    directory: Directory
    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]

    @property
    def news(self) -> tuple[Accepted, ...]:
        """What was not known before."""
        return tuple(item for item in self.accepted if item.what != "known")


def refusal(fault: ComityError, subject: str, proof: DoubleSpeak | None = None) -> Refused:
    """Return the refusal of an error."""
    return Refused(fault.code, str(fault), subject, proof)
