"""The form of a message's section, made from its model and from `section_labels`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.exchange.bodies import SECTIONS
from comity.exchange.values import name_of
from comity.node.web import form_fields as f
from comity.node.web.measure_labels import MEASURE
from comity.node.web.model_form import Choices, PydanticForm
from comity.node.web.section_labels import code_label, member_hint, member_label, section_label

_SPANS: Final[Mapping[str, tuple[str, str]]] = {
    "agreement": ("begins", "ends"),
    "places": ("begins", "ends"),
    "subject": ("start", "end"),
    "table": ("begins", "ends"),
}
"""Sections whose form asks that something does not end before it begins; no rule of the protocol
does, so that a partner's message is taken as it is."""


class SectionForm(PydanticForm):
    """One section of a message; `value` gives what travels."""

    def __init__(self, section: str, data: Any = None, **more: Any) -> None:
        """Make the form of a section.

        Args:
            section: its name.
            data: what was typed, or None.
            more: for `PydanticForm`; the names of fields begin with that of the section.
        """
        self.section = section
        self.heading: Any = section_label(section)
        super().__init__(SECTIONS[section], data, **{"prefix": section, **more})

    def member_label(self, path: str) -> Any:
        """Return what a member of the section is called."""
        return member_label(self.section, path)

    def member_hint(self, path: str) -> Any:
        """Return what stands below a member of the section."""
        return member_hint(self.section, path)

    def code_choices(self, path: str, kind: Any, codes: tuple[Any, ...]) -> Choices:
        """Return the codes of a member with their words."""
        if name_of(kind) == "Measure":
            return MEASURE.items()
        return [(one, code_label(self.section, path, one)) for one in codes]

    def clean(self) -> dict[str, Any]:
        """Check that nothing ends before it begins."""
        data = super().clean() or {}
        if self.section in _SPANS:
            f.check_span(self, *_SPANS[self.section])
        return data

    @classmethod
    def initial_of(cls, section: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return a section's value as the form would show it: texts without their language."""
        return cls.shown_values(SECTIONS[section], value)


class LanguageForm(forms.Form):
    """In which language the texts of a message are written."""

    lang = f.language(_("Language of your texts"))


def wrong_fields(every: Iterable[forms.Form]) -> list[forms.BoundField]:
    """Return the fields that have to be mended, in the order they stand on the page."""
    return [field for form in every if form.is_bound for field in form if field.errors]
