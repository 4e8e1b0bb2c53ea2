"""Forms of the duty: shifts, contacts, ladders, tests."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comity.node.actions.action_form import ActionForm
from comity.node.core.notice_channels import CHANNELS
from comity.node.duty.actions import (
    ADD_SHIFT,
    ASK_WATCH,
    CHANGE_ROSTER,
    SEND_TEST_NOTICE,
    SET_CONTACT,
    SET_LADDER,
    SWAP_SHIFTS,
)
from comity.node.duty.escalation_ladder import (
    LEAST_REPEAT,
    MAX_MINUTES,
    MAX_STEPS,
    WHOM,
    Ladder,
)
from comity.node.duty.pages import labels
from comity.node.web import form_fields as f
from comity.node.web.story_names import party_text

_NOBODY: Final = ("", _("None"))


def _reading(label: Any, hint: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=hint,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "dir": "ltr"}),
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "dir": "ltr"}),
    )


class CrewForm(ActionForm):
    """Who is woken: officer, second, deputy."""

    officer = f.choice(_("Officer on duty"), ())
    second = f.choice(
        _("Second"), (), required=False, hint=_("Told when the officer does not acknowledge.")
    )
    deputy = f.choice(_("Deputy"), (), required=False)

    def __init__(self, *values: Any, people: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*values, **more)
        self.use_required_attribute = False
        for name in ("officer", "second", "deputy"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [_NOBODY, *people]


class WeeklyForm(CrewForm):
    """A shift that comes every week."""

    action = ADD_SHIFT

    weekday = f.choice(_("Begins on"), tuple((str(n), day) for n, day in enumerate(labels.DAY)))
    begins = _reading(_("Begins at"))
    ends = _reading(
        _("Ends at"), hint=_("An end that is not later than the begin is on the next day.")
    )
    zone = f.short(
        _("Time zone of these times"),
        hint=_("As Asia/Ho_Chi_Minh. Nights on which the clocks change are counted right."),
    )
    first = _day(_("Not before"))
    last = _day(_("Not after"))

    field_order = ("weekday", "begins", "ends", "zone", "officer", "second", "deputy")

    def clean(self) -> dict[str, Any]:
        """Check that the last day is not before the first."""
        data = super().clean() or {}
        f.check_span(self, "first", "last")
        return data


class ChangeForm(CrewForm):
    """Another crew for a time."""

    action = CHANGE_ROSTER

    begins = f.moment(pgettext_lazy("time", "From"))
    ends = f.moment(_("Until"))

    field_order = ("begins", "ends", "officer", "second", "deputy")

    def clean(self) -> dict[str, Any]:
        """Check that the end is not before the beginning."""
        data = super().clean() or {}
        f.check_span(self, "begins", "ends")
        return data


class SwapForm(ActionForm):
    """Two shifts whose crews take each other's."""

    action = SWAP_SHIFTS

    one = f.choice(_("This shift"), ())
    two = f.choice(_("With this one"), ())

    def __init__(self, *values: Any, shifts: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*values, **more)
        self.use_required_attribute = False
        for name in ("one", "two"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = list(shifts)


class ContactForm(ActionForm):
    """How a person is reached."""

    action = SET_CONTACT

    email = f.short(_("E-mail"), required=False)
    phone = f.short(
        _("Telephone"),
        required=False,
        hint=_("With + and the country. Short messages go here too."),
    )
    other_phone = f.short(_("Another telephone"), required=False)
    head = f.tick(_("Head of office, alerted last"))

    @property
    def seen(self) -> str:
        """Return the version that was read, which the page carries along."""
        return str(self.data.get("seen", ""))[:32]

    def values(self) -> Mapping[str, Any]:
        """Return the fields, and the version that was read."""
        return {**super().values(), "seen": self.seen}


class PersonForm(ActionForm):
    """One person."""

    action = SEND_TEST_NOTICE

    officer = f.choice(_("To whom"), ())

    def __init__(self, *values: Any, people: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*values, **more)
        self.use_required_attribute = False
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = list(people)


class PartyForm(ActionForm):
    """One party that has a node."""

    action = ASK_WATCH

    party = f.choice(_("Partner authority"), ())

    def __init__(self, *values: Any, parties: list[str], **more: Any) -> None:
        super().__init__(*values, **more)
        self.use_required_attribute = False
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(party, party_text(party)) for party in parties]


class LadderForm(ActionForm):
    """The steps of a ladder, one a row; an empty row is left out."""

    action = SET_LADDER

    repeat_minutes = f.whole_number(
        _("Begins again so many minutes after the last step"),
        least=LEAST_REPEAT,
        most=MAX_MINUTES,
    )

    def __init__(self, *values: Any, ladder: Ladder, **more: Any) -> None:
        super().__init__(*values, **more)
        self.use_required_attribute = False
        self.fields["repeat_minutes"].initial = ladder.repeat_minutes
        for number in range(MAX_STEPS):
            step = ladder.steps[number] if number < len(ladder.steps) else None
            self.fields[f"minutes_{number}"] = f.whole_number(
                _("Minutes after it began"),
                least=0,
                most=MAX_MINUTES,
                required=False,
                initial=step.minutes if step else None,
            )
            self.fields[f"whom_{number}"] = f.choice(
                _("Recipients"),
                [("", _("No step")), *((one, labels.WHOM[one]) for one in WHOM)],
                required=False,
            )
            self.fields[f"whom_{number}"].initial = step.whom if step else ""
            for channel in CHANNELS:
                field = f.tick(labels.CHANNEL[channel])
                field.initial = bool(step and channel in step.channels)
                self.fields[f"{channel}_{number}"] = field

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields of each row, for the page."""
        return [
            {
                "number": number + 1,
                "minutes": self[f"minutes_{number}"],
                "whom": self[f"whom_{number}"],
                "channels": [self[f"{channel}_{number}"] for channel in CHANNELS],
            }
            for number in range(MAX_STEPS)
        ]

    def values(self) -> dict[str, Any]:
        """Return the steps that were filled in, and when the ladder begins again."""
        data = self.cleaned_data
        steps = [
            {
                "minutes": data[f"minutes_{number}"],
                "whom": data[f"whom_{number}"],
                "channels": [one for one in CHANNELS if data[f"{one}_{number}"]],
            }
            for number in range(MAX_STEPS)
            if data[f"whom_{number}"]
        ]
        return {"steps": steps, "repeat_minutes": data["repeat_minutes"]}
