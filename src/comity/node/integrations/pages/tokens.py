"""Access for programs: the officer's own tokens, listed, made, revoked."""

from collections.abc import Iterator
from typing import Any

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
from comity.node.core.clock import real_now
from comity.node.core.formats import date_text
from comity.node.integrations.actions import MAKE_TOKEN, REVOKE_OWN_TOKEN
from comity.node.integrations.labels import GROUPS, RIGHT
from comity.node.models import ApiToken, Officer
from comity.node.people import access_tokens
from comity.node.people.permissions import Right, rights_of
from comity.node.signin.reauthenticate import freshly
from comity.node.web.permissions import caller, only
from comity.node.web.render import Confirm, confirm, page

_DAYS = ((1, gettext_lazy("one day")), (30, gettext_lazy("30 days")),
         (90, gettext_lazy("90 days")), (365, gettext_lazy("one year")))  # fmt: skip


class _Grouped(forms.CheckboxSelectMultiple):
    """Boxes that each know the title they stand under."""

    def options(self, name: str, value: Any, attrs: Any = None) -> Iterator[dict[str, Any]]:
        """Yield the boxes in their order."""
        for title, boxes, _number in self.optgroups(name, value, attrs):
            yield from ({**box, "title": title} for box in boxes)


class NewToken(ActionForm):
    """What a program is let in for."""

    action = MAKE_TOKEN

    label = forms.CharField(
        label=gettext_lazy("Name of the program"),
        help_text=gettext_lazy("So that you know the token again when it should end."),
        max_length=access_tokens.MAX_LABEL,
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        choices=_DAYS,
        coerce=int,
        initial=access_tokens.DEFAULT_DAYS,
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Access"),
        help_text=gettext_lazy("Choose as little as the program needs."),
        widget=_Grouped,
    )

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        had = rights_of(officer)
        chosen = self.fields["scopes"]
        if isinstance(chosen, forms.MultipleChoiceField):
            groups = [
                (title, [(right.value, RIGHT[right]) for right in Right if right in rights & had])
                for title, rights in GROUPS
            ]
            chosen.choices = [group for group in groups if group[1]]

    def values(self) -> dict[str, Any]:
        """Return the fields by the names of the API."""
        data = self.cleaned_data
        return {"name": data["label"], "rights": data["scopes"], "days": data["days"]}


@only(Right.SELF)
def listed(request: HttpRequest) -> HttpResponse:
    """List one's tokens, with what each can do now and when it was last used."""
    officer = caller(request)
    context = {"lines": [_line(officer, row) for row in access_tokens.tokens_of(officer)]}
    return page(request, "integrations/list.html", context)


def _line(officer: Officer, row: ApiToken) -> dict[str, Any]:
    return {
        "row": row,
        "over": access_tokens.is_over(row, at=real_now()),
        "can": [RIGHT[right] for right in access_tokens.rights_now(officer, row)],
        "lost": len(row.scopes) - len(access_tokens.rights_now(officer, row)),
    }


@only(Right.TOKENS, "GET", "HEAD", "POST")
@sensitive_variables()
@freshly
def new(request: HttpRequest) -> HttpResponse:
    """Make a token, and show it this one time."""
    form = NewToken(request.POST or None, officer=caller(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = done_by_page(request, MAKE_TOKEN, form.input)
        except access_tokens.TokenManyError:
            form.add_error(None, _("You have too many tokens. Revoke those that are not used."))
        except ComityError:
            form.add_error("label", _("Use a name that can be printed."))
        else:
            return page(request, "integrations/made.html", {"made": made})
    status = 422 if request.method == "POST" else 200
    return page(request, "integrations/new.html", {"form": form}, status=status)


@only(Right.SELF, "GET", "HEAD", "POST")
def revoke(request: HttpRequest, token: int) -> HttpResponse:
    """Ask, and end a token now: also for whoever has a token and may make none."""
    officer = caller(request)
    try:
        row = access_tokens.own(officer, token)
    except access_tokens.TokenUnknownError as fault:
        raise Http404 from fault
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        done_by_page(request, REVOKE_OWN_TOKEN, token=token)
        messages.success(request, _("Token revoked."))
        return redirect("programs")
    asked = Confirm(
        heading=_("Revoke token"),
        facts=(
            (_("Program"), row.label),
            (_("Last used"), date_text(row.used_at) if row.used_at else _("never")),
        ),
        consequences=(_("The program that uses it is refused from its next call on."),),
        button=_("Revoke token"),
        action=request.path,
        back=reverse("programs"),
    )
    return confirm(request, asked)
