"""What a person reads beside a field for a fault that a model found, in the reader's language."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    RegexValidator,
)
from django.utils.translation import gettext_lazy as _

from comity.exchange.faults import code_of

REQUIRED: Final = forms.Field.default_error_messages["required"]
_MESSAGES: Final[Mapping[str, Any]] = {
    "missing": REQUIRED,
    "null": REQUIRED,
    "too-short": REQUIRED,
    "unknown-value": forms.TypedChoiceField.default_error_messages["invalid_choice"],
    "out-of-range": forms.IntegerField.default_error_messages["invalid"],
    "time-malformed": forms.DateTimeField.default_error_messages["invalid"],
}
"""What is said for the code of a member, in Django's own words, which are translated."""
_OTHER: Final = RegexValidator.message
_LIMITS: Final[Mapping[str, tuple[str, Any]]] = {
    "string_too_long": ("max_length", MaxLengthValidator.message),
    "string_too_short": ("min_length", MinLengthValidator.message),
    "greater_than_equal": ("ge", MinValueValidator.message),
    "less_than_equal": ("le", MaxValueValidator.message),
}
"""Kind of fault to the limit in its context, and what is said of it."""


def fault_sentence(fault: Mapping[str, Any]) -> Any:
    """Return what a person reads for a fault.

    Args:
        fault: of `pydantic.ValidationError.errors`, with its context and what was typed.
    """
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "too_long":
        return _("At most %(number)d entries.") % {"number": int(context["max_length"])}
    if kind in _LIMITS:
        name, told = _LIMITS[kind]
        limit = int(context[name])
        if (name, limit) != ("min_length", 1):  # such a text is simply required
            size = len(str(fault.get("input") or ""))  # the sentence needs a number
            return told % {"limit_value": limit, "show_value": size}
    return _MESSAGES.get(code_of(fault), _OTHER)
