"""Fields of forms: labels an officer understands, errors beside them, nothing loaded from afar."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.canonical import time_text

WRITING: Final = (
    ("en", _("English")),
    ("ar", _("Arabic")),
    ("es", _("Spanish")),
    ("fr", _("French")),
    ("pt", _("Portuguese")),
    ("ru", _("Russian")),
    ("vi", _("Vietnamese")),
    ("zh", _("Chinese")),
)
MAX_SHORT: Final = 300
MAX_LONG: Final = 40_000


def short(
    label: Any, *, required: bool = True, hint: Any = "", most: int = MAX_SHORT
) -> forms.CharField:
    """Return a one-line field."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


def long(
    label: Any, *, required: bool = True, hint: Any = "", rows: int = 4, most: int = MAX_LONG
) -> forms.CharField:
    """Return a field for a longer text."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
    )


class LinesField(forms.Field):
    """A list, written one a line; its cleaned value are the lines in which something stands."""

    def __init__(self, *, rows: int = 2, show: Callable[[Any], str] = str, **more: Any) -> None:
        """Make the field.

        Args:
            rows: how high it is.
            show: gives the line of an entry of the list.
            more: for Django's field.
        """
        self.show = show
        attrs = {"rows": rows, "dir": "auto"}
        super().__init__(widget=forms.Textarea(attrs=attrs), **more)

    def prepare_value(self, value: Any) -> Any:
        """Return what stands in the field: lines, or what was typed."""
        return "\n".join(map(self.show, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """Return the lines."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether other lines stand there."""
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class MomentInput(forms.DateTimeInput):
    """A moment to the minute, and to the second where it has seconds: none are lost unseen."""

    def format_value(self, value: Any) -> Any:
        """Return what stands in the field."""
        if isinstance(value, datetime) and value.second:
            return value.strftime("%Y-%m-%dT%H:%M:%S")
        return super().format_value(value)


def choice(label: Any, choices: Any, *, required: bool = True, hint: Any = "") -> forms.ChoiceField:
    """Return a drop-down field."""
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=required,
        help_text=hint,
        widget=forms.Select(),
    )


def set_choices(form: forms.Form, name: str, choices: Any) -> None:
    """Give a drop-down of a form what it offers this time."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    field.choices = list(choices)


def tick(label: Any, *, hint: Any = "") -> forms.BooleanField:
    """Return a box to tick."""
    return forms.BooleanField(label=label, required=False, help_text=hint)


def moment(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateTimeField:
    """Return a field for a moment in UTC."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=hint or _("In UTC."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=MomentInput(
            format="%Y-%m-%dT%H:%M",
            attrs={"type": "datetime-local", "dir": "ltr"},
        ),
    )


def check_span(form: forms.Form, begins: str, ends: str) -> None:
    """Put an error beside the end where a form says that something ends before it begins.

    Args:
        form: being cleaned.
        begins: field with the day or moment of the beginning.
        ends: field with that of the end.
    """
    first, last = form.cleaned_data.get(begins), form.cleaned_data.get(ends)
    if first and last and last < first:
        form.add_error(ends, _("It ends before it begins."))


def wire_time(value: datetime | None) -> str | None:
    """Return a moment as the protocol writes it."""
    return time_text(value.astimezone(UTC).replace(microsecond=0)) if value else None


def text(value: str, lang: str) -> dict[str, str]:
    """Return free text that says its language."""
    return {"lang": lang, "text": value}


def text_or_none(value: str, lang: str) -> dict[str, str] | None:
    """Return free text, or None where nothing was written."""
    return text(value, lang) if value else None
