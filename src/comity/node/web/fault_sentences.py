"""What a person reads beside a field for a fault, in the reader's language.

A model that refuses a value and a field of a form that does say it in the same words.
"""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import keep_lazy_text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comity.exchange.faults import code_of

TOO_LONG: Final = ngettext_lazy(
    "Write at most %(limit_value)d character. You wrote %(show_value)d.",
    "Write at most %(limit_value)d characters. You wrote %(show_value)d.",
    "limit_value",
)
TOO_SHORT: Final = ngettext_lazy(
    "Write at least %(limit_value)d character. You wrote %(show_value)d.",
    "Write at least %(limit_value)d characters. You wrote %(show_value)d.",
    "limit_value",
)
WHOLE: Final = _("Enter a whole number.")
FROM_TO: Final = _("Enter a whole number from %(least)s to %(most)s.")
AT_LEAST: Final = _("Enter a whole number of at least %(limit_value)s.")
AT_MOST: Final = _("Enter a whole number of at most %(limit_value)s.")
REQUIRED: Final = forms.Field.default_error_messages["required"]
_MESSAGES: Final[Mapping[str, Any]] = {
    "day-past": _("The date is in the past. Enter today's date or a later date."),
    "missing": REQUIRED,
    "null": REQUIRED,
    "too-short": REQUIRED,
    "unknown-value": forms.TypedChoiceField.default_error_messages["invalid_choice"],
    "out-of-range": WHOLE,
    "time-malformed": forms.DateTimeField.default_error_messages["invalid"],
}
"""What is said for the code of a member, most in Django's own words, which are translated."""
_OTHER: Final = RegexValidator.message
_LIMITS: Final[Mapping[str, tuple[str, Any]]] = {
    "string_too_long": ("max_length", TOO_LONG),
    "string_too_short": ("min_length", TOO_SHORT),
    "greater_than_equal": ("ge", AT_LEAST),
    "less_than_equal": ("le", AT_MOST),
}
"""Kind of fault to the limit in its context, and what is said of it."""


def say_lengths() -> None:
    """Have every text field of every form tell its length so, and not in Django's words."""
    forms.CharField.default_error_messages |= {"max_length": TOO_LONG, "min_length": TOO_SHORT}


@keep_lazy_text
def _filled(told: Any, facts: Mapping[str, Any]) -> str:
    return str(told % facts)


def number_errors(least: int | None, most: int | None) -> dict[str, Any]:
    """Return what a field for a whole number says, whatever is wrong: all that is allowed.

    Args:
        least: the smallest; None where there is none.
        most: the largest; None where there is none.
    """
    if least is not None and most is not None:
        told: Any = _filled(FROM_TO, {"least": least, "most": most})
    elif least is not None:
        told = _filled(AT_LEAST, {"limit_value": least})
    elif most is not None:
        told = _filled(AT_MOST, {"limit_value": most})
    else:
        told = WHOLE
    return {"invalid": told, "min_value": told, "max_value": told}


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
