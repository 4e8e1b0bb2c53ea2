"""Giving the second signature for a message that went with one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.exchange.approvals import number_of
from comity.node.actions.action_form import done_by_page
from comity.node.cases import read_audit
from comity.node.cases.conversations import message_of, sections_of
from comity.node.compose.approval_input import approval_of
from comity.node.compose.pages.drafts import command, passkey_for
from comity.node.compose.section_rows import tell
from comity.node.messages import send_second_signature
from comity.node.messages.actions import ADD_APPROVAL
from comity.node.messages.officer_certificates import certificate_of
from comity.node.models import Conversation
from comity.node.people.permissions import Right
from comity.node.sensitive import marks
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import page
from comity.node.web.schemas import ApprovalIn


@only(Right.APPROVE, "GET", "HEAD", "POST")
def second_signature(request: HttpRequest, record: str) -> HttpResponse:
    """Show what went with one signature, and take in the second. The reading is audited."""
    service = this_service()
    officer = caller(request)
    row = seen(request).messages().filter(record=record).first()
    if row is None or not send_second_signature.due(row):
        raise Http404
    case = Conversation.objects.get(digest=row.conversation).case
    wrong = ""
    if request.method == "POST":
        try:
            told = ApprovalIn(approval_of(request, officer))
            done_by_page(request, ADD_APPROVAL, told, draft=row.message_id)
        except ComityError as fault:
            wrong = labels.fault(fault.code)
        else:
            messages.success(request, _("Your signature is added."))
            return redirect("case", number=case)
    read_audit.note_case(case, by=officer.user.get_username(), way="second")
    draft = message_of(row).draft
    said = {name: one.value for name, one in sections_of(record).items()}
    context = {
        "row": row,
        "case": case,
        "rows": tell(said, row.type, marks.of_offers([said])),
        "number": number_of(draft, mode=service.node.config.mode),
        "signs": send_second_signature.may_countersign(officer),
        "passkey": passkey_for(service.node, officer, draft, certificate_of(officer)),
        "command": command(request, draft.id, "approver"),
        "wrong": wrong,
    }
    return page(request, "compose/second.html", context, status=422 if wrong else 200)
