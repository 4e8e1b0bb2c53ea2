"""How a case stands towards its readers."""

from typing import Any

from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.people.access import case_access, emergency_access


def of_case(officer: Officer, number: str) -> dict[str, Any]:
    """Return who works on a case, who may see it, and who opened it in need."""
    row, at = case_access.access_of(number), now()
    broken = emergency_access.of_case(number)
    mine = [one for one in broken if one.officer.pk == officer.pk and one.until > at]
    return {
        "number": number,
        "restricted": case_access.is_restricted(row),
        "compartment": row.compartment.name if row.compartment else "",
        "assigned": case_access.assigned_to(number),
        "broken": broken,
        "until": mine[0].until if mine else None,
    }
