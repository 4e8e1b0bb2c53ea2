"""Breaking the glass: opening a case one may not see, for a reason, and never in silence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from comity.canonical import MisuseError
from comity.node.log import audit
from comity.node.models import (
    BrokenGlass,
    CaseAccess,
    CaseOfficer,
    Conversation,
    GlassNotice,
    Officer,
)
from comity.node.people.access.case_access import CaseUnknownError
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, roles_with

LASTS: Final = timedelta(hours=8)
"""One shift. Whoever needs the case for longer is assigned to it by those who have it."""
LEAST_REASON: Final = 10
MOST_REASON: Final = 1000


class GlassReasonError(MisuseError, code="glass-reason"):
    """A case is opened in need with a reason of 10 to 1,000 characters, and without none."""


class GlassNeedlessError(MisuseError, code="glass-needless"):
    """The officer can see the case without breaking anything."""


class NoticeUnknownError(MisuseError, code="notice-unknown"):
    """No notice of this number waits for this officer."""


@transaction.atomic
def break_glass(case: str, reason: str, *, officer: Officer, at: datetime) -> BrokenGlass:
    """Open a case to an officer outside its circle, and tell those inside and the auditors.

    Args:
        case: which.
        reason: in words, for colleagues; kept here and in no log.
        officer: who opens it.
        at: this moment.

    Raises:
        GlassReasonError: no reason, or one too short or too long.
        CaseUnknownError: no such case.
        GlassNeedlessError: the officer sees it anyway.
    """
    told = reason.strip()
    if not LEAST_REASON <= len(told) <= MOST_REASON:
        raise GlassReasonError("say in 10 to 1,000 characters why you need it")
    if not case or not Conversation.objects.filter(case=case).exists():
        raise CaseUnknownError("this office has no such case")
    if circle_of(officer, at=at).sees(case):
        raise GlassNeedlessError("you can see this case")
    made = BrokenGlass.objects.create(
        case=case, officer=officer, reason=told, at=at, until=at + LASTS
    )
    GlassNotice.objects.bulk_create(
        GlassNotice(glass=made, officer=one) for one in _told(case) if one.pk != officer.pk
    )
    who = officer.user.get_username()
    audit.note(at=at, actor=who, action="glass.broken", subject=case, detail=made.until.isoformat())
    return made


def _told(case: str) -> list[Officer]:
    """Return who has to know.

    These are everybody assigned, the members of the compartment, the auditors, and who takes what
    is new where nobody is assigned.
    """
    assigned = [
        row.officer
        for row in CaseOfficer.objects.filter(case=case).select_related("officer__user")
        if row.officer.user.is_active
    ]
    right = Right.READ_AUDIT if assigned else Right.UNASSIGNED
    roles = {*roles_with(Right.READ_AUDIT), *roles_with(right)}
    member = Q(compartments__in=CaseAccess.objects.filter(case=case).values("compartment"))
    others = Officer.objects.filter(Q(role__in=roles) | member, user__is_active=True)
    return list({one.pk: one for one in [*assigned, *others.select_related("user")]}.values())


def of_case(case: str) -> Sequence[BrokenGlass]:
    """Return every opening of a case in need, the newest first."""
    rows = BrokenGlass.objects.filter(case=case).select_related("officer__user")
    return list(rows.order_by("-at", "-pk")[:50])


def unconfirmed() -> QuerySet[GlassNotice]:
    """Return of which openings officers have been told, and have not confirmed it."""
    return GlassNotice.objects.filter(seen_at=None)


def unread() -> list[str]:
    """Return the numbers of openings that nobody who was told of them has confirmed."""
    told = GlassNotice.objects.filter(glass=OuterRef("pk"))
    rows = BrokenGlass.objects.filter(Exists(told)).exclude(Exists(told.exclude(seen_at=None)))
    return [str(one) for one in rows.values_list("pk", flat=True)]


def notices_for(officer: Officer) -> QuerySet[GlassNotice]:
    """Return what an officer has been told of and has not confirmed, the oldest first."""
    rows = unconfirmed().filter(officer=officer)
    return rows.select_related("glass__officer__user").order_by("pk")


@transaction.atomic
def acknowledge(notice: int, *, officer: Officer, at: datetime) -> None:
    """Say that one knows of an opening.

    Raises:
        NoticeUnknownError: no such notice waits for this officer.
    """
    rows = GlassNotice.objects.select_related("glass").filter(pk=notice, officer=officer)
    found = rows.filter(seen_at=None).first()
    if found is None:
        raise NoticeUnknownError("no such notice waits for you")
    found.seen_at = at
    found.save(update_fields=["seen_at"])
    who = officer.user.get_username()
    audit.note(at=at, actor=who, action="glass.acknowledged", subject=found.glass.case)
