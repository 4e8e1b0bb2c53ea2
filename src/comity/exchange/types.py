"""The message types: who may move what, when, with whose approval; one row each.

Rule 1: a (state, move) pair that is not listed is illegal. Rule 2: code walks these rows and
never names a type elsewhere. Legality and merging are in `conversation`; spec sections 7 and 8.
The rows come from spec/registry, by `python -m comity.spec`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

from comity.canonical import Mode
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
from comity.keys import PublicKey
from comity.ledger import Verifier

NEW: Final = "new"
MAIN_STATES: Final = (*REQUEST_STATES, *BOARD, *TABLE_STATES)
TRACKS: Final = {**REQUEST_TRACKS, **ASSISTANCE_TRACKS, **TABLE_TRACKS}
_ROWS: Final = (*REQUEST_ROWS, *ASSISTANCE_ROWS, *TABLE_ROWS, *EDITION_ROWS)
MOVES: Final = {row.type: row for row in _ROWS}
OPENING_TYPES: Final = frozenset(row.type for row in _ROWS if NEW in row.main)


# What the exchange asks of whoever knows the parties: keys as of a moment, and policies.


class Registry(Protocol):
    """The directory as the exchange needs it; `comity.directory.Directory` is one."""

    @property
    def mode(self) -> Mode:
        """Return live or exercise: a registry knows one of them only."""

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        """Return the key, or raise a PeerError whose code says why it does not count then.

        Args:
            party: whose key.
            kid: thumbprint the signature names.
            use: what the key must be for.
            proved_at: the signature's proved time (spec 11.3).
        """

    def policy(self, party: str, message_type: str) -> Floor | None:
        """Return the party's approval policy for a type, or None if it states none."""

    def log_verifiers(self, party: str, origin: str) -> Iterable[Verifier]:
        """Return the verifiers of an origin that the party's entry lists; empty if foreign."""


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
    "Registry",
    "Role",
]
