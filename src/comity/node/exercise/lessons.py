"""Lessons of a team: what is to change, by whom, by which day; corrected, withdrawn, done."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from comity.node.exercise import mode
from comity.node.exercise.errors import ExerciseError, LessonWithdrawnError
from comity.node.log import audit
from comity.node.models import Lesson, LessonWording, Team

MAX_TEXT: Final = 1000
MAX_OWNER: Final = 120
MAX_LESSONS: Final = 50


@transaction.atomic
def add(team: Team, *, text: str, owner: str, due: date, at: datetime, by: str) -> Lesson:
    """Write a lesson down.

    Args:
        team: whose exercise it comes from.
        text: what is to change.
        owner: who answers for it.
        due: day by which it is done.
        at: this node's clock.
        by: user name of the trainer.

    Raises:
        ExerciseLiveError: this node is live.
        ExerciseError: the exercise has not begun, the lesson says nothing or nobody owns it, or
            the team has too many.
    """
    mode.require()
    if team.run is None:
        raise ExerciseError("what has not begun teaches nothing yet")
    text, owner = _worded(text, owner)
    held = Team.objects.select_for_update().get(pk=team.pk).lessons
    if held.filter(withdrawn_at=None).count() >= MAX_LESSONS:
        raise ExerciseError(f"a team has at most {MAX_LESSONS} lessons")
    made = Lesson.objects.create(team=team, text=text, owner=owner, due=due, made_at=at, made_by=by)
    audit.note(
        at=at, actor=by, action="exercise.lesson-written", subject=team.pk, detail=str(made.pk)
    )
    return made


@transaction.atomic
def mark(lesson: Lesson, *, done: bool, at: datetime, by: str) -> bool:
    """Write down that a lesson is done, or that it is open again; what is so already stays.

    Returns:
        Whether it was not so already.

    Raises:
        ExerciseLiveError: this node is live.
        LessonWithdrawnError: it was withdrawn.
    """
    held = _held(lesson)
    if (held.done_at is not None) == done:
        return False
    held.done_at = at if done else None
    held.save(update_fields=["done_at"])
    subject, detail = held.team_id, str(held.pk)
    if done:
        audit.note(at=at, actor=by, action="exercise.lesson-done", subject=subject, detail=detail)
    else:
        audit.note(at=at, actor=by, action="exercise.lesson-opened", subject=subject, detail=detail)
    return True


@transaction.atomic
def correct(lesson: Lesson, changes: Mapping[str, Any], *, at: datetime, by: str) -> bool:
    """Correct what a lesson says; what it said before is kept, with who corrected it and when.

    Args:
        lesson: as it was read.
        changes: ``text``, ``owner`` or ``due`` to what it says now; what is left out stays.
        at: this node's clock.
        by: user name of the trainer.

    Returns:
        Whether it says anything else now.

    Raises:
        ExerciseLiveError: this node is live.
        ExerciseError: the lesson would say nothing or be nobody's.
        LessonWithdrawnError: it was withdrawn.
    """
    held = _held(lesson)
    before = {name: getattr(held, name) for name in _SAID}
    after = {**before, **changes}
    after["text"], after["owner"] = _worded(after["text"], after["owner"])
    if after == before:
        return False
    LessonWording.objects.create(lesson=held, **before, corrected_at=at, corrected_by=by)
    for name, value in after.items():
        setattr(held, name, value)
    held.save(update_fields=_SAID)
    subject, detail = held.team_id, str(held.pk)
    audit.note(at=at, actor=by, action="exercise.lesson-corrected", subject=subject, detail=detail)
    return True


@transaction.atomic
def withdraw(lesson: Lesson, *, why: str, at: datetime, by: str) -> None:
    """Withdraw a lesson: it stays in the report as withdrawn, and nobody has to do it.

    Raises:
        ExerciseLiveError: this node is live.
        LessonWithdrawnError: it was withdrawn already.
    """
    held = _held(lesson)
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_why = at, by, why
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    subject, detail = held.team_id, str(held.pk)
    audit.note(at=at, actor=by, action="exercise.lesson-withdrawn", subject=subject, detail=detail)


_SAID: Final = ("text", "owner", "due")


def _worded(text: str, owner: str) -> tuple[str, str]:
    text, owner = text.strip(), " ".join(owner.split())
    if not 0 < len(text) <= MAX_TEXT or not 0 < len(owner) <= MAX_OWNER:
        raise ExerciseError(
            f"a lesson has 1 to {MAX_TEXT} characters, and an owner of at most {MAX_OWNER}"
        )
    return text, owner


def _held(lesson: Lesson) -> Lesson:
    """Return a lesson that is not withdrawn, for this transaction alone."""
    mode.require()
    held = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if held.withdrawn_at is not None:
        raise LessonWithdrawnError("the lesson was withdrawn; record a new one")
    return held
