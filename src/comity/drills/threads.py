"""Where the conversations of an exercise stand: the exchange's own table, walked in its time."""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.drills.happened import Happened
from comity.drills.model import Thread
from comity.exchange.conversation import State, after
from comity.exchange.moves import Move, Role
from comity.exchange.types import MOVES


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of a conversation.

    Attributes:
        ticks: exercise time.
        name: ``inject KEY`` or ``event NUMBER``.
        party: key of its author.
        legal: whether the exchange's table allowed it then.
    """

    ticks: int
    name: str
    party: str
    type: str
    legal: bool


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A conversation with all that was said in it."""

    state: State
    said: tuple[Said, ...]


def walk(happened: Happened, *, until: int) -> Mapping[str, Walked]:
    """Return where each conversation stands.

    Args:
        happened: the run.
        until: exercise time; what comes later is left out.
    """
    plan = happened.scenario.plan
    return {
        key: _walked(thread, _messages(happened, key, until))
        for key, thread in plan.threads.items()
    }


def role_of(thread: Thread, party: str) -> Role | None:
    """Return a party's role in a conversation, or None if it has none."""
    return {thread.asks: Role.REQUESTER, thread.asked: Role.REQUESTED}.get(party)


def _messages(
    happened: Happened, key: str, until: int
) -> list[tuple[int, int, str, str, str, str | None]]:
    """Return time, order, name, party, type and what it is about, in order."""
    plan = happened.scenario.plan
    team = plan.team().key
    found: list[tuple[int, int, str, str, str, str | None]] = []
    for place, inject in enumerate(plan.injects.values()):
        came = happened.came(inject.key) if inject.thread == key else None
        if came and came.ticks <= min(until, happened.end):
            name = f"inject {inject.key}"
            found.append((came.ticks, place, name, inject.sender, inject.type, None))
    for did in happened.deeds:
        names = did.event.names
        if did.event.kind == "sent" and names.get("thread") == key and did.ticks <= until:
            about = f"inject {names['about']}" if "about" in names else None
            order = len(plan.injects) + did.number
            found.append((did.ticks, order, f"event {did.number}", team, names["type"], about))
    return sorted(found)


def _walked(thread: Thread, messages: list[tuple[int, int, str, str, str, str | None]]) -> Walked:
    state, said = State(thread.begins), []
    for ticks, _, name, party, type_, about in messages:
        move, role = MOVES.get(type_), role_of(thread, party)
        following = None
        if move is not None and role is not None:
            what = about or _waiting(state, move)
            following = after(state, move, role, about=what, content=name)
        state = following or state
        said.append(
            Said(ticks=ticks, name=name, party=party, type=type_, legal=following is not None)
        )
    return Walked(state=state, said=tuple(said))


def _waiting(state: State, move: Move) -> str | None:
    """Return what a move answers if its author did not say: the last that waits for it."""
    found = [
        key
        for key, (track, now) in state.instances.items()
        if track == move.track and now in move.sources
    ]
    return found[-1] if found else None
