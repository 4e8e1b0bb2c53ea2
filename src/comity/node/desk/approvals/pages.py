"""The page of an approver: what waits for a signature, and what the policy says."""

from django.http import HttpRequest, HttpResponse

from comity.node import approving
from comity.node.access.circle import circle_of
from comity.node.clock import now
from comity.node.desk.guard import caller, only
from comity.node.desk.pages import page
from comity.node.roles import Right
from comity.node.service import this_service


@only(Right.READ_CASES)
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for one's own signature, for others', and for the second one."""
    node, officer = this_service().node, caller(request)
    circle = circle_of(officer, at=now())
    found = approving.waiting(node, circle)
    context = {
        "wanted": [one for one in found if one.wanted],
        "others": [one for one in found if one.missing and not one.wanted],
        "ready": [one for one in found if not one.missing],
        "late": approving.late(circle),
        "role": approving.role_of(officer),
        "most": approving.MOST if len(found) == approving.MOST else 0,
    }
    return page(request, "approvals/approvals.html", context)


@only(Right.READ_CASES)
def policy(request: HttpRequest) -> HttpResponse:
    """Show who must sign which message, and how many."""
    return page(request, "approvals/policy.html", {"rules": approving.rules(this_service().node)})
