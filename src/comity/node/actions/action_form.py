"""A page's form for an act: laid out by hand, and valid exactly where the act's model says so."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from comity.exchange.faults import code_of
from comity.node.actions.action import Action, ActionCall
from comity.node.actions.perform import RightLackingError, perform
from comity.node.people.signin.trusted_proxies import network_of
from comity.node.web.fault_sentences import fault_sentence
from comity.node.web.permissions import caller


class ActionForm(forms.Form):
    """A form whose values become the input of an act.

    What the model refuses stands beside the field of the same name, or above the form where the
    form has no such field.
    """

    action: ClassVar[Action]
    input: BaseModel

    def values(self) -> Mapping[str, Any]:
        """Return the members of the model by what was typed; by default the fields named so."""
        names = self.action.input.model_fields if self.action.input else {}
        return {n: _said(value) for n, value in self.cleaned_data.items() if n in names}

    def words(self, name: str, code: str) -> Any:
        """Return what is said of a member, or None for the words of all forms.

        Args:
            name: of the member; ``""`` for the whole.
            code: one of `comity.exchange.faults.MEMBER_CODES`.
        """
        return None

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        model = self.action.input
        if model is None or self.errors:
            return
        try:
            self.input = model(**self.values())
        except ValidationError as fault:
            for one in fault.errors(include_url=False):
                self._refuse(one)

    def _refuse(self, fault: Mapping[str, Any]) -> None:
        name = str(fault["loc"][0]) if fault["loc"] else ""
        code = code_of(fault)
        told = self.words(name, code) or fault_sentence(fault)
        self.add_error(name if name in self.fields else None, told)


def _said(value: object) -> object:
    """Return a value as a program would say it: a moment or a day is a text."""
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date too


def done_by_page(
    request: HttpRequest, action: Action, told: BaseModel | None = None, **place: Any
) -> Any:
    """Do an act for the officer whom the guard of the page let in; see `perform`.

    Args:
        request: that the guard let in.
        action: what is done.
        told: what was said, as `ActionForm.input` or made by the page.
        place: what the address of the act names.

    Raises:
        PermissionDenied: the role has not the right of the act, though it may see the page.
    """
    call = ActionCall(officer=caller(request), place=place, input=told, address=network_of(request))
    try:
        return perform(action, call)
    except RightLackingError as fault:  # the page is for others too
        raise PermissionDenied from fault
