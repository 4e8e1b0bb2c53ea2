"""What a model says is wrong: a stable code, and words that a person can act on."""

import re
from collections.abc import Mapping
from typing import Any, Final

MEMBER_CODES: Final[Mapping[str, str]] = {
    "day-past": "The day is in the past; today or a later day is required.",
    "duplicate-member": "The object names the member twice.",
    "invalid": "The value breaks a rule that the detail names.",
    "missing": "The member is required and is not there.",
    "moment-ahead": "The moment lies in the future, but it says when something happened.",
    "moment-order": "The moment comes before the one that it follows.",
    "null": "The member is null where it can only be left out.",
    "out-of-range": "The number is too small or too large.",
    "pattern": "The text does not have the form that is required.",
    "time-malformed": "The value is no day, or no moment, of the form that the detail shows.",
    "too-long": "The text or list is too long.",
    "too-short": "The text or list is too short.",
    "unknown-member": "The object does not have a member of this name.",
    "unknown-parameter": "The address does not take a parameter of this name.",
    "unknown-value": "The value is none of those that are listed.",
    "wrong-type": "The value is of another type than required.",
}
"""Stable codes of what is wrong with a member, and what each means."""
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "duplicate-member": ("duplicate-member", "is named twice; send it once"),
    "fraction": ("wrong-type", "must be a whole number, without fraction and exponent"),
    "int_size": ("out-of-range", "must be at most {most} away from zero"),
    "missing": ("missing", "is missing"),
    "extra_forbidden": ("unknown-member", "has an unknown member; remove it"),
    "string_too_short": ("too-short", "must have at least {min_length} characters"),
    "string_too_long": ("too-long", "must have at most {max_length} characters"),
    "too_short": ("too-short", "must have at least {min_length} entries"),
    "too_long": ("too-long", "must have at most {max_length} entries"),
    "string_pattern_mismatch": ("pattern", "must match the pattern {pattern}"),
    "literal_error": ("unknown-value", "must be one of {expected}"),
    "enum": ("unknown-value", "must be one of {expected}"),
    "less_than": ("out-of-range", "must be less than {lt}"),
    "less_than_equal": ("out-of-range", "must be at most {le}"),
    "greater_than": ("out-of-range", "must be more than {gt}"),
    "greater_than_equal": ("out-of-range", "must be at least {ge}"),
    "multiple_of": ("out-of-range", "must be a multiple of {multiple_of}"),
    "unknown-parameter": ("unknown-parameter", "{told}"),
    "value_error": ("invalid", "is not valid: {error}"),
    "time-malformed": (
        "time-malformed",
        "must be a date and time that exist, in UTC, as 2026-11-29T08:00:00Z",
    ),
    "moment-malformed": (
        "time-malformed",
        "must be a date and time that exist, with Z or an offset, as 2026-11-29T08:00:00Z",
    ),
    "day-malformed": ("time-malformed", "must be a day that exists, as 2026-11-29"),
    "moment-ahead": ("moment-ahead", "{told}"),
    "day-past": ("day-past", "must be today, {today}, or a later day"),
    "moment-order": ("moment-order", "{told}"),
    "doubled": ("invalid", "must name each topic once"),
    "topic-unknown": (
        "unknown-value",
        "must be a topic that the law as data lists, such as electronic-evidence",
    ),
    "not-ascending": ("invalid", "must list its numbers in ascending order"),
    "null": ("null", "must be left out where it has no value; null is not allowed"),
}
_TYPES: Final[Mapping[str, str]] = {
    "string": "text in quotation marks",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "an object",
    "mapping": "an object",
    "model": "an object",
    "model_attributes": "an object",
    "none_required": "null",
    "time": "a time, as 12:00:00",
    "uuid": "a UUID",
}
_TIMES: Final = {
    "date_": "day-malformed",
    "datetime_": "moment-malformed",
    "timezone_": "moment-malformed",
}
"""How the kinds of fault begin that pydantic itself finds in a date, and the rule of each."""
_ENDINGS: Final = ("_type", "_parsing", "_from_float")
_TIME_FORM: Final = "T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
_FORMS: Final = (
    (_TIME_FORM, _RULES["time-malformed"][1]),
    ("sha256:[0-9a-f]{64}", "must be a digest: sha256: and 64 hexadecimal digits"),
    ("^[a-z]{2}/[a-z0-9]+", "must be the name of a party, as vn/contact-point"),
)
"""What a part of a pattern stands for, in words."""
_LONGEST: Final = 2_400
"""Of one rule in words: the names of all acts of the docket are no longer."""
_OTHER: Final = ("invalid", "is not valid")


def code_of(fault: Mapping[str, Any]) -> str:
    """Return the stable code of one fault, such as ``too-short``; see `in_words`."""
    form = str(fault.get("ctx", {}).get("pattern", ""))
    return _rule({"type": "time-malformed"} if _TIME_FORM in form else fault)[0]


def in_words(fault: Mapping[str, Any]) -> str:
    """Return what one fault asks for, as the end of a sentence; never what was written.

    Args:
        fault: of `pydantic.ValidationError.errors`, with its context.

    Returns:
        ``must have at most 300 characters``.
    """
    kind, context = str(fault["type"]), fault.get("ctx", {})
    if kind == "string_pattern_mismatch":
        for part, words in _FORMS:
            if part in str(context.get("pattern")):
                return words
    try:
        words = _rule(fault)[1].format_map(context)
    except KeyError:
        return _OTHER[1]
    for many, one in (("characters", "character"), ("entries", "entry")):
        words = re.sub(rf"\b1 {many}$", f"1 {one}", words)
    return words if len(words) <= _LONGEST else _OTHER[1]


def _rule(fault: Mapping[str, Any]) -> tuple[str, str]:
    kind = str(fault["type"])
    for beginning, name in _TIMES.items():
        if kind.startswith(beginning):
            return _RULES[name]
    if kind in _RULES:
        return _RULES[kind]
    for ending in _ENDINGS:
        if words := _TYPES.get(kind.removesuffix(ending)):
            return "wrong-type", f"must be {words}"
    return _OTHER
