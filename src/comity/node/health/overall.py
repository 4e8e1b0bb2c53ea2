"""How a node is as a whole: one state by what was checked, and no more than that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from comity.node.health.checks import Check

type State = Literal["ok", "needs-attention", "critical"]

_STATES: Final[tuple[tuple[State, str], ...]] = (("critical", "bad"), ("needs-attention", "soon"))


@dataclass(frozen=True)
class Overall:
    """The state of a node.

    Attributes:
        state: the worst of what was checked; what has no result makes nothing worse or better.
        because: keys of the checks that make it so, in their order.
        checked: how many checks have a result.
        unknown: keys of those that have none.
    """

    state: State
    because: tuple[str, ...]
    checked: int
    unknown: tuple[str, ...]


def overall(made: Sequence[Check]) -> Overall:
    """Return the state of a node.

    Args:
        made: every check of it.
    """
    unknown = tuple(one.key for one in made if one.stands == "unknown")
    checked = len(made) - len(unknown)
    for state, stands in _STATES:
        because = tuple(one.key for one in made if one.stands == stands)
        if because:
            return Overall(state, because, checked, unknown)
    return Overall("ok", (), checked, unknown)
