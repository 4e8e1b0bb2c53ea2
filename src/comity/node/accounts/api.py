"""Who may see what, over the API: a case's circle, openings in need, people, the audit.

What may be done stands in `actions`.
"""

from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Path, Query, Router

from comity.node.accounts import schemas as shapes
from comity.node.accounts.actions import OFFICE
from comity.node.accounts.answers import circle_value, compartment_value, person_value
from comity.node.actions.mount import mount
from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, by_name, by_number
from comity.node.log import audit
from comity.node.people import accounts
from comity.node.people.access import (
    audit_queries,
    case_access,
    emergency_access,
)
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen

router = Router(tags=["access"])
CaseNumber = Annotated[str, Path(max_length=40)]


@router.get("/cases/{case}/access", auth=only(Right.ASSIGN), response=shapes.CircleOut)
def read_circle(request: HttpRequest, case: CaseNumber) -> dict[str, Any]:
    """Tell who works on a case, and who may see it."""
    if not seen(request).has_case(case):
        raise NotHere
    return circle_value(case)


@router.get("/notices", auth=only(Right.NOTICES), response=shapes.NoticeList)
def list_notices(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List cases that colleagues opened in need, and the caller has not confirmed."""
    found, following = by_number(
        emergency_access.notices_for(caller(request)), after=after, most=PAGE
    )
    return {
        "notices": [
            {
                "notice": row.pk,
                "case": row.glass.case,
                "officer": row.glass.officer.identifier,
                "at": row.glass.at,
                "until": row.glass.until,
                "reason": row.glass.reason,
            }
            for row in found
        ],
        "next": following or None,
    }


@router.get("/people", auth=only(Right.PEOPLE), response=shapes.PersonList)
def list_people(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List the people of the office; audited."""
    who = caller(request).user.get_username()
    audit.note(at=now(), actor=who, action="people.read", subject="people", detail="api")
    place = {"name": "user__username", "key": "identifier", "after": after}
    found, following = by_name(accounts.people(), **place, most=PAGE)
    theirs = case_access.cases_by_officer(found)
    told = [person_value(one, theirs[one.pk]) for one in found]
    return {"people": told, "next": following or None}


@router.get("/compartments", auth=only(Right.PEOPLE), response=shapes.CompartmentList)
def list_compartments(request: HttpRequest) -> dict[str, Any]:
    """List compartments with their members."""
    return {"compartments": [compartment_value(one) for one in case_access.compartments()]}


@router.get("/audit", auth=only(Right.READ_AUDIT), response={200: None})
def export_audit(request: HttpRequest, asked: Query[shapes.AuditWanted]) -> StreamingHttpResponse:
    """Give the audit as CSV, the newest row first; the export is audited."""
    wanted = audit_queries.Wanted(
        asked.actor, asked.action, asked.subject, asked.since, asked.until
    )
    who = caller(request).user.get_username()
    lines = audit_queries.export(wanted, by=who, at=now(), before=asked.before)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")


mount(router, *OFFICE)
