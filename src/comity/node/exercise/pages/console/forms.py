"""Forms of the console: a new exercise, its pace, what is said, brought, judged and branched."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comity.drills.run import MAX_TEXT, PERCENT
from comity.node.actions.action_form import ActionForm
from comity.node.exercise.actions import BEGIN, BRANCH, MAKE, STEER
from comity.node.exercise.exercises import MAX_NAME, MAX_TEAMS
from comity.node.exercise.scenario_list import Choice
from comity.node.web import form_fields as f

MAX_NAMES: Final = MAX_TEAMS * (MAX_NAME + 2) * 2
PACES: Final = (50, 100, 200, 400)


class _Form(ActionForm):
    """A form whose errors the page shows, not the browser."""

    def __init__(self, *values: Any, **more: Any) -> None:
        super().__init__(*values, **more)
        self.use_required_attribute = False


class NewForm(_Form):
    """A scenario, the teams, and whether points are shown."""

    action = MAKE

    scenario = f.choice(_("Scenario"), ())
    number = f.whole_number(
        _("Number of teams"),
        least=1,
        most=MAX_TEAMS,
        required=False,
        hint=_("They are called by numbers. Leave it empty if you write names below."),
    )
    names = forms.CharField(
        label=_("Names of the teams"),
        required=False,
        max_length=MAX_NAMES,
        help_text=_("One a line, typed or pasted. They count, if there are any."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    board_shown = f.tick(
        _("Players and spectators see points"),
        hint=_("You can show or hide them at any time."),
    )

    def __init__(self, data: Any = None, *, choices: Iterable[Choice], **more: Any) -> None:
        super().__init__(data, **more)
        told = [("", "–"), *((one.name, _titled(one)) for one in choices if one.sound)]
        f.set_choices(self, "scenario", told)

    def clean_names(self) -> list[str]:
        """Return the names, each once, without blank lines."""
        text: str = self.cleaned_data["names"]
        named = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        unseen = [one for one in named if not one.isprintable()]
        if unseen:
            raise forms.ValidationError(
                _("A name contains invisible characters. Type that name again.")
            )
        if any(len(one) > MAX_NAME for one in named):
            told = _now("A name has at most %(n)d characters.") % {"n": MAX_NAME}
            raise forms.ValidationError(told)
        if len(named) > MAX_TEAMS:
            told = _now("These are %(n)d names; an exercise has at most %(most)d teams.")
            raise forms.ValidationError(told % {"n": len(named), "most": MAX_TEAMS})
        if len({one.casefold() for one in named}) != len(named):
            raise forms.ValidationError(_("Two teams have the same name."))
        return named

    def clean(self) -> dict[str, Any]:
        """Check that there are teams."""
        data = super().clean() or {}
        if not data.get("names") and not data.get("number") and not self.errors:
            self.add_error("number", _("Enter the number of teams, or their names."))
        return data

    def values(self) -> dict[str, Any]:
        """Return the scenario, the names of the teams, and whether points are shown."""
        told = self.cleaned_data
        return {
            "scenario": told["scenario"],
            "teams": self._teams(),
            "board_shown": told["board_shown"],
        }

    def _teams(self) -> list[str]:
        named: list[str] = self.cleaned_data["names"]
        if named:
            return named
        return [_now("Team %(n)d") % {"n": n} for n in range(1, self.cleaned_data["number"] + 1)]


def _titled(one: Choice) -> str:
    minutes = ngettext("%(n)d minute", "%(n)d minutes", one.minutes) % {"n": one.minutes}
    return f"{one.title} · {minutes} · {one.name}"


class PaceForm(_Form):
    """How fast exercise time runs."""

    action = BEGIN

    percent = f.whole_number(
        _("Pace in per cent of the wall clock"),
        least=PERCENT[0],
        most=PERCENT[1],
        hint=_("100 is as on the wall, 200 twice as fast, 50 half as fast."),
    )


class _SteerForm(_Form):
    """One thing that is done to teams; the page says to which."""

    action = STEER
    kind: ClassVar[str]

    def values(self) -> dict[str, Any]:
        """Return the kind, and what was typed."""
        told = {name: value for name, value in self.cleaned_data.items() if value != ""}
        return {"kind": self.kind, **told}


class SpeakForm(_SteerForm):
    """What the trainer says, and to whom."""

    kind = "speak"

    role = f.choice(_("To whom"), (), required=False)
    text = forms.CharField(
        label=_("Your message"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, roles: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, prefix="speak")
        f.set_choices(self, "role", [("", _("all roles")), *roles])


class InjectForm(_SteerForm):
    """One inject that is to come now."""

    kind = "inject"

    inject = f.choice(
        _("Which inject"),
        (),
        hint=_("The inject comes at once, and not again. Its automatic consequences follow."),
    )

    def __init__(self, data: Any = None, *, injects: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, prefix="inject")
        f.set_choices(self, "inject", injects)


class JudgeForm(_SteerForm):
    """An evaluator's word on one thing."""

    kind = "judge"

    score = f.choice(_("Subject of the score"), ())
    points = f.whole_number(
        _("Points"),
        least=-1000,
        most=1000,
        hint=_("Between minus and plus the worth of the subject, which is shown in brackets."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=MAX_TEXT,
        help_text=_("The team reads it beside the points. The machine's points stay beside yours."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(
        self, data: Any = None, *, worth: dict[str, int], things: Iterable[tuple[str, str]]
    ) -> None:
        super().__init__(data, prefix="judge")
        self.worth = worth
        f.set_choices(self, "score", things)

    def clean(self) -> dict[str, Any]:
        """Check that the points are within what the thing is worth."""
        data = super().clean() or {}
        most = self.worth.get(data.get("score", ""))
        points = data.get("points")
        if most is not None and points is not None and abs(points) > most:
            told = _now("This is worth %(n)d points: give from minus %(n)d to %(n)d.")
            self.add_error("points", told % {"n": most})
        return data


class BranchForm(_Form):
    """The name of a team that goes on from here."""

    action = BRANCH

    name = forms.CharField(
        label=_("Name of the new team"),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, taken: Iterable[str] = ()) -> None:
        super().__init__(data, prefix="branch")
        self.taken = {one.casefold() for one in taken}

    def clean_name(self) -> str:
        """Return the name, which no other team has."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name.isprintable():
            raise forms.ValidationError(_("The name contains invisible characters."))
        if name.casefold() in self.taken:
            raise forms.ValidationError(_("Another team has this name."))
        return name
