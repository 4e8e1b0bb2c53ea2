"""What a simulated partner does next: a function of its character, the conversation and time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from comity.drills.characters import HONEST, Character
from comity.exchange.conversation import State, legal_types
from comity.exchange.moves import Role
from comity.exchange.types import MOVES


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
