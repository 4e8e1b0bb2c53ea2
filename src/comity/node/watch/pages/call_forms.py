"""The form of a telephone call, made for one minute."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.docket.watch_bodies import CallTaken
from comity.exchange.values import plain_of
from comity.node.cases.call_back_numbers import Number, callers, numbers
from comity.node.compose import identifiers
from comity.node.core.node import Node
from comity.node.docket import labels as dw
from comity.node.watch.labels import BACK
from comity.node.watch.schemas import MOST_CASE, BackIn, CallIn
from comity.node.web import form_fields as f
from comity.node.web.story_names import party_text

_MEASURES: Final = plain_of(CallTaken.model_fields["measure"].annotation).__args__
_URGENCIES: Final = plain_of(CallTaken.model_fields["urgency"].annotation).__args__


def _telephone(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=60,
        help_text=hint,
        widget=forms.TextInput(attrs={"dir": "ltr", "type": "tel", "autocomplete": "off"}),
    )


class CallForm(forms.Form):
    """Who called, what was asked."""

    caller = f.short(_("Name the caller gave"))
    party = f.choice(
        _("Authority they say they call for"),
        (),
        required=False,
        hint=_("As listed in the directory or your register. It determines the call-back number."),
    )
    office = f.short(
        _("Office, as they said"),
        required=False,
        hint=_("For example a police unit of your State."),
    )
    number_shown = _telephone(
        _("Number the telephone showed"),
        _("For the record only. Never call this number back: caller numbers can be forged."),
    )
    at = f.moment(_("Time of the call"))
    urgency = f.choice(_("Urgency"), [(one, dw.CODE[f"urgency:{one}"]) for one in _URGENCIES])
    measure = f.choice(_("Request of the caller"), [(m, dw.code("measure", m)) for m in _MEASURES])
    asked = f.long(_("Request, in the caller's words"), rows=3)
    lang = f.language(_("Language of your texts"))

    def __init__(self, node: Node, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, prefix="call", initial=initial, use_required_attribute=False)
        known = [(party, party_text(party)) for party in callers(node)]
        choices = [("", _("none of these, or not known")), *known]
        f.set_choices(self, "party", choices)
        identifiers.add_rows(self)

    def identifier_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """Return the fields of the rows, for the page."""
        return identifiers.rows_of(self)

    @property
    def rows_open(self) -> bool:
        """Tell whether a row of identifiers says something, so that it is not folded away."""
        return any(field.value() for row in self.identifier_rows() for field in row)

    def clean(self) -> dict[str, Any]:
        """Read the identifiers, each in the form of its type."""
        data = super().clean() or {}
        self.accounts = identifiers.clean_rows(self)
        return data


class BackForm(forms.Form):
    """The call back, or why there was none; and by when a paper has to follow."""

    back = forms.ChoiceField(
        label=_("Did you call back?"), choices=BACK, widget=forms.RadioSelect()
    )
    number = f.choice(_("Number you called"), (), required=False)
    back_at = f.moment(_("Time of the call back"), required=False)
    spoke_with = f.short(_("Person who answered"), required=False)
    why = f.short(_("Reason for no call-back"), required=False)
    confirm_by = f.moment(
        _("Confirmation in writing by"),
        hint=_("The call stays on the watch until the paper is here, or the call is closed."),
    )
    case = f.short(
        _("Case"),
        required=False,
        hint=_("Number of the case it is about, if there is one."),
        most=MOST_CASE,
    )

    def __init__(self, node: Node, party: str, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, prefix="back", initial=initial, use_required_attribute=False)
        self.known = numbers(node, party)
        f.set_choices(self, "number", [(n.number, n.number) for n in self.known])
        if len(self.known) < 2:
            self.fields["number"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Check that what was chosen is complete."""
        data = super().clean() or {}
        back = data.get("back")
        if back == "not-yet":
            self._need(data, "why", _("Say why, in a few words."))
        elif back:
            self._called(data)
        return data

    def _called(self, data: dict[str, Any]) -> None:
        if not self.known:
            told = _("No number of this authority is known. Enter the reason for no call-back.")
            self.add_error("back", told)
            return
        data["number"] = data.get("number") or self.known[0].number
        self._need(data, "back_at", _("Say when you called."))
        if data.get("back") != "tried":
            self._need(data, "spoke_with", _("Enter the name of the person who answered."))

    def _need(self, data: dict[str, Any], name: str, told: Any) -> None:
        if not data.get(name) and name not in self.errors:
            self.add_error(name, told)


def said(call: CallForm, back: BackForm) -> dict[str, Any]:
    """Return what act ``call.taken`` says, of valid forms."""
    told, later = call.cleaned_data, back.cleaned_data
    return {
        "caller": told["caller"],
        "office": told["office"] or None,
        "party": told["party"] or None,
        "number_shown": told["number_shown"] or None,
        "at": f.wire_time(told["at"]),
        "urgency": told["urgency"],
        "measure": told["measure"],
        "asked": f.text(told["asked"], told["lang"]),
        "accounts": call.accounts,
        "not_called_back": later["why"] or None if later["back"] == "not-yet" else None,
        "confirm_by": f.wire_time(later["confirm_by"]),
    }


def said_back(back: BackForm) -> tuple[str, dict[str, Any]] | None:
    """Return the act of the call back with what it says, or None where there was none."""
    told = back.cleaned_data
    if told["back"] == "not-yet":
        return None
    value = {"at": f.wire_time(told["back_at"]), "number": told["number"]}
    if told["back"] == "tried":
        return "call.tried", {**value, "outcome": "no-answer"}
    value["spoke_with"] = told["spoke_with"]
    if told["back"] == "denied":
        return "call.denied", {**value, "remark": None}
    return "call.called-back", value


def told_of(call: CallForm, back: BackForm) -> CallIn:
    """Return the call with the call back, of valid forms."""
    later = said_back(back)
    return CallIn(
        said=said(call, back),
        case=back.cleaned_data["case"].strip(),
        back=BackIn.model_validate({"act": later[0], "said": later[1]}) if later else None,
    )


def known_numbers(node: Node, party: Any) -> Iterable[Number]:
    """Return the numbers of an authority that a form names; none of what is no authority."""
    return numbers(node, party) if party in callers(node) else ()
