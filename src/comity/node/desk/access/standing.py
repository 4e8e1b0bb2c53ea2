"""How a case stands towards its readers, and what a reader has to be told."""

from datetime import datetime
from typing import Any

from comity.node.access import attesting, cases, glass
from comity.node.clock import now
from comity.node.models import Officer
from comity.node.roles import Right, may


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


def told(officer: Officer | None, at: datetime | None = None) -> dict[str, int]:
    """Return how many notices wait for an officer, and how many accounts to be confirmed."""
    found = {"glass": 0, "late": 0}
    if officer is not None and may(officer, Right.NOTICES):
        found["glass"] = glass.waiting_for(officer)
    if officer is not None and may(officer, Right.PEOPLE):
        found["late"] = len(attesting.due(at or now()))
    return found
