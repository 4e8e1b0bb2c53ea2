"""The forms of a lesson: what is to change, who does it, by which day; and why it is withdrawn."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comity.node.actions.action_form import ActionForm
from comity.node.exercise.actions import CORRECT_LESSON, WITHDRAW_LESSON, WRITE_LESSON
from comity.node.exercise.lessons import MAX_OWNER, MAX_TEXT


class LessonForm(ActionForm):
    """A lesson of a team."""

    action = WRITE_LESSON

    text = forms.CharField(
        label=pgettext_lazy("lesson", "Change"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    owner = forms.CharField(
        label=_("Owner"),
        max_length=MAX_OWNER,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    due = forms.DateField(
        label=_("Due date"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class LessonCorrectionForm(LessonForm):
    """A lesson as it stands, to be corrected: what was not changed is not said again."""

    action = CORRECT_LESSON

    def values(self) -> Mapping[str, Any]:
        """Return what was changed."""
        told = super().values()
        return {name: told[name] for name in self.changed_data if name in told}

    def words(self, name: str, code: str) -> Any:
        """Return what is said where nothing was changed."""
        return _("Nothing was changed. Change a field, then save.") if not name else None


class LessonWithdrawalForm(ActionForm):
    """Why a lesson is withdrawn."""

    action = WITHDRAW_LESSON

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
