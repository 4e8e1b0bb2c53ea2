"""The docket on pages: what waits, one item as a timeline, and a form for each act."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.docket import ACTS, KINDS, NEW, Act, Item
from comity.node.cases import docket_actions, docket_store
from comity.node.cases.docket_actions import ELSEWHERE
from comity.node.compose import prefill_from_call
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.docket import entry_rows
from comity.node.docket import labels as dw
from comity.node.docket.item_page import (
    _REGISTERS,
    CONFIRMED,
    OWN_ITEMS,
    ConfirmForm,
    item_context,
    item_or_404,
    line_of,
    lines_of,
)
from comity.node.docket.pages import choices, rights_checks
from comity.node.docket.pages.forms import ActForm
from comity.node.docket.record import recorded
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import form_saving
from comity.node.web.kept_forms import restores
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import going_on, page
from comity.node.web.section_form import LanguageForm, wrong_fields


@only(Right.READ_DOCKET)
def docket(request: HttpRequest) -> HttpResponse:
    """List items: what is due first."""
    asked = request.GET
    kind, case = asked.get("kind", "")[:16], asked.get("case", "").strip()[:40]
    everything = asked.get("all") == "yes"
    try:
        found, following = docket_store.items(
            among=circle_of(caller(request), at=now()).items(),
            kind=kind,
            case=case or None,
            only_open=not everything,
            after=asked.get("after", ""),
        )
    except PlaceError:
        return redirect("docket")
    narrowed = {name: value for name, value in (("kind", kind), ("case", case)) if value}
    narrowed |= {"all": "yes"} if everything else {}
    context = {
        "lines": lines_of(found, caller(request)),
        "kinds": [(one, dw.KIND[one]) for one in KINDS],
        "kind": kind,
        "case": case,
        "everything": everything,
        "narrowed": bool(narrowed),
        **going_on(narrowed, asked.get("after", ""), following),
    }
    return page(request, "docket/docket.html", context)


@only(Right.READ_CONTENT)
def register(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the register of providers, of authorities without a node, or of agreements; audited."""
    if kind not in _REGISTERS:
        raise Http404
    docket_actions.note_reading(kind, by=caller(request).user.get_username(), way="desk")
    after = request.GET.get("after", "")
    try:
        items, following = docket_actions.register(kind, after=after)
    except PlaceError:
        return redirect("docket-register", kind=kind)
    lines = [
        {
            "line": line,
            "rows": entry_rows.told(_newest(item, f"{kind}.entered")),
            "as_of": entry_rows.moment_of(item.said(f"{kind}.entered").get("as_of")),
            "contact": entry_rows.last_contact(item),
        }
        for item, line in zip(items, lines_of(items, caller(request)), strict=True)
    ]
    return page(
        request,
        "docket/register.html",
        {"kind": kind, "lines": lines, **going_on({}, after, following)},
    )


def _newest(item: Item, act: str) -> Any:
    return next(done for done in reversed(item.entries) if done.entry.act == act)


@only(Right.READ_CONTENT)
def item(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show one item as a timeline. The reading is audited."""
    found = item_or_404(item_id)
    if found.kind.name in OWN_ITEMS:
        return redirect(found.kind.name, item_id=item_id)
    docket_actions.note_reading(item_id, by=request.user.get_username(), way="desk")
    return page(request, "docket/item.html", item_context(request, found))


@restores
@only(Right.DOCKET, "GET", "HEAD", "POST")
def begin(request: HttpRequest, act: str) -> HttpResponse:
    """Begin an item, in a case or without one."""
    row = ACTS.get(act)
    case = request.GET.get("case", "")[:40]
    if row is None or row.name in ELSEWHERE or NEW not in row.sources:
        raise Http404
    if KINDS[row.kind].of_case and not seen(request).has_case(case):
        raise Http404
    if act == "call.taken":
        return redirect("call-new")
    if row.kind == "review":
        return redirect("privacy-due")
    if act == "rights.recorded":
        return rights_checks.form_page(request, None, case)
    return _form_page(request, row, None, case)


@restores
@only(Right.DOCKET, "GET", "HEAD", "POST")
def act(request: HttpRequest, item_id: str, act: str) -> HttpResponse:
    """Do the next act of an item."""
    found, row = item_or_404(item_id), ACTS.get(act)
    if row is None or row.name in ELSEWHERE or row.kind != found.kind.name:
        raise Http404
    if act == "rights.signed":
        return redirect("docket-item", item_id=item_id)
    if act == "release.listed":
        return redirect("release-list", item_id=item_id)
    if row.kind == "review" and (subject := str(found.told.get("subject", ""))):
        sort, _colon, key = subject.partition(":")
        return redirect("privacy-record", sort=sort, key=key)
    if act == "rights.recorded":
        return rights_checks.form_page(request, found, found.case)
    return _form_page(request, row, found, found.case)


def _called(request: HttpRequest, row: Act) -> dict[str, Any]:
    """Return what a call proposes for an order that begins out of it."""
    item = prefill_from_call.call_of(request) if row.name == "order.issued" else None
    return prefill_from_call.order_values(item) if item else {}


def _form_page(request: HttpRequest, row: Act, found: Item | None, case: str) -> HttpResponse:
    """Show the form of an act, or do it."""
    call = prefill_from_call.call_of(request)
    about = [f"case:{case}"] if case else []
    about += [f"item:{one.id}" for one in (found, call) if one is not None]
    writing = form_saving.begin(request, f"act:{row.name}", about)
    if writing.answer is not None:
        return writing.answer
    data = writing.data
    before = choices.before(row, found)
    form = ActForm(
        row,
        data,
        choices=choices.choices(row, case, this_service().node, found),
        initial=choices.proposed(row, found) | before | _called(request, row),
        without=choices.WITHOUT.get(row.name, ()),
    )
    language = LanguageForm(data) if form.has_text else None
    confirm = ConfirmForm(data) if row.name in CONFIRMED else None
    every = [one for one in (language, form, confirm) if one is not None]
    for one in every:
        one.use_required_attribute = False
    wrong = ""
    if request.method == "POST" and all([one.is_valid() for one in every]):  # noqa: C419 - every form shows its errors
        lang = language.cleaned_data["lang"] if language else ""
        given = choices.given(row, found)
        said = {**dict.fromkeys(form.without), **form.value(lang), **given}
        answer, wrong = recorded(
            request, row.name, said, found=found, case=case, done=_("Recorded."), form=form
        )
        if answer is not None:
            writing.finish(request)
            return answer
    writing.show(every)
    context = {
        "writing": writing,
        "act": row.name,
        "case": case,
        "line": line_of(found, caller(request)) if found else None,
        "parts": every,
        "follows": dw.FOLLOWS.get(row.name, ""),
        "wrong": wrong,
        "wrong_fields": wrong_fields(every),
    }
    return page(
        request, "docket/act.html", context, status=422 if request.method == "POST" else 200
    )
