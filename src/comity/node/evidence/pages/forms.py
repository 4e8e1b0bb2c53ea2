"""Forms of the pages of evidence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.node.actions.action_form import ActionForm
from comity.node.core.clock import now
from comity.node.evidence import inputs
from comity.node.evidence.actions import (
    DERIVE_EXHIBIT,
    NOTE_EVENT,
    ORDER_DESTRUCTION,
    RETAIN_EXHIBIT,
)
from comity.node.evidence.labels import MARKER
from comity.node.evidence.reason_form import reason
from comity.node.sensitive.actions import SET_MARK
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.office_day import office_day_end

MAX_STATEMENT_BYTES: Final = 8 * 1024 * 1024
_NOTED: Final = ("opened", "reverified", "exported")


def place() -> forms.CharField:
    """Return a field for where something is done."""
    return forms.CharField(
        label=_("Place"),
        max_length=inputs.MAX_PLACE_CHARS,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class ReasonedForm(ActionForm):
    """A form whose texts may be left empty where the act takes none."""

    def values(self) -> Mapping[str, Any]:
        """Return the fields; of a text that is empty, that there is none."""
        return {name: value or None for name, value in super().values().items()}


class NoteForm(ReasonedForm):
    """What was done with it."""

    action = NOTE_EVENT

    event = f.choice(_("Action"), [(code, labels.CUSTODY[code]) for code in _NOTED])
    reason = reason(hint=_("Recorded in the chain of custody."))
    place = place()


class HoldForm(ReasonedForm):
    """A legal hold."""

    action = NOTE_EVENT
    event: ClassVar = "held"

    decision = f.short(_("Decision: authority, date and number"), most=inputs.MAX_DECISION_CHARS)
    reason = reason(hint=_("Recorded in the chain of custody."))

    def values(self) -> Mapping[str, Any]:
        """Return the fields, and which event it is."""
        return {**super().values(), "event": self.event}


class LiftForm(HoldForm):
    """The end of the legal holds."""

    event: ClassVar = "hold-lifted"


class RetentionForm(ActionForm):
    """How long it is kept here."""

    action = RETAIN_EXHIBIT

    retention_class = forms.CharField(
        label=_("Retention class"),
        max_length=inputs.MAX_CLASS_CHARS,
        help_text=_("In your office's words."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    until = forms.DateField(
        label=_("Last day of retention"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_until(self) -> datetime:
        """Return the last second of the day in the office; refuse a day that is over."""
        until = office_day_end(self.cleaned_data["until"])
        try:
            inputs.check_until(until, at=now())
        except inputs.RetentionPastError as fault:
            raise forms.ValidationError(_("This day is over.")) from fault
        return until


class PartForm(ReasonedForm):
    """A part, or a copy of the whole, as an exhibit of its own."""

    action = DERIVE_EXHIBIT

    part = forms.CharField(
        label=_("Part"),
        required=False,
        max_length=inputs.MAX_PART_CHARS,
        help_text=_("As your tool calls it, such as a path. Leave it empty for a copy."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    reason = reason(hint=_("Recorded in the chain of custody."))
    place = place()


class RedactedForm(forms.Form):
    """A redacted copy that an examiner made."""

    statement = forms.FileField(
        label=_("Statement of the redacted bundle"),
        help_text=_("The file data/bundle.json in the folder of the bundle."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
    reason = reason(hint=_("Recorded in the chain of custody."))
    place = place()


class DestroyForm(ActionForm):
    """An order to destroy."""

    action = ORDER_DESTRUCTION

    reason = reason(_("Reason and decision"), hint=_("Recorded in the chain of custody."))
    place = place()
    despite_retention = f.tick(_("The reason covers the early end of the retention period"))

    def values(self) -> Mapping[str, Any]:
        """Return the fields; of a place that is empty, that there is none."""
        data = super().values()
        return {**data, "place": data["place"] or None}


class ConfirmForm(forms.Form):
    """A second officer's word."""

    sure = forms.BooleanField(label=_("I understand that destruction is permanent."))


class MarkForm(ActionForm):
    """A marker to set or to lift: both acts take the same."""

    action = SET_MARK

    marker = f.choice(_("Sensitivity label"), MARKER.items())
    reason = reason(most=1000, hint=_("Not sent outside this office."))
