"""What a player sees of a run: what came to the own role, and never what is another's.

Nothing of what is planned, of triggers or of answers is read here but what the engine says of it.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from comity.drills import Scenario, exhibit_bytes, exhibit_name, say
from comity.drills.happened import Did
from comity.drills.model import Inject
from comity.drills.threads import Said
from comity.node.exercise import choices, scenario_library
from comity.node.exercise.quiz import quiz_of
from comity.node.exercise.quiz_store import AFTER, BEFORE
from comity.node.exercise.room import (
    Asked,
    Came,
    Done,
    Hinted,
    Line,
    Party,
    QuizHere,
    Room,
    SaidHere,
    Shown,
    Talk,
    Words,
)
from comity.node.exercise.run_cache import Seen, see
from comity.node.exercise.score_view import after
from comity.node.exercise.workplaces import workplace_of
from comity.node.models import TeamMember

WAITING, OVER, CLOSED = "waiting", "over", "closed"
LEGIBLE: Final = frozenset({"text", "mailbox"})
_bytes: dict[tuple[str, str], tuple[int, str]] = {}


def room_of(member: TeamMember, at: datetime, lang: str) -> Room:
    """Return what a member of a team sees at a moment, in a language."""
    return room_as_seen(member, look_in(member, at), at, lang)


def room_as_seen(member: TeamMember, seen: Seen | None, at: datetime, lang: str) -> Room:
    """Return what a member of a team sees of a run that was looked at already."""
    return _Teller(member, seen, at, lang).room()


def quiz_here(member: TeamMember, seen: Seen | None, at: datetime) -> QuizHere | None:
    """Return how the short test stands for a member; nothing is asked while a run runs."""
    if seen is not None and not seen.view.over:
        return None
    closed = member.team.exercise.closed_at is not None
    moment = "" if closed else BEFORE if seen is None else AFTER
    found = quiz_of(member, at, "en", questions=False, moment=moment)
    if found is None or not found.moment:
        return None
    return QuizHere(
        moment=found.moment,
        state=found.state,
        handed_in=found.handed_in,
        answered=found.answered,
        asked=found.asked,
    )


def mark_of(member: TeamMember, seen: Seen | None, quiz: QuizHere | None, lang: str) -> str:
    """Return what changes whenever anything but the clocks does, for this member and language."""
    exercise = member.team.exercise
    told: list[object] = [member.role, lang, exercise.board_shown, exercise.closed_at, seen is None]
    told += [quiz] if quiz is not None else []
    if seen is not None:
        view = seen.view
        told += [len(seen.run.events), len(view.delivered), len(view.moved), state_of(seen)]
        told += [member.name] if view.over else []
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def state_of(seen: Seen) -> str:
    """Return how the clock of a run stands, in a word."""
    view = seen.view
    if view.over:
        return OVER
    if view.frozen:
        return "frozen"
    return "running" if view.running else "paused"


def standing(member: TeamMember, seen: Seen | None) -> str:
    """Return how a member's room stands, in a word: of the run, or of the exercise around it."""
    if member.team.exercise.closed_at is not None:
        return CLOSED
    return WAITING if seen is None else state_of(seen)


def look_in(member: TeamMember, at: datetime) -> Seen | None:
    """Return how a member's run stands, or None before its beginning."""
    return see(member.team, at) if member.team.run is not None else None


class _Teller:
    """What one telling works with."""

    def __init__(self, member: TeamMember, seen: Seen | None, at: datetime, lang: str) -> None:
        self.member, self.lang, self.at = member, lang, at
        self.exercise = member.team.exercise
        self.scenario: Scenario = scenario_library.scenario_of(self.exercise.edition)
        self.plan = self.scenario.plan
        self.seen = seen
        self.came_s: dict[str, int] = {}
        if self.seen is not None:
            self.came_s = {one.inject: one.at_s for one in self.seen.view.delivered}

    def say(self, key: str) -> Words:
        text, lang = say(self.plan, self.scenario.texts, key, self.lang)
        return Words(text=text, lang=lang)

    def room(self) -> Room:
        """Return the whole."""
        member, plan, seen = self.member, self.plan, self.seen
        role, quiz = member.role, quiz_here(member, seen, self.at)
        desk = workplace_of(member)
        room = Room(
            exercise=self.exercise.pk,
            title=self.say("title"),
            story=self.say("story"),
            team=member.team.name,
            name=member.name,
            role=role,
            role_title=self.say(f"roles.{role}.title"),
            role_about=self.say(f"roles.{role}.about"),
            form=self.exercise.form,
            desk=desk,
            approver=self.say(f"roles.{desk.approves}.title") if desk and desk.approves else None,
            state=standing(member, seen),
            passed_s=seen.view.passed_s if seen else 0,
            minutes=plan.minutes,
            story_at=seen.view.story_at if seen else plan.begins,
            mark=mark_of(member, seen, quiz, self.lang),
            quiz=quiz,
        )
        return room if seen is None else self._with_what_came(room, seen)

    def _with_what_came(self, room: Room, seen: Seen) -> Room:
        done_by = _first_by(seen)
        came = [
            self._came(self.plan.injects[one.inject], one.at_s, done_by)
            for one in seen.view.delivered
            if self.sees(self.plan.injects[one.inject])
        ]
        shown = seen.view.over and self.exercise.board_shown
        told = {
            "came": tuple(reversed(came)),
            "said": tuple(self._spoken(seen)),
            "tasks": tuple(self._tasks(seen)),
            "talks": tuple(self._talks(seen)),
            "done": tuple(self._done(seen, did) for did in reversed(seen.deeds)),
            "parties": tuple(self._parties()),
            "after": after(self.member, seen, self.at, self.lang) if shown else None,
        }
        return Room(**{**vars(room), **told})

    def sees(self, inject: Inject) -> bool:
        """Tell whether an inject is for this player, come or not."""
        return not inject.to or self.member.role in inject.to

    def _here(self, key: str) -> bool:
        """Tell whether an inject has come to this player."""
        return key in self.came_s and self.sees(self.plan.injects[key])

    def _came(self, inject: Inject, at_s: int, done_by: dict[tuple[str, str], str]) -> Came:
        return Came(
            key=inject.key,
            kind=inject.kind,
            at_s=at_s,
            story_at=self.plan.begins + timedelta(seconds=at_s),
            title=self.say(f"injects.{inject.key}.title"),
            text=self.say(f"injects.{inject.key}.text"),
            sender=inject.sender,
            sender_name=self.say(f"parties.{inject.sender}") if inject.sender else None,
            type=inject.type,
            exhibit=self._exhibit(inject.exhibit),
            loss=inject.loss,
            acknowledged_by=done_by.get(("acknowledged", inject.key), ""),
            recorded_by=done_by.get(("recorded", inject.key), ""),
        )

    def _spoken(self, seen: Seen) -> Iterator[SaidHere]:
        for one in reversed(seen.view.spoken):
            if one.role in {"", self.member.role}:
                yield SaidHere(at_s=one.at_s, text=one.text, to_role=bool(one.role))

    def _tasks(self, seen: Seen) -> Iterator[Asked]:
        for key, task in self.plan.tasks.items():
            now = seen.view.tasks[key]
            mine = not task.roles or self.member.role in task.roles
            if not mine or (task.opens and task.opens not in self.came_s):
                continue
            endless = task.kind == "seal"
            yield Asked(
                key=key,
                kind=task.kind,
                form=task.form,
                ask=self.say(f"tasks.{key}.ask"),
                points=task.points,
                state="right" if now.right else "open" if now.open else "used-up",
                tries=now.tries,
                tries_left=None if endless else max(task.tries - now.tries, 0),
                exhibit=self._exhibit(task.exhibit),
                hints=tuple(
                    Hinted(
                        key=hint.key,
                        cost=hint.cost,
                        text=self.say(f"hints.{hint.key}") if hint.key in now.hints else None,
                    )
                    for hint in self.plan.hints.values()
                    if hint.task == key
                ),
            )

    def _exhibit(self, key: str) -> Shown | None:
        exhibit = self.plan.exhibits.get(key)
        if exhibit is None:
            return None
        size_bytes, digest = _measured(self.scenario, key)
        asked = [
            one
            for one in self.plan.tasks.values()
            if one.kind == "seal" and one.exhibit == key
            and not (self.seen and self.seen.view.tasks[one.key].right)
        ]  # fmt: skip
        return Shown(
            key=key,
            name=exhibit_name(exhibit),
            form=exhibit.form,
            size_bytes=size_bytes,
            digest="" if asked else digest,
            legible=exhibit.form in LEGIBLE,
        )

    def _talks(self, seen: Seen) -> Iterator[Talk]:
        team, number = self.plan.team().key, 0
        for key, thread in self.plan.threads.items():
            if team not in (thread.asks, thread.asked) or not choices.has_begun(seen, key):
                continue
            walked, number = seen.talks[key], number + 1
            party = thread.asked if thread.asks == team else thread.asks
            tracks = [f"{track}:{now}" for track, now in walked.state.instances.values()]
            yield Talk(
                key=key,
                number=number,
                party=party,
                party_name=self.say(f"parties.{party}"),
                ours=thread.asks == team,
                measure=thread.measure,
                main=walked.state.main,
                tracks=tuple(tracks),
                lines=tuple(self._line(seen, one, team) for one in walked.said),
                may=choices.types_in(thread, walked.state, team),
            )

    def _line(self, seen: Seen, said: Said, team: str) -> Line:
        kind, _, key = said.name.partition(" ")
        hidden = kind == "inject" and not self._here(key)
        return Line(
            at_s=said.ticks // 100_000,
            ours=said.party == team,
            by=seen.run.events[int(key)].by if kind == "event" else "",
            type="" if hidden else said.type,
            title=self.say(f"injects.{key}.title") if kind == "inject" and not hidden else None,
            inject=key if kind == "inject" and not hidden else "",
            hidden=hidden,
            counted=said.legal,
        )

    def _done(self, seen: Seen, did: Did) -> Done:
        event = did.event
        return Done(
            at_s=did.ticks // 100_000,
            kind=event.kind,
            by=event.by,
            role=self.say(f"roles.{event.role}.title"),
            what=self._what(seen, did),
            more=event.names.get("type", "") or did.right,
            note=event.names.get("note", "") if self._here(event.names.get("inject", "")) else "",
        )

    def _what(self, seen: Seen, did: Did) -> Words | None:
        """Return what a deed was done to, if this player may know of it."""
        names, plan = did.event.names, self.plan
        if "to" in names:
            return self.say(f"parties.{names['to']}")
        if "inject" in names:
            key = names["inject"]
            return self.say(f"injects.{key}.title") if self._here(key) else None
        task = names.get("task", "")
        if "hint" in names:
            task = plan.hints[names["hint"]].task
        if task:
            mine = not plan.tasks[task].roles or self.member.role in plan.tasks[task].roles
            opens = plan.tasks[task].opens
            come = not opens or opens in {one.inject for one in seen.view.delivered}
            return self.say(f"tasks.{task}.ask") if mine and come else None
        return self._sealed(names.get("exhibit", ""))

    def _sealed(self, key: str) -> Words | None:
        came = any(
            self._here(one.key) for one in self.plan.injects.values() if one.exhibit == key
        ) or any(
            (not one.roles or self.member.role in one.roles)
            and (not one.opens or one.opens in self.came_s)
            for one in self.plan.tasks.values()
            if one.exhibit == key
        )
        if not came:
            return None
        return Words(text=exhibit_name(self.plan.exhibits[key]), lang="")

    def _parties(self) -> Iterator[Party]:
        for key, party in self.plan.parties.items():
            if party.played != "team":
                yield Party(
                    key=key,
                    kind=party.kind,
                    name=self.say(f"parties.{key}"),
                    writes=party.played == "partner",
                )


def _first_by(seen: Seen) -> dict[tuple[str, str], str]:
    """Return who first acknowledged or recorded each inject."""
    found: dict[tuple[str, str], str] = {}
    for did in seen.deeds:
        if did.event.kind in {"acknowledged", "recorded"}:
            found.setdefault((did.event.kind, did.event.names["inject"]), did.event.by)
    return found


def _measured(scenario: Scenario, key: str) -> tuple[int, str]:
    """Return size and digest of an exhibit; a disk is made once a process and not at each look."""
    place = (scenario.digest, key)
    if place not in _bytes:
        data = exhibit_bytes(scenario, scenario.plan.exhibits[key]) or b""
        if len(_bytes) >= 1024:
            _bytes.clear()
        _bytes[place] = (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
    return _bytes[place]
