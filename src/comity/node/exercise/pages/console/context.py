"""What each page of the console begins with: one exercise, and one team of it."""

from collections.abc import Callable

from django.http import Http404
from django.http.response import HttpResponseBase

from comity.node.exercise.pages.console import labels
from comity.node.models import Exercise, Team
from comity.node.web.labels import fault

type View = Callable[..., HttpResponseBase]


def exercise_of(key: str) -> Exercise:
    """Return an exercise of an address."""
    found = Exercise.objects.select_related("edition").filter(pk=key[:36]).first()
    if found is None:
        raise Http404
    return found


def team_of(exercise: Exercise, key: str) -> Team:
    """Return a team of that exercise and of no other."""
    found = exercise.teams.filter(pk=key[:36]).first()
    if found is None:
        raise Http404
    found.exercise = exercise
    return found


def told_fault(code: str) -> str:
    """Return what a trainer reads for an error code."""
    return str(labels.FAULT.get(code) or fault(code))
