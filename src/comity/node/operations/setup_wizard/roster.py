"""The step in which a first week of the duty roster is stated, and written to the node."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError as ModelError

from comity.canonical import ComityError
from comity.node.core.clock import now
from comity.node.core.local_time import is_zone, zone_names
from comity.node.core.node import this_node
from comity.node.duty import roster_store
from comity.node.duty.roster import Crew, Roster
from comity.node.duty.roster_defaults import (
    DAYS_OF_WEEK,
    HANDOVER,
    first_week,
    office_zone,
)
from comity.node.duty.schemas import WeeklyShiftIn
from comity.node.log import audit
from comity.node.operations.setup_wizard import labels
from comity.node.operations.setup_wizard.forms import LineField
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.roster_standing import (
    PLACES,
    Person,
    duty_standing,
    people_of_office,
)
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step
from comity.node.web.fault_sentences import fault_sentence
from comity.node.web.text_format import listed

_MAX_REASON_CHARS: Final = 150
_HOUR: Final = "%H:%M"


class WeekForm(forms.Form):
    """Who is on duty on each day of a week; a day without an officer has no shift."""

    use_required_attribute = False

    begins = forms.TimeField(label=gettext_lazy("Begins at"), input_formats=[_HOUR])
    ends = forms.TimeField(
        label=gettext_lazy("Ends at"),
        input_formats=[_HOUR],
        help_text=gettext_lazy("An end that is not later than the begin is on the next day."),
    )
    zone = forms.CharField(
        label=gettext_lazy("Time zone of these times"),
        max_length=64,
        widget=forms.TextInput(attrs={"dir": "ltr", "list": "zones"}),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.shifts: list[WeeklyShiftIn] = []
        for clock in ("begins", "ends"):
            self.fields[clock].widget = forms.TimeInput(
                format=_HOUR, attrs={"type": "time", "dir": "ltr"}
            )
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.fields["zone"].widget.attrs.pop("maxlength", None)  # as every field of a set-up
        for day in DAYS_OF_WEEK:
            for place in PLACES:
                name = f"{WEEKDAYS[day]}: {labels.ROSTER[place]}"
                self.fields[f"{place}_{day}"] = forms.ChoiceField(
                    choices=[("", _("None")), *people],
                    required=False,
                    widget=forms.Select(attrs={"aria-label": name, "autocomplete": "off"}),
                )

    def days(self) -> list[tuple[Any, list[tuple[Any, forms.BoundField]]]]:
        """Return each day with its fields."""
        return [
            (WEEKDAYS[day], [(labels.ROSTER[one], self[f"{one}_{day}"]) for one in PLACES])
            for day in DAYS_OF_WEEK
        ]

    def clean(self) -> dict[str, Any]:
        """Make the shifts, each valid as any other shift that is added."""
        said = super().clean() or {}
        if self.errors:
            return said
        if not is_zone(said["zone"]):
            self.add_error("zone", labels.DUTY_FAULT["zone-unknown"])
            return said
        for day in DAYS_OF_WEEK:
            crew = {place: said[f"{place}_{day}"] for place in PLACES}
            if not any(crew.values()):
                continue
            try:
                shift = WeeklyShiftIn(
                    weekday=day, **{n: said[n] for n in ("begins", "ends", "zone")}, **crew
                )
                roster_store.check_crew(shift.crew)
            except ModelError as fault:
                self.add_error(f"officer_{day}", fault_sentence(fault.errors()[0]))
            except roster_store.RosterError as fault:
                self.add_error(f"officer_{day}", labels.DUTY_FAULT[fault.code])
            else:
                self.shifts.append(shift)
        if not self.shifts and not self.errors:
            told = _("No day has an officer. Select one, or continue without a roster.")
            raise ValidationError(told)
        return said


@step("roster")
def roster(request: HttpRequest) -> HttpResponse:
    """Show who is on duty in a week, and write it to the node as it is accepted or changed."""
    kept, said = roster_store.roster(), request.POST
    if "later" in said:
        return _skipped(request, kept)
    if kept and "done" in said:
        this_setup().progress.put("roster", {"at": now().isoformat()})
        return redirect("setup-ceremony")
    form = _form(kept, said or None)
    if form is None or request.method != "POST":
        return page(request, "roster", _context(kept, form))
    if not form.is_valid():
        return page(request, "roster", {**_context(kept, form), "wrong": True}, status=422)
    try:
        _write(form)
    except ComityError as fault:  # somebody's account was closed since the page was checked
        told = {"problem": labels.DUTY_FAULT.get(fault.code, fault.code)}
        return page(request, "roster", {**_context(kept, form), **told}, status=422)
    made = duty_standing(roster_store.roster())
    return redirect("setup-roster" if made.gaps or made.other_zone else "setup-ceremony")


def _form(kept: Roster, said: Any = None) -> WeekForm | None:
    """Return the form of a week; None where the roster is more than it can show."""
    if not _is_editable(kept):
        return None
    people = people_of_office()
    return WeekForm(
        said, people=[(one.identifier, one.told) for one in people], initial=_initial(kept, people)
    )


def _write(form: WeekForm) -> None:
    rows, at = [one.weekly for one in form.shifts], now()
    with transaction.atomic():
        changes = [one for one in roster_store.roster().changes if one.ends > at]
        roster_store.replace(rows, changes, by=SETUP, at=at)
    this_setup().progress.put("roster", {"at": at.isoformat()})


def _skipped(request: HttpRequest, kept: Roster) -> HttpResponse:
    """Go on without a roster, for a reason that is shown at the end and recorded."""
    progress, reason = this_setup().progress, request.POST.get("reason", "").strip()
    try:
        LineField(max_length=_MAX_REASON_CHARS).clean(reason)
    except ValidationError as fault:
        told = fault.messages[0] if reason else _("Enter a reason: The rota starts on 1 March.")
        more = {"reason": reason, "reason_wrong": told, "wrong": True}
        return page(request, "roster", {**_context(kept, _form(kept)), **more}, status=422)
    at = now()
    progress.put("roster", {"later": at.isoformat(), "reason": reason})
    audit.note(
        at=at, actor=SETUP, action="setup.roster-skipped", subject=config().party, detail=reason
    )
    return redirect("setup-ceremony")


def _is_editable(kept: Roster) -> bool:
    """Tell whether a roster is none yet, or one of whole weeks as this page writes it.

    What was entered on the pages of a node that ran in between is more than this page can show.
    """
    shapes = {(row.begins, row.ends, row.zone, row.first, row.last) for row in kept.weekly}
    days = {row.weekday for row in kept.weekly}
    return not kept or (
        len(shapes) == 1
        and next(iter(shapes))[3:] == (None, None)
        and len(days) == len(kept.weekly)
    )


def _initial(kept: Roster, people: Iterable[Person]) -> dict[str, Any]:
    """Return what the form shows first: what is stored, or certified officers in turn."""
    found, node = config(), this_node()
    crews: Mapping[int, Crew] = {row.weekday: row.crew for row in kept.weekly}
    if not kept:
        crews = first_week([one.identifier for one in people if one.certified])
    told: dict[str, Any] = {
        "begins": kept.weekly[0].begins if kept.weekly else HANDOVER,
        "ends": kept.weekly[0].ends if kept.weekly else HANDOVER,
        "zone": str(office_zone((row.zone for row in kept.weekly), found, node.party)),
    }
    for day, crew in crews.items():
        told |= {f"{place}_{day}": getattr(crew, place) for place in PLACES}
    return told


def _context(kept: Roster, form: WeekForm | None) -> dict[str, Any]:
    people = people_of_office()
    said = this_setup().progress.read().get("roster", {})
    return {
        "form": form,
        "zones": zone_names(),
        "proposed": form is None or not form.is_bound,
        "kept": bool(kept),
        "duty": duty_standing(kept),
        "people": bool(people),
        "certified": [one.name for one in people if one.certified],
        "reason": said.get("reason", ""),
    }


def rows_told(kept: Roster) -> SafeString:
    """Return what is stored of a roster in one line."""
    days = listed(str(WEEKDAYS[day]) for day in sorted({row.weekday for row in kept.weekly}))
    hours = {f"{row.begins:%H:%M}–{row.ends:%H:%M} {row.zone}" for row in kept.weekly}
    return format_html("{}; {}", days, listed(sorted(hours)))
