"""The step in which the first people get accounts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.core.clock import now
from comity.node.core.config import MINISTRY
from comity.node.models import Officer
from comity.node.operations.setup_wizard import labels
from comity.node.operations.setup_wizard.forms import PersonForm
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.progress import LEAST_ADMINISTRATORS
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import administrators, config, page, step
from comity.node.people.access import staff
from comity.node.people.accounts import people as everybody
from comity.node.people.permissions import Right, roles_with
from comity.node.web.labels import ROLE


@step("people")
def people(request: HttpRequest) -> HttpResponse:
    """Give the first people accounts, two at least who may look after people."""
    if request.method != "POST":
        return _people(request)
    if "done" in request.POST:
        if administrators() < LEAST_ADMINISTRATORS:
            told = _("At least two people must be able to manage accounts.")
            return _people(request, status=422, problem=told)
        this_setup().progress.put("people", {"at": now().isoformat()})
        return redirect("setup-officers")
    form = None
    try:
        for act in ("close", "open", "renew"):
            if act in request.POST:
                return _changed(request, act, staff.named(request.POST[act][:64]))
        form = PersonForm(request.POST, roles=ROLE)
        if not form.is_valid():
            return _people(request, form, status=422)
        return _shown_once(*staff.add(**form.cleaned_data, at=now(), by=SETUP))
    except ComityError as fault:
        told = str(labels.PROBLEM.get(fault.code, fault.code))
        return _people(request, form, status=422, problem=told)


def _changed(request: HttpRequest, act: str, officer: Officer) -> HttpResponse:
    """Close an account after a question, open it again, or replace a first password."""
    if act == "close":
        if "confirmed" not in request.POST:
            return _people(request, closing=officer)
        staff.disable(officer, at=now(), by=SETUP)
        return redirect("setup-people")
    if act == "open":
        return _shown_once(officer, staff.enable(officer, at=now(), by=SETUP))
    return _shown_once(officer, staff.replace_first_password(officer, at=now(), by=SETUP))


def _shown_once(officer: Officer, password: str) -> HttpResponse:
    """Show a first password on the page that follows: a reload of that page sends nothing again."""
    this_setup().first_password = (officer, password)
    return redirect("setup-people")


def _people(
    request: HttpRequest, form: PersonForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    may, found = roles_with(Right.PEOPLE), list(everybody())
    active = [one for one in found if one.user.is_active]
    rows = [
        {
            "officer": one,
            "role": ROLE[one.role],
            "may": one.role in may,
            "renewable": staff.has_first_password(one),
        }
        for one in found
    ]
    (made, password), this_setup().first_password = this_setup().first_password, (None, "")
    context = {
        "form": form or PersonForm(roles=ROLE, held={one.role for one in active}),
        "people": rows,
        "made": made,
        "password": password,
        "roles": [ROLE[role] for role in may],
        "ministry": config().roles == MINISTRY,
        "enough": administrators() >= LEAST_ADMINISTRATORS,
        **more,
    }
    return page(request, "people", context, status=status)
