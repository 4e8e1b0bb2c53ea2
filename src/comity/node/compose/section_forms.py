"""Forms: one for each section of a message, in officers' words, and the one to sign in with."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError, parse_time
from comity.evidence import age_keys
from comity.exchange import KNOWN
from comity.exchange.items import Item
from comity.node.assistance.forms import ASSISTANCE_FORMS
from comity.node.assistance.table_forms import TABLE_FORMS
from comity.node.compose import identifiers
from comity.node.compose import item_forms as items
from comity.node.compose.measures import ACT, Speech
from comity.node.web import form_fields as f
from comity.node.web.section_form import SectionForm

URGENCIES: Final = (
    ("normal", _("Normal")),
    ("urgent", _("Urgent")),
    ("emergency", _("Emergency: life or limb")),
)


class NoteForm(SectionForm):
    """A text."""

    title = _("Note")
    text = f.long(_("Text"))

    def value(self, lang: str) -> Any:
        """Return section ``note``."""
        return {"text": f.text(self.cleaned_data["text"], lang)}


class AcknowledgementForm(SectionForm):
    """Receipt by a person."""

    title = _("Acknowledgement")
    reference = f.short(_("Our reference"), hint=_("The number this office gave the request."))
    note = f.long(_("Note"), required=False, rows=3)

    def value(self, lang: str) -> Any:
        """Return section ``acknowledgement``."""
        data = self.cleaned_data
        return {"reference": data["reference"], "note": f.text_or_none(data["note"], lang)}


class ForwardingForm(SectionForm):
    """Who is competent instead."""

    title = _("Competent authority")
    to = f.short(_("Authority"), hint=_("As the directory names it, for example za/central."))
    note = f.long(_("Note"))

    def value(self, lang: str) -> Any:
        """Return section ``forwarding``."""
        data = self.cleaned_data
        return {"to": data["to"], "note": f.text(data["note"], lang)}


class DecisionForm(SectionForm):
    """A decision with reasons."""

    title = _("Decision")
    reasons = f.long(_("Reasons"))
    grounds = f.long(
        _("Grounds"), required=False, rows=2, hint=_("Articles relied upon, one a line.")
    )
    domestic_order = f.short(
        _("Domestic order"), required=False, hint=_("Court or prosecutor, number and date.")
    )
    review_by = f.moment(_("To be reviewed by"), required=False)

    def grounds_given(self) -> list[str]:
        """Return the grounds as they travel."""
        lines = map(str.strip, self.cleaned_data["grounds"].splitlines())
        return [line for line in lines if line]

    def value(self, lang: str) -> Any:
        """Return section ``decision``."""
        data = self.cleaned_data
        found: dict[str, Any] = {
            "reasons": f.text(data["reasons"], lang),
            "grounds": self.grounds_given(),
            "domestic_order": data["domestic_order"] or None,
            "review_by": f.wire_time(data["review_by"]),
        }
        rows = items.chosen(self)
        return found | ({"items": rows} if rows else {})


class ExecutionForm(SectionForm):
    """What was done."""

    title = _("Execution")
    summary = f.long(_("What was done"))
    domestic_order = f.short(_("Domestic order"), required=False)

    def value(self, lang: str) -> Any:
        """Return section ``execution``."""
        data = self.cleaned_data
        found: dict[str, Any] = {
            "summary": f.text(data["summary"], lang),
            "domestic_order": data["domestic_order"] or None,
        }
        rows = items.chosen(self)
        return found | ({"items": rows} if rows else {})


class ExtensionForm(SectionForm):
    """Until when."""

    title = _("Extension")
    until = f.moment(_("Until"))
    reasons = f.long(_("Reasons"))

    def value(self, lang: str) -> Any:
        """Return section ``extension``."""
        data = self.cleaned_data
        return {"until": f.wire_time(data["until"]), "reasons": f.text(data["reasons"], lang)}


class PreservationForm(SectionForm):
    """Preserved until a moment, under a domestic order."""

    title = _("Preservation")
    until = f.moment(
        _("Preserved until"), hint=_("In UTC. The other side's clock runs to this moment.")
    )
    domestic_order = f.short(_("Domestic order"), hint=_("Court or prosecutor, number and date."))
    holder = f.short(_("Who holds the data"), hint=_("The provider that was ordered to preserve."))
    note = f.long(_("Note"), required=False, rows=3)

    def value(self, lang: str) -> Any:
        """Return section ``preservation``."""
        data = self.cleaned_data
        return {
            "until": f.wire_time(data["until"]),
            "domestic_order": data["domestic_order"],
            "holder": data["holder"],
            "note": f.text_or_none(data["note"], lang),
        }


CONDITIONS: Final = (
    ("use-limitation", _("Limit on use")),
    ("confidentiality", _("Confidentiality")),
    ("return", _("Return")),
    ("destruction", _("Destruction")),
    ("other", _("Other")),
)


class ConditionsForm(SectionForm):
    """Up to three limits on use."""

    title = _("Conditions of use")
    kind_1 = f.choice(_("First condition"), CONDITIONS)
    text_1 = f.long(_("Its wording"), rows=2)
    kind_2 = f.choice(_("Second condition"), CONDITIONS, required=False)
    text_2 = f.long(_("Wording of the second"), required=False, rows=2)
    kind_3 = f.choice(_("Third condition"), CONDITIONS, required=False)
    text_3 = f.long(_("Wording of the third"), required=False, rows=2)

    def value(self, lang: str) -> Any:
        """Return section ``conditions``."""
        data = self.cleaned_data
        return {
            "conditions": [
                {"kind": data[f"kind_{n}"], "text": f.text(data[f"text_{n}"], lang)}
                for n in (1, 2, 3)
                if data[f"text_{n}"]
            ]
        }


PURPOSES: Final = (
    ("other-proceedings", _("Other proceedings")),
    ("onward-transfer", _("Passing on to another State")),
    ("exculpatory", _("It speaks for the accused")),
    ("public", _("Public proceedings")),
)


class UseForm(SectionForm):
    """Another use."""

    title = _("Use")
    purpose = f.choice(_("Purpose"), PURPOSES)
    to = f.short(_("Passed on to"), required=False, hint=_("An authority, where it is passed on."))
    reasons = f.long(_("Reasons"))

    def value(self, lang: str) -> Any:
        """Return section ``use``."""
        data = self.cleaned_data
        return {
            "purpose": data["purpose"],
            "to": data["to"] or None,
            "reasons": f.text(data["reasons"], lang),
        }


class CostsForm(SectionForm):
    """An estimate."""

    title = _("Costs")
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        label=_("Currency"),
        help_text=_("Three letters, for example ZAR."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    amount_minor = forms.IntegerField(
        label=_("Amount in the smallest unit"),
        help_text=_("For example cents: 125000 is 1,250.00."),
        min_value=0,
        max_value=2**53 - 1,
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
    )
    note = f.long(_("Note"), required=False, rows=3)

    def value(self, lang: str) -> Any:
        """Return section ``costs``."""
        data = self.cleaned_data
        return {
            "currency": data["currency"],
            "amount_minor": data["amount_minor"],
            "note": f.text_or_none(data["note"], lang),
        }


class InformationForm(SectionForm):
    """Spontaneous information."""

    title = _("Information")
    summary = f.long(_("Information"))
    confidential = f.tick(_("Confidential"))
    purpose_limit = f.long(_("Only to be used for"), required=False, rows=2)

    def value(self, lang: str) -> Any:
        """Return section ``information``."""
        data = self.cleaned_data
        return {
            "summary": f.text(data["summary"], lang),
            "confidential": data["confidential"],
            "purpose_limit": f.text_or_none(data["purpose_limit"], lang),
        }


class SubjectForm(SectionForm):
    """What exactly is asked; how the form speaks depends on the measure."""

    title = _("What exactly is asked")
    description = f.long(ACT.label, hint=ACT.hint)
    start = f.moment(_("Period from"), required=False)
    end = f.moment(_("Period to"), required=False)
    items = items.items_field()
    known: Sequence[Item] = ()
    """Items of the request so far, where it is amended."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Have a row for each identifier that was typed or is proposed, and some more."""
        super().__init__(*args, **more)
        identifiers.add_rows(self)

    def identifier_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """Return the fields of the rows, for the page."""
        return identifiers.rows_of(self)

    def speak(self, speech: Speech) -> None:
        """Speak of what is asked: data, a person, property or an act."""
        self.title = speech.title
        self.fields["description"].label = speech.label
        self.fields["description"].help_text = speech.hint

    def clean(self) -> dict[str, Any]:
        """Check that a period has both ends in order."""
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if bool(start) != bool(end):
            self.add_error("end" if start else "start", _("A period has a beginning and an end."))
        elif start and end and end < start:
            self.add_error("end", _("The period ends before it begins."))
        self.accounts = identifiers.clean_rows(self)
        try:
            items.read_items(data.get("items", ""), self.known, "en")
        except forms.ValidationError as fault:
            self.add_error("items", fault)
        return data

    def value(self, lang: str) -> Any:
        """Return section ``subject``."""
        data = self.cleaned_data
        period = None
        if data["start"]:
            period = {"start": f.wire_time(data["start"]), "end": f.wire_time(data["end"])}
        found: dict[str, Any] = {
            "description": f.text(data["description"], lang),
            "accounts": self.accounts,
            "period": period,
        }
        rows = items.read_items(data["items"], self.known, lang)
        return found | ({"items": rows} if rows else {})

    @classmethod
    def initial_of(cls, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was asked so far as the form would show it."""
        period = value["period"] or {}
        return {
            "description": value["description"]["text"],
            "items": items.lines_of(value.get("items", [])),
            **{name: parse_time(moment) for name, moment in period.items()},
            **identifiers.initial_of(value["accounts"]),
        }


class GroundsForm(SectionForm):
    """Why."""

    title = _("Why")
    offence = f.long(_("Offence"), rows=2, hint=_("What it is called, and by which article."))
    facts = f.long(_("Facts"), hint=_("What happened, in short."))
    necessity = f.long(_("Why it is needed, and why now"), rows=3)

    def value(self, lang: str) -> Any:
        """Return section ``grounds``."""
        data = self.cleaned_data
        return {name: f.text(data[name], lang) for name in ("offence", "facts", "necessity")}


class AuthorityForm(SectionForm):
    """Who conducts the investigation."""

    title = _("Investigating authority")
    name = f.short(_("Name of the authority"), required=False)
    title_of = f.short(_("Title of who is in charge"), required=False)
    contact = f.short(_("How to reach them"), required=False)

    def clean(self) -> dict[str, Any]:
        """Check that it is whole where it is begun."""
        data = super().clean() or {}
        if any(data.values()):
            for name in self.fields:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill in all three, or none."))
        return data

    def value(self, lang: str) -> Any:
        """Return section ``authority``, or None where nothing was written."""
        data = self.cleaned_data
        if not any(data.values()):
            return None
        return {"name": data["name"], "title": data["title_of"], "contact": data["contact"]}

    @classmethod
    def initial_of(cls, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows of a section ``authority``."""
        return {"name": value["name"], "title_of": value["title"], "contact": value["contact"]}


SECTION_FORMS: Final[Mapping[str, type[SectionForm]]] = {
    "authority": AuthorityForm,
    "acknowledgement": AcknowledgementForm,
    "conditions": ConditionsForm,
    "costs": CostsForm,
    "decision": DecisionForm,
    "execution": ExecutionForm,
    "extension": ExtensionForm,
    "forwarding": ForwardingForm,
    "grounds": GroundsForm,
    "information": InformationForm,
    "note": NoteForm,
    "preservation": PreservationForm,
    "subject": SubjectForm,
    "use": UseForm,
    **ASSISTANCE_FORMS,
    **TABLE_FORMS,
}


def writable(message_type: str) -> bool:
    """Tell whether the desk has a form for every required section of a type."""
    row = KNOWN.row(message_type)
    if row is None:
        return False
    wanted = row.sections
    return all(name in SECTION_FORMS for name, required in wanted.items() if required)


def _sections(message_type: str) -> Mapping[str, bool]:
    """Return the sections of a type that `writable` knows, and whether each is required."""
    row = KNOWN.row(message_type)
    return {} if row is None else row.sections


def section_forms(
    message_type: str, data: Any = None, initial: Mapping[str, Any] | None = None
) -> dict[str, SectionForm]:
    """Return the forms of a type's sections, in the table's order.

    Args:
        message_type: whose sections.
        data: what was typed, or None.
        initial: section name to what its form proposes, while nothing was typed.
    """
    found = {}
    for name, required in _sections(message_type).items():
        if name in SECTION_FORMS:
            form = SECTION_FORMS[name](
                data, prefix=name, initial=(initial or {}).get(name), use_required_attribute=False
            )
            if not required:
                form.empty_permitted = True
                for field in form.fields.values():
                    field.required = False
            found[name] = form
    return found


def values_of(forms_: Mapping[str, SectionForm], message_type: str, lang: str) -> dict[str, Any]:
    """Return section values of valid forms; an optional section left empty is left out."""
    wanted = _sections(message_type)
    values = {}
    for name, form in forms_.items():
        if wanted[name] or form.has_changed():
            value = form.value(lang)
            if value is not None:
                values[name] = value
    return values


class KeyForm(forms.Form):
    """To which key the evidence is to be sealed."""

    recipient = forms.CharField(
        label=_("Key for the evidence"),
        required=False,
        max_length=4000,
        help_text=_("Made for this case alone by: comity keygen. Begins with age1."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def clean_recipient(self) -> str:
        """Check that it is a key."""
        found: str = self.cleaned_data["recipient"].strip()
        if found:
            try:
                age_keys.parse_recipient(found)
            except ComityError as fault:
                raise forms.ValidationError(_("This is no such key.")) from fault
        return found
