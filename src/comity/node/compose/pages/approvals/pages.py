"""The page of an approver: what waits for a signature, and what the policy says."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.messages import signature_queue as messages_approvals
from comity.node.messages.signing_role import role_of
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, page


@only(Right.READ_CASES)
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for one's own signature, for others', and for the second one."""
    node, officer = this_service().node, caller(request)
    circle, asked = circle_of(officer, at=now()), request.GET
    after, late_after = asked.get("after", ""), asked.get("late", "")
    try:
        found, following = messages_approvals.waiting(node, circle, after=after)
        late, late_following = messages_approvals.late(circle, after=late_after)
    except PlaceError:
        return redirect("approvals")
    context = {
        "wanted": [one for one in found if one.wanted],
        "others": [one for one in found if one.missing and not one.wanted],
        "ready": [one for one in found if not one.missing],
        "late": late,
        "role": role_of(officer),
        "late_begun": bool(late_after),
        "late_on": urlencode({"late": late_following}) if late_following else "",
        **going_on({}, after, following),
    }
    return page(request, "compose/approvals/approvals.html", context)


@only(Right.READ_CASES)
def policy(request: HttpRequest) -> HttpResponse:
    """Show who must sign which message, and how many."""
    return page(
        request,
        "compose/approvals/policy.html",
        {"rules": messages_approvals.rules(this_service().node)},
    )
