"""What the head of every page tells of the node and of the person's own: one statement."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from comity.node.cases.severity import Severity
from comity.node.core.clock import now
from comity.node.core.prepared_queries import Prepared
from comity.node.duty.escalation import unacknowledged
from comity.node.health.status import contradicted
from comity.node.models import Officer, OutboxRow
from comity.node.people.access import emergency_access, yearly_review
from comity.node.people.accounts import officer_of
from comity.node.people.permissions import Right, may
from comity.node.work.queries import unraised


@dataclass(frozen=True)
class Head:
    """What waits for somebody.

    Attributes:
        alarm: a delivery was given up, or two logs disagree.
        glass: openings in need that the officer was told of and has not confirmed.
        late: accounts that have to be confirmed.
        woken: alarms that wait for a person, and what is critical and has none yet.
        severity: how much the most pressing of them presses; empty where none waits.
    """

    alarm: bool = False
    glass: int = 0
    late: int = 0
    woken: int = 0
    severity: str = ""


def _number[M: Model](rows: QuerySet[M]) -> Subquery:
    return Subquery(rows.order_by().values(all_=Value(1)).annotate(n=Count("*")).values("n"))


def _asked() -> QuerySet[Officer, Any]:
    return Officer.objects.filter(pk=0).values_list(
        Exists(OutboxRow.objects.filter(stage=OutboxRow.Stage.DEAD)),
        Exists(contradicted()),
        _number(emergency_access.unconfirmed().filter(officer=OuterRef("pk"))),
        _number(unacknowledged()),
        _number(unraised()),
        *(Exists(unacknowledged().filter(severity=one)) for one in Severity),
    )


_ASKED: Final = Prepared(_asked)


def head_of(officer: Officer | None) -> Head:
    """Return what the head of a page tells an officer; a visitor is told nothing."""
    if officer is None:
        return Head()
    found = _ASKED.rows(officer.pk)
    dead, unproved, opened, woken, new, *pressing = found[0] if found else (0, 0, 0, 0, 0)
    pressing[:1] = [bool(new) or any(pressing[:1])]
    severity = next(
        (one.value for one, is_so in zip(Severity, pressing, strict=False) if is_so), ""
    )
    return Head(
        alarm=bool(dead or unproved),
        glass=(opened or 0) if may(officer, Right.NOTICES) else 0,
        late=len(yearly_review.due(now())) if may(officer, Right.PEOPLE) else 0,
        woken=(woken or 0) + (new or 0) if may(officer, Right.READ_DUTY) else 0,
        severity=severity if may(officer, Right.READ_DUTY) else "",
    )


def header(request: HttpRequest) -> dict[str, Any]:
    """Give every template ``head``, read from the register where the page shows it.

    Nothing while the person lacks a second factor: what it asks for is refused until then.
    """
    return {"head": SimpleLazyObject(lambda: _head_for(request))}


def _head_for(request: HttpRequest) -> Head | None:
    if getattr(request, "lacks_factor", False):
        return None
    return head_of(getattr(request, "officer", None) or officer_of(request.user))
