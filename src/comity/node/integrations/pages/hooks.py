"""Webhooks of the officer: registered, tested, watched, replayed, ended."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from comity.canonical import ComityError
from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.integrations import webhooks
from comity.node.integrations.actions import MAKE_HOOK, REMOVE_HOOK, REPLAY_DELIVERY, TEST_HOOK
from comity.node.integrations.labels import EVENT, STAGE
from comity.node.integrations.webhook_targets import MAX_URL
from comity.node.models import Hook
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.signin.reauthenticate import freshly
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import Confirm, confirm, page

_SHOWN: Final = 100


class NewHook(ActionForm):
    """An address that wants to know."""

    action = MAKE_HOOK

    label = forms.CharField(
        label=gettext_lazy("Name of the program"), max_length=webhooks.MAX_LABEL
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("https:// and a host that the operator allows."),
        max_length=MAX_URL,
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events sent"),
        choices=tuple(EVENT.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].widget.attrs["dir"] = "ltr"

    def values(self) -> dict[str, Any]:
        """Return the fields by the names of the API."""
        data = self.cleaned_data
        return {"name": data["label"], "url": data["url"], "events": data["events"]}


@only(Right.HOOKS)
def listed(request: HttpRequest) -> HttpResponse:
    """List one's webhooks."""
    allowed = this_service().node.config.hook_hosts
    lines = [_line(row) for row in webhooks.hooks_of(caller(request))]
    return page(request, "integrations/hooks.html", {"lines": lines, "allowed": allowed})


def _line(row: Hook) -> dict[str, Any]:
    told = [EVENT[event] for event in row.events]
    return {"row": row, "events": told, "ended": labels.fault(row.ended)}


@only(Right.HOOKS, "GET", "HEAD", "POST")
@sensitive_variables()
@freshly
def new(request: HttpRequest) -> HttpResponse:
    """Register an address, and show the secret of its signature this one time."""
    form = NewHook(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = done_by_page(request, MAKE_HOOK, form.input)
        except ComityError as fault:
            form.add_error(
                "url" if fault.code == "hook-address" else None, labels.fault(fault.code)
            )
        else:
            return page(request, "integrations/hook_made.html", {"made": made})
    status = 422 if request.method == "POST" else 200
    return page(request, "integrations/hook_new.html", {"form": form}, status=status)


@only(Right.HOOKS, "GET", "HEAD", "POST")
def hook(request: HttpRequest, hook: int) -> HttpResponse:
    """Show one with what was delivered; its buttons test it and deliver again."""
    try:
        row = webhooks.own(caller(request), hook)
        if request.method == "POST":
            _do(request, row)
            return redirect("hook", hook=hook)
    except webhooks.HookUnknownError as fault:
        raise Http404 from fault
    lines = [
        {
            "row": one,
            "event": EVENT.get(one.event, _("test")),
            "stage": STAGE[one.stage],
            "fault": labels.fault(one.fault) if one.fault else "",
            "data": sorted(one.data.items()),
        }
        for one in webhooks.deliveries(row)[:_SHOWN]
    ]
    return page(request, "integrations/hook.html", {"line": _line(row), "deliveries": lines})


def _do(request: HttpRequest, row: Hook) -> None:
    number = request.POST.get("replay", "")
    if number.isdecimal() and len(number) < 16:
        done_by_page(request, REPLAY_DELIVERY, hook=row.pk, delivery=int(number))
        messages.success(request, _("Sent again."))
        return
    sent = done_by_page(request, TEST_HOOK, hook=row.pk)
    if sent.fault:
        messages.error(request, labels.fault(sent.fault))
    else:
        messages.success(request, _("The test was taken."))


@only(Right.HOOKS, "GET", "HEAD", "POST")
def end(request: HttpRequest, hook: int) -> HttpResponse:
    """Ask, and end a webhook."""
    try:
        row = webhooks.own(caller(request), hook)
    except webhooks.HookUnknownError as fault:
        raise Http404 from fault
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        done_by_page(request, REMOVE_HOOK, hook=hook)
        messages.success(request, _("Nothing is sent there any more."))
        return redirect("hooks")
    asked = Confirm(
        heading=_("End webhook"),
        facts=((_("Program"), row.label), (_("Address"), row.url)),
        consequences=(
            _("Pending deliveries are cancelled."),
            _("The delivery history is deleted here."),
        ),
        button=_("End webhook"),
        action=request.path,
        back=reverse("hook", kwargs={"hook": hook}),
    )
    return confirm(request, asked)
