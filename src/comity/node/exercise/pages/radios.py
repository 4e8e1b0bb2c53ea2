"""Radio buttons whose first one is where a list of errors leads."""

from typing import Any

from django import forms


class Radios(forms.RadioSelect):
    """One of few, all seen at once."""

    def id_for_label(self, id_: Any, index: Any = None) -> str:
        """Return the first button where no one is named."""
        return str(super().id_for_label(id_, index or "0") if id_ else "")
