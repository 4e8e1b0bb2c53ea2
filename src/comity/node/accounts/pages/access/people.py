"""People and roles: who is in the office, what each may do, and what remains when one leaves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from comity.canonical import ComityError
from comity.node.accounts import offboarding, reassign_work
from comity.node.accounts.actions import (
    ADD_PERSON,
    CHANGE_PERSON,
    SET_COMPARTMENT,
)
from comity.node.accounts.pages.access.labels import STEP
from comity.node.accounts.schemas import (
    MOST_ROLE,
    MOST_STEP,
    MOST_TYPED,
    CompartmentIn,
    PersonDo,
    PersonIn,
)
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now, real_now
from comity.node.duty import notice_delivery
from comity.node.integrations.labels import RIGHT
from comity.node.log import audit
from comity.node.messages import officer_certificates
from comity.node.models import Officer
from comity.node.people import accounts
from comity.node.people.access import case_access, staff, yearly_review
from comity.node.people.permissions import PRESETS, Right, preset
from comity.node.people.signin import factors, failures
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page


@only(Right.PEOPLE)
def people_page(request: HttpRequest) -> HttpResponse:
    """List the people of the office. The reading is audited."""
    who = caller(request).user.get_username()
    audit.note(at=now(), actor=who, action="people.read", subject="people", detail="desk")
    return page(request, "accounts/people.html", _list())


def _list(**more: Any) -> dict[str, Any]:
    at = now()
    return {
        "lines": [_line(one) for one in accounts.people()],
        "role_names": [(role, labels.ROLE[role]) for role in Officer.Role.values],
        "soon": yearly_review.due(at + yearly_review.SOON),
        "preset": preset(),
        "compartments": case_access.compartments(),
        "assignable": case_access.assignable(),
        **more,
    }


def _line(officer: Officer) -> dict[str, Any]:
    due = yearly_review.due_at(officer)
    return {"officer": officer, "due": due, "late": officer.user.is_active and due <= now()}


@only(Right.PEOPLE, "POST")
@sensitive_variables()
def add(request: HttpRequest) -> HttpResponse:
    """Add a person, and show the first password once."""
    name = request.POST.get("name", "").strip()[:MOST_TYPED]
    role = request.POST.get("role", "")
    told = PersonIn(name=name, role=role[:MOST_ROLE])
    try:
        made, password = done_by_page(request, ADD_PERSON, told)
    except ComityError as fault:
        typed = {"wrong": labels.fault(fault.code), "name": name, "role": role}
        return page(request, "accounts/people.html", _list(**typed), status=422)
    return page(request, "accounts/password.html", {"made": made, "password": password})


@only(Right.PEOPLE, "POST")
def compartment(request: HttpRequest) -> HttpResponse:
    """Make a compartment, or say anew who is in it."""
    chosen = request.POST.getlist("members")
    members = [one.identifier for one in case_access.assignable() if one.identifier in chosen]
    name = request.POST.get("compartment", "")[:MOST_TYPED]
    try:
        done_by_page(request, SET_COMPARTMENT, CompartmentIn(name=name, members=members))
    except ComityError as fault:
        context = _list(wrong=labels.fault(fault.code), compartment=name)
        return page(request, "accounts/people.html", context, status=422)
    messages.success(request, _("Changed."))
    return redirect("people")


@only(Right.PEOPLE, "GET", "HEAD", "POST")
@sensitive_post_parameters()
@sensitive_variables()
def person(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show one person with cases and, if the person leaves, what remains to be done."""
    found = Officer.objects.select_related("user").filter(identifier=identifier).first()
    if found is None:
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            password = _do(request, found)
        except ComityError as fault:
            wrong = labels.fault(fault.code)
            found = staff.named(identifier)
        else:
            if password:
                return page(
                    request, "accounts/password.html", {"made": found, "password": password}
                )
            messages.success(request, _("Done."))
            return redirect("person", identifier=identifier)
    who = caller(request).user.get_username()
    audit.note(at=now(), actor=who, action="people.read", subject=identifier, detail="desk")
    held = officer_certificates.readable_certificate(found)
    context = {
        "person": found,
        "certificate": held,
        "certificate_ended": held is not None and held.not_after < now(),
        "certificate_ending": held is not None and officer_certificates.is_ending(held, at=now()),
        "line": _line(found),
        "wrong": wrong,
        "role_names": [(role, labels.ROLE[role]) for role in Officer.Role.values],
        "rights": [RIGHT[right] for right in sorted(PRESETS[preset()].get(found.role, ()))],
        "cases": case_access.cases_of(found),
        "factors": found.pk != caller(request).pk and factors.has_second(found.user),
        "locked": failures.locked_until(found, at=real_now()),
        **_leaver(found),
    }
    return page(request, "accounts/person.html", context, status=422 if wrong else 200)


def _leaver(found: Officer) -> dict[str, Any]:
    """Return the checklist of a person, and who could take over what."""
    able = {
        "cases": case_access.assignable,
        "jobs": reassign_work.translators,
        "watch": reassign_work.watchers,
    }
    lines = offboarding.checklist(found, at=now())
    return {
        "unsent": offboarding.unsent_drafts(found),
        "checklist": [(line, STEP[line.step]) for line in lines if not line.handed or line.done],
        "in_hand": [
            (line, STEP[line.step], [one for one in able[line.step]() if one.pk != found.pk])
            for line in lines
            if line.handed and not line.done
        ],
    }


def _do(request: HttpRequest, found: Officer) -> str:
    """Do what one of the forms says; return a password that is to be shown, or nothing.

    Raises:
        ComityError: it is not possible.
    """
    asked, officer, at = request.POST, caller(request), now()
    by = officer.user.get_username()
    match asked.get("do"):
        case "role" | "disable" | "confirm" | "step" | "hand-over" as do:
            told = PersonDo.model_validate({"do": do, **_said(asked)})
            done_by_page(request, CHANGE_PERSON, told, identifier=found.identifier)
        case "password":
            return staff.new_password(found, at=at, by=by)
        case "unlock":
            failures.unlock(found, at=at, by=by)
        case "factors":
            staff.reset_factors(found, by=officer, sure=asked.get("sure") == "yes", at=at)
            if not notice_delivery.tell_factors_removed(this_service().node.config, found, at=at):
                messages.error(
                    request, _("The user could not be notified by mail. Inform them yourself.")
                )
        case "enable":
            return staff.enable(found, at=at, by=by)
        case "assign":
            number = asked.get("case", "").strip()[:40]
            case_access.assign(number, case_access.officer_named(found.identifier), at=at, by=by)
        case _:
            raise Http404
    return ""


def _said(asked: QueryDict) -> dict[str, str]:
    """Return what a form says of the role, the line of the checklist, and who takes over."""
    heirs = {f"{line}_to": asked.get(f"{line}_to", "")[:150] for line in offboarding.HANDED}
    role, step = asked.get("role", ""), asked.get("step", "")
    return {"role": role[:MOST_ROLE], "step": step[:MOST_STEP], **heirs}
