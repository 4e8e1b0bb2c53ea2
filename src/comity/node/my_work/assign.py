"""Giving work items to an officer: the case with them, and what has no case by itself."""

from collections.abc import Sequence
from datetime import datetime

from comity.canonical import MisuseError
from comity.node.cases.severity import Kind
from comity.node.log import audit
from comity.node.models import Officer, WorkItem
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import OutsideError, circle_of
from comity.node.watch.rules import ShiftError
from comity.node.work.owners import set_owner
from comity.node.work.queries import visible
from comity.node.work.rows import owner_changed


class WorkItemUnfitError(MisuseError, code="work-item-unfit"):
    """An officer who is to own a work item could not see it."""


def assign(
    incidents: Sequence[str], owner: Officer, *, officer: Officer, at: datetime
) -> list[WorkItem]:
    """Give work items to an officer, in the caller's transaction; all of them or none.

    The case of each is assigned with it, so that the owner can see it.

    Args:
        incidents: by name.
        owner: who owns them now.
        officer: who gives them.
        at: this node's clock.

    Returns:
        The rows as they stood before.

    Raises:
        OutsideError: one is not there, or not for the officer who gives.
        WorkItemUnfitError: the owner could not see one that has no case.
        ShiftError: one is a shift that is handed over: that is between two officers.
        OutsideCompartmentError: the owner could not see a case even then.
    """
    wanted, by = sorted(set(incidents)), officer.user.get_username()
    rows = list(visible(circle_of(officer, at=at)).filter(pk__in=wanted))
    if len(rows) != len(wanted):
        raise OutsideError
    if any(row.kind == Kind.SHIFT for row in rows):
        raise ShiftError(
            "a handover is confirmed by the two officers whom it names",
            rule="handover-unassignable",
        )
    for case in sorted({row.case for row in rows} - {""}):
        case_access.assign(case, owner, at=at, by=by)
    if visible(circle_of(owner, at=at)).filter(pk__in=wanted).count() != len(wanted):
        raise WorkItemUnfitError("the officer could not see what would be theirs")
    set_owner(wanted, owner, at=at)
    owner_changed(wanted, at=at)
    for row in rows:
        audit.note(
            at=at, actor=by, action="work.assigned", subject=row.incident, detail=owner.identifier
        )
    return rows
