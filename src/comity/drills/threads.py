"""Where the conversations of an exercise stand: the exchange's own table, walked in its time.

In a conversation that is played by a character, the partner's moves are computed on the way: each
follows from what was said before it and from the time that the character takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from comity.drills.characters import CHARACTERS, HONEST, Character, Next, Standing, next_move
from comity.drills.happened import Happened
from comity.drills.model import Thread
from comity.drills.run import TICKS_PER_SECOND
from comity.exchange.conversation import State, after
from comity.exchange.moves import Move, Role
from comity.exchange.types import MOVES


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of a conversation.

    Attributes:
        ticks: exercise time.
        name: ``inject KEY``, ``event NUMBER``, or ``move NUMBER`` of a character.
        party: key of its author.
        legal: whether the exchange's table allowed it then.
        by: ``node`` or ``e-mail``.
        deed: what a hostile character does to it; a key of `characters.DEEDS`.
        ground: of a refusal by a character, or empty.
    """

    ticks: int
    name: str
    party: str
    type: str
    legal: bool
    by: str = "node"
    deed: str = HONEST
    ground: str = ""


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A conversation with all that was said in it.

    Attributes:
        next_ticks: when the character moves next if nobody else does; None if it waits.
    """

    state: State
    said: tuple[Said, ...]
    next_ticks: int | None = None


type _Message = tuple[int, int, str, str, str, str | None]
"""Time, order, name, party, type and what it is about."""


def walk(happened: Happened, *, until: int) -> Mapping[str, Walked]:
    """Return where each conversation stands.

    Args:
        happened: the run.
        until: exercise time; what comes later is left out.
    """
    plan = happened.scenario.plan
    return {
        key: _Walk(happened, thread).run(_messages(happened, key, until), until)
        for key, thread in plan.threads.items()
    }


def role_of(thread: Thread, party: str) -> Role | None:
    """Return a party's role in a conversation, or None if it has none."""
    return {thread.asks: Role.REQUESTER, thread.asked: Role.REQUESTED}.get(party)


def _messages(happened: Happened, key: str, until: int) -> list[_Message]:
    """Return what injects and the team say, in order."""
    plan = happened.scenario.plan
    team = plan.team().key
    found: list[_Message] = []
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
    return sorted(found, key=lambda one: one[:2])


class _Walk:
    """One walk's working memory; lives only inside `walk`."""

    def __init__(self, happened: Happened, thread: Thread) -> None:
        self.thread = thread
        self.end = happened.end
        self.state = State(thread.begins)
        self.said: list[Said] = []
        self.partner, self.character = self._partner(happened)

    def _partner(self, happened: Happened) -> tuple[str, Character | None]:
        if self.thread.played == "character":
            for key in (self.thread.asks, self.thread.asked):
                party = happened.scenario.plan.parties.get(key)
                if party and party.character in CHARACTERS:
                    return key, CHARACTERS[party.character]
        return "", None

    def run(self, messages: list[_Message], until: int) -> Walked:
        """Merge what was sent with what the character does, in order of time."""
        waiting = list(reversed(messages))
        while True:
            move = self._move()
            due = move.due_s * TICKS_PER_SECOND if move else self.end + 1
            limit = waiting[-1][0] if waiting else min(until, self.end)
            if move and due <= limit:
                self._moved(move, due)
            elif waiting:
                self._sent(waiting.pop())
            else:
                break
        coming = due if move and due <= self.end else None
        return Walked(state=self.state, said=tuple(self.said), next_ticks=coming)

    def _move(self) -> Next | None:
        role = role_of(self.thread, self.partner)
        if self.character is None or role is None:
            return None
        counts: dict[str, int] = {}
        for one in self.said:
            if one.party == self.partner and one.legal:
                counts[one.type] = counts.get(one.type, 0) + 1
        since = self.said[-1].ticks if self.said else 0
        standing = Standing(
            state=self.state,
            role=role,
            measure=self.thread.measure,
            since_s=-(-since // TICKS_PER_SECOND),
            said=counts,
        )
        return next_move(self.character, standing)

    def _moved(self, move: Next, due: int) -> None:
        name = f"move {len(self.said)}"
        self._apply(due, name, self.partner, move.type, move.about)
        self.said[-1] = replace(self.said[-1], by=move.by, deed=move.deed, ground=move.ground)

    def _sent(self, message: _Message) -> None:
        ticks, _, name, party, type_, about = message
        self._apply(ticks, name, party, type_, about)

    def _apply(self, ticks: int, name: str, party: str, type_: str, about: str | None) -> None:
        following = _after(self.thread, self.state, party, type_, about=about, name=name)
        self.state = following or self.state
        self.said.append(
            Said(ticks=ticks, name=name, party=party, type=type_, legal=following is not None)
        )


def allows(thread: Thread, state: State, party: str, type_: str) -> bool:
    """Tell whether the exchange's table lets a party send a type now."""
    return _after(thread, state, party, type_, about=None, name="next") is not None


def _after(
    thread: Thread, state: State, party: str, type_: str, *, about: str | None, name: str
) -> State | None:
    move, role = MOVES.get(type_), role_of(thread, party)
    if move is None or role is None:
        return None
    what = about or _waiting(state, move)
    return after(state, move, role, about=what, content=name)


def _waiting(state: State, move: Move) -> str | None:
    """Return what a move answers if its author did not say: the last that waits for it."""
    found = [
        key
        for key, (track, now) in state.instances.items()
        if track == move.track and now in move.sources
    ]
    return found[-1] if found else None
