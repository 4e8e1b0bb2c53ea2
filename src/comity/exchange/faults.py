"""What a model of a section says is wrong, in words that a person can act on."""

from collections.abc import Mapping
from typing import Any, Final

_BOUNDS: Final = {
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "too_long": "at most {max_length} entries",
    "too_short": "at least {min_length} entries",
    "literal_error": "one of {expected}",
    "less_than_equal": "at most {le}",
    "greater_than_equal": "at least {ge}",
    "missing": "has to be there",
    "extra_forbidden": "an unknown member stands there",
    "time-malformed": "no such day, hour or second; in UTC, as 2026-05-01T12:00:00Z",
}
_FORM_OF_TIME: Final = "T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
_UTC: Final = "a time in UTC, as 2026-05-01T12:00:00Z"
_LONGEST: Final = 400


def in_words(fault: Mapping[str, Any]) -> str:
    """Return the kind of one fault and what is allowed; never what was written.

    Args:
        fault: of `pydantic.ValidationError.errors`, with its context.

    Returns:
        ``string_too_long (at most 300 characters)``.
    """
    kind, context = str(fault["type"]), fault.get("ctx", {})
    if kind == "string_pattern_mismatch" and _FORM_OF_TIME in str(context.get("pattern")):
        return f"{kind} ({_UTC})"
    try:
        words = _BOUNDS[kind].format_map(context)
    except KeyError:
        return kind
    return f"{kind} ({words})" if len(words) <= _LONGEST else kind
