"""The form of a lesson: what is to change, who does it, by which day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.node.actions.action_form import ActionForm
from comity.node.exercise.actions import WRITE_LESSON
from comity.node.exercise.lessons import MAX_OWNER, MAX_TEXT


class LessonForm(ActionForm):
    """A lesson of a team."""

    action = WRITE_LESSON

    text = forms.CharField(
        label=_("What is to change"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    owner = forms.CharField(
        label=_("Who does it"),
        max_length=MAX_OWNER,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    due = forms.DateField(
        label=_("By which day"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
