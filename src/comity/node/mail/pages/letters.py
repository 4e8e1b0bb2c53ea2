"""Letters: a message as one; of ours, that it was posted, that it arrived, that it came back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.cases import docket_store
from comity.node.cases.broken_rules import placed
from comity.node.core.clock import now
from comity.node.mail.letters import letter_of
from comity.node.mail.pages.forms import ArrivedForm, BackForm, PostedForm
from comity.node.models import Conversation, DocketItem, Mark, SectionRow
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, redaction, reveal
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import only, seen
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields


@only(Right.READ_CONTENT)
def letter(request: HttpRequest, record: str) -> HttpResponse:
    """Give a message as a letter that carries its record, as PDF; audited.

    Of one that offers marked evidence, why is asked first.
    """
    row = seen(request).messages().filter(record=record).first()
    if row is None:
        raise Http404
    case = Conversation.objects.get(digest=row.conversation).case
    exhibit = redaction.offered(
        {one.name: one.value for one in SectionRow.objects.filter(record=record, name="offer")}
    )
    at, user = now(), request.user.get_username()
    try:
        if exhibit:
            reveal.check(Mark.Kind.EXHIBIT, exhibit, user=user, at=at)
        data = letter_of(this_service().node, row, by=user, at=at)
    except marks.AbuseMaterialError:
        return page(request, "evidence/abuse.html", status=403)
    except marks.ReasonNeededError:
        return redirect("show-marked", kind=Mark.Kind.EXHIBIT, name=exhibit)
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
        return redirect("case", number=case)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="letter-{record[7:19]}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@only(Right.DRAFT, "GET", "HEAD", "POST")
def posted(request: HttpRequest, record: str) -> HttpResponse:
    """Record that a message of ours left as a letter."""
    row = seen(request).messages().filter(record=record, outgoing=True).first()
    if row is None:
        raise Http404
    case = Conversation.objects.get(digest=row.conversation).case
    form = PostedForm(_typed(request), initial={"posted_at": now()}, use_required_attribute=False)
    title = _("Record posting")
    return _answer(request, form, case=case, title=title, digest=row.content)


@only(Right.DRAFT, "GET", "HEAD", "POST")
def arrived(request: HttpRequest, item: str) -> HttpResponse:
    """Record how one knows that a letter arrived."""
    found = _letter(item)
    form = ArrivedForm(_typed(request), initial={"at": now()}, use_required_attribute=False)
    title = _("Record delivery")
    return _answer(request, form, case=found.case, title=title, item=item)


@only(Right.DRAFT, "GET", "HEAD", "POST")
def came_back(request: HttpRequest, item: str) -> HttpResponse:
    """Record that a letter came back; its message waits again."""
    found = _letter(item)
    form = BackForm(_typed(request), use_required_attribute=False)
    title = _("Record return")
    return _answer(request, form, case=found.case, title=title, item=item)


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _letter(item: str) -> Item:
    if not DocketItem.objects.filter(item=item, kind="letter").exists():
        raise Http404
    return docket_store.item_named(item)


def _label(act: str, member: str) -> str:
    """Return what the form of an earlier entry of a letter calls a member."""
    del act
    return str(PostedForm.base_fields[member].label)


def _answer(
    request: HttpRequest, form: ActionForm, *, case: str, title: Any, **place: str
) -> HttpResponse:
    """Show a form, or do what it says and go back to the case."""
    wrong = ""
    if request.method == "POST" and form.is_valid():
        try:
            done_by_page(request, form.action, form.input, **place)
        except ComityError as fault:
            wrong = placed(fault, [form], label=_label)
        else:
            messages.success(request, gettext("Recorded."))
            return redirect("case", number=case)
    context = {
        "form": form,
        "case": case,
        "title": title,
        "wrong": wrong,
        "wrong_fields": wrong_fields([form]),
    }
    return page(
        request, "mail/letter.html", context, status=422 if request.method == "POST" else 200
    )
