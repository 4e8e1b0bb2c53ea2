"""Court bundles on the pages: asked for, written by the node, taken out as one file."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.court import orders as exporting
from comity.node.court.actions import ASK_EXPORT
from comity.node.court.orders import ExportAbsentError
from comity.node.court.pages.forms import ExportForm
from comity.node.models import CourtExport
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive.marks import AbuseMaterialError
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, page


@only(Right.EXPORT, "GET", "HEAD", "POST")
def exports(request: HttpRequest) -> HttpResponse:
    """List the newest exports, and take an order for one."""
    who = caller(request)
    posted = request.method == "POST"
    form = ExportForm(
        request.POST if posted else None,
        initial={"case": request.GET.get("case", "")[:40]},
        use_required_attribute=False,
    )
    if posted and form.is_valid():
        try:
            done_by_page(request, ASK_EXPORT, form.input)
        except ComityError as fault:
            form.add_error(None, labels.fault(fault.code))
        else:
            messages.success(request, gettext("Court bundle requested."))
            return redirect("exports")
    after = request.GET.get("after", "")
    try:
        rows, following = exporting.listed(circle_of(who, at=now()), after=after)
    except PlaceError:
        return redirect("exports")
    context = {
        "form": form,
        "rows": rows,
        "under_way": not after and any(row.stage in {"waiting", "writing"} for row in rows),
        **going_on({}, after, following),
    }
    return page(request, "court/exports.html", context, status=422 if form.errors else 200)


@only(Right.EXPORT)
def file(request: HttpRequest, export: str) -> HttpResponse | StreamingHttpResponse:
    """Give the file of an export. The taking is audited."""
    user = request.user.get_username()
    try:
        exporting.refuse_abuse(export[:32])
        row, path = exporting.take(this_service().node, export[:32], user=user, at=now())
    except CourtExport.DoesNotExist as fault:
        raise Http404 from fault
    except AbuseMaterialError:
        return page(request, "evidence/abuse.html", status=403)
    except ExportAbsentError as fault:
        messages.error(request, labels.fault(fault.code))
        return redirect("exports")
    answer = StreamingHttpResponse(exporting.pieces(path), content_type="application/zip")
    answer["Content-Length"] = str(row.size_bytes)
    answer["Content-Disposition"] = f'attachment; filename="case-{row.case}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
