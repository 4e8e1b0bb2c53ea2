"""The message types: who may move what, when, with whose approval; one row each.

Rule 1: a (state, move) pair that is not listed is illegal. Rule 2: code walks these rows and
never names a type elsewhere. Legality and merging are in `conversation`; spec sections 7 and 8.
The rows come from spec/registry, by `python -m comity.spec`.
"""

from typing import Final

from comity.exchange.assistance_types import ASSISTANCE_ROWS, ASSISTANCE_TRACKS, BOARD
from comity.exchange.edition_types import EDITION_ROWS
from comity.exchange.moves import Floor, Move, Rank, Role
from comity.exchange.request_types import (
    ACTIVE,
    ANY_REQUEST,
    DECIDED,
    REQUEST_ROWS,
    REQUEST_STATES,
    REQUEST_TRACKS,
)
from comity.exchange.table_types import TABLE_ROWS, TABLE_STATES, TABLE_TRACKS

NEW: Final = "new"
MAIN_STATES: Final = (*REQUEST_STATES, *BOARD, *TABLE_STATES)
TRACKS: Final = {**REQUEST_TRACKS, **ASSISTANCE_TRACKS, **TABLE_TRACKS}
_ROWS: Final = (*REQUEST_ROWS, *ASSISTANCE_ROWS, *TABLE_ROWS, *EDITION_ROWS)
MOVES: Final = {row.type: row for row in _ROWS}
OPENING_TYPES: Final = frozenset(row.type for row in _ROWS if NEW in row.main)

__all__ = [
    "ACTIVE",
    "ANY_REQUEST",
    "DECIDED",
    "MAIN_STATES",
    "MOVES",
    "NEW",
    "OPENING_TYPES",
    "TRACKS",
    "Floor",
    "Move",
    "Rank",
    "Role",
]
