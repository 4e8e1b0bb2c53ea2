"""Forms of one inject and one task of a scenario."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.drills import DrillError, Plan
from comity.drills.parse import MAX_POINTS, MAX_TRIES
from comity.drills.texts import MAX_TEXT, check_text
from comity.instruments.table import KEY
from comity.node.desk import fields as f
from comity.node.desk.exercise import scenario_words as words

_NUMBERS: Final = {"class": "form-control", "dir": "ltr"}


def _plain(value: str) -> None:
    try:
        check_text(value.replace("\r\n", "\n"), file="", key="")
    except DrillError as fault:
        raise forms.ValidationError(
            _("Plain text only: no tags, no scripts, and braces only around the name of a value.")
        ) from fault


def _number(label: Any, *, most: int, hint: Any = "", required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=0,
        max_value=most,
        help_text=hint,
        widget=forms.NumberInput(attrs=_NUMBERS),
    )


def _text(label: Any, *, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_TEXT,
        help_text=hint,
        validators=[_plain],
        widget=forms.Textarea(
            attrs={"class": "form-control", "rows": rows, "lang": "en", "dir": "ltr"}
        ),
    )


def _lines(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_TEXT,
        help_text=hint,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3, "dir": "auto"}),
    )


class InjectForm(forms.Form):
    """When something comes, what it is, and for whom."""

    key = forms.RegexField(
        KEY.pattern,
        max_length=64,
        label=_("Key"),
        help_text=_("A short name for it: second-call."),
        widget=forms.TextInput(attrs=_NUMBERS),
    )
    kind = f.choice(_("Kind"), words.INJECT.items())
    minute = _number(
        _("Minute"), most=24 * 60, hint=_("Of exercise time. Empty if a trigger brings it.")
    )
    trigger = f.choice(_("Or by a trigger"), (), required=False)
    delay_minutes = _number(_("Minutes after the trigger"), most=24 * 60)
    sender = f.choice(_("From"), (), required=False)
    to = forms.MultipleChoiceField(
        label=_("To"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked: to all."),
    )
    thread = f.choice(_("Conversation"), (), required=False)
    type = f.short(
        _("Type of the message"), required=False, hint=_("Of the protocol: request.submitted.")
    )
    exhibit = f.choice(_("Exhibit that comes with it"), (), required=False)
    loss = f.tick(_("Something is lost for good when it comes"))
    title = _text(_("Title, in English"), rows=2)
    text = _text(_("Text, in English"), rows=6)

    def __init__(self, plan: Plan, *args: Any, is_new: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.use_required_attribute = False
        if not is_new:
            del self.fields["key"]
        house = ("", _("the house"))
        for name, keys, none in (
            ("trigger", plan.triggers, ("", _("none"))),
            ("sender", plan.parties, house),
            ("thread", plan.threads, ("", _("none"))),
            ("exhibit", plan.exhibits, ("", _("none"))),
        ):
            f.set_choices(self, name, [none, *((key, key) for key in keys)])
        f.set_choices(self, "to", [(key, key) for key in plan.roles])

    def clean(self) -> dict[str, Any]:
        """Check that it comes in one way."""
        data = super().clean() or {}
        if (data.get("minute") is None) == (not data.get("trigger")):
            self.add_error("minute", _("A minute, or a trigger; one of them, and not both."))
        return data

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        data, made = self.cleaned_data, dict(before)
        said = {
            "kind": data["kind"],
            "minute": data["minute"],
            "trigger": data["trigger"],
            "delay_minutes": data["delay_minutes"] or None,
            "from": data["sender"],
            "to": list(data["to"]),
            "thread": data["thread"],
            "type": data["type"],
            "exhibit": data["exhibit"],
            "loss": data["loss"] or None,
        }
        return merged(made, said)

    @staticmethod
    def initial_of(members: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
        """Return what the form shows of an entry."""
        return {**members, "sender": members.get("from", ""), **texts}


class TaskForm(forms.Form):
    """What a question asks, what is right, and what hints to it cost."""

    ask = _text(_("Question, in English"), rows=4)
    answers = _lines(_("Right answers"), _("One a line; any of them is right."))
    points = _number(_("Points"), most=MAX_POINTS, required=True)
    tries = _number(_("Tries"), most=MAX_TRIES, hint=_("Answers that count; empty: 3."))
    roles = forms.MultipleChoiceField(
        label=_("For"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked: for all."),
    )
    opens = f.choice(_("Comes with"), (), required=False)
    cite = _lines(_("Articles"), _("Of the treaty, one a line: 42(9)."))
    learn = _text(_("What one takes away from it, in English"), rows=4)

    def __init__(self, plan: Plan, key: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.use_required_attribute = False
        f.set_choices(self, "roles", [(one, one) for one in plan.roles])
        first = ("", _("the beginning"))
        f.set_choices(self, "opens", [first, *((one, one) for one in plan.injects)])
        self.hints = [one for one in plan.hints.values() if one.task == key]
        for hint in self.hints:
            label = _("Cost of the hint %(key)s") % {"key": hint.key}
            self.fields[f"hint:{hint.key}"] = _number(label, most=MAX_POINTS, required=True)
            self.initial.setdefault(f"hint:{hint.key}", hint.cost)

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        data, cite = self.cleaned_data, lines_of(self.cleaned_data["cite"])
        said = {
            "answers": lines_of(data["answers"]),
            "points": data["points"],
            "tries": data["tries"],
            "roles": list(data["roles"]),
            "opens": data["opens"],
            "cite": before["cite"] if cite == [before.get("cite")] else cite,
        }
        return merged(before, said)

    def costs(self) -> dict[str, int]:
        """Return hint to what it costs."""
        return {one.key: int(self.cleaned_data[f"hint:{one.key}"]) for one in self.hints}

    @staticmethod
    def initial_of(members: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
        """Return what the form shows of an entry."""
        cite = members.get("cite", [])
        listed = [cite] if isinstance(cite, str) else cite
        return {
            **members,
            **texts,
            "answers": "\n".join(members.get("answers", [])),
            "cite": "\n".join(listed),
        }


def merged(before: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return members changed as said; what is empty is not there. 0 is something."""
    made = dict(before)
    for name, value in said.items():
        if value in (None, "", []):
            made.pop(name, None)
        else:
            made[name] = value
    return made


def lines_of(text: str) -> list[str]:
    """Return the lines that are not empty."""
    return [one.strip() for one in text.splitlines() if one.strip()]
