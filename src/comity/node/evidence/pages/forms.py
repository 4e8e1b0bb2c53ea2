"""Forms of the pages of evidence."""

from datetime import UTC, datetime, time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.node.actions.action_form import ActionForm
from comity.node.core.clock import now
from comity.node.evidence import inputs
from comity.node.evidence.labels import MARKER
from comity.node.evidence.reason_form import reason
from comity.node.sensitive.actions import SET_MARK
from comity.node.web import form_fields as f
from comity.node.web import labels

MAX_STATEMENT_BYTES: Final = 8 * 1024 * 1024
_NOTED: Final = ("opened", "reverified", "exported")


def place() -> forms.CharField:
    """Return a field for where something is done."""
    return forms.CharField(
        label=_("Place"),
        max_length=inputs.MAX_PLACE_CHARS,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "dir": "auto"}),
    )


class NoteForm(forms.Form):
    """What was done with it."""

    event = f.choice(_("What was done"), [(code, labels.CUSTODY[code]) for code in _NOTED])
    reason = reason(hint=_("It stands in the chain of custody."))
    place = place()


class HoldForm(forms.Form):
    """A legal hold."""

    decision = f.short(_("Who decided, when, and its number"), most=inputs.MAX_DECISION_CHARS)
    reason = reason(hint=_("It stands in the chain of custody."))


class LiftForm(HoldForm):
    """The end of the legal holds."""


class RetentionForm(forms.Form):
    """How long it is kept here."""

    retention_class = forms.CharField(
        label=_("Class of retention"),
        max_length=inputs.MAX_CLASS_CHARS,
        help_text=_("In your office's words."),
        widget=forms.TextInput(attrs={"class": "form-control", "dir": "auto"}),
    )
    until = forms.DateField(
        label=_("Last day of keeping"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}),
    )

    @property
    def moment(self) -> datetime:
        """Return the last second of the day, UTC."""
        return datetime.combine(self.cleaned_data["until"], time(23, 59, 59), UTC)

    def clean_until(self) -> Any:
        """Refuse a day that is over."""
        until = self.cleaned_data["until"]
        try:
            inputs.check_until(datetime.combine(until, time(23, 59, 59), UTC), at=now())
        except inputs.RetentionPastError as fault:
            raise forms.ValidationError(_("This day is over.")) from fault
        return until


class PartForm(forms.Form):
    """A part, or a copy of the whole, as an exhibit of its own."""

    part = forms.CharField(
        label=_("Which part"),
        required=False,
        max_length=inputs.MAX_PART_CHARS,
        help_text=_("As your tool calls it, such as a path. Leave it empty for a copy."),
        widget=forms.TextInput(attrs={"class": "form-control", "dir": "auto"}),
    )
    reason = reason(hint=_("It stands in the chain of custody."))
    place = place()


class RedactedForm(forms.Form):
    """A redacted copy that an examiner made."""

    statement = forms.FileField(
        label=_("Statement of the redacted bundle"),
        help_text=_("The file data/bundle.json in the folder of the bundle."),
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ".json,application/json"}
        ),
    )
    reason = reason(hint=_("It stands in the chain of custody."))
    place = place()


class DestroyForm(forms.Form):
    """An order to destroy."""

    reason = reason(_("Why, and by which decision"), hint=_("It stands in the chain of custody."))
    place = place()
    despite_retention = f.tick(_("The reason covers the early end of its time of keeping"))


class ConfirmForm(forms.Form):
    """A second officer's word."""

    sure = forms.BooleanField(label=_("I have read what goes for ever. Destroy it."))


class MarkForm(ActionForm):
    """A marker to set or to lift: both acts take the same."""

    action = SET_MARK

    marker = f.choice(_("Marker"), MARKER.items())
    reason = reason(most=1000, hint=_("It stays in this office."))
