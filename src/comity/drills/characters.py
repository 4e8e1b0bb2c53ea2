"""Characters of simulated partners, as data: how long each takes, what it says, what it spoils.

Rule 1: which move is legal is asked of the exchange's table, and stands nowhere here. Rule 2: a row
names preferences; a preference that is not legal is passed over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.exchange.conversation import State, legal_types
from comity.exchange.moves import Role
from comity.exchange.types import MOVES

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


# What a simulated partner does next: a function of its character, the conversation and time.


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A conversation as the partner sees it.

    Attributes:
        state: what the exchange says it amounts to.
        role: the partner's.
        measure: that the conversation is about; empty if it is about none.
        since_s: exercise seconds at which it came to stand so.
        said: type to how often the partner has sent it here.
    """

    state: State
    role: Role
    measure: str
    since_s: int
    said: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Next:
    """The partner's next move.

    Attributes:
        type: legal in that state for that role; empty where the deed opens by itself.
        about: content digest of what it answers, or None.
        due_s: exercise seconds.
        by: ``node`` or ``e-mail``.
        deed: a key of `characters.DEEDS`.
        ground: of a refusal, or empty.
    """

    type: str
    about: str | None
    due_s: int
    by: str
    deed: str
    ground: str


def next_move(character: Character, standing: Standing) -> Next | None:
    """Return what the partner does if nobody else moves, or None if it waits.

    The move is always among those that `exchange.legal_types` names.
    """
    if character.delay_minutes is None:
        return None
    legal = legal_types(standing.state, standing.role)
    for type_, about in _wanted(character, standing):
        if type_ not in legal:
            continue
        said = standing.said.get(type_, 0)
        opens_track = about is None and MOVES[type_].track is not None
        if said >= character.at_most.get(type_, 1 if opens_track else said + 1):
            continue  # a side track is opened once: an offer, conditions
        minutes = character.delays_minutes.get(type_, character.delay_minutes)
        return Next(
            type=type_,
            about=about,
            due_s=standing.since_s + 60 * minutes,
            by=character.by,
            deed=character.spoils.get(type_, HONEST),
            ground=character.grounds.get(type_, ""),
        )
    return None


def openings(character: Character) -> tuple[Next, ...]:
    """Return what the partner begins by itself, in order of time."""
    return tuple(
        Next(type="", about=None, due_s=60 * minute, by=character.by, deed=deed, ground="")
        for minute, deed in sorted(character.opens.items())
    )


def _wanted(character: Character, standing: Standing) -> Iterator[tuple[str, str | None]]:
    """Yield what it would like to do: answers to side tracks first, then the main matter."""
    for about, (track, now) in sorted(standing.state.instances.items()):
        for type_ in character.prefers.get(f"{track}:{now}", ()):
            yield type_, about
    main = standing.state.main
    for place in (f"{standing.measure}@{main}", main):
        for type_ in character.prefers.get(place, ()):
            yield type_, None
