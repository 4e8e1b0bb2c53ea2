"""What the head of every page tells of the node and of the person's own: one statement."""

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from comity.exchange.types import MOVES
from comity.node.cases import second_signature
from comity.node.cases.severity import CRITICAL_RANK, Severity
from comity.node.core.clock import now
from comity.node.core.config import MINISTRY
from comity.node.core.prepared_queries import Prepared
from comity.node.core.signin_settings_check import REQUIRED
from comity.node.duty.escalation import unacknowledged
from comity.node.health.status import contradicted
from comity.node.messages.signing_role import role_of
from comity.node.models import (
    DocketItem,
    DraftApproval,
    DraftRow,
    MessageRow,
    Officer,
    OutboxRow,
    WorkItem,
)
from comity.node.models.work import LATER
from comity.node.people.access import emergency_access, yearly_review
from comity.node.people.access.visible_cases import Circle, closed_cases
from comity.node.people.accounts import officer_of
from comity.node.people.permissions import Right, may, preset
from comity.node.work.queries import capped, certificates_of_others, unraised, visible


@dataclass(frozen=True)
class Head:
    """What waits for somebody.

    Attributes:
        alarm: a delivery was given up, or two logs disagree.
        glass: openings in need that the officer was told of and has not confirmed.
        late: accounts that have to be confirmed.
        woken: alarms that wait for a person, and what is critical and has none yet.
        severity: how much the most pressing of them presses; empty where none waits.
        lowered: why this office does not require a second factor any more; empty if it does.
        counts: what waits for the officer, by name of the page of the menu; none is zero.
    """

    alarm: bool = False
    glass: int = 0
    late: int = 0
    woken: int = 0
    severity: str = ""
    lowered: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def hot(self) -> tuple[str, ...]:
        """Return the pages of the menu on which an alarm needs a person now."""
        return ("duty", "my-work") if self.severity == Severity.CRITICAL else ()


def _number[M: Model](rows: QuerySet[M]) -> Subquery:
    return Subquery(rows.order_by().values(all_=Value(1)).annotate(n=Count("*")).values("n"))


def _unsigned(drafts: QuerySet[DraftRow], role: str) -> QuerySet[DraftRow]:
    """Return drafts that wait for signatures and have none of a role that the protocol asks.

    What an office's own policy asks beyond the protocol is not counted: it is read draft by draft.
    """
    approver = Q(role=Officer.Role.APPROVER)
    signers = Officer.objects.filter(
        approver if role == "approver" else ~approver, identifier=OuterRef("officer")
    )
    signed = DraftApproval.objects.filter(Exists(signers), draft=OuterRef("pk"))
    asking = [name for name, move in MOVES.items() if getattr(move.floor, role)]
    return drafts.filter(~Exists(signed), stage=DraftRow.Stage.AWAITING, type__in=asking)


def _signed_once(messages: QuerySet[MessageRow], role: str) -> Any:
    """Return how many messages of ours wait for a countersignature, if a role gives it."""
    return _number(second_signature.lacking(messages)) if role == "approver" else Value(0)


def _unread(items: QuerySet[DocketItem]) -> QuerySet[DocketItem]:
    """Return mail that was neither written down nor set aside."""
    return items.filter(kind="mail", state="received")


def _open_work(items: QuerySet[WorkItem], owner: Any) -> QuerySet[WorkItem]:
    """Return what is critical, and what of the office's own is somebody's or nobody's."""
    now_ = Q(rank=CRITICAL_RANK)
    return items.filter(now_ | Q(waits_for="us", owner__in=("", owner)), rank__lt=LATER)


def _asked(role: str, certifies: bool) -> QuerySet[Officer, Any]:  # noqa: FBT001 - key of `_ASKED`
    me = OuterRef("identifier")
    told = WorkItem.objects.exclude(certificates_of_others(me, certifies=certifies))
    return Officer.objects.filter(pk=0).values_list(
        Exists(OutboxRow.objects.filter(stage=OutboxRow.Stage.DEAD)),
        Exists(contradicted()),
        _number(emergency_access.unconfirmed().filter(officer=OuterRef("pk"))),
        _number(unacknowledged()),
        _number(unraised()),
        _number(_unsigned(DraftRow.objects.all(), role)),
        _signed_once(MessageRow.objects.all(), role),
        _number(_unread(DocketItem.objects.all())),
        capped(_open_work(told, me)),
        Exists(closed_cases()),
        *(Exists(unacknowledged().filter(severity=one)) for one in Severity),
    )


_ASKED: Final = {
    key: Prepared(functools.partial(_asked, *key))
    for key in itertools.product(("author", "approver"), (False, True))
}


def head_of(officer: Officer | None) -> Head:
    """Return what the head of a page tells an officer; a visitor is told nothing."""
    if officer is None:
        return Head()
    found = _ASKED[role_of(officer), may(officer, Right.PEOPLE)].rows(officer.pk)
    dead, unproved, opened, woken, new, drafts, seconds, mail, work, some_closed, *pressing = (
        found[0] if found else (0,) * 10
    )
    pressing[:1] = [bool(new) or any(pressing[:1])]
    severity = next(
        (one.value for one, is_so in zip(Severity, pressing, strict=False) if is_so), ""
    )
    woken = (woken or 0) + (new or 0)
    duty = may(officer, Right.READ_DUTY)
    if (some_closed or preset() == MINISTRY) and not may(officer, Right.EVERY_CASE):
        drafts, seconds, mail, work = _counted_inside(officer)
    waiting = {
        "duty": woken if duty else 0,
        "approvals": (drafts or 0) + (seconds or 0) if may(officer, Right.APPROVE) else 0,
        "mail": mail if may(officer, Right.READ_CONTENT) else 0,
        "my-work": work if may(officer, Right.READ_CASES) else 0,
    }
    return Head(
        alarm=bool(dead or unproved),
        glass=(opened or 0) if may(officer, Right.NOTICES) else 0,
        late=len(yearly_review.due(now())) if may(officer, Right.PEOPLE) else 0,
        woken=woken if duty else 0,
        severity=severity if duty else "",
        lowered=_lowered(),
        counts={name: number for name, number in waiting.items() if number},
    )


def _lowered() -> str:
    config = settings.CONFIG
    if config is None or config.second_factor == REQUIRED:
        return ""
    return str(config.second_factor_reason)


def _counted_inside(officer: Officer) -> tuple[int | None, int | None, int | None, int]:
    """Return how many drafts, messages sent with one signature, pieces of mail and work items wait.

    Those that the officer may not see are not counted.
    """
    circle = Circle(officer, now(), open=False)
    found = Officer.objects.filter(pk=officer.pk).values_list(
        _number(_unsigned(circle.drafts(), role_of(officer))),
        _signed_once(circle.messages(), role_of(officer)),
        _number(_unread(circle.items())),
        capped(_open_work(visible(circle), officer.identifier)),
    )
    drafts, seconds, mail, work = found[0]
    return drafts, seconds, mail, work


def header(request: HttpRequest) -> dict[str, Any]:
    """Give every template ``head``, read from the register where the page shows it.

    Nothing while the person lacks a second factor: what it asks for is refused until then.
    """
    return {"head": SimpleLazyObject(lambda: _head_for(request))}


def _head_for(request: HttpRequest) -> Head | None:
    if getattr(request, "lacks_factor", False):
        return None
    return head_of(getattr(request, "officer", None) or officer_of(request.user))
