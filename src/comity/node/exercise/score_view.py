"""Points as a player reads them after the end: each with its why, and whose it is."""

from datetime import datetime

from comity.drills import Points, say, score
from comity.node.exercise import choices
from comity.node.exercise.room import After, Point, Words
from comity.node.exercise.run_cache import Seen
from comity.node.models import TeamMember


def after(member: TeamMember, seen: Seen, at: datetime, lang: str) -> After:
    """Return the points of a run that is over, the player's own first."""
    board = score(seen.scenario, seen.run, at)
    order = {"person": 0, "role": 1, "": 2}
    points = [_point(member, seen, one, lang) for one in board.points if one.outcome != "not-due"]
    return After(
        person=board.by_person.get(member.name, 0),
        role=board.by_role.get(member.role, (0, 0)),
        team=(board.got, board.of),
        points=tuple(sorted(points, key=lambda one: order[one.mine])),
    )


def _point(member: TeamMember, seen: Seen, one: Points, lang: str) -> Point:
    plan = seen.scenario.plan
    kind, _, key = one.key.partition(" ")
    place = f"tasks.{key}.learn" if kind == "task" else f"scores.{key}"
    text, said_in = say(plan, seen.scenario.texts, place, lang)
    missing = [choices.law_text(plan, f"facts.{name}.label", lang) for name in one.missing]
    return Point(
        key=one.key,
        got=one.got,
        of=one.of,
        outcome=one.outcome,
        why=Words(text=text, lang=said_in),
        cite=one.cite,
        by=one.by,
        mine=_whose(member, one),
        hints=one.hints,
        missing=tuple(Words(text=text, lang=lang_) for text, lang_ in missing),
        reason=one.overruled.reason if one.overruled else "",
    )


def _whose(member: TeamMember, one: Points) -> str:
    if one.by == member.name:
        return "person"
    return "role" if one.role == member.role else ""
