"""Filters of work items that officers save under a name, for themselves or for the office."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from comity.canonical import MisuseError
from comity.node.log import audit
from comity.node.models import Officer, WorkFilter
from comity.node.my_work.criteria import Criteria

MOST: Final = 20
"""Filters that one officer saves."""


class FilterNameError(MisuseError, code="filter-name"):
    """You saved a filter of this name already, or as many as you may."""


class FilterUnknownError(MisuseError, code="filter-unknown"):
    """You saved no such filter."""


def filters_of(officer: Officer) -> Sequence[WorkFilter]:
    """Return the filters that an officer sees: their own, and those shared by colleagues."""
    own = Q(officer=officer)
    shared = Q(shared=True, officer__user__is_active=True)
    rows = WorkFilter.objects.filter(own | shared).select_related("officer__user")
    return list(rows.order_by("name", "pk")[: 3 * MOST])


def save_filter(
    officer: Officer, name: str, criteria: Criteria, *, shared: bool, at: datetime
) -> WorkFilter:
    """Save a filter, in the caller's transaction.

    Raises:
        FilterNameError: the name is taken, or there are too many.
    """
    own = WorkFilter.objects.select_for_update().filter(officer=officer)
    if own.filter(name=name).exists() or own.count() >= MOST:
        raise FilterNameError("this name is taken, or there are too many filters")
    row = WorkFilter.objects.create(
        officer=officer, name=name, shared=shared, criteria=criteria.told(), at=at
    )
    by = officer.user.get_username()
    detail = "shared" if shared else "own"
    audit.note(at=at, actor=by, action="work-filter.saved", subject=str(row.pk), detail=detail)
    return row


def remove_filter(officer: Officer, number: int, *, at: datetime) -> None:
    """Remove a filter of one's own, in the caller's transaction.

    Raises:
        FilterUnknownError: there is none of this number.
    """
    gone, _ = WorkFilter.objects.filter(officer=officer, pk=number).delete()
    if not gone:
        raise FilterUnknownError("no filter of yours has this number")
    by = officer.user.get_username()
    audit.note(at=at, actor=by, action="work-filter.removed", subject=str(number))
