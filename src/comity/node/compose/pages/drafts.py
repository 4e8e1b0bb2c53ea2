"""Drafts: reading what will be sent, signing it, sending or discarding it."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from pydantic import ValidationError

from comity.canonical import ComityError, b64, parse_time
from comity.exchange import Draft, statement
from comity.exchange.approvals import challenge, number_of
from comity.exchange.certificates import Certificate
from comity.node.actions.action import Action
from comity.node.actions.action_form import done_by_page
from comity.node.assistance import readers
from comity.node.cases import read_audit
from comity.node.compose import requirements
from comity.node.compose.actions import EXCEPT_ONWARD
from comity.node.compose.approval_input import approval_of
from comity.node.compose.letter_preview import has_letter, preview
from comity.node.compose.onward_exceptions import OnwardReasonsError
from comity.node.compose.pages import law_overrides, review
from comity.node.compose.pages.closed_drafts import fault_words
from comity.node.compose.section_rows import tell
from comity.node.compose.text_boxes import text_boxes
from comity.node.core.clock import now
from comity.node.core.formats import comma
from comity.node.core.node import Node
from comity.node.evidence import onward_transfer
from comity.node.law import assessment_rows
from comity.node.messages import draft_by_page, draft_changes, draft_editing
from comity.node.messages import drafts as messages_drafts
from comity.node.messages.actions import (
    ADD_APPROVAL,
    DISCARD_DRAFT,
    RESTORE_DRAFT,
    SEND_DRAFT,
    WITHDRAW_APPROVAL,
)
from comity.node.messages.officer_certificates import certificate_of, certified_passkey, envelope_of
from comity.node.messages.signing_role import role_of
from comity.node.models import DocketItem, DraftEdit, DraftRow, Officer
from comity.node.people import departures
from comity.node.people.permissions import Right, may
from comity.node.sensitive import marks
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.assistance_labels import SHARED
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import Confirm, confirm, page
from comity.node.web.schemas import ApprovalIn, OnwardIn

APPROVAL_HOLDS: Final = timedelta(hours=24)


@only(Right.READ_CONTENT)
def draft(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Show a draft: exactly what would be sent, and what is missing. The reading is audited."""
    row = seen(request).drafts().filter(id=draft_id).first()
    if row is None:
        raise Http404
    read_audit.note_draft(row, by=caller(request).user.get_username())
    return page(request, "compose/draft.html", _context(request, row))


@only(Right.READ_CONTENT)
def letter(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Give what a draft says as the letter that it would make, marked as not signed; audited."""
    row = seen(request).drafts().filter(id=draft_id).exclude(sections={}).first()
    if row is None or not has_letter(row.type):
        raise Http404
    try:
        data = preview(this_service().node, row, by=caller(request).user.get_username())
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
        return redirect("draft", draft_id=draft_id)
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="draft-{row.id}.pdf"'
    return answer


def _call_behind(row: DraftRow) -> DocketItem | None:
    """Return the telephone call that a draft was begun out of and nobody stands by, or None."""
    doubtful = ("noted", "denied")
    return DocketItem.objects.filter(kind="call", about=row.id, state__in=doubtful).first()


def _context(request: HttpRequest, row: DraftRow, wrong: str = "") -> dict[str, Any]:
    node = this_service().node
    officer = caller(request)
    said = {name: one.value for name, one in messages_drafts.sections_of_draft(row).items()}
    signed = draft_changes.signed_by(node, row)
    needs = draft_changes.draft_needs(node, row)
    certificate, frozen = certificate_of(officer), messages_drafts.draft_of(row)
    mine = any(s.officer == officer.identifier and not s.fault for s in signed)
    passkey = passkey_for(node, officer, frozen, certificate)
    onward, law = _onward(node, row), _law(node, row)
    said_of = review.signatures(needs, signed)
    to = [party for party in row.fields["members"] if party != node.party]
    spoken = requirements.languages_of(said)
    signs = may(officer, Right.APPROVE) and not mine and role_of(officer) in said_of["missing"]
    certified = certificate is None or role_of(officer) in certificate.roles
    edit = draft_by_page.edit_address(row) if draft_by_page.can_edit(request, row) else ""
    stand = review.Stand(
        open=row.stage == DraftRow.Stage.AWAITING,
        sendable=draft_changes.sendable(node, row),
        wanted=signs,
        passkey=passkey is not None,
        held=bool(law.get("blocked") or onward["blocked"]),
        editable=bool(edit),
        restorable=draft_editing.restorable(row, at=now()),
    )
    return {
        "row": row,
        "lead": review.head(row),
        "status": review.status(row, needs, signed),
        "stand": stand,
        "first": stand.first(sends=may(officer, Right.SEND), drafts=may(officer, Right.DRAFT)),
        "call": _call_behind(row),
        "rows": tell(said, row.type, marks.of_offers([said])),
        "letter": has_letter(row.type),
        "exact": review.exact_text(node, row),
        "to": to,
        "language": requirements.language_warning(node, to, spoken) if stand.open else "",
        "needs": needs,
        "signatures": said_of,
        "unsigned": not needs.author + needs.approver,
        "own_role": role_of(officer) if signs and certified and stand.open else "",
        "mine": mine,
        "number": number_of(frozen, mode=node.config.mode),
        "passkey": passkey,
        "certificate": certificate,
        "wrong": wrong,
        "command": command(request, row.id, role_of(officer)),
        "edit": edit,
        "ended": [_ended(one) for one in row.edits.exclude(ended=[])],
        "departed": _departed(row),
        "last": row.edits.last(),
        "onward": onward,
        "readers": [
            (reader, SHARED[reader.fault])
            for reader in readers.readers(node, row.type, row.fields["members"])
        ],
        **law,
    }


def _onward(node: Node, row: DraftRow) -> dict[str, Any]:
    """Return what keeps the evidence of a draft from going on, and who let it go."""
    if row.stage != DraftRow.Stage.AWAITING:
        return {"stops": (), "blocked": False, "excepted": onward_transfer.exception_of(row)}
    return {
        "stops": onward_transfer.stops(node, row),
        "blocked": bool(onward_transfer.standing(node, row)),
        "excepted": onward_transfer.exception_of(row),
    }


def _overrides(row: DraftRow) -> list[dict[str, Any]]:
    """Return the overrides kept with a draft: rule, official, moment, reasons."""
    return [{**one, "at": parse_time(one["at"])} for one in row.law.get("overrides", [])]


def _law(node: Node, row: DraftRow) -> dict[str, Any]:
    """Return what the law says of a draft that is open, and what officers decided about it."""
    kept = {"overrides": _overrides(row)}
    if row.stage != DraftRow.Stage.AWAITING:
        return kept

    view = assessment_rows.of_draft(node, row)
    if view is None:
        return kept
    given = row.law.get("facts", {})
    names = [question.key for part in view.parts for question in part.questions]
    names += [name for _part, line in view.points for name in line.unread]
    told = assessment_rows.told_facts(node, row)
    return kept | {
        "law": view,
        "points": [(part, line, text_boxes(line, row)) for part, line in view.points],
        "override_to": reverse("override", kwargs={"draft_id": row.id}),
        "facts_form": None if view.wrong else law_overrides.FactsForm(node, names, given=given),
        "facts_told": told,
        "facts_unreviewed": not all(one.reviewed for pair in told for one in pair),
        "blocked": view.outcome == "not-sendable",
    }


def _ended(edit: DraftEdit) -> dict[str, Any]:
    """Return a change of the text with the names of those whose signatures it ended."""
    names = dict(
        Officer.objects.filter(identifier__in=edit.ended).values_list(
            "identifier", "user__username"
        )
    )
    return {"edit": edit, "officers": [names.get(one, one) for one in edit.ended]}


def _departed(row: DraftRow) -> list[dict[str, Any]]:
    """Return whose signatures ended because they left, by name, and when."""
    found = departures.ended_on(row)
    names = dict(
        Officer.objects.filter(identifier__in={one.officer for one in found}).values_list(
            "identifier", "user__username"
        )
    )
    return [{"name": names.get(one.officer, one.officer), "at": one.at} for one in found]


def command(request: HttpRequest, draft_id: str, role: str) -> str:
    """Return the command that signs a draft with a key on the officer's own machine."""
    node = f"{request.scheme}://{request.get_host()}"
    return (
        f"comity approve {draft_id} --node {node} --role {role} \\\n"
        "    --token-file TOKEN --key KEY --certificate CERTIFICATE"
    )


def passkey_for(
    node: Node, officer: Officer, draft: Draft, certificate: Certificate | None
) -> dict[str, Any] | None:
    """Return what the browser needs to sign a draft by passkey, or None if it cannot."""
    envelope = envelope_of(officer)
    if envelope is None or certificate is None:
        return None
    passkey = certified_passkey(officer)
    if certificate.webauthn is None or passkey is None:
        return None
    role = role_of(officer)
    if role not in certificate.roles:
        return None
    data = statement(
        draft,
        mode=node.config.mode,
        certificate=envelope,
        role=role,
        expires_at=now() + APPROVAL_HOLDS,
    )
    return {
        "challenge": b64(challenge(data)),
        "credential": passkey["id"],
        "rp_id": certificate.webauthn.rp_id,
        "origin": certificate.webauthn.origin,
        "statement": b64(data),
        "role": role,
    }


@only(Right.APPROVE, "POST")
@sensitive_post_parameters()
def approve(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Take in a signature: a passkey's answer."""
    row = seen(request).drafts().filter(id=draft_id).first()
    if row is None:
        raise Http404
    officer = caller(request)
    try:
        told = ApprovalIn(approval_of(request, officer))
        done_by_page(request, ADD_APPROVAL, told, draft=draft_id)
    except ComityError as fault:
        context = _context(request, row, fault_words(fault, draft_id))
        return page(request, "compose/draft.html", context, status=422)
    messages.success(request, _("Your signature is added."))
    return redirect("draft", draft_id=draft_id)


@only(Right.SEND, "POST")
def send(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Sign the message by the node's key and hand it to delivery."""
    row = seen(request).drafts().filter(id=draft_id).first()
    if row is None:
        raise Http404
    try:
        done_by_page(request, SEND_DRAFT, draft=draft_id)
    except ComityError as fault:
        row.refresh_from_db()
        context = _context(request, row, fault_words(fault, draft_id))
        return page(request, "compose/draft.html", context, status=409)
    row.refresh_from_db()
    messages.success(request, _("Handed to the outbox. The receipt will show on the timeline."))
    return redirect("case", number=row.case)


@only(Right.OVERRIDE, "POST")
def except_onward(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Keep an official's decision to pass evidence on without its sender's consent."""
    if not seen(request).drafts().filter(id=draft_id).exists():
        raise Http404
    try:
        told = OnwardIn(reasons=request.POST.get("reasons", ""))
        done_by_page(request, EXCEPT_ONWARD, told, draft=draft_id)
    except ValidationError:
        messages.error(request, labels.fault(OnwardReasonsError.code))
    except ComityError as fault:
        messages.error(request, fault_words(fault, draft_id))
    else:
        messages.success(request, _("Transfer approved with your reasons."))
    return redirect("draft", draft_id=draft_id)


@only(Right.DRAFT, "GET", "HEAD", "POST")
def discard(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Ask, and give up a draft; it stays on record, marked."""
    row = seen(request).drafts().filter(id=draft_id).first()
    if row is None:
        raise Http404
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        try:
            done_by_page(request, DISCARD_DRAFT, draft=draft_id)
            messages.success(request, _("The draft is discarded. For 30 days it can be restored."))
        except ComityError as fault:
            messages.error(request, fault_words(fault, draft_id))
        return redirect("drafts")
    if row.stage not in draft_changes.OPEN:
        return redirect("draft", draft_id=draft_id)
    node = this_service().node
    signed = sum(not one.fault for one in draft_changes.signed_by(node, row))
    told = ngettext("%(n)d signature falls away.", "%(n)d signatures fall away.", signed)
    to = [party for party in row.fields["members"] if party != node.party]
    asked = Confirm(
        heading=_("Discard this draft?"),
        facts=((_("What"), labels.DONE[row.type]), (_("To"), comma().join(to))),
        consequences=(
            told % {"n": signed} if signed else _("Not signed."),
            _("You can restore the draft for 30 days. Its record stays."),
        ),
        final=False,
        button=_("Discard the draft"),
        action=request.path,
        back=reverse("draft", kwargs={"draft_id": draft_id}),
    )
    return confirm(request, asked)


@only(Right.DRAFT, "POST")
def restore(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Bring back a discarded draft."""
    return _undone(request, draft_id, RESTORE_DRAFT, _("The draft is restored."))


@only(Right.APPROVE, "POST")
def withdraw(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Take one's own signature off a draft."""
    return _undone(request, draft_id, WITHDRAW_APPROVAL, _("Your signature is withdrawn."))


def _undone(request: HttpRequest, draft_id: str, action: Action, told: str) -> HttpResponse:
    if not seen(request).drafts().filter(id=draft_id).exists():
        raise Http404
    try:
        done_by_page(request, action, draft=draft_id)
        messages.success(request, told)
    except ComityError as fault:
        messages.error(request, fault_words(fault, draft_id))
    return redirect("draft", draft_id=draft_id)
