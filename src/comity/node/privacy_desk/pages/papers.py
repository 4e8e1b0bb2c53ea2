"""Papers of the data-protection desk as pages and files; that one was made is audited."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.models import DocketItem
from comity.node.people.permissions import Right
from comity.node.privacy import disclosures, documents
from comity.node.privacy.breaches import breach_named, standing
from comity.node.privacy_desk.pages.disclosure_list import release_or_404
from comity.node.service.handle import this_service
from comity.node.web import labels as desk_words
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.papers.sheet import Part

MADE = "privacy.paper"


@only(Right.READ_CONTENT)
def index(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """Give the index of a release, as CSV or PDF."""
    item = release_or_404(item_id)
    if form not in ("csv", "pdf") or not disclosures.records(item):
        raise Http404
    try:
        if form == "csv":
            data = disclosures.as_csv(item, documents.reasons(), documents.standings())
        else:
            parts = documents.index_parts(item)
            data = documents.made(this_service().node, _("Index of a release"), parts, at=now())
    except ComityError as fault:
        return _refused(request, fault, item)
    return _file(request, data, item, f"index.{form}")


@only(Right.READ_CONTENT)
def breach_draft(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show what to send to the supervisory authority, and who was told."""
    item = _breach(item_id)
    found, node = standing(item, at=now()), this_service().node
    _note(request, item, "draft")
    context = {"item": item, "found": found, "parts": documents.breach_parts(node, found)}
    return page(request, "privacy_desk/breach_draft.html", context)


@only(Right.READ_CONTENT)
def breach_paper(request: HttpRequest, item_id: str) -> HttpResponse:
    """Give the notice of a breach as PDF."""
    item, node, at = _breach(item_id), this_service().node, now()
    parts = documents.breach_parts(node, standing(item, at=at))
    return _paper(request, item, _("Notice of a personal data breach"), parts, "breach.pdf")


@only(Right.READ_CONTENT)
def answer_paper(request: HttpRequest, item_id: str) -> HttpResponse:
    """Give the answer to a person as PDF, once it is decided."""
    try:
        item = documents.decided(item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault
    parts = documents.answer_parts(item)
    return _paper(request, item, _("Answer to your request"), parts, "answer.pdf")


def _breach(item_id: str) -> Item:
    try:
        return breach_named(item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault


def _paper(
    request: HttpRequest, item: Item, title: str, parts: list[Part], name: str
) -> HttpResponse:
    try:
        data = documents.made(this_service().node, title, parts, at=now())
    except ComityError as fault:
        return _refused(request, fault, item)
    return _file(request, data, item, name)


def _refused(request: HttpRequest, fault: ComityError, item: Item) -> HttpResponse:
    messages.error(request, desk_words.fault(fault.code))
    return redirect("docket-item", item_id=item.id)


def _file(request: HttpRequest, data: bytes, item: Item, name: str) -> HttpResponse:
    _note(request, item, name)
    kind = "application/pdf" if name.endswith("pdf") else "text/csv; charset=utf-8"
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _note(request: HttpRequest, item: Item, detail: str) -> None:
    by: Any = caller(request).user.get_username()
    audit.note(at=now(), actor=by, action=MADE, subject=item.id, detail=detail)
