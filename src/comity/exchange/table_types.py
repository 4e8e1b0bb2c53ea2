"""The rows of round tables between States: call, answer, minutes, actions (spec 7.5)."""

from typing import Final

from comity.exchange.moves import Floor, Move, Rank, Role

TABLE_STATES: Final = ("called", "over")
"""The main states of a round table."""
TABLE_TRACKS: Final = {"minutes": ("proposed",)}
"""Who agreed to minutes is a function of the messages (`tables`): a track has one state for all."""
_GROUP: Final = (2, 16)
_ONE: Final = Floor(author=1)
_TWO: Final = Floor(author=1, approver=1)
_R: Final = frozenset({Role.REQUESTER})
_Q: Final = frozenset({Role.REQUESTED})
_CALLED: Final = frozenset({"called"})
_ANY: Final = frozenset(TABLE_STATES)
_PROPOSED: Final = frozenset({"proposed"})

TABLE_ROWS: Final = (
    Move(
        type="table.called",
        roles=_R,
        main=frozenset({"new"}),
        target="called",
        floor=_ONE,
        sections={"table": True},
        members=_GROUP,
    ),
    Move(
        type="table.answered",
        roles=_Q,
        main=_CALLED,
        floor=_ONE,
        sections={"table-answer": True},
        members=_GROUP,
    ),
    Move(
        type="table.minutes-proposed",
        roles=_R,
        main=_CALLED,
        track="minutes",
        becomes="proposed",
        floor=_TWO,
        sections={"minutes": True},
        members=_GROUP,
    ),
    Move(
        type="table.minutes-agreed",
        roles=_Q,
        main=_CALLED,
        track="minutes",
        sources=_PROPOSED,
        becomes="proposed",
        rank=Rank.DECISION,
        floor=_TWO,
        sections={"note": False},
        members=_GROUP,
    ),
    Move(
        type="table.minutes-objected",
        roles=_Q,
        main=_CALLED,
        track="minutes",
        sources=_PROPOSED,
        becomes="proposed",
        rank=Rank.DECISION,
        floor=_ONE,
        sections={"note": True},
        members=_GROUP,
    ),
    Move(
        type="table.action-reported",
        roles=_R | _Q,
        main=_ANY,
        track="minutes",
        sources=_PROPOSED,
        becomes="proposed",
        rank=Rank.FACT,
        floor=_ONE,
        sections={"action-report": True},
        members=_GROUP,
    ),
    Move(
        type="table.noted",
        roles=_R | _Q,
        main=_ANY,
        floor=_ONE,
        sections={"note": True},
        members=_GROUP,
    ),
    Move(
        type="table.closed",
        roles=_R,
        main=_CALLED,
        target="over",
        rank=Rank.CLOSING,
        floor=_ONE,
        sections={"note": False},
        members=_GROUP,
    ),
)
