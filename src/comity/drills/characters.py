"""Characters of simulated partners, as data: how long each takes, what it says, what it spoils.

Rule 1: which move is legal is asked of the exchange's table, and stands nowhere here. Rule 2: a row
names preferences; a preference that is not legal is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

HONEST: Final = "honest"
DEEDS: Final[Mapping[str, str]] = {
    HONEST: "what it says is what it does",
    "forge": "an opening message signed by a key that the directory does not name",
    "replay": "a message that was delivered before, once more",
    "split-log": "a receipt over a checkpoint that no earlier one is consistent with",
    "corrupt-block": "a package one of whose blocks does not have the digest offered",
    "let-expire": "nothing, until what was preserved lapses",
}
"""What a partner can do to a message on its way; a driver of real nodes carries it out."""


@dataclass(frozen=True, kw_only=True)
class Character:
    """One kind of partner.

    Attributes:
        key: as scenarios name it.
        delays_minutes: type of message to minutes it takes; others take `delay_minutes`.
        delay_minutes: what it takes where nothing else is said; None: it never moves by itself.
        prefers: main state, ``measure@main state``, or ``track:state`` of a side track, to types
            in order of preference; what names the measure comes before what does not.
        grounds: type to the code of the ground that it gives.
        at_most: type to how often it says it in one conversation; others as often as is legal.
        by: ``node``, or ``e-mail`` for one that has no node.
        spoils: type of message to what it does with it; a key of `DEEDS`.
        opens: deeds that it begins by itself: minute to deed.
    """

    key: str
    delay_minutes: int | None
    delays_minutes: Mapping[str, int] = field(default_factory=dict)
    prefers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grounds: Mapping[str, str] = field(default_factory=dict)
    at_most: Mapping[str, int] = field(default_factory=dict)
    by: str = "node"
    spoils: Mapping[str, str] = field(default_factory=dict)
    opens: Mapping[int, str] = field(default_factory=dict)


_HELPS: Final[Mapping[str, tuple[str, ...]]] = {
    "submitted": ("request.acknowledged",),
    "preservation@acknowledged": ("preservation.confirmed",),
    "acknowledged": ("request.accepted",),
    "accepted": ("request.executed",),
    "executed": ("evidence.offered",),
    "pinged": ("contact.answered",),
    "extension:asked": ("request.extended",),
    "status:asked": ("request.status-given",),
    "consent:asked": ("use.consent-given",),
}
_REFUSES: Final = {
    **_HELPS,
    "preservation@acknowledged": ("request.refused",),
    "acknowledged": ("request.refused",),
    "consent:asked": ("use.consent-refused",),
}
_ASKS: Final = {
    **_HELPS,
    "preservation@acknowledged": ("request.clarification-asked", "preservation.confirmed"),
    "acknowledged": ("request.clarification-asked", "request.accepted"),
}

_ROWS: Final = (
    Character(key="prompt", delay_minutes=1, prefers=_HELPS),
    Character(
        key="slow",
        delay_minutes=15,
        delays_minutes={"request.acknowledged": 5},
        prefers=_HELPS,
    ),
    Character(key="silent", delay_minutes=None),
    Character(
        key="formal",
        delay_minutes=6,
        delays_minutes={"request.acknowledged": 2},
        prefers={**_ASKS, "accepted": ("conditions.set", "request.executed")},
        at_most={"request.clarification-asked": 1, "conditions.set": 1},
    ),
    Character(
        key="refusing", delay_minutes=8, prefers=_REFUSES, grounds={"request.refused": "40-21b"}
    ),
    Character(
        key="asking-back",
        delay_minutes=4,
        prefers=_ASKS,
        at_most={"request.clarification-asked": 3},
    ),
    Character(key="e-mail-only", delay_minutes=10, prefers=_HELPS, by="e-mail"),
    Character(key="forger", delay_minutes=2, prefers=_HELPS, opens={5: "forge"}),
    Character(
        key="replayer",
        delay_minutes=2,
        prefers=_HELPS,
        spoils={"request.acknowledged": "replay", "evidence.offered": "replay"},
    ),
    Character(
        key="two-logs",
        delay_minutes=2,
        prefers=_HELPS,
        spoils={"request.accepted": "split-log", "preservation.confirmed": "split-log"},
    ),
    Character(
        key="corrupting",
        delay_minutes=2,
        prefers=_HELPS,
        spoils={"evidence.offered": "corrupt-block"},
    ),
    Character(
        key="letting-expire",
        delay_minutes=3,
        prefers={**_HELPS, "preserved": ("preservation.lapsed",), "extension:asked": ()},
        delays_minutes={"preservation.lapsed": 20},
        spoils={"preservation.lapsed": "let-expire"},
    ),
)

CHARACTERS: Final = {row.key: row for row in _ROWS}
"""By key; docs/reference/scenarios.md says in words what each does."""
