"""The form by which a bundle for a court is ordered."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.node.actions.action_form import ActionForm
from comity.node.court.actions import ASK_EXPORT
from comity.node.evidence.labels import PURPOSE
from comity.node.evidence.reason_form import reason
from comity.node.web import form_fields as f

_LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")


class ExportForm(ActionForm):
    """A court bundle."""

    action = ASK_EXPORT

    case = forms.CharField(
        label=_("Case"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    purpose = f.choice(
        _("Purpose"),
        (("", _("not stated")), *PURPOSE.items()),
        required=False,
        hint=_("Required where conditions on use apply to the evidence."),
    )
    papers = f.choice(
        _("Custody passports as PDF"),
        (("", _("none")), *((code, code) for code in _LANGUAGES)),
        required=False,
        hint=_("In this language."),
    )
    reason = reason(most=1000, hint=_("Not sent outside this office."))
