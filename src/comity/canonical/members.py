"""Reading an object of exactly the members a specification lists."""

from collections.abc import Callable, Mapping
from typing import Any

from comity.canonical.errors import PeerError


class MemberError(PeerError, code="member-malformed"):
    """An object lacks a member, has a foreign one, or one of the wrong kind."""


def members(
    value: object,
    required: Mapping[str, type | tuple[type, ...]],
    optional: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Return the object if it has every required member of its kind and no unknown one.

    Args:
        value: untrusted JSON value.
        required: member name to the JSON kind(s) its value must have.
        optional: names that may also stand there; the caller checks their kind.

    Raises:
        MemberError: with the member's name, never its value.

    Source: spec/03-values.md (unknown members are refused).
    """
    if not isinstance(value, dict):
        raise MemberError("expected an object")
    for name, kinds in required.items():
        if name not in value:
            raise MemberError(f"member {name} is missing", member=name)
        found = value[name]
        kinds_ = kinds if isinstance(kinds, tuple) else (kinds,)
        if not isinstance(found, kinds_) or (isinstance(found, bool) and bool not in kinds_):
            raise MemberError(f"member {name} is of the wrong kind", member=name)
    if len(value) > len(required) and set(value) - set(required) - optional:
        raise MemberError("an unknown member stands here")
    return value


def strings(value: object, parse: Callable[[object], str], *, most: int) -> tuple[str, ...]:
    """Return a list of at most ``most`` texts, each accepted by ``parse``."""
    if not isinstance(value, list) or len(value) > most:
        raise MemberError(f"expected a list of at most {most}")
    return tuple(parse(item) for item in value)
