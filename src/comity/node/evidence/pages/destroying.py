"""Destroying an exhibit: what it means, what stands against it, and the second officer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.evidence import destruction, destruction_orders, exhibits
from comity.node.evidence.actions import (
    CONFIRM_DESTRUCTION,
    ORDER_DESTRUCTION,
    WITHDRAW_DESTRUCTION,
)
from comity.node.evidence.exhibits import Holding
from comity.node.evidence.pages.exhibit import named
from comity.node.evidence.pages.forms import ConfirmForm, DestroyForm
from comity.node.models import Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import marks
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page


@only(Right.EVIDENCE, "GET", "HEAD", "POST")
def destroy(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a destruction means, and take an order."""
    holding = named(name)
    form = DestroyForm(request.POST or None, use_required_attribute=False)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, holding, form=form, status=422 if form.is_bound else 200)
    try:
        done = done_by_page(request, ORDER_DESTRUCTION, form.input, name=holding.exhibit)
    except ComityError as fault:
        form.add_error(None, labels.fault(fault.code))
        return _shown(request, holding, form=form, status=422)
    if done.event is None:
        messages.success(request, gettext("Destruction ordered. A second officer must confirm it."))
    else:
        messages.success(request, gettext("Exhibit destroyed. Its record is retained."))
    return redirect("exhibit", name=holding.exhibit)


@only(Right.CONFIRM_DESTRUCTION, "GET", "HEAD", "POST")
def confirm(request: HttpRequest, name: str) -> HttpResponse:
    """Show an order that waits to the second officer, and take the confirmation."""
    holding = named(name)
    if request.method != "POST" and destruction_orders.waiting(holding.exhibit) is None:
        raise Http404
    form = ConfirmForm(request.POST or None, use_required_attribute=False)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, holding, second=form, status=422 if form.is_bound else 200)
    try:
        done_by_page(request, CONFIRM_DESTRUCTION, name=holding.exhibit)
    except ComityError as fault:
        form.add_error(None, labels.fault(fault.code))
        return _shown(request, holding, second=form, status=422)
    messages.success(request, gettext("Exhibit destroyed. Its record is retained."))
    return redirect("exhibit", name=holding.exhibit)


@only(Right.CONFIRM_DESTRUCTION, "POST")
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Withdraw an order that waits."""
    holding = named(name)
    try:
        done_by_page(request, WITHDRAW_DESTRUCTION, name=holding.exhibit)
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
    else:
        messages.success(request, gettext("Order withdrawn. Nothing was destroyed."))
    return redirect("exhibit", name=holding.exhibit)


def _shown(
    request: HttpRequest,
    holding: Holding,
    *,
    form: DestroyForm | None = None,
    second: ConfirmForm | None = None,
    status: int = 200,
) -> HttpResponse:
    node = this_service().node
    exhibits.note_reading(holding.exhibit, by=request.user.get_username(), way="desk")
    plan = destruction.plan(node, holding.exhibit, at=now())
    context = {
        "holding": holding,
        "plan": plan,
        "against": [labels.fault(fault.code) for fault in plan.against],
        "early": any(isinstance(f, destruction.ExhibitRetainedError) for f in plan.against),
        "form": form,
        "second": second,
        "ordered": destruction_orders.waiting(holding.exhibit),
        "mine": caller(request).identifier,
        "two": node.config.destruction_officers == 2,
        "marks": marks.on(Mark.Kind.EXHIBIT, holding.exhibit),
    }
    return page(request, "evidence/destroy.html", context, status=status)
