"""Data protection over the API: what is due, who waits, what is held.

Acts are done as all acts of the docket are, by `docket`.
"""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, override
from ninja import Path, Query, Router
from pydantic import StringConstraints

from comity.node.actions.mount import mount
from comity.node.cases import docket_actions
from comity.node.cases.legal_holds import held
from comity.node.cases.privacy_errors import PrivacyUnfitError
from comity.node.core.clock import now
from comity.node.docket.item_values import line_of
from comity.node.log import audit
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.privacy import disclosures, documents, erasure, register
from comity.node.privacy import labels as words
from comity.node.privacy.breaches import breach_named, standing
from comity.node.privacy.grounds import exemptions, grounds
from comity.node.privacy.records import SORTS
from comity.node.privacy.retention_periods import CLASSES, periods
from comity.node.privacy.review_queue import Due, due
from comity.node.privacy_desk.actions import ACTIONS
from comity.node.privacy_desk.schemas import (
    BreachOut,
    CodesOut,
    DueListOut,
    DueWanted,
    PrivacyOut,
    RecordOut,
    RegisterOut,
    RegisterWanted,
)
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only
from comity.node.web.inputs import Lang

router = Router(tags=["privacy"])
ItemId = Annotated[str, Path(max_length=36)]
Sort = Annotated[str, StringConstraints(max_length=10)]
Key = Annotated[str, StringConstraints(max_length=120)]
Form = Annotated[str, StringConstraints(pattern="^(csv|pdf)$")]


@router.get("/privacy", auth=only(Right.PRIVACY), response=PrivacyOut)
def read_privacy(request: HttpRequest) -> dict[str, Any]:
    """Return what waits in the registers, what is due first, and the periods."""
    officer, at = caller(request), now()
    circle = circle_of(officer, at=at)
    found, known = due(circle, on=at, most=10), periods()
    return {
        "at": at,
        "waiting": [line_of(item, officer) for item in register.waiting(circle)],
        "due": [_due(line) for line in found.lines],
        "more": bool(found.after),
        "periods": [
            {
                "record_class": one,
                "days": known[one].days if one in known else None,
                "rule": known[one].rule if one in known else "",
                "item": known[one].item if one in known else "",
                "since": known[one].since if one in known else None,
            }
            for one in CLASSES
        ],
    }


@router.get("/privacy/due", auth=only(Right.PRIVACY), response=DueListOut)
def list_due(request: HttpRequest, wanted: Query[DueWanted]) -> dict[str, Any]:
    """List what is due to be looked at, the oldest first; a later moment is a dry run."""
    at = now()
    on = wanted.on or at
    if wanted.record_class and wanted.record_class not in CLASSES:
        raise PrivacyUnfitError(
            f"must be one of {', '.join(CLASSES)}", rule="class-unknown", member="record_class"
        )
    circle = circle_of(caller(request), at=at)
    found = due(circle, on=on, only=wanted.record_class, after=wanted.after)
    return {
        "on": found.on,
        "records": [_due(line) for line in found.lines],
        "after": found.after or None,
        "unset": list(found.unset),
    }


def _due(line: Due) -> dict[str, Any]:
    return {
        "subject": line.record.subject,
        "record_class": line.record.record_class,
        "ended_at": line.record.ended_at,
        "due_at": line.spot.due_at,
        "case": line.record.case,
        "count": line.record.count,
        "review": line.review,
        "held": line.held,
    }


@router.get("/privacy/register", auth=only(Right.PRIVACY), response=RegisterOut)
def list_register(request: HttpRequest, wanted: Query[RegisterWanted]) -> dict[str, Any]:
    """List one register, the newest first. The reading is audited."""
    if wanted.kind not in register.REGISTERS:
        raise PrivacyUnfitError(
            f"must be one of {', '.join(register.REGISTERS)}",
            rule="register-unknown",
            member="kind",
        )
    officer = caller(request)
    docket_actions.note_reading(wanted.kind, by=officer.user.get_username(), way="api")
    found = register.listed(
        circle_of(officer, at=now()),
        wanted.kind,
        before=wanted.before,
        only_open=not wanted.everything and wanted.kind != "retention",
    )
    return {
        "items": [line_of(item, officer) for item in found.items],
        "before": found.before or None,
    }


@router.get("/privacy/records/{sort}/{key}", auth=only(Right.PRIVACY), response=RecordOut)
def read_record(
    request: HttpRequest, sort: Annotated[Sort, Path()], key: Annotated[Key, Path()]
) -> dict[str, Any]:
    """Say what the destruction of a record would do; nothing changes. The reading is audited."""
    subject = f"{sort}:{key}"
    if sort not in SORTS:
        raise NotHere
    try:
        plan = erasure.plan(subject)
    except PrivacyUnfitError as fault:
        raise NotHere from fault
    if not circle_of(caller(request), at=now()).sees(plan.case):
        raise NotHere
    docket_actions.note_reading(subject, by=caller(request).user.get_username(), way="api")
    review = register.review_of(subject)
    return {
        **vars(plan),
        "originals": list(plan.originals),
        "stays": list(plan.stays),
        "held": bool(held([plan.case])),
        "review": review.id if review else None,
        "state": review.state if review else "",
    }


mount(router, *ACTIONS)


@router.get("/privacy/codes", auth=only(Right.PRIVACY), response=CodesOut)
def list_codes(request: HttpRequest, lang: Lang = "en") -> dict[str, Any]:
    """List grounds and exemption codes, with their sources."""
    del request
    with override(lang):
        return {
            "grounds": [
                {
                    "code": one.code,
                    "stands_for": sorted(one.stands_for),
                    "source": one.source,
                    "verified": one.verified,
                    "words": words.ground(one),
                }
                for one in grounds().values()
            ],
            "exemptions": [
                {
                    "code": one.code,
                    "source": one.source,
                    "verified": one.verified,
                    "own": not one.key,
                    "words": words.exemption(one),
                }
                for one in exemptions().values()
            ],
        }


@router.get("/privacy/breaches/{item}", auth=only(Right.READ_CONTENT), response=BreachOut)
def read_breach(request: HttpRequest, item: ItemId) -> dict[str, Any]:
    """Return how a breach stands: who was told, who was not."""
    found = breach_named(item)
    _note(request, item, "standing")
    told = {**vars(standing(found, at=now()))}
    del told["told"]
    return {"item": item, **told}


@router.get("/privacy/breaches/{item}/paper", auth=only(Right.READ_CONTENT))
def breach_paper(request: HttpRequest, item: ItemId, lang: Lang = "en") -> HttpResponse:
    """Give the notice of a breach as PDF; audited."""
    found, node, at = breach_named(item), this_service().node, now()
    with override(lang):
        parts = documents.breach_parts(node, standing(found, at=at))
        data = documents.made(node, gettext("Notice of a personal data breach"), parts, at=at)
    _note(request, item, "breach.pdf")
    return HttpResponse(data, content_type="application/pdf")


@router.get("/privacy/requests/{item}/paper", auth=only(Right.READ_CONTENT))
def answer_paper(request: HttpRequest, item: ItemId, lang: Lang = "en") -> HttpResponse:
    """Give the answer to a person as PDF, once it is decided; audited."""
    found = documents.decided(item)
    with override(lang):
        parts, title = documents.answer_parts(found), gettext("Answer to your request")
        data = documents.made(this_service().node, title, parts, at=now())
    _note(request, item, "answer.pdf")
    return HttpResponse(data, content_type="application/pdf")


@router.get("/privacy/releases/{item}/{form}", auth=only(Right.READ_CONTENT))
def release_index(
    request: HttpRequest, item: ItemId, form: Annotated[Form, Path()], lang: Lang = "en"
) -> HttpResponse:
    """Give the index of a release, csv or pdf; audited."""
    found = disclosures.release_named(item)
    if not disclosures.records(found):
        raise NotHere
    with override(lang):
        if form == "csv":
            data = disclosures.as_csv(found, documents.reasons(), documents.standings())
        else:
            parts, title = documents.index_parts(found), gettext("Index of a release")
            data = documents.made(this_service().node, title, parts, at=now())
    _note(request, item, f"index.{form}")
    kind = "application/pdf" if form == "pdf" else "text/csv; charset=utf-8"
    return HttpResponse(data, content_type=kind)


def _note(request: HttpRequest, item: str, detail: str) -> None:
    by = caller(request).user.get_username()
    audit.note(at=now(), actor=by, action="privacy.paper", subject=item, detail=detail)
