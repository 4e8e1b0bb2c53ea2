"""Values that answers about people and about who may see what hold, one function a thing."""

from typing import Any

from comity.canonical import decode
from comity.node.messages.draft_changes import MAX_CERTIFICATE_BYTES
from comity.node.models import Compartment, Officer
from comity.node.people.access import case_access, yearly_review


def circle_value(case: str) -> dict[str, Any]:
    """Return who works on a case, and who may see it."""
    row = case_access.access_of(case)
    return {
        "case": case,
        "restricted": case_access.is_restricted(row),
        "compartment": row.compartment.name if row.compartment else "",
        "assigned": [one.identifier for one in case_access.assigned_to(case)],
    }


def person_value(officer: Officer, theirs: list[str]) -> dict[str, Any]:
    """Return somebody of the office with the numbers of the person's cases."""
    return {
        "identifier": officer.identifier,
        "name": officer.user.get_username(),
        "role": officer.role,
        "in_use": officer.user.is_active,
        "confirm_by": yearly_review.due_at(officer),
        "cases": theirs,
    }


def compartment_value(row: Compartment) -> dict[str, Any]:
    """Return a compartment with its members."""
    return {"name": row.name, "members": sorted(one.identifier for one in row.members.all())}


def certificate_value(officer: Officer) -> dict[str, Any]:
    """Return an officer's certificate as it was issued, or null."""
    stored = officer.certificate
    value = None
    if stored is not None:
        value = decode(bytes(stored), max_bytes=MAX_CERTIFICATE_BYTES)
    return {"officer": officer.identifier, "certificate": value}
