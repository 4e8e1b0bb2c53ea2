"""Fields of forms: labels an officer understands, errors beside them, nothing loaded from afar."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.canonical import time_text
from comity.node.web.fault_sentences import number_errors
from comity.node.web.moment_field import MomentField

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


def whole_number(
    label: Any,
    *,
    least: int | None = None,
    most: int | None = None,
    required: bool = True,
    hint: Any = "",
    initial: int | None = None,
) -> forms.IntegerField:
    """Return a field for a whole number, which says what is allowed if another is typed."""
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=least,
        max_value=most,
        initial=initial,
        help_text=hint,
        error_messages=number_errors(least, most),
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
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


def choice(label: Any, choices: Any, *, required: bool = True, hint: Any = "") -> forms.ChoiceField:
    """Return a drop-down field."""
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=required,
        help_text=hint,
        widget=forms.Select(),
    )


def proposed_language(accepted: Iterable[str] = ()) -> str:
    """Return the language that a form proposes for what is typed: the page's, else English.

    Args:
        accepted: tags of the languages that its reader is known to accept; where the page's is none
            of them, the first in which texts are written.
    """
    known = dict(WRITING)
    own = (get_language() or "en").partition("-")[0].lower()
    taken = [code for tag in accepted if (code := tag.partition("-")[0].lower()) in known]
    if taken and own not in taken:
        return taken[0]
    return own if own in known else "en"


def language(label: Any) -> forms.ChoiceField:
    """Return a drop-down for the language of what is typed, which proposes the page's."""
    field = choice(label, WRITING)
    field.initial = proposed_language
    return field


def set_choices(form: forms.Form, name: str, choices: Any) -> None:
    """Give a drop-down of a form what it offers this time."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    field.choices = list(choices)


def shown_choice(field: BoundField) -> str:
    """Return what a drop-down shows: what was chosen or is proposed, else its first choice."""
    return _shown(field)[0]


def shown_words(field: BoundField) -> str:
    """Return the words of what a drop-down shows."""
    return _shown(field)[1]


def _shown(field: BoundField) -> tuple[str, str]:
    if not isinstance(field.field, forms.ChoiceField):
        raise TypeError(f"{field.name} offers no choices")
    words = {str(code): str(told) for code, told in field.field.choices}  # type: ignore[union-attr,misc]
    value = str(field.value() or "")
    code = value if value in words else next(iter(words), "")
    return code, words.get(code, "")


def tick(label: Any, *, hint: Any = "") -> forms.BooleanField:
    """Return a box to tick."""
    return forms.BooleanField(label=label, required=False, help_text=hint)


def moment(label: Any, *, required: bool = True, hint: Any = "") -> MomentField:
    """Return a field for a moment, on the office's clock or in UTC."""
    return MomentField(label=label, required=required, help_text=hint or _("Recorded in UTC."))


def check_span(form: forms.Form, begins: str, ends: str) -> None:
    """Put an error beside the end where a form says that something ends before it begins.

    Args:
        form: being cleaned.
        begins: field with the day or moment of the beginning.
        ends: field with that of the end.
    """
    first, last = form.cleaned_data.get(begins), form.cleaned_data.get(ends)
    if first and last and last < first:
        form.add_error(ends, _("The end is before the begin."))


def wire_time(value: datetime | None) -> str | None:
    """Return a moment as the protocol writes it."""
    return time_text(value.astimezone(UTC).replace(microsecond=0)) if value else None


def text(value: str, lang: str) -> dict[str, str]:
    """Return free text that says its language."""
    return {"lang": lang, "text": value}


def text_or_none(value: str, lang: str) -> dict[str, str] | None:
    """Return free text, or None where nothing was written."""
    return text(value, lang) if value else None
