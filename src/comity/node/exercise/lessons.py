"""Lessons of a team: what is to change, by whom, by which day; and that it was done."""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from comity.node.exercise import mode
from comity.node.exercise.errors import ExerciseError
from comity.node.log import audit
from comity.node.models import Lesson, Team

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
        due: day by which it is done; may lie in the past, for what was agreed long ago.
        at: this node's clock.
        by: user name of the trainer.

    Raises:
        ExerciseLiveError: this node is live.
        ExerciseError: the exercise has not begun, the lesson says nothing or nobody owns it, or
            the team has too many.
    """
    mode.require()
    text, owner = text.strip(), " ".join(owner.split())
    if team.run is None:
        raise ExerciseError("what has not begun teaches nothing yet")
    if not 0 < len(text) <= MAX_TEXT or not 0 < len(owner) <= MAX_OWNER:
        raise ExerciseError(
            f"a lesson has 1 to {MAX_TEXT} characters, and an owner of at most {MAX_OWNER}"
        )
    if Team.objects.select_for_update().get(pk=team.pk).lessons.count() >= MAX_LESSONS:
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
    """
    mode.require()
    held = Lesson.objects.select_for_update().get(pk=lesson.pk)
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
