"""The filter of work items, and the name under which it is saved."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import ValidationError

from comity.node.actions.action_form import ActionForm
from comity.node.cases.severity import Kind, Severity
from comity.node.my_work.actions import SAVE_FILTER
from comity.node.my_work.criteria import Criteria
from comity.node.my_work.pages import labels
from comity.node.watch import labels as watch_labels
from comity.node.web.form_fields import choice, set_choices, short, tick

_ANY = ("", _("Any"))


def criteria_in(asked: Mapping[str, str]) -> tuple[Criteria, bool]:
    """Return what an address asks for, and whether all of it could be read.

    Args:
        asked: names and values; what is no member of the filter is passed over.
    """
    told = {name: asked.get(name, "")[:64] for name in Criteria.model_fields}
    try:
        return Criteria.model_validate(told), True
    except ValidationError as fault:
        wrong = {str(one["loc"][0]) for one in fault.errors(include_url=False)}
        return Criteria.model_validate({n: v for n, v in told.items() if n not in wrong}), False


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [_ANY, *((str(code), said) for code, said in words.items())]


class FilterForm(ActionForm):
    """What is shown, and the name to save it under."""

    action = SAVE_FILTER
    severity = choice(_("Severity"), [], required=False)
    kind = choice(_("Kind"), [], required=False)
    owner = choice(_("Owner"), [], required=False)
    state = choice(pgettext_lazy("country", "State"), [], required=False)
    due = choice(_("Deadline"), [], required=False)
    waits = choice(_("Waiting for"), [], required=False)
    sort = choice(_("Sort by"), [], required=False)
    name = short(_("Name of the filter"), most=60, required=False)
    shared = tick(_("Share with the office"))

    def __init__(
        self,
        *args: Any,
        officers: Iterable[tuple[str, str]],
        states: Iterable[tuple[str, str]],
        **more: Any,
    ) -> None:
        """Offer the officers and the States of this office."""
        super().__init__(*args, **more)
        self.officers = list(officers)
        kinds = {kind: watch_labels.what(kind, 2) for kind in Kind if kind is not Kind.NEW}
        offered: dict[str, list[tuple[str, Any]]] = {
            "severity": _choices({one: watch_labels.SEVERITY[one] for one in Severity}),
            "kind": [_ANY, *sorted(((str(k), v) for k, v in kinds.items()), key=lambda x: x[1])],
            "owner": [*_choices(labels.OWNER), *self.officers],
            "state": [_ANY, *states],
            "due": _choices(labels.DUE),
            "waits": _choices(labels.WAITS),
            "sort": [("", pgettext_lazy("sort", "Urgency")), *_choices(labels.SORT)[1:]],
        }
        for name, found in offered.items():
            set_choices(self, name, found)

    def clean_name(self) -> str:
        """Refuse to save a filter without a name."""
        if not self.cleaned_data["name"]:
            raise forms.ValidationError(_("Enter a name for the filter."))
        return str(self.cleaned_data["name"])
