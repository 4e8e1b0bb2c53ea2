"""How a case stands towards its readers."""

from typing import Any

from comity.node.access import cases, glass
from comity.node.clock import now
from comity.node.models import Officer


def of_case(officer: Officer, number: str) -> dict[str, Any]:
    """Return who works on a case, who may see it, and who opened it in need."""
    row, at = cases.access_of(number), now()
    broken = glass.of_case(number)
    mine = [one for one in broken if one.officer.pk == officer.pk and one.until > at]
    return {
        "number": number,
        "restricted": cases.is_restricted(row),
        "compartment": row.compartment.name if row.compartment else "",
        "assigned": cases.assigned_to(number),
        "broken": broken,
        "until": mine[0].until if mine else None,
    }
