"""Opening a conversation that asks for nothing: information nobody asked for, and a note."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.compose import requirements
from comity.node.compose.pages.partners import not_offered, partners
from comity.node.compose.section_forms import section_forms, section_groups, values_of
from comity.node.core.node import Node
from comity.node.messages import draft_by_page
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web.form_groups import Group, numbered
from comity.node.web.kept_forms import restores
from comity.node.web.permissions import caller, only
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

    def __init__(self, node: Node, message_type: str, *args: Any, by: str, **more: Any) -> None:
        super().__init__(*args, **more)
        f.set_choices(self, "to", partners(node, message_type, by=by))


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


def _groups(
    node: Node, message_type: str, language: forms.Form, to: forms.Form, parts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the groups of the form, and whose requirements stand beside them."""
    party, lang = f.shown_choice(to["to"]), f.shown_choice(language["lang"])
    needs = tuple(requirements.of_entry(node, party, lang)) if party else ()
    first = Group("group-addressee", _("Addressee"), (to, language), needs=needs)
    rest = section_groups(parts, message_type)
    state = requirements.state_name(node, party) if party else ""
    return {
        "groups": numbered([first, *rest]),
        "required_by": gettext("%(state)s requires") % {"state": state},
    }


def _opened(request: HttpRequest, message_type: str) -> HttpResponse:
    service = this_service()
    writing = draft_by_page.begin(request, f"do:{message_type}", message_type=message_type)
    if writing.form.answer is not None:
        return writing.form.answer
    data = writing.data
    language = LanguageForm(data)
    named: dict[str, Any] = {"prefix": "to", "use_required_attribute": False}
    by = caller(request).user.get_username()
    to = PartnerForm(service.node, message_type, data, by=by, **named)
    parts = section_forms(message_type, data)
    every: list[Any] = [language, to, *parts.values()]
    wrong = ""
    handed_in = request.method == "POST" and not writing.form.looked
    if handed_in and all([form.is_valid() for form in every]):  # noqa: C419 - every form shows its errors
        try:
            told = DraftIn(
                type=message_type,
                to=[to.cleaned_data["to"]],
                sections=values_of(parts, message_type, language.cleaned_data["lang"]),
            )
            row = draft_by_page.drafted(request, writing, told)
            return redirect("draft", draft_id=row.id)
        except ComityError as fault:
            wrong = writing.told(fault)
    writing.form.show(every)
    context = {
        "writing": writing,
        "looked": writing.form.looked,
        "type": message_type,
        "means": MEANS[message_type],
        "not_offered": not_offered(service.node, message_type),
        **_groups(service.node, message_type, language, to, parts),
        "wrong": wrong,
        "wrong_fields": wrong_fields(every),
    }
    return page(request, "compose/opening.html", context, status=422 if handed_in else 200)
