"""One record that is looked at: what it is, what its destruction would do, and the decision."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.actions.action_form import done_by_page
from comity.node.cases import docket_actions, docket_store
from comity.node.cases.broken_rules import placed
from comity.node.cases.legal_holds import held
from comity.node.cases.privacy_errors import PrivacyUnfitError
from comity.node.core.clock import now
from comity.node.core.formats import date_text
from comity.node.docket import entry_rows, labels
from comity.node.docket.actions import BEGIN_ITEM, DO_ACT
from comity.node.docket.item_page import ConfirmForm
from comity.node.docket.schemas import ActIn
from comity.node.models import DocketItem
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.privacy import erasure
from comity.node.privacy.labels import CODE
from comity.node.privacy.records import SORTS
from comity.node.privacy.register import review_of
from comity.node.privacy.retention_periods import CLASSES, periods
from comity.node.privacy.rules import last
from comity.node.privacy_desk.pages import labels as privacy_desk_labels
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.section_form import LanguageForm, wrong_fields

KEEP, ORDER, CONFIRM = "keep", "order", "confirm"
_YEAR: Final = timedelta(days=365)


class KeepForm(forms.Form):
    """Why it stays, and until when."""

    record_class = f.choice(
        _("Record class"), [(one, CODE[f"record_class:{one}"]) for one in CLASSES]
    )
    until = f.moment(_("Next review on"))
    reasons = f.long(_("Reasons"), rows=3)


class OrderForm(forms.Form):
    """Why it is to be destroyed."""

    record_class = f.choice(
        _("Record class"), [(one, CODE[f"record_class:{one}"]) for one in CLASSES]
    )
    reasons = f.long(_("Reasons and decision"), rows=3)


@only(Right.PRIVACY, "GET", "HEAD", "POST")
def record(request: HttpRequest, sort: str, key: str) -> HttpResponse:
    """Show a record that can fall due, or take a decision on it. The reading is audited."""
    if sort not in SORTS:
        raise Http404
    subject, officer, at = f"{sort}:{key}", caller(request), now()
    try:
        plan = erasure.plan(subject)
    except PrivacyUnfitError as fault:
        raise Http404 from fault
    if not circle_of(officer, at=at).sees(plan.case):
        raise Http404
    docket_actions.note_reading(subject, by=officer.user.get_username(), way="desk")
    review = review_of(subject)
    posted = request.POST.get("deed", "") if request.method == "POST" else ""
    initial = {"record_class": _class_of(plan, review), "until": at + _YEAR}
    every: dict[str, forms.Form] = {
        KEEP: KeepForm(request.POST if posted == KEEP else None, prefix=KEEP, initial=initial),
        ORDER: OrderForm(request.POST if posted == ORDER else None, prefix=ORDER, initial=initial),
        CONFIRM: ConfirmForm(request.POST if posted == CONFIRM else None, prefix=CONFIRM),
    }
    languages = {
        deed: LanguageForm(request.POST if posted == deed else None, prefix=deed)
        for deed in (KEEP, ORDER)
    }
    for one in (*every.values(), *languages.values()):
        one.use_required_attribute = False
    wrong = ""
    if posted and may(officer, Right.DOCKET) and posted in every:
        form, language = every[posted], languages.get(posted)
        if form.is_valid() and (language is None or language.is_valid()):
            lang = language.cleaned_data["lang"] if language else ""
            done, wrong = _done(request, plan, review, deed=posted, form=form, lang=lang)
            if done:
                return redirect("privacy-record", sort=sort, key=key)
    context = _context(request, plan, review) | {
        "keep": every[KEEP],
        "order": every[ORDER],
        "confirm": every[CONFIRM],
        "keep_language": languages[KEEP],
        "order_language": languages[ORDER],
        "wrong": wrong,
        "wrong_fields": wrong_fields([*every.values(), *languages.values()]),
    }
    return page(request, "privacy_desk/record.html", context, status=422 if posted else 200)


def _class_of(plan: erasure.Plan, review: Item | None) -> str:
    if review is not None and review.told.get("record_class"):
        return str(review.told["record_class"])
    sort, _colon, key = plan.subject.partition(":")
    if sort == "rows":
        return key
    if sort == "draft":
        return "draft-never-sent"
    if sort == "case":
        return "case-with-evidence" if plan.against == "evidence" else "case-without-outcome"
    kind = DocketItem.objects.filter(item=key).values_list("kind", flat=True).first()
    known = {"mail": "mail-original", "correspondence": "paper", "call": "call"}
    return known.get(str(kind), "docket-item")


def _done(
    request: HttpRequest,
    plan: erasure.Plan,
    review: Item | None,
    *,
    deed: str,
    form: forms.Form,
    lang: str,
) -> tuple[bool, str]:
    """Record the decision; return whether it was, and what is wrong with no field alone."""
    data = form.cleaned_data
    said: dict[str, Any] = {"record_class": data.get("record_class"), "subject": plan.subject}
    if deed != CONFIRM:
        said["reasons"] = f.text(data["reasons"], lang)
    if deed == KEEP:
        said["until"] = f.wire_time(data["until"])
    if deed == CONFIRM:
        ordered = last(review, "review.ordered")
        said = {"entry": ordered.digest if ordered else "", "remark": None}
    acts = {KEEP: "review.kept", ORDER: "review.ordered", CONFIRM: "review.destroyed"}
    told = {
        KEEP: gettext("Retained until the next review."),
        ORDER: gettext("Destruction ordered. A second officer must confirm it."),
        CONFIRM: gettext("Erased. The record of its existence is retained."),
    }
    try:
        wanted = ActIn(act=acts[deed], said=said, case=plan.case)
        if review is None:
            done_by_page(request, BEGIN_ITEM, wanted)
        else:
            done_by_page(request, DO_ACT, wanted, item=review.id)
    except ComityError as fault:
        return False, placed(fault, [form], label=labels.field)
    messages.success(request, told[deed])
    return True, ""


def _heading(sort: str, key: str) -> str:
    """Return what a record is called: with its day, where its key is no name for people."""
    if sort == "case":
        return f"{privacy_desk_labels.SORT[sort]} {key}"
    if sort != "item":
        return str(privacy_desk_labels.SORT[sort])
    found = docket_store.item_named(key)
    return f"{labels.KIND[found.kind.name]} · {date_text(found.entries[0].entry.at)}"


def _context(request: HttpRequest, plan: erasure.Plan, review: Item | None) -> dict[str, Any]:
    officer = caller(request)
    sort, _colon, key = plan.subject.partition(":")
    state = review.state if review else ""
    ordered = last(review, "review.ordered")
    mine = ordered is not None and ordered.by == officer.identifier
    two = this_service().node.config.destruction_officers > 1
    acts = {row.name for row in docket_actions.possible(review, officer)} if review else set()
    begins = {row.name for row in docket_actions.beginning(officer)}
    able = (acts if review else begins) if may(officer, Right.DOCKET) else set()
    reads = may(officer, Right.READ_CONTENT)
    return {
        "plan": plan,
        "sort": sort,
        "key": key,
        "heading": _heading(sort, key),
        "against": privacy_desk_labels.AGAINST.get(plan.against, ""),
        "stays": [privacy_desk_labels.STAYS[one] for one in plan.stays],
        "held": bool(held([plan.case])),
        "review": review,
        "state": state,
        "entries": [
            {
                "entry": done.entry,
                "rows": entry_rows.told(done),
                "by": entry_rows.who(done.entry.by),
            }
            for done in review.entries
        ]
        if review and reads
        else [],
        "may_keep": "review.kept" in able,
        "may_order": "review.ordered" in able,
        "may_confirm": "review.destroyed" in able and not (two and mine),
        "waits_for_other": state == "ordered" and two and mine,
        "follows": labels.FOLLOWS["review.destroyed"],
        "period": periods().get(_class_of(plan, review)),
        "class_word": CODE[f"record_class:{_class_of(plan, review)}"],
        "gone": state == "destroyed",
    }
