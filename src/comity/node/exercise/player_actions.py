"""What a player does: each deed is held against what is before that player, then kept.

A deed names what it is done to. Whatever a browser or a program sends, it reaches nothing that has
not come to the own role, answers no task twice over, and is the own person's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.drills import DrillEventError, Event
from comity.drills.happened import digest_of, normal
from comity.drills.values import STEERS
from comity.node.exercise import choices, team_events
from comity.node.exercise.errors import AnswerFormError, DeedError
from comity.node.exercise.player_timeline import room_of
from comity.node.exercise.room import Room
from comity.node.exercise.run_cache import Seen, see
from comity.node.models import TeamMember

MAX_NOTE: Final = 2000


@dataclass(frozen=True, kw_only=True)
class Did:
    """What came of a deed.

    Attributes:
        kept: False where the team had done it before.
        right: ``yes`` or ``no`` of an answer or a seal that is a task's; else empty.
        tries_left: of an answer, or None.
    """

    kept: bool
    right: str = ""
    tries_left: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Case:
    """What a deed is held against."""

    room: Room
    seen: Seen
    names: Mapping[str, str]
    fields: Sequence[str]


def act(
    member: TeamMember,
    kind: str,
    names: Mapping[str, str],
    *,
    at: datetime,
    fields: Sequence[str] = (),
) -> Did:
    """Keep what a player does.

    Args:
        member: who.
        kind: of the deed.
        names: untrusted; what it is done to.
        at: this node's clock.
        fields: of a message, names of facts that it holds.

    Raises:
        DeedError: it names what is not before this player, or cannot be done now.
        AnswerFormError: an answer is not of the form that is asked for; it costs no try.
        DrillEventError: it is no player's, or the run is frozen or over.
        ExerciseError: the exercise has not begun, or is closed.
        FloodError: too much in a minute.
    """
    if kind in STEERS:
        raise DrillEventError("only a trainer does that")
    made = _MADE.get(kind)
    if made is None:
        raise DeedError("there is no such deed")
    seen = see(member.team, at)
    given = {name: value.strip() for name, value in names.items()}
    case = _Case(room=room_of(member, at, "en"), seen=seen, names=given, fields=fields)
    if any(len(value) > MAX_NOTE for value in given.values()):
        raise DeedError(f"a text has at most {MAX_NOTE} characters")
    told = made(case)
    if told is None:
        return Did(kept=False)
    at = max(at, seen.run.events[-1].at) if seen.run.events else at
    event = Event(
        at=at, kind=kind, by=member.name, role=member.role, names=told, fields=tuple(fields)
    )
    team_events.do(member, event)
    return _outcome(member, kind, told, at)


def _outcome(member: TeamMember, kind: str, told: Mapping[str, str], at: datetime) -> Did:
    if kind not in {"answered", "sealed"}:
        return Did(kept=True)
    seen = see(member.team, at)
    mine = [did for did in seen.deeds if did.event.by == member.name and did.event.kind == kind]
    tasks = seen.scenario.plan.tasks.values()
    if kind == "sealed" and not any(
        one.kind == "seal" and one.exhibit == told["exhibit"] for one in tasks
    ):
        return Did(kept=True)
    left = None
    if kind == "answered":
        task = seen.scenario.plan.tasks[told["task"]]
        left = max(task.tries - seen.view.tasks[task.key].tries, 0)
    return Did(kept=True, right=mine[-1].right, tries_left=left)


# ------------------------------------------------------------------ one deed each


def _only(case: _Case, *names: str, may: Sequence[str] = ()) -> dict[str, str]:
    """Return the names of a deed, exactly those that it has."""
    if set(case.names) - {*names, *may} or not all(case.names.get(name) for name in names):
        told = ", ".join((*names, *may))
        raise DeedError(f"this deed has: {told}; and what has to be said is said")
    if case.fields and "thread" not in may:
        raise DeedError("only a message holds facts")
    return {name: value for name, value in case.names.items() if value}


def _acknowledged(case: _Case) -> dict[str, str] | None:
    told = _only(case, "inject")
    came = next((one for one in case.room.came if one.key == told["inject"]), None)
    if came is None:
        raise DeedError("nothing of that name has come to you")
    return None if came.acknowledged_by else told


def _recorded(case: _Case) -> dict[str, str]:
    told = _only(case, "inject", may=("note",))
    if not any(one.key == told["inject"] for one in case.room.came):
        raise DeedError("nothing of that name has come to you")
    return told


def _spoken(case: _Case) -> dict[str, str]:
    told = _only(case, "to")
    if not any(one.key == told["to"] for one in case.room.parties):
        raise DeedError("there is nobody of that name to speak with")
    return told


def _answered(case: _Case) -> dict[str, str]:
    told = _only(case, "task", "answer")
    asked = next((one for one in case.room.tasks if one.key == told["task"]), None)
    if asked is None or asked.kind == "seal":
        raise DeedError("no task of that name is yours to answer")
    if asked.state != "open":
        raise DeedError("this task is answered, or its tries are used up")
    task = case.seen.scenario.plan.tasks[asked.key]
    listed = choices.answers_of(case.seen.scenario.plan, task)
    if normal(task, told["answer"]) is None:
        raise AnswerFormError(f"not an answer of kind {task.kind}; it costs no try")
    if listed and told["answer"] not in listed:
        raise DeedError("this is none of the answers to choose from; it costs no try")
    return told


def _hint(case: _Case) -> dict[str, str] | None:
    told = _only(case, "hint")
    for asked in case.room.tasks:
        for hint in asked.hints:
            if hint.key != told["hint"]:
                continue
            if hint.text is not None:
                return None
            if asked.state != "open":
                break
            return told
    raise DeedError("there is no such hint to take")


def _sealed(case: _Case) -> dict[str, str]:
    told = _only(case, "exhibit", "digest")
    if told["exhibit"] not in case.room.exhibits():
        raise DeedError("no exhibit of that name has come to you")
    if digest_of(told["digest"]) is None:
        raise AnswerFormError("a digest is 64 digits from 0 to 9 and a to f")
    return told


def _sent(case: _Case) -> dict[str, str]:
    told = _only(case, "type", may=("thread", "to", "measure", "ground"))
    if not case.room.writes:
        raise DeedError("messages of this exercise are sent at the team's own node")
    plan = case.seen.scenario.plan
    measure, type_ = told.pop("measure", ""), told["type"]
    if "thread" in told:
        talk = next((one for one in case.room.talks if one.key == told["thread"]), None)
        if talk is None or told.get("to", talk.party) != talk.party:
            raise DeedError("there is no such conversation")
        if type_ not in talk.may:
            raise DeedError("the conversation does not stand so that this can be said")
        told["to"] = talk.party
    else:
        if not any(one.key == told.get("to") and one.writes for one in case.room.parties):
            raise DeedError("there is nobody of that name to write to")
        if type_ not in choices.opening_types():
            raise DeedError("no conversation begins with that")
        if (type_ == choices.OPENING) != (measure in choices.treaty_of(plan).measures):
            raise DeedError("a request says for which measure of the treaty it asks")
        thread = choices.opened(case.seen, to=told["to"], type_=type_, measure=measure)
        told |= {"thread": thread} if thread else {}
    kind = choices.GROUNDED.get(type_, "")
    if "ground" in told and (not kind or told["ground"] not in choices.grounds(plan)):
        raise DeedError("this is no ground of the treaty, or the message has none")
    if set(case.fields) - set(choices.facts(case.seen.scenario)):
        raise DeedError("a message holds facts of the list")
    return told


_MADE: Final[Mapping[str, Callable[[_Case], dict[str, str] | None]]] = {
    "acknowledged": _acknowledged,
    "answered": _answered,
    "called": _spoken,
    "hint": _hint,
    "recorded": _recorded,
    "sealed": _sealed,
    "sent": _sent,
    "told": _spoken,
}
