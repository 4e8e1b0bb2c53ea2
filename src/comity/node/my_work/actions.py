"""What may be done with work items: the rows of the table of actions."""

from typing import Annotated, Any, Final

from pydantic import Field

from comity.node.actions.action import Action, ActionCall
from comity.node.models import WorkFilter
from comity.node.my_work import assign, export, saved_filters
from comity.node.my_work import schemas as shapes
from comity.node.my_work.criteria import ME, Criteria, narrow
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.work.queries import visible

_NUMBER: Final = Annotated[int, Field(ge=1, le=2**62)]


def _assign(call: ActionCall) -> int:
    """Give work items to an officer, all or none. Cases are assigned with their work items."""
    said = call.input
    owner = call.officer if said.owner == ME else case_access.officer_named(said.owner)
    return len(assign.assign(said.items, owner, officer=call.officer, at=call.at))


def _export(call: ActionCall) -> str:
    """Export work items as CSV: those named, or else those that the filter shows."""
    said = call.input
    rows = visible(circle_of(call.officer, at=call.at))
    if said.items:
        rows = rows.filter(pk__in=said.items)
    rows = narrow(rows, _criteria(said), officer=call.officer, at=call.at)
    return export.as_csv(rows[: export.MOST], officer=call.officer, at=call.at)


def _criteria(said: Criteria) -> Criteria:
    return Criteria(**{name: getattr(said, name) for name in Criteria.model_fields})


def _save_filter(call: ActionCall) -> WorkFilter:
    """Save a filter of work items under a name, for yourself or for the whole office."""
    said = call.input
    return saved_filters.save_filter(
        call.officer, said.name, _criteria(said), shared=said.shared, at=call.at
    )


def _remove_filter(call: ActionCall) -> None:
    """Remove a filter that you saved."""
    saved_filters.remove_filter(call.officer, call.place["number"], at=call.at)


def filter_value(row: WorkFilter) -> dict[str, Any]:
    """Return a saved filter as the API says it."""
    return {
        "number": row.pk,
        "name": row.name,
        "shared": row.shared,
        "by": row.officer.user.get_username(),
        "criteria": row.criteria,
    }


ASSIGN: Final = Action(
    name="work.assign",
    right=Right.ASSIGN,
    path="/work-items/assign",
    input=shapes.WorkAssignIn,
    output=shapes.WorkAssignedOut,
    errors=(
        assign.WorkItemUnfitError,
        case_access.CaseUnknownError,
        case_access.OfficerUnfitError,
        case_access.OutsideCompartmentError,
    ),
    audit=("work.assigned",),
    command="work assign",
    example="work assign --item request:sha256:0a1b --owner officer-3f2a",
    apply=_assign,
    answer=lambda _call, number: {"assigned": number},
)
EXPORT: Final = Action(
    name="work.export",
    right=Right.READ_CONTENT,
    path="/work-items/export",
    input=shapes.WorkExportIn,
    output=shapes.WorkExportOut,
    audit=("work.exported",),
    command="work export",
    example="work export --severity critical",
    apply=_export,
    answer=lambda _call, csv: {"csv": csv},
)
SAVE_FILTER: Final = Action(
    name="work-filter.save",
    right=Right.READ_CONTENT,
    path="/work-items/filters",
    input=shapes.WorkFilterIn,
    output=shapes.WorkFilterOut,
    status=201,
    errors=(saved_filters.FilterNameError,),
    audit=("work-filter.saved",),
    command="work filter save",
    example="work filter save --name 'Preservation, Asia' --kind unread --shared",
    apply=_save_filter,
    answer=lambda _call, row: filter_value(row),
)
REMOVE_FILTER: Final = Action(
    name="work-filter.remove",
    right=Right.READ_CONTENT,
    method="DELETE",
    path="/work-items/filters/{number}",
    place={"number": _NUMBER},
    status=204,
    errors=(saved_filters.FilterUnknownError,),
    audit=("work-filter.removed",),
    command="work filter remove NUMBER",
    example="work filter remove 3",
    apply=_remove_filter,
)
ACTIONS: Final = (ASSIGN, EXPORT, SAVE_FILTER, REMOVE_FILTER)
