"""Four eyes over the API: what waits for whose signature, and who must sign what."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router

from comity.node import approving
from comity.node.access.circle import circle_of
from comity.node.api.cases import vars_of
from comity.node.api.guard import caller, only
from comity.node.api.shapes import Closed, Needs
from comity.node.clock import now
from comity.node.roles import Right
from comity.node.service import this_service

router = Router(tags=["drafts"])


class WaitingOut(Closed):
    """A draft that waits; ``missing`` roles still lack a signature, ``wanted``: the caller's."""

    draft: str
    type: str
    case: str
    missing: list[str]
    mine: bool
    wanted: bool
    made_at: datetime


class LateOut(Closed):
    """A message of ours that went with one signature."""

    record: str
    type: str
    case: str
    second_due_at: datetime


class ApprovalsOut(Closed):
    """The oldest drafts that wait, at most 200, and second signatures that are due."""

    waiting: list[WaitingOut]
    late: list[LateOut]


class RuleOut(Closed):
    """Who must sign a type of message; ``stricter``: by our own policy."""

    type: str
    needs: Needs
    stricter: bool


class PolicyOut(Closed):
    """Every type that needs a signature."""

    rules: list[RuleOut]


@router.get("/approvals", auth=only(Right.READ_CASES), response=ApprovalsOut)
def list_approvals(request: HttpRequest) -> dict[str, Any]:
    """List what waits for signatures, the oldest first."""
    node, circle = this_service().node, circle_of(caller(request), at=now())
    waiting = [
        {
            "draft": one.row.id,
            "type": one.row.type,
            "case": one.row.case,
            "missing": one.missing,
            "mine": one.mine,
            "wanted": one.wanted,
            "made_at": one.row.made_at,
        }
        for one in approving.waiting(node, circle)
    ]
    late = [
        {
            "record": one.row.record,
            "type": one.row.type,
            "case": one.case,
            "second_due_at": one.row.second_due_at,
        }
        for one in approving.late(circle)
    ]
    return {"waiting": waiting, "late": late}


@router.get("/approvals/policy", auth=only(Right.READ_CASES), response=PolicyOut)
def read_policy(request: HttpRequest) -> dict[str, Any]:
    """Tell who must sign each type of message that this authority sends."""
    return {
        "rules": [
            {"type": rule.type, "needs": vars_of(rule.needs), "stricter": rule.stricter}
            for rule in approving.rules(this_service().node)
        ]
    }
