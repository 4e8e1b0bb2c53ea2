"""The office's own affairs: outbox, log health, audit, evidence in and out."""

import contextlib
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comity.node.actions.action_form import done_by_page
from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.messages.outbox import NotPushedError, letters
from comity.node.messages.outbox import page as deliveries
from comity.node.models import OutboxRow
from comity.node.operations.actions import RETRY_DELIVERY
from comity.node.operations.pages.outbox_lines import deliveries_of
from comity.node.people.access import audit_queries
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.site.openapi import api
from comity.node.web import audit_labels
from comity.node.web.labels import fault
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, number_in, page, period_in


@only(Right.READ_OUTBOX)
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what waits for delivery, and what was given up."""
    circle, after = circle_of(caller(request), at=now()), request.GET.get("after", "")
    waiting = circle.outbox().filter(stage__in=(OutboxRow.Stage.DEAD, OutboxRow.Stage.QUEUED))
    try:
        rows, following = deliveries(waiting, after=after, most=PAGE)
    except PlaceError:
        return redirect("outbox")
    service = this_service()
    node, reachable = service.node, service.client.reachable
    lines = deliveries_of(node, rows, circle)
    context = {
        "dead": [line for line in lines if line.row.stage == OutboxRow.Stage.DEAD],
        "queued": [line for line in lines if line.row.stage == OutboxRow.Stage.QUEUED],
        "letters": letters(node.directory),
        "pushed": {row.addressee for row in rows if reachable(row.addressee)},
        **going_on({}, after, following),
    }
    return page(request, "operations/outbox.html", context)


@only(Right.RETRY, "POST")
def retry(request: HttpRequest, row_id: int) -> HttpResponse:
    """Try a delivery now that failed or waits."""
    waits = OutboxRow.objects.filter(pk=row_id, stage=OutboxRow.Stage.QUEUED).exists()
    with contextlib.suppress(Http404):  # somebody was quicker
        try:
            done_by_page(request, RETRY_DELIVERY, row=row_id)
        except NotPushedError as wrong:
            messages.error(request, fault(wrong.code))
        else:
            told = _("The node sends this message now.") if waits else _("Retrying now.")
            messages.success(request, told)
    return redirect("outbox")


@only(Right.READ_AUDIT)
def audit(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """List who did what, newest first, by the number of the row."""
    period = period_in(request.GET)
    wanted = audit_queries.Wanted(
        actor=request.GET.get("actor", "")[:150],
        action=request.GET.get("action", "")[:40],
        subject=request.GET.get("subject", "").strip()[:200],
        since=period.since,
        until=period.until,
    )
    if request.GET.get("format") == "csv" and not period.fault:
        return _exported(request, wanted)
    rows = audit_queries.rows(wanted, before=number_in(request.GET.get("before", "0")))
    found = list(rows[: PAGE + 1])
    context = {
        "lines": [(row, *audit_labels.told(row)) for row in found[:PAGE]],
        "placed": any(row.index is not None for row in found[:PAGE]),
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "wanted": wanted,
        "narrowed": urlencode(wanted.narrowing()),
        "acts": audit_labels.CHOICES,
        "unknown": wanted.action not in audit_labels.ACT and wanted.action,
        "wrong": period.fault,
        "reversed": period.is_reversed,
    }
    return page(request, "operations/audit.html", context, status=422 if period.fault else 200)


def _exported(request: HttpRequest, wanted: audit_queries.Wanted) -> StreamingHttpResponse:
    """Give the rows as CSV; that they were taken out is audited first."""
    lines = audit_queries.export(wanted, by=caller(request).user.get_username(), at=now())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


@only(Right.SELF)
def api_reference(request: HttpRequest) -> HttpResponse:
    """Show the API's operations, from its own document."""
    paths = api.get_openapi_schema()["paths"]
    lines = [
        (method.upper(), path, operation["summary"], operation.get("description", ""))
        for path, operations in paths.items()
        for method, operation in operations.items()
    ]
    return page(request, "operations/api.html", {"lines": lines})


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a role may see this page and not do this on it."""
    del exception  # it says the same
    return page(request, "web/refused.html", {"withheld": False}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is here, to whoever asks."""
    return page(request, "operations/missing.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong, without asking the database for anything."""
    return render(request, "operations/broken.html", status=500)
