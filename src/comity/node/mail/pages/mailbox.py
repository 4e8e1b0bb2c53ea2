"""Mail: what came and waits to be written down, taking it in, and taking an original out."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.cases.broken_rules import placed
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.evidence import download_original
from comity.node.evidence.originals import MAX_BYTES
from comity.node.evidence.upload_handlers import MAX_FORM_BYTES
from comity.node.mail import mailbox
from comity.node.mail.actions import SET_ASIDE
from comity.node.mail.api import original_answer
from comity.node.mail.mailbox import Mail
from comity.node.mail.pages.forms import AsideForm, TakeInForm
from comity.node.models import DocketItem, Original
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive.marks import AbuseMaterialError
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.permissions import caller, no_longer_than, only, seen
from comity.node.web.render import Confirm, confirm, going_on, page
from comity.node.web.section_form import wrong_fields

_TOO_LARGE: Final = _("The file is too large for the mail register. Seal it as evidence.")


@only(Right.READ_CONTENT)
def mail(request: HttpRequest) -> HttpResponse:
    """List what came: what is not written down yet, oldest first; or all. It is audited."""
    mailbox.note_listing(by=caller(request).user.get_username(), at=now())
    every = request.GET.get("all") == "1"
    after, circle = request.GET.get("after", ""), circle_of(caller(request), at=now())
    try:
        lines, following = mailbox.listed(circle.items(), only_waiting=not every, after=after)
    except PlaceError:
        return redirect("mail")
    narrowed = {"all": "1"} if every else {}
    context = {"lines": lines, "every": every, **going_on(narrowed, after, following)}
    return page(request, "mail/mail.html", context)


@no_longer_than(MAX_FORM_BYTES, _TOO_LARGE)
@csrf_protect
@only(Right.DRAFT, "GET", "HEAD", "POST")
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in an original that came."""
    posted = request.method == "POST"
    form = TakeInForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"received_at": now()},
        use_required_attribute=False,
    )
    wrong = ""
    if posted and form.is_valid():
        try:
            item = _taken(request, form)
        except ComityError as fault:
            wrong = placed(fault, [form])
        else:
            messages.success(request, gettext("Mail registered. Now transcribe its content."))
            return redirect("mail-item", item=item.id)
    context = {"form": form, "wrong": wrong, "wrong_fields": wrong_fields([form])}
    return page(request, "mail/take_in.html", context, status=422 if posted else 200)


def _taken(request: HttpRequest, form: TakeInForm) -> Any:
    data, service = form.cleaned_data, this_service()
    value = {
        "name": data["file"].name[: f.MAX_SHORT] or "-",
        "channel": data["channel"],
        "sender": data["sender"],
        "authority": data["authority"] or None,
        "dated": f.wire_time(data["dated"]),
        "received_at": f.wire_time(data["received_at"]),
    }
    return mailbox.take_in(
        service.node,
        service.committer,
        data["file"].read(MAX_BYTES + 1),
        value,
        officer=caller(request),
        case="",
        at=now(),
    )


@only(Right.READ_CONTENT)
def one(request: HttpRequest, item: str) -> HttpResponse:
    """Show what came, as it was read. The reading is audited."""
    found = named(request, item)
    mailbox.note_reading(found, by=caller(request).user.get_username(), at=now())
    return page(request, "mail/item.html", {"mail": found, "aside": AsideForm()})


def named(request: HttpRequest, item: str) -> Mail:
    """Return a piece of mail as who asks may see it, or answer that nothing is here."""
    user = request.user.get_username()
    if not seen(request).items().filter(item=item).exists():
        raise Http404
    try:
        return mailbox.opened_for(mailbox.mail_named(item), user=user, at=now())
    except (DocketItem.DoesNotExist, Original.DoesNotExist) as fault:
        raise Http404 from fault


@only(Right.READ_CONTENT, "GET", "HEAD", "POST")
def original(request: HttpRequest, digest: str) -> HttpResponse:
    """Give the original as a file to be kept; no browser shows it. The reading is audited.

    Of one that is marked, why is asked first.
    """
    if (asking := download_original.first(request, digest)) is not None:
        return asking
    try:
        return original_answer(digest, by=caller(request).user.get_username())
    except Original.DoesNotExist as fault:
        raise Http404 from fault
    except AbuseMaterialError:
        return page(request, "evidence/abuse.html", {"digest": digest}, status=403)


@only(Right.DRAFT, "POST")
def set_aside(request: HttpRequest, item: str) -> HttpResponse:
    """Set mail aside, with reasons."""
    found, form = named(request, item), AsideForm(request.POST)
    if not form.is_valid():
        context = {"mail": found, "aside": form, "wrong_fields": wrong_fields([form])}
        return page(request, "mail/item.html", context, status=422)
    if request.POST.get("confirmed") != "1":
        return confirm(request, _asked(request, found, form.cleaned_data))
    try:
        done_by_page(request, SET_ASIDE, form.input, item=item)
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
    else:
        messages.success(request, gettext("Filed without action. The original is stored."))
    return redirect("mail")


def _asked(request: HttpRequest, found: Mail, said: dict[str, Any]) -> Confirm:
    """Return what is asked before mail is set aside, with the reasons that were typed."""
    return Confirm(
        heading=gettext("File this mail without action?"),
        facts=((gettext("Reason"), said["reasons"]),),
        consequences=(
            gettext("The mail can no longer be transcribed, and its work item closes."),
            gettext("The original is stored."),
        ),
        button=gettext("File without action"),
        action=request.path,
        back=reverse("mail-item", kwargs={"item": found.item.id}),
        hidden={"reasons": said["reasons"], "lang": said["lang"]},
    )
