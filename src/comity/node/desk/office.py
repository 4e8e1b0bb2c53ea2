"""The office's own affairs: outbox, log health, audit, evidence in and out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comity.node import acts
from comity.node.api.site import api
from comity.node.casebook import PAGE
from comity.node.desk.cases import _number
from comity.node.desk.guard import only
from comity.node.desk.pages import page
from comity.node.models import (
    AuditRow,
    MessageRow,
    OutboxRow,
)
from comity.node.outbox import letters
from comity.node.roles import Right
from comity.node.service import this_service


@only(Right.READ_OUTBOX)
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what waits for delivery, and what was given up."""
    rows = list(
        OutboxRow.objects.exclude(stage=OutboxRow.Stage.DELIVERED).order_by("due_at", "id")[:PAGE]
    )
    records = [row.record for row in rows]
    types = dict(MessageRow.objects.filter(record__in=records).values_list("record", "type"))
    lines = [(row, types.get(row.record, "")) for row in rows]
    context = {
        "dead": [line for line in lines if line[0].stage == OutboxRow.Stage.DEAD],
        "queued": [line for line in lines if line[0].stage == OutboxRow.Stage.QUEUED],
        "letters": letters(this_service().node.directory),
    }
    return page(request, "outbox.html", context)


@only(Right.RETRY, "POST")
def retry(request: HttpRequest, row_id: int) -> HttpResponse:
    """Try a dead letter again."""
    if acts.retry(this_service(), row_id, by=request.user.get_username()):
        messages.success(request, _("It is tried again now."))
    return redirect("outbox")


@only(Right.READ_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """List who did what, newest first, by the number of the row."""
    rows = AuditRow.objects.order_by("-pk")
    before = _number(request.GET.get("before", "0"))
    if before:
        rows = rows.filter(pk__lt=before)
    actor, action = request.GET.get("actor", "")[:150], request.GET.get("action", "")[:40]
    if actor:
        rows = rows.filter(actor=actor)
    if action:
        rows = rows.filter(action=action)
    found = list(rows[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "actor": actor,
        "action": action,
    }
    return page(request, "audit.html", context)


@only(Right.SELF)
def api_reference(request: HttpRequest) -> HttpResponse:
    """Show the API's operations, from its own document."""
    paths = api.get_openapi_schema()["paths"]
    lines = [
        (method.upper(), path, operation["summary"], operation.get("description", ""))
        for path, operations in paths.items()
        for method, operation in operations.items()
    ]
    return page(request, "api.html", {"lines": lines})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is here, to whoever asks."""
    return page(request, "missing.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong, without asking the database for anything."""
    return render(request, "desk/broken.html", status=500)
