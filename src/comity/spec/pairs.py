"""What becomes of every two messages that cross, from the table of moves alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from comity.exchange.conversation import State, after
from comity.exchange.types import MAIN_STATES, MOVES, NEW, Move, Role
from comity.spec.tables import table

_INSTANCE = {Role.REQUESTER: "of R's move", Role.REQUESTED: "of Q's move"}


@dataclass(frozen=True)
class Crossing:
    """One pair of concurrent messages.

    Attributes:
        main: main state in which both were sent.
        requester: type that R sent.
        requested: type that Q sent.
        first: the role whose message goes first.
        both: whether the other message is applied too; otherwise it is overtaken.
        result: main state after both.
    """

    main: str
    requester: str
    requested: str
    first: Role
    both: bool
    result: str


def crossings() -> Iterator[Crossing]:
    """Yield every pair that R and Q may send at once, in table order.

    A move of a side track is taken to have an instance of its own to move.
    """
    for main in MAIN_STATES:
        if main == NEW:
            continue
        for one in _sendable(main, Role.REQUESTER):
            for other in _sendable(main, Role.REQUESTED):
                yield _cross(main, one, other)


def _sendable(main: str, role: Role) -> list[Move]:
    return [
        move
        for move in MOVES.values()
        if role in move.roles and main in move.main and not move.edition
    ]


def _cross(main: str, one: Move, other: Move) -> Crossing:
    moves = {Role.REQUESTER: one, Role.REQUESTED: other}
    instances = {
        _INSTANCE[role]: (move.track or "", min(move.sources))
        for role, move in moves.items()
        if move.sources
    }
    order = sorted(moves, key=lambda role: (moves[role].rank, role is Role.REQUESTER))
    state, applied = State(main, instances), 0
    for role in order:
        move = moves[role]
        about = _INSTANCE[role] if move.sources else None
        following = after(state, move, role, about=about, content=move.type)
        if following is not None:
            state, applied = following, applied + 1
    return Crossing(main, one.type, other.type, order[0], applied == 2, state.main)


def pairs_table() -> str:
    """Return the pairs in groups of one result, those in which one is overtaken first."""
    found = list(crossings())
    lost = [c for c in found if not c.both]
    kept = [c for c in found if c.both]
    return "\n".join(
        (
            f"R and Q can send {len(found)} pairs of types at once, counted by main state. "
            f"In {len(lost)} of them one is overtaken:",
            "",
            table(("in", "R sends", "Q sends", "counts", "main state after"), _rows(lost)),
            "",
            f"In the other {len(kept)} both count, in this order:",
            "",
            table(("in", "R sends", "Q sends", "first", "main state after"), _rows(kept)),
            "",
            "Where more than two members confer, two members that are not R are both Q: at equal "
            "rank the lower party name goes first, and both count.",
        )
    )


def _rows(found: list[Crossing]) -> Iterator[tuple[str, ...]]:
    """Yield one row per state, R's type and result, with all of Q's types that share it."""

    def shared(c: Crossing) -> tuple[str, str, str, str]:
        return c.main, c.requester, c.first.value, c.result

    places = {key: number for number, key in enumerate(dict.fromkeys(map(shared, found)))}
    ordered = sorted(found, key=lambda c: places[shared(c)])
    grouped = [(key, [c.requested for c in group]) for key, group in groupby(ordered, key=shared)]
    merged: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for (main, requester, first, result), theirs in grouped:
        merged.setdefault((main, first, result, tuple(theirs)), []).append(requester)
    for (main, first, result, theirs_), mine in merged.items():
        yield f"`{main}`", _list(mine), _list(theirs_), first, f"`{result}`"


def _list(types: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in types)
