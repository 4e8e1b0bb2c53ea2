"""What every form of a message's section has."""

from collections.abc import Mapping
from typing import Any

from django import forms


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
