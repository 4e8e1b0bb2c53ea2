"""The catalogue of technical solutions: looking, taking out, offering, withdrawing."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from comity.canonical import ComityError
from comity.evidence.solution import SolutionMalformedError, parse_statement, parse_withdrawal
from comity.keys import jws
from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.assistance import solution_rows as telling
from comity.node.assistance import solutions as catalogue
from comity.node.assistance.actions import FETCH_SOLUTION, OFFER_SOLUTION, WITHDRAW_SOLUTION
from comity.node.assistance.schemas import TextIn, WithdrawIn
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError, newest_first
from comity.node.log import audit
from comity.node.models import BoardLine, SolutionFile, SolutionRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, page
from comity.node.web.section_form import LanguageForm, wrong_fields
from comity.node.web.story_names import state_text
from comity.node.web.text_format import apart

_LINES: Final = 25
_MOST: Final = 100


class OfferForm(ActionForm):
    """In which conversation a solution is offered."""

    action = OFFER_SOLUTION

    conversation = f.choice(
        gettext_lazy("In which conversation"),
        (),
        hint=gettext_lazy("All that take part in it read what the solution is, and can take it."),
    )


class WithdrawForm(forms.Form):
    """Why a solution is withdrawn."""

    reasons = f.long(gettext_lazy("Reasons"), hint=gettext_lazy("Those who have it read this."))
    replaced_by = f.short(gettext_lazy("The version that takes its place"), required=False)


@only(Right.ASSISTANCE)
def solutions(request: HttpRequest) -> HttpResponse:
    """List the catalogue."""
    after = request.GET.get("after", "")
    rows = catalogue.seen(circle_of(caller(request), at=now()))
    try:
        found, following = newest_first(
            rows, changed="changed_at", key="digest", after=after, most=_LINES
        )
    except PlaceError:
        return redirect("solutions")
    context = {
        "lines": [(row, telling.KIND[row.kind], telling.STAGE[row.stage]) for row in found],
        **going_on({}, after, following),
    }
    return page(request, "assistance/solutions.html", context)


@only(Right.ASSISTANCE)
def solution(request: HttpRequest, digest: str) -> HttpResponse:
    """Show what an author signed of a solution, and how it stands here."""
    return _shown(request, _row(request, digest))


@only(Right.SOLUTIONS)
def file(request: HttpRequest, digest: str) -> HttpResponse:
    """Give the file of a solution as it came; audited."""
    row = _row(request, digest)
    kept = SolutionFile.objects.filter(digest=row.digest).first()
    if kept is None:
        raise Http404
    by = request.user.get_username()
    audit.note(at=now(), actor=by, action="solution.read", subject=row.digest)
    answer = HttpResponse(bytes(kept.data), content_type="application/octet-stream")
    name = row.digest.removeprefix("sha256:")
    answer["Content-Disposition"] = f'attachment; filename="{name}.comity-solution"'
    return answer


@only(Right.SOLUTIONS, "POST")
def fetch(request: HttpRequest, digest: str) -> HttpResponse:
    """Ask the giver once more for a solution that was given up."""
    row = _row(request, digest)
    try:
        done_by_page(request, FETCH_SOLUTION, digest=row.digest)
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
    else:
        messages.success(request, _("Requested again."))
    return redirect("solution", digest=row.digest)


@only(Right.DRAFT, "POST")
def offer(request: HttpRequest, digest: str) -> HttpResponse:
    """Draft the offer of a solution in a conversation."""
    row = _row(request, digest)
    form = _offer_form(request, request.POST)
    if not form.is_valid():
        return _shown(request, row, offering=form, status=422)
    try:
        made = done_by_page(request, OFFER_SOLUTION, form.input, digest=row.digest)
    except ComityError as fault:
        return _shown(request, row, wrong=labels.fault(fault.code), status=409)
    return redirect("draft", draft_id=made.id)


@only(Right.SOLUTIONS, "GET", "HEAD", "POST")
def withdraw(request: HttpRequest, digest: str) -> HttpResponse:
    """Withdraw a solution of ours, after saying what follows."""
    row = _row(request, digest)
    posted = request.POST if request.method == "POST" else None
    form, language = WithdrawForm(posted), LanguageForm(posted)
    form.use_required_attribute = language.use_required_attribute = False
    wrong = ""
    if posted is not None and form.is_valid() and language.is_valid():
        reasons = {"lang": language.cleaned_data["lang"], "text": form.cleaned_data["reasons"]}
        replaced_by = form.cleaned_data["replaced_by"] or None
        try:
            said = WithdrawIn(reasons=TextIn(**reasons), replaced_by=replaced_by)
            made = done_by_page(request, WITHDRAW_SOLUTION, said, digest=row.digest)
        except ValidationError:
            wrong = labels.fault(SolutionMalformedError.code)
        except ComityError as fault:
            wrong = labels.fault(fault.code)
        else:
            told = _("Solution withdrawn. Sign and send %(n)d drafts to those who have it.")
            messages.success(request, told % {"n": len(made)})
            return redirect("drafts") if made else redirect("solution", digest=row.digest)
    context = {
        "row": row,
        "forms": [language, form],
        "given": len(catalogue.given_in(row.digest)),
        "wrong": wrong,
        "wrong_fields": wrong_fields([language, form]),
    }
    status = 422 if posted is not None else 200
    return page(request, "assistance/withdraw.html", context, status=status)


def _row(request: HttpRequest, digest: str) -> SolutionRow:
    seen = catalogue.seen(circle_of(caller(request), at=now()))
    row = seen.filter(digest=digest).first()
    if row is None:
        raise Http404
    return row


def _offer_form(request: HttpRequest, data: Any = None) -> OfferForm:
    """Return the form with the conversations of the board that the officer may see."""
    circle = circle_of(caller(request), at=now())
    lines = BoardLine.objects.filter(circle.of_conversation()).exclude(kind=BoardLine.Kind.TABLE)
    lines = lines.order_by("-changed_at")[:_MOST]
    form = OfferForm(data)
    form.use_required_attribute = False
    choices = [
        (one.conversation, apart((one.case, state_text(one.party), one.matter[:80])))
        for one in lines
    ]
    f.set_choices(form, "conversation", choices)
    return form


def _shown(
    request: HttpRequest,
    row: SolutionRow,
    *,
    offering: OfferForm | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    said = parse_statement(jws.parse_value(row.statement))
    gone = parse_withdrawal(jws.parse_value(row.withdrawal)) if row.withdrawal else None
    context = {
        "row": row,
        "stage": telling.STAGE[row.stage],
        "fault": labels.fault(row.last_fault) if row.last_fault else "",
        "said": list(telling.stated(said)),
        "gone": list(telling.withdrawn(gone)) if gone else [],
        "offering": offering or _offer_form(request),
        "here": row.stage == SolutionRow.Stage.STORED,
        "wrong": wrong,
        "back": reverse("solutions"),
    }
    return page(request, "assistance/solution.html", context, status=status)
