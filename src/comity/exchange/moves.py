"""What a row of the type table says: who may move, when, in which order, with whose approval."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Author of the opening message, or the other side."""

    REQUESTER = "R"
    REQUESTED = "Q"


class Rank(StrEnum):
    """Which of two concurrent messages goes first (spec 8.3)."""

    FACT = "1 fact"
    WITHDRAWAL = "2 withdrawal"
    DECISION = "3 decision"
    OTHER = "4 other"
    CLOSING = "5 closing"


@dataclass(frozen=True, kw_only=True)
class Floor:
    """The least number of approvals a type may go with, whatever a party's policy says.

    Attributes:
        author: approvals in role author.
        approver: approvals in role approver, by other officers.
        late_hours: hours by which the approver's may follow, or None if it may not.
    """

    author: int = 0
    approver: int = 0
    late_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class Move:
    """One type's row.

    Attributes:
        type: its name on the wire.
        roles: who may send it.
        main: main states in which it is legal.
        target: main state it leads to, or None to stay.
        track: the side track it opens or moves, or None.
        sources: states of the track instance named by ``about``; empty if it opens one.
        becomes: the instance's new state.
        about_optional: the type may go without ``about`` although it answers a track.
        rank: its place among concurrent messages.
        floor: approvals it needs at least.
        sections: section name to whether it must be there.
        members: least and most parties.
        edition: ``raises`` proposes another edition of the registry, ``accepts`` agrees to it.
    """

    type: str
    roles: frozenset[Role]
    main: frozenset[str]
    target: str | None = None
    track: str | None = None
    sources: frozenset[str] = frozenset()
    becomes: str = ""
    about_optional: bool = False
    rank: Rank = Rank.OTHER
    floor: Floor = Floor()
    sections: dict[str, bool] = field(default_factory=dict)
    members: tuple[int, int] = (2, 2)
    edition: str = ""


UNKNOWN: Final = Move(type="", roles=frozenset(), main=frozenset(), members=(2, 16))
"""Stands for a type outside an edition: legal for nobody, nowhere."""
UNKNOWN_TYPE: Final = "refused:type-unknown"
"""What the receipt says for such a message; it keeps its place, and its author goes on."""
PRIVATE_PREFIX: Final = "x-"
"""Begins the name of a type or section that some parties agreed upon among themselves."""
PRIVATE: Final = Move(
    type="",
    roles=frozenset(Role),
    main=frozenset(),
    sections={"note": False},
    members=(2, 16),
)
"""Stands for a type of private use: it goes on with a conversation and moves nothing."""
RAISES: Final = "raises"
ACCEPTS: Final = "accepts"
