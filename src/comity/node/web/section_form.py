"""What every form of a message's section has."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.node.web import form_fields as f


class SectionForm(forms.Form):
    """One section of a message; `value` gives what travels."""

    title: Any = ""

    def value(self, lang: str) -> Any:
        """Return the section's value; free text says the language ``lang``."""
        raise NotImplementedError

    @classmethod
    def initial_of(cls, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return a section's value as the form would show it: texts without their language."""
        return {
            name: member["text"] if isinstance(member, Mapping) else member
            for name, member in value.items()
        }


class LanguageForm(forms.Form):
    """In which language the texts of a message are written."""

    lang = f.choice(_("Language of your texts"), f.WRITING)


def wrong_fields(every: Iterable[forms.Form]) -> list[forms.BoundField]:
    """Return the fields that have to be mended, in the order they stand on the page."""
    return [field for form in every if form.is_bound for field in form if field.errors]
