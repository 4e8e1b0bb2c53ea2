"""How a case stands towards its readers."""

from typing import Any

from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.people.access import case_access, emergency_access


def of_case(officer: Officer, number: str, *, owner: str = "") -> dict[str, Any]:
    """Return who works on a case, who may see it, and who opened it in need.

    Args:
        officer: who looks.
        number: of the case.
        owner: identifier of whose its work item is; empty: of whoever was assigned first.
    """
    assigned = case_access.assigned_to(number)
    first = next((one for one in assigned if one.identifier == owner), None)
    if first is None and owner:
        first = Officer.objects.select_related("user").filter(identifier=owner).first()
    row, at = case_access.access_of(number), now()
    broken = emergency_access.of_case(number)
    mine = [one for one in broken if one.officer.pk == officer.pk and one.until > at]
    return {
        "number": number,
        "restricted": case_access.is_restricted(row),
        "compartment": row.compartment.name if row.compartment else "",
        "assigned": assigned,
        "owner": first or next((one for one in assigned if one.user.is_active), None),
        "broken": broken,
        "until": mine[0].until if mine else None,
    }
