"""Refusing or postponing, whole or in part: on grounds of the treaty, or on one of our own law."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.compose.section_forms import DecidingForm
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.law import assessment, assessment_rows
from comity.node.law.wording import UNREVIEWED
from comity.node.models import Conversation
from comity.node.web import form_fields as f

KINDS: Final = {
    "request.refused": "refuse",
    "request.postponed": "postpone",
    "request.accepted-in-part": "refuse",  # what is not accepted is refused on the same grounds
}


class GroundedDecisionForm(DecidingForm):
    """A decision whose grounds are chosen from a list."""

    def __init__(
        self, choices: Sequence[tuple[str, str]], *args: Any, reviewed: bool, **more: Any
    ) -> None:
        """Offer these grounds: how each travels, and what it says; say if nobody reviewed it."""
        super().__init__("decision", *args, **more)
        if choices:
            hint = _("Tick what applies; the reasons must say why.")
            self.fields["grounds"] = forms.MultipleChoiceField(
                label=_("Grounds that the treaty gives"),
                choices=choices,
                required=False,
                help_text=hint if reviewed else format_lazy("{} {}", hint, UNREVIEWED),
                widget=forms.CheckboxSelectMultiple(),
            )
        else:
            del self.fields["grounds"]
        self.fields["own_law"] = f.short(
            _("A ground of domestic law"),
            required=False,
            hint=_("Name the provision. This is no ground of the treaty, and the rules say so."),
        )
        self.order_fields(["reasons", "grounds", "own_law", "domestic_order", "review_by"])

    def value(self, lang: str) -> Any:
        """Return the decision, with the grounds that were ticked and one of our own law."""
        own = self.cleaned_data["own_law"].strip()
        grounds = [*self.cleaned_data.get("grounds", []), *([own] if own else [])]
        return super().value(lang) | {"grounds": grounds}


def decision_form(
    node: Node, conversation: Conversation, message_type: str, data: Any
) -> GroundedDecisionForm | None:
    """Return the form with the grounds for this request, or None where we hold no law for it."""
    kind = KINDS.get(message_type)
    if kind is None:
        return None

    try:
        held = assessment.instruments_of(node, conversation)
    except ComityError:  # the office's law cannot be read; the draft's page will say so
        return None
    if not held:
        return None
    measures = assessment.measures_of(conversation.type, conversation.measure)
    offered, reviewed = assessment_rows.grounds(lawbook(node.config).library, held, measures, kind)
    return GroundedDecisionForm(offered, data, reviewed=reviewed)
