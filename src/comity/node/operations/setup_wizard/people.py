"""The steps in which partners are taken in and the first people get accounts."""

import hashlib
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.directory.store import DirectoryStore
from comity.files.terminal import safe_text
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.operations.setup_wizard import labels
from comity.node.operations.setup_wizard.forms import PersonForm
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.partners import PartnerFileError, look_at, take_in
from comity.node.operations.setup_wizard.progress import LEAST_ADMINISTRATORS
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import administrators, config, page, step
from comity.node.people.access import staff
from comity.node.people.accounts import people as everybody
from comity.node.people.permissions import Right, roles_with
from comity.node.web.labels import ROLE

_MAX_FILE: Final = 8 * 1024 * 1024
_MAX_PENDING: Final = 4
_LONGEST_NAME: Final = 120


@step("partners")
def partners(request: HttpRequest) -> HttpResponse:
    """Take in what came by hand from other States or from a secretariat."""
    if request.method != "POST":
        return _partners(request)
    file = request.FILES.get("file")
    try:
        if "done" in request.POST:
            this_setup().progress.put("partners", {"at": now().isoformat()})
            return redirect("setup-people")
        if "confirm" in request.POST:
            return _confirmed(request)
        if file is None or (file.size or 0) > _MAX_FILE:
            told = _("Choose a file of at most 8 MiB.")
            return _partners(request, status=422, problem=told)
        data = file.read()
        brought, pending = look_at(config().directory, data), this_setup().pending
        digest = hashlib.sha256(data).hexdigest()
        while len(pending) >= _MAX_PENDING:
            pending.pop(next(iter(pending)))
        pending[digest] = brought
        return _partners(request, brought=brought, digest=digest)
    except PartnerFileError as fault:
        name = safe_text(file.name or "")[:_LONGEST_NAME] if file else ""
        facts = {"file": f"\u2068{name}\u2069", "row": fault.facts["row"]}
        told = labels.PARTNER_FILE[str(fault.facts["why"])] % facts
        return _partners(request, status=422, problem=told)
    except ComityError as fault:
        return _partners(request, status=422, problem=labels.PROBLEM.get(fault.code, fault.code))


def _confirmed(request: HttpRequest) -> HttpResponse:
    digest = request.POST["confirm"][:64]
    brought = this_setup().pending.get(digest)
    if brought is None:
        return _partners(request, status=422, problem=_("Send the file once more."))
    compared = frozenset(request.POST.getlist("compared"))
    with_whom = request.POST.get("with", "").strip()[:100]
    fresh = [one.state for one in brought.states if not one.pinned]
    if fresh and (set(fresh) - compared or not with_whom):
        told = _("Tick each State whose keys you compared, and say with whom.")
        kept = {"compared": compared, "with_whom": with_whom}
        return _partners(request, status=422, problem=told, brought=brought, digest=digest, **kept)
    batch = take_in(config().directory, brought, compared=compared, at=now())

    for state in fresh:
        audit.note(
            at=now(), actor=SETUP, action="directory.pinned", subject=state, detail=with_whom
        )
    this_setup().pending.pop(digest, None)
    news = batch.news if batch else ()
    unlike = [one for one in news if one.what == "reset"]
    states = fresh or [one.state for one in brought.states]
    taken = dict.fromkeys([*states, *(one.subject for one in news if one not in unlike)])
    return _partners(request, batch=batch, taken=list(taken), unlike=unlike)


def _partners(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    store = DirectoryStore.open(config().directory)
    held = store.load()
    context = {
        "pinned": sorted(store.trust().delegations),
        "parties": held.parties(),
        "root": store.trust().root is not None,
        **more,
    }
    return page(request, "partners", context, status=status)


@step("people")
def people(request: HttpRequest) -> HttpResponse:
    """Give the first people accounts, two at least who may look after people."""
    if request.method != "POST":
        return _people(request, PersonForm(roles=ROLE))
    if "done" in request.POST:
        if administrators() < LEAST_ADMINISTRATORS:
            told = _("Two people at least must be able to look after people.")
            return _people(request, PersonForm(roles=ROLE), status=422, problem=told)
        this_setup().progress.put("people", {"at": now().isoformat()})
        return redirect("setup-officers")
    try:
        if "close" in request.POST:
            staff.disable(staff.named(request.POST["close"][:64]), at=now(), by=SETUP)
            return redirect("setup-people")
        form = PersonForm(request.POST, roles=ROLE)
        if not form.is_valid():
            return _people(request, form, status=422)
        made, password = staff.add(**form.cleaned_data, at=now(), by=SETUP)
        return _people(request, PersonForm(roles=ROLE), made=made, password=password)
    except ComityError as fault:
        told = str(labels.PROBLEM.get(fault.code, fault.code))
        return _people(request, PersonForm(roles=ROLE), status=422, problem=told)


def _people(
    request: HttpRequest, form: PersonForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    may = roles_with(Right.PEOPLE)
    rows = [
        {"officer": one, "role": ROLE[one.role], "may": one.role in may}
        for one in everybody()
        if one.user.is_active
    ]
    context = {
        "form": form,
        "people": rows,
        "roles": [ROLE[role] for role in may],
        "enough": administrators() >= LEAST_ADMINISTRATORS,
        **more,
    }
    return page(request, "people", context, status=status)
