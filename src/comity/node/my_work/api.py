"""Work items over the API: the list by filters, and the saved filters.

What may be done stands in `actions`.
"""

from typing import Any, Final

from django.http import HttpRequest
from ninja import Query, Router

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.models import WorkItem
from comity.node.my_work.actions import ACTIONS, filter_value
from comity.node.my_work.criteria import page
from comity.node.my_work.saved_filters import filters_of
from comity.node.my_work.schemas import WorkFiltersOut, WorkItemOut, WorkItemsOut, WorkItemsWanted
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.web.api_permissions import caller, only
from comity.node.work.queries import severity_of_row

router = Router(tags=["work"])
_SAME: Final = [name for name in WorkItemOut.model_fields if name != "severity"]


@router.get("/work-items", auth=only(Right.READ_CASES), response=WorkItemsOut)
def list_work_items(request: HttpRequest, wanted: Query[WorkItemsWanted]) -> dict[str, Any]:
    """List what needs a person, the most urgent first, or as it is sorted."""
    circle = circle_of(caller(request), at=now())
    found, following = page(circle, wanted, after=wanted.after)
    return {"items": [_value(row) for row in found], "next": following or None}


def _value(row: WorkItem) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _SAME}, "severity": severity_of_row(row)}


@router.get("/work-items/filters", auth=only(Right.READ_CASES), response=WorkFiltersOut)
def list_filters(request: HttpRequest) -> dict[str, Any]:
    """List your saved filters, and those that colleagues share."""
    return {"filters": [filter_value(row) for row in filters_of(caller(request))]}


mount(router, *ACTIONS)
