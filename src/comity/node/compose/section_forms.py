"""Forms: one for each section of a message, in officers' words, and the one for a key."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.evidence import age_keys
from comity.exchange import KNOWN
from comity.exchange.bodies import SECTIONS
from comity.exchange.items import Item
from comity.node.assistance.forms import ASSISTANCE_FORMS
from comity.node.assistance.table_forms import TABLE_FORMS
from comity.node.compose import identifiers
from comity.node.compose import item_forms as items
from comity.node.compose.measures import Speech
from comity.node.web.form_groups import Group
from comity.node.web.section_form import SectionForm

UNWRITTEN: Final = frozenset(
    {"countersignature", "custody", "delivery", "offer", "request", "solution", "withdrawal"}
)
"""Sections that a program writes, or that pages of their own ask for."""


class DecidingForm(SectionForm):
    """A decision or an execution, which may say what became of each item."""

    without = frozenset({"items"})

    def value(self, lang: str) -> Any:
        """Return the section, with the items about which something was chosen."""
        rows = items.chosen(self)
        return super().value(lang) | ({"items": rows} if rows else {})

    @classmethod
    def initial_of(cls, section: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows, the items included."""
        chosen = {f"item_{one['number']}": one["outcome"] for one in value.get("items", ())}
        return super().initial_of(section, value) | chosen


class SubjectForm(SectionForm):
    """What exactly is asked; how the form speaks depends on the measure."""

    without = frozenset({"accounts"})
    flat = frozenset({"period"})
    items = items.items_field()
    known: Sequence[Item] = ()
    """Items of the request so far, where it is amended."""

    def __init__(self, section: str = "subject", data: Any = None, **more: Any) -> None:
        """Have a row for each identifier that was typed, pasted or is proposed, and some more."""
        data, self.left_out = identifiers.unfolded(data, section)
        super().__init__(section, data, **more)
        self.left_out = self.left_out or self.initial.get(identifiers.LEFT_OUT, ())
        self.removed = self.initial.get(identifiers.REMOVED)
        identifiers.add_paste(self)
        identifiers.add_rows(self)
        self.accounts: list[identifiers.Account] = []

    def chips(self) -> list[identifiers.Chip]:
        """Return the identifiers, for the page."""
        return identifiers.chips_of(self)

    def invalid_rows(self) -> tuple[str, ...]:
        """Return the numbers of identifiers that are not valid, for the page."""
        return identifiers.invalid_rows(self)

    def empty_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """Return the fields for more of them, for the page."""
        return identifiers.empty_rows(self)

    def paste_fields(self) -> list[forms.BoundField]:
        """Return the fields into which identifiers are pasted, for the page."""
        return [self[identifiers.PASTE], self[identifiers.HOLDER]]

    def speak(self, speech: Speech) -> None:
        """Speak of what is asked: data, a person, property or an act."""
        self.heading = speech.title
        self.fields["description"].label = speech.label
        self.fields["description"].help_text = speech.hint

    def clean(self) -> dict[str, Any]:
        """Read the identifiers and the items."""
        data = super().clean()
        identifiers.clean_paste(self)
        self.accounts = identifiers.clean_rows(self)
        try:
            items.read_items(data.get("items", ()), self.known, "en")
        except forms.ValidationError as fault:
            self.add_error("items", fault)
        return data

    def declared_value(self, name: str, lang: str) -> Any:
        """Return the items as they travel."""
        return items.read_items(self.cleaned_data.get(name, ()), self.known, lang)

    def value(self, lang: str) -> Any:
        """Return section ``subject``."""
        return super().value(lang) | {"accounts": self.accounts}

    @classmethod
    def initial_of(cls, section: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was asked so far as the form would show it."""
        return super().initial_of(section, value) | identifiers.initial_of(value["accounts"])


class DeliveryForm(SectionForm):
    """To which key the evidence is to be sealed."""

    def clean_recipient(self) -> str:
        """Check that it is a key, which its pattern does not tell."""
        found: str = self.cleaned_data["recipient"].strip()
        if found:
            try:
                age_keys.parse_recipient(found)
            except ComityError as fault:
                raise forms.ValidationError(_("This is no such key.")) from fault
        return found


SECTION_FORMS: Final[Mapping[str, type[SectionForm]]] = {
    **{name: SectionForm for name in SECTIONS if name not in UNWRITTEN},
    "decision": DecidingForm,
    "execution": DecidingForm,
    "subject": SubjectForm,
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
            form = SECTION_FORMS[name](name, data, initial=(initial or {}).get(name))
            if not required:
                form.empty_permitted = True
                for field in form.fields.values():
                    field.required = False
            found[name] = form
    return found


def section_groups(forms_: Mapping[str, SectionForm], message_type: str) -> list[Group]:
    """Return the sections of a message as groups of its form, one a section."""
    wanted = _sections(message_type)
    return [
        Group(f"group-{name}", form.heading, (form,), optional=not wanted[name])
        for name, form in forms_.items()
    ]


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
