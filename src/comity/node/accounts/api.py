"""Who may see what, over the API: a case's circle, opening in need, people and roles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Path, Query, Router, Status
from pydantic import Field

from comity.node.accounts import offboarding, reassign_work
from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, by_name, by_number
from comity.node.log import audit
from comity.node.models import Compartment, Officer
from comity.node.people import accounts
from comity.node.people.access import (
    audit_queries,
    case_access,
    emergency_access,
    staff,
    yearly_review,
)
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.day_range import Days
from comity.node.web.idempotency import shown_once
from comity.node.web.schemas import Closed

router = Router(tags=["access"])
CaseNumber = Annotated[str, Path(max_length=40)]
Identifier = Annotated[str, Path(max_length=64)]
Short = Annotated[str, Field(max_length=150)]


class CircleOut(Closed):
    """Who works on a case, and who may see it."""

    case: str
    restricted: bool
    compartment: str
    assigned: list[str] = Field(description="identifiers of officers")


class CircleIn(Closed):
    """One change of it."""

    assign: Short = ""
    unassign: Short = ""
    openness: Literal["", "office", "restricted"] = ""
    compartment: Annotated[str, Field(max_length=60)] | None = Field(
        default=None, description="name; empty takes the case out"
    )


class GlassIn(Closed):
    """A case that is to be opened in need."""

    case: Annotated[str, Field(max_length=40)]
    reason: Annotated[str, Field(max_length=1001)]


class GlassOut(Closed):
    """A case that was opened."""

    case: str
    until: datetime


class NoticeOut(Closed):
    """A colleague opened a case."""

    notice: int
    case: str
    officer: str
    at: datetime
    until: datetime
    reason: str


class NoticeList(Closed):
    """What the caller has not confirmed."""

    notices: list[NoticeOut]
    next: str | None = Field(description="``after`` of the next page, or null")


class PersonOut(Closed):
    """Somebody of the office."""

    identifier: str
    name: str
    role: str
    in_use: bool
    confirm_by: datetime
    cases: list[str]


class PersonList(Closed):
    """Everybody, by name."""

    people: list[PersonOut]
    next: str | None = Field(description="``after`` of the next page, or null")


class PersonIn(Closed):
    """A person to be added."""

    name: Annotated[str, Field(max_length=151)]
    role: Annotated[str, Field(max_length=12)]


class PersonMade(Closed):
    """A person with the first password, which is shown this once."""

    identifier: str
    password: str


class PersonDo(Closed):
    """What is to be done with an account."""

    do: Literal["role", "disable", "confirm", "step", "hand-over"]
    role: Annotated[str, Field(max_length=12)] = ""
    step: Annotated[str, Field(max_length=20)] = ""
    successor: Short = Field(default="", description="who takes over what the step is about")
    cases_to: Short = Field(default="", description="with hand-over: who takes the cases")
    jobs_to: Short = Field(default="", description="with hand-over: who takes translation jobs")
    watch_to: Short = Field(default="", description="with hand-over: who takes the roster's shifts")


class CompartmentIn(Closed):
    """A compartment with all its members."""

    name: Annotated[str, Field(max_length=61)]
    members: Annotated[list[Short], Field(max_length=1000)]


class CompartmentOut(Closed):
    """A compartment."""

    name: str
    members: list[str] = Field(description="identifiers of officers")


class CompartmentList(Closed):
    """All compartments, by name."""

    compartments: list[CompartmentOut]


@router.get("/cases/{case}/access", auth=only(Right.ASSIGN), response=CircleOut)
def read_circle(request: HttpRequest, case: CaseNumber) -> dict[str, Any]:
    """Tell who works on a case, and who may see it."""
    if not seen(request).has_case(case):
        raise NotHere
    return _circle(case)


@router.post("/cases/{case}/access", auth=only(Right.ASSIGN), response=CircleOut)
def change_circle(request: HttpRequest, case: CaseNumber, wanted: CircleIn) -> dict[str, Any]:
    """Assign, take off, open, restrict, or put into a compartment; audited."""
    officer, at = caller(request), now()
    by = officer.user.get_username()
    if not seen(request).has_case(case):
        raise NotHere
    if wanted.assign:
        case_access.assign(case, case_access.officer_named(wanted.assign), at=at, by=by)
    if wanted.unassign:
        case_access.unassign(case, staff.named(wanted.unassign), at=at, by=by)
    if wanted.openness:
        case_access.set_openness(case, wanted.openness, officer=officer, at=at, by=by)
    if wanted.compartment is not None:
        case_access.set_compartment(case, wanted.compartment, at=at, by=by)
    return _circle(case)


def _circle(case: str) -> dict[str, Any]:
    row = case_access.access_of(case)
    return {
        "case": case,
        "restricted": case_access.is_restricted(row),
        "compartment": row.compartment.name if row.compartment else "",
        "assigned": [one.identifier for one in case_access.assigned_to(case)],
    }


@router.post("/break-glass", auth=only(Right.BREAK_GLASS), response={201: GlassOut})
def break_glass(request: HttpRequest, wanted: GlassIn) -> Status[dict[str, Any]]:
    """Open a case to the caller for some hours; those concerned are told."""
    made = emergency_access.break_glass(
        wanted.case, wanted.reason, officer=caller(request), at=now()
    )
    return Status(201, {"case": made.case, "until": made.until})


@router.get("/notices", auth=only(Right.NOTICES), response=NoticeList)
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


@router.post("/notices/{notice}", auth=only(Right.NOTICES), response={204: None})
def confirm_notice(
    request: HttpRequest, notice: Annotated[int, Path(ge=1, le=2**53 - 1)]
) -> Status[None]:
    """Confirm one of them."""
    try:
        emergency_access.acknowledge(notice, officer=caller(request), at=now())
    except emergency_access.NoticeUnknownError as fault:
        raise NotHere from fault
    return Status(204, None)


@router.get("/people", auth=only(Right.PEOPLE), response=PersonList)
def list_people(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List the people of the office; audited."""
    who = caller(request).user.get_username()
    audit.note(at=now(), actor=who, action="people.read", subject="people", detail="api")
    place = {"name": "user__username", "key": "identifier", "after": after}
    found, following = by_name(accounts.people(), **place, most=PAGE)
    theirs = case_access.cases_by_officer(found)
    told = [_person(one, theirs[one.pk]) for one in found]
    return {"people": told, "next": following or None}


def _person(officer: Officer, theirs: list[str]) -> dict[str, Any]:
    return {
        "identifier": officer.identifier,
        "name": officer.user.get_username(),
        "role": officer.role,
        "in_use": officer.user.is_active,
        "confirm_by": yearly_review.due_at(officer),
        "cases": theirs,
    }


@router.post("/people", auth=only(Right.PEOPLE), response={201: PersonMade})
def add_person(request: HttpRequest, wanted: PersonIn) -> Status[dict[str, Any]]:
    """Add a person; the first password is in the answer and nowhere else."""
    shown_once(request)
    by = caller(request).user.get_username()
    made, password = staff.add(name=wanted.name, role=wanted.role, at=now(), by=by)
    return Status(201, {"identifier": made.identifier, "password": password})


@router.post("/people/{identifier}", auth=only(Right.PEOPLE), response=PersonOut)
def change_person(request: HttpRequest, identifier: Identifier, wanted: PersonDo) -> dict[str, Any]:
    """Change a role, close an account, confirm it, or do a line of a leaver's checklist."""
    try:
        found = staff.named(identifier)
    except accounts.AccountUnknownError as fault:
        raise NotHere from fault
    officer, at = caller(request), now()
    by = officer.user.get_username()
    match wanted.do:
        case "role":
            staff.change_role(found, wanted.role, at=at, by=by)
        case "disable":
            staff.disable(found, at=at, by=by)
        case "confirm":
            yearly_review.confirm(found, by=officer, at=at)
        case "step":
            heirs = reassign_work.heirs_named(
                **dict.fromkeys(("cases", "jobs", "watch"), wanted.successor)
            )
            _leave(found, officer, [wanted.step], heirs, at)
        case "hand-over":
            heirs = reassign_work.heirs_named(
                cases=wanted.cases_to, jobs=wanted.jobs_to, watch=wanted.watch_to
            )
            _leave(found, officer, [], heirs, at)
    found = staff.named(identifier)
    return _person(found, case_access.cases_of(found))


def _leave(
    found: Officer, officer: Officer, steps: Sequence[str], heirs: reassign_work.Heirs, at: datetime
) -> None:
    service = this_service()
    if steps:
        offboarding.do(
            service.node, service.committer, found, steps, at=at, by=officer, heirs=heirs
        )
    else:
        offboarding.hand_over(
            service.node, service.committer, found, at=at, by=officer, heirs=heirs
        )


@router.get("/compartments", auth=only(Right.PEOPLE), response=CompartmentList)
def list_compartments(request: HttpRequest) -> dict[str, Any]:
    """List compartments with their members."""
    return {"compartments": [_compartment(one) for one in case_access.compartments()]}


@router.post("/compartments", auth=only(Right.PEOPLE), response=CompartmentOut)
def set_compartment(request: HttpRequest, wanted: CompartmentIn) -> dict[str, Any]:
    """Make a compartment, or say anew who is in it; audited."""
    members = [case_access.officer_named(one) for one in wanted.members]
    by = caller(request).user.get_username()
    made = case_access.set_members(wanted.name, members, at=now(), by=by)
    return _compartment(made)


def _compartment(row: Compartment) -> dict[str, Any]:
    return {"name": row.name, "members": sorted(one.identifier for one in row.members.all())}


class AuditWanted(Days):
    """To what the audit is narrowed; empty members do not narrow."""

    actor: Annotated[str, Field(max_length=150)] = ""
    action: Annotated[str, Field(max_length=40)] = ""
    subject: Annotated[str, Field(max_length=120)] = ""
    before: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0


@router.get("/audit", auth=only(Right.READ_AUDIT), response={200: None})
def export_audit(request: HttpRequest, asked: Query[AuditWanted]) -> StreamingHttpResponse:
    """Give the audit as CSV, the newest row first; the export is audited."""
    wanted = audit_queries.Wanted(
        asked.actor, asked.action, asked.subject, asked.since, asked.until
    )
    who = caller(request).user.get_username()
    lines = audit_queries.export(wanted, by=who, at=now(), before=asked.before)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
