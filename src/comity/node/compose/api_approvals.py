"""Four eyes over the API: what waits for whose signature, and who must sign what."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from comity.node.cases.reading_values import vars_of
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.messages import signature_queue
from comity.node.messages.summary_line import Gist
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.schemas import Closed, Needs

router = Router(tags=["drafts"])


class GistOut(Closed):
    """What a message is about; empty for who may not read content."""

    reference: str
    subject: str = Field(description="the first words of what is asked")


class WaitingOut(GistOut):
    """A draft that waits; ``missing`` roles still lack a signature, ``wanted``: the caller's."""

    draft: str
    type: str
    case: str
    missing: list[str]
    mine: bool
    wanted: bool
    made_at: datetime


class LateOut(GistOut):
    """A message of ours that went with one signature."""

    record: str
    type: str
    case: str
    second_due_at: datetime


class ApprovalsOut(Closed):
    """Drafts that wait, the oldest first, and second signatures that are due, the nearest first."""

    waiting: list[WaitingOut]
    late: list[LateOut]
    next: str | None = Field(description="``after`` of the next page of ``waiting``, or null")
    late_next: str | None = Field(description="``late_after`` of the next page of ``late``")


class RuleOut(Closed):
    """Who must sign a type of message; ``stricter``: by our own policy."""

    type: str
    needs: Needs
    stricter: bool


class PolicyOut(Closed):
    """Every type that needs a signature."""

    rules: list[RuleOut]


@router.get("/approvals", auth=only(Right.READ_CASES), response=ApprovalsOut)
def list_approvals(
    request: HttpRequest,
    after: Annotated[str, Query(max_length=MAX_CHARS)] = "",
    late_after: Annotated[str, Query(max_length=MAX_CHARS)] = "",
) -> dict[str, Any]:
    """List what waits for signatures, the oldest first."""
    node, circle = this_service().node, circle_of(caller(request), at=now())
    found, following = signature_queue.waiting(node, circle, after=after)
    late, late_following = signature_queue.late(circle, after=late_after)
    drafts = [
        {
            "draft": one.row.id,
            "type": one.row.type,
            "case": one.row.case,
            "missing": one.missing,
            "mine": one.mine,
            "wanted": one.wanted,
            "made_at": one.row.made_at,
            **_gist(one.gist),
        }
        for one in found
    ]
    messages = [
        {
            "record": one.row.record,
            "type": one.row.type,
            "case": one.case,
            "second_due_at": one.row.second_due_at,
            **_gist(one.gist),
        }
        for one in late
    ]
    return {
        "waiting": drafts,
        "late": messages,
        "next": following or None,
        "late_next": late_following or None,
    }


def _gist(about: Gist) -> dict[str, str]:
    return {"reference": about.reference, "subject": about.words}


@router.get("/approvals/policy", auth=only(Right.READ_CASES), response=PolicyOut)
def read_policy(request: HttpRequest) -> dict[str, Any]:
    """Tell who must sign each type of message that this authority sends."""
    return {
        "rules": [
            {"type": rule.type, "needs": vars_of(rule.needs), "stricter": rule.stricter}
            for rule in signature_queue.rules(this_service().node)
        ]
    }
