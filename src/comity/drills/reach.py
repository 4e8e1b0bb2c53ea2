"""When the parts of a scenario can come at the earliest, and which of them wait for each other."""

from collections.abc import Iterator, Mapping
from typing import Final

from comity.drills.model import Plan, Thread, Trigger
from comity.drills.values import Deed
from comity.exchange.moves import Move, Role
from comity.exchange.types import MOVES, TRACKS

NEVER: Final = 1 << 30  # minutes


class Reach:
    """What of a scenario can come, and when; names that it does not have are never reached.

    Attributes:
        earliest: ``inject KEY``, ``trigger KEY`` and ``task KEY`` to minutes; `NEVER` for never.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.earliest: dict[str, int] = {}
        for _ in range(len(plan.injects) + len(plan.triggers) + len(plan.tasks) + 1):
            if not self._round():
                break

    def _round(self) -> bool:
        """Bring every minute up to date with the others; tell whether any became smaller."""
        plan, before = self.plan, dict(self.earliest)
        for key, inject in plan.injects.items():
            at = inject.minute
            if at is None:
                at = self.of(f"trigger {inject.trigger}") + inject.delay_minutes
            self.earliest[f"inject {key}"] = min(at, NEVER)
        for key, trigger in plan.triggers.items():
            self.earliest[f"trigger {key}"] = min(self._trigger(trigger), NEVER)
        for key, task in plan.tasks.items():
            at = self.of(f"inject {task.opens}") if task.opens else 0
            if task.exhibit:
                at = max(at, self.exhibit(task.exhibit))
            self.earliest[f"task {key}"] = at
        return self.earliest != before

    def of(self, name: str) -> int:
        """Return the earliest minute of ``inject KEY``, ``trigger KEY`` or ``task KEY``."""
        return self.earliest.get(name, NEVER)

    def exhibit(self, key: str) -> int:
        """Return the earliest minute at which an exhibit is shown."""
        shown = [
            self.of(f"inject {one.key}") for one in self.plan.injects.values() if one.exhibit == key
        ]
        return min(shown, default=NEVER)

    def deed(self, deed: Deed) -> int:
        """Return the earliest minute at which a deed can be done, conversations aside."""
        names, at = deed.names, 0
        if "inject" in names:
            at = max(at, self.of(f"inject {names['inject']}"))
        if "about" in names:
            at = max(at, self.of(f"inject {names['about']}"))
        if "task" in names:
            at = max(at, self.of(f"task {names['task']}"))
        if "hint" in names:
            hint = self.plan.hints.get(names["hint"])
            at = max(at, self.of(f"task {hint.task}") if hint else NEVER)
        if "exhibit" in names:
            at = max(at, self.exhibit(names["exhibit"]))
        return at

    def _trigger(self, trigger: Trigger) -> int:
        since = self.of(trigger.after) if trigger.after else 0
        if trigger.when == "not-done":
            return since + trigger.within_minutes
        return max(since, self.deed(trigger.did))


def loops(plan: Plan) -> Iterator[tuple[str, ...]]:
    """Yield each ring of injects and triggers that wait for each other, once."""
    waits = {
        f"inject {key}": f"trigger {one.trigger}"
        for key, one in plan.injects.items()
        if one.trigger
    }
    waits |= {f"trigger {key}": one.after for key, one in plan.triggers.items() if one.after}
    done: set[str] = set()
    for begin in waits:
        path: list[str] = []
        name: str | None = begin
        while name is not None and name not in done and name not in path:
            path.append(name)
            name = waits.get(name)
        if name is not None and name in path:
            yield tuple(path[path.index(name) :])
        done |= set(path)


def sayable(thread: Thread, role: Role) -> frozenset[str]:
    """Return the types that a side can ever send in a conversation, as the other side may do."""
    mains, tracks = _closure(thread.begins)
    return frozenset(
        move.type for move in MOVES.values() if role in move.roles and _can(move, mains, tracks)
    )


def _closure(begins: str) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    mains: set[str] = {begins}
    tracks: dict[str, set[str]] = {track: set() for track in TRACKS}
    size = -1
    while size != len(mains) + sum(map(len, tracks.values())):
        size = len(mains) + sum(map(len, tracks.values()))
        for move in MOVES.values():
            if _can(move, mains, tracks):
                mains |= {move.target} if move.target else set()
                if move.track:
                    tracks[move.track].add(move.becomes)
    return frozenset(mains), {track: frozenset(states) for track, states in tracks.items()}


def _can(
    move: Move,
    mains: "set[str] | frozenset[str]",
    tracks: "Mapping[str, set[str] | frozenset[str]]",
) -> bool:
    if not move.main & mains:
        return False
    waits = move.track is not None and bool(move.sources) and not move.about_optional
    return not waits or bool(move.sources & tracks[move.track or ""])
