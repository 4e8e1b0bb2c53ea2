"""What several API operations tell of reading a case."""

from typing import Any

from django.http import HttpRequest

from comity.node.cases import read_audit
from comity.node.web.api_permissions import caller


def note_reading(request: HttpRequest, case: str) -> None:
    """Write down who read a case."""
    read_audit.note_case(case, by=caller(request).user.get_username(), way="api")


def vars_of(needs: Any) -> dict[str, Any]:
    """Return the approvals a type needs."""
    return {
        "author": needs.author,
        "approver": needs.approver,
        "late_hours": needs.late_hours,
    }
