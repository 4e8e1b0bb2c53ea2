"""What officers do about the law's findings on a draft: add facts, override a rule."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from comity.canonical import ComityError, time_text
from comity.instruments.errors import OverrideError
from comity.node.actions.action_form import done_by_page
from comity.node.compose.actions import ADD_FACTS, OVERRIDE_RULE
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.law.facts_from_messages import READABLE
from comity.node.law.schemas import FactsIn, OverrideIn
from comity.node.law.wording import say
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.permissions import only, seen

if TYPE_CHECKING:
    from comity.instruments import Library
    from comity.node.law.wording import Said

_YES_NO: Final = (("", "–"), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))
_PREFIX: Final = "fact"
_MANY: Final = 200
_NONE: Final[Mapping[str, Any]] = {}


class FactsForm(forms.Form):
    """Questions that no field of the message can answer; every answer may be left out."""

    def __init__(
        self, node: Node, names: Iterable[str], data: Any = None, given: Mapping[str, Any] = _NONE
    ) -> None:
        """Make a field for each fact that messages cannot say; ``given`` are earlier answers.

        ``unreviewed`` then says whether wording stands in it that nobody reviewed.
        """
        shown = {n: ("no", "yes")[v] if isinstance(v, bool) else v for n, v in given.items()}
        super().__init__(data, prefix=_PREFIX, initial=shown, use_required_attribute=False)
        library = lawbook(node.config).library
        self.unreviewed = False
        for name in dict.fromkeys([*names, *given]):
            fact = library.facts.get(name)
            if fact is None or name in READABLE or fact.kind == "items":
                continue
            told = [(v, say(library, None, f"codes.{name}.{v}")) for v in fact.values]
            if name == "case.offence":
                told = _offences(library)
            if told or fact.kind not in {"code", "codes"}:
                asked = say(library, None, f"facts.{name}.ask")
                choices = [(v, said.text) for v, said in told]
                self.fields[name] = _field(fact.kind, asked.text, choices)
                said_here = [asked, *(said for _v, said in told)]
                self.unreviewed |= not all(said.reviewed for said in said_here)

    def value(self) -> dict[str, Any]:
        """Return the answers that were given, by fact."""
        found = {}
        for name, field in self.fields.items():
            value = self.cleaned_data[name]
            if value in (None, "", []):
                continue
            if isinstance(field, forms.DateTimeField):
                value = time_text(value.replace(microsecond=0))
            elif isinstance(field, _Flag):
                value = value == "yes"
            found[name] = value
        return found


class _Flag(forms.ChoiceField):
    """Yes, no, or nothing said."""


def _field(kind: str, asked: str, choices: list[tuple[str, str]]) -> forms.Field:
    """Return the field for a fact of a kind."""
    if kind == "flag":
        return _Flag(label=asked, choices=_YES_NO, required=False, widget=forms.Select())
    if kind == "time":
        return f.moment(asked, required=False)
    if kind == "number":
        return f.whole_number(asked, least=0, most=2**53 - 1, required=False)
    if kind == "code":
        return f.choice(asked, [("", "–"), *choices], required=False)
    if kind == "codes":
        widget = forms.CheckboxSelectMultiple()
        return forms.MultipleChoiceField(
            label=asked, choices=choices, required=False, widget=widget
        )
    return f.long(asked, required=False, rows=2)


def _offences(library: "Library") -> list[tuple[str, "Said"]]:
    """Return the offences of all instruments, one key once."""
    found: dict[str, Said] = {}
    for one in library.instruments.values():
        for key in one.offences:
            found.setdefault(key, say(library, one.key, f"offences.{key}"))
    return sorted(found.items(), key=lambda pair: pair[1].text)


@only(Right.DRAFT, "POST")
def add_facts(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Keep an officer's answers for judging a draft; they are not sent."""
    if not seen(request).drafts().filter(id=draft_id).exists():
        raise Http404
    node = this_service().node
    before = f"{_PREFIX}-"
    names = [name.removeprefix(before) for name in request.POST if name.startswith(before)]
    form = FactsForm(node, names[:_MANY], request.POST)
    if not form.is_valid():
        messages.error(request, labels.fault("law-fact-type"))
        return redirect("draft", draft_id=draft_id)
    try:
        if given := form.value():
            done_by_page(request, ADD_FACTS, FactsIn(facts=given), draft=draft_id)
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
    return redirect("draft", draft_id=draft_id)


@only(Right.OVERRIDE, "POST")
def override(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Keep an official's decision to send a draft in spite of a rule."""
    if not seen(request).drafts().filter(id=draft_id).exists():
        raise Http404
    try:
        told = OverrideIn(
            rule=request.POST.get("rule", ""), reasons=request.POST.get("reasons", "")
        )
        done_by_page(request, OVERRIDE_RULE, told, draft=draft_id)
    except ValidationError:
        messages.error(request, labels.fault(OverrideError.code))
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
    else:
        messages.success(request, _("The rule is overridden for this draft, with your reasons."))
    return redirect("draft", draft_id=draft_id)
