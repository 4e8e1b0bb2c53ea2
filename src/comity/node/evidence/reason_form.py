"""The form that asks for a reason."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.node.evidence import inputs
from comity.node.web import form_fields as f

_REASON: Final = _("Reason")


def reason(
    label: Any = _REASON, *, most: int = inputs.MAX_REASON_CHARS, hint: Any = ""
) -> forms.CharField:
    """Return a field for why something is done."""
    field = f.long(label, hint=hint, rows=2)
    field.max_length = most
    return forms.CharField(
        label=label, max_length=most, help_text=hint, widget=field.widget, required=True
    )


class ReasonForm(forms.Form):
    """Why somebody wants to see something."""

    reason = reason(_("Reason for viewing"), most=1000, hint=_("Recorded with your name."))
