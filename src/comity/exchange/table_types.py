"""The rows of round tables between States: call, answer, minutes, actions (spec 7.5).

Written by `python -m comity.spec` from spec/registry/tables.toml: edit that file.
"""

from typing import Final

from comity.exchange.moves import Floor, Move, Rank, Role

_R: Final = frozenset({Role.REQUESTER})
_Q: Final = frozenset({Role.REQUESTED})
TABLE_STATES: Final = ("called", "over")
TABLE_TRACKS: Final = {
    "minutes": ("proposed",),
}
TABLE_ROWS: Final = (
    Move(
        type="table.called",
        roles=_R,
        main=frozenset({"new"}),
        target="called",
        floor=Floor(author=1),
        sections={"table": True},
        members=(2, 16),
    ),
    Move(
        type="table.answered",
        roles=_Q,
        main=frozenset({"called"}),
        floor=Floor(author=1),
        sections={"table-answer": True},
        members=(2, 16),
    ),
    Move(
        type="table.minutes-proposed",
        roles=_R,
        main=frozenset({"called"}),
        track="minutes",
        becomes="proposed",
        floor=Floor(author=1, approver=1),
        sections={"minutes": True},
        members=(2, 16),
    ),
    Move(
        type="table.minutes-agreed",
        roles=_Q,
        main=frozenset({"called"}),
        track="minutes",
        sources=frozenset({"proposed"}),
        becomes="proposed",
        rank=Rank.DECISION,
        floor=Floor(author=1, approver=1),
        sections={"note": False},
        members=(2, 16),
    ),
    Move(
        type="table.minutes-objected",
        roles=_Q,
        main=frozenset({"called"}),
        track="minutes",
        sources=frozenset({"proposed"}),
        becomes="proposed",
        rank=Rank.DECISION,
        floor=Floor(author=1),
        sections={"note": True},
        members=(2, 16),
    ),
    Move(
        type="table.action-reported",
        roles=_R | _Q,
        main=frozenset({"called", "over"}),
        track="minutes",
        sources=frozenset({"proposed"}),
        becomes="proposed",
        rank=Rank.FACT,
        floor=Floor(author=1),
        sections={"action-report": True},
        members=(2, 16),
    ),
    Move(
        type="table.noted",
        roles=_R | _Q,
        main=frozenset({"called", "over"}),
        floor=Floor(author=1),
        sections={"note": True},
        members=(2, 16),
    ),
    Move(
        type="table.closed",
        roles=_R,
        main=frozenset({"called"}),
        target="over",
        rank=Rank.CLOSING,
        floor=Floor(author=1),
        sections={"note": False},
        members=(2, 16),
    ),
)
