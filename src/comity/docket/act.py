"""A row of the table of acts, and a row of the table of kinds: what each says of itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from comity.exchange.values import Model

NEW: Final = "new"


class Hand(StrEnum):
    """Who may do an act."""

    OFFICER = "officer"
    APPROVER = "approver"
    TRANSLATOR = "translator"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act's row.

    Attributes:
        name: kind of the item, a dot, what is done.
        body: what it says.
        sources: states of the item in which it is possible; `NEW` begins one.
        target: state it leads to, or None to stay.
        due: member of the body that sets the item's clock, or empty.
        hands: who may do it.
    """

    name: str
    body: type[Model]
    sources: frozenset[str]
    target: str | None = None
    due: str = ""
    hands: frozenset[Hand] = frozenset({Hand.OFFICER, Hand.APPROVER})

    @property
    def kind(self) -> str:
        """Return the kind of item it belongs to."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of item.

    Attributes:
        name: of the kind.
        of_case: whether every item belongs to a case; else it may, or never does.
        open: states in which somebody still has to act, and in which the clock runs.
        clock: what falls due: ``order`` where the law bounds its length (treaty or domestic),
            ``recall`` and ``breach`` where hours count, else ``deadline``.
        about: member of the body by which items are looked up, or empty.
    """

    name: str
    of_case: bool
    open: frozenset[str] = frozenset()
    clock: Literal["deadline", "order", "recall", "breach"] = "deadline"
    about: str = ""


def on(*states: str) -> frozenset[str]:
    """Return states as a row of the table names them."""
    return frozenset(states)
