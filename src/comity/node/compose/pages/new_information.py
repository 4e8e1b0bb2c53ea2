"""Opening a conversation that asks for nothing: information nobody asked for, and a note."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.compose.pages.partners import not_offered, partners
from comity.node.compose.section_forms import section_forms, values_of
from comity.node.core.node import Node
from comity.node.messages.actions import MAKE_DRAFT
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.kept_forms import restores, take_kept
from comity.node.web.permissions import only
from comity.node.web.render import page
from comity.node.web.schemas import DraftIn
from comity.node.web.section_form import LanguageForm, wrong_fields

INFORMATION: Final = "information.shared"
NOTE: Final = "consultation.note"
MEANS: Final = {
    INFORMATION: _("The other State is told what may help it, though it did not ask."),
    NOTE: _("A question or a word to another State, outside any request."),
}
"""Type of message to what it is for; the page that begins things lists them in this order."""


class PartnerForm(forms.Form):
    """To whom it goes."""

    to = f.choice(_("Authority that it goes to"), ())

    def __init__(self, node: Node, message_type: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        f.set_choices(self, "to", partners(node, message_type))


@restores
@only(Right.DRAFT, "GET", "HEAD", "POST")
def information(request: HttpRequest) -> HttpResponse:
    """Write information that nobody asked for; it becomes a draft."""
    return _opened(request, INFORMATION)


@restores
@only(Right.DRAFT, "GET", "HEAD", "POST")
def note(request: HttpRequest) -> HttpResponse:
    """Write a note to another State; it becomes a draft."""
    return _opened(request, NOTE)


def _opened(request: HttpRequest, message_type: str) -> HttpResponse:
    service = this_service()
    data = request.POST if request.method == "POST" else take_kept(request)
    language = LanguageForm(data)
    to = PartnerForm(service.node, message_type, data, prefix="to", use_required_attribute=False)
    parts = section_forms(message_type, data)
    every: list[Any] = [language, to, *parts.values()]
    wrong = ""
    if request.method == "POST" and all([form.is_valid() for form in every]):  # noqa: C419 - every form shows its errors
        try:
            told = DraftIn(
                type=message_type,
                to=[to.cleaned_data["to"]],
                sections=values_of(parts, message_type, language.cleaned_data["lang"]),
            )
            row = done_by_page(request, MAKE_DRAFT, told)
            return redirect("draft", draft_id=row.id)
        except ComityError as fault:
            wrong = labels.fault(fault.code)
    context = {
        "type": message_type,
        "means": MEANS[message_type],
        "not_offered": not_offered(service.node, message_type),
        "every": every,
        "wrong": wrong,
        "wrong_fields": wrong_fields(every),
    }
    return page(
        request, "compose/opening.html", context, status=422 if request.method == "POST" else 200
    )
