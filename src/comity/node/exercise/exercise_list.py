"""The exercises of a node, page by page, the newest first."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from comity.node.core.pagination import newest_first
from comity.node.exercise.team_status import CLOSED, RUNNING, WAITING
from comity.node.models import Exercise

PAGE: Final = 25


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One exercise with how many teams and people it has.

    Attributes:
        state: ``waiting``, ``running`` or ``closed``; whether time is paused is a team's own.
    """

    exercise: Exercise
    teams: int
    members: int
    state: str


def listed(after: str) -> tuple[list[Listed], str]:
    """Return a page of exercises, and the place after which the next begins; empty at the end.

    Raises:
        PlaceError: ``after`` is no place that a page gave.
    """
    rows = Exercise.objects.select_related("edition").annotate(
        team_count=Count("teams", distinct=True),
        member_count=Count("teams__members", distinct=True),
    )
    found, following = newest_first(rows, changed="made_at", key="id", after=after, most=PAGE)
    return [_listed(one) for one in found], following


def _listed(one: Exercise) -> Listed:
    state = CLOSED if one.closed_at else RUNNING if one.begun_at else WAITING
    return Listed(
        exercise=one,
        teams=getattr(one, "team_count", 0),
        members=getattr(one, "member_count", 0),
        state=state,
    )
