"""What is wrong with a request, told by the caller's names: pointers and names of parameters."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest
from ninja.errors import ValidationErrorContext

from comity.canonical import ComityError, decode_loose
from comity.exchange.faults import code_of, in_words

_MOST: Final = 20
_LONGEST: Final = 200
_UNREAD: Final = object()


def located(contexts: Iterable[ValidationErrorContext[Any]]) -> list[dict[str, Any]]:
    """Return the faults with their places, freed of the names of a handler's arguments.

    Args:
        contexts: of ninja, one for each source of arguments (body, query, ...).

    Returns:
        As `pydantic.ValidationError.errors`, with ``loc`` beginning with the source.
    """
    found: list[dict[str, Any]] = []
    for context in contexts:
        source = str(context.model.__ninja_param_source__)
        for one in context.pydantic_validation_error.errors(include_url=False, include_input=False):
            place = _sent_place(context.model, one["loc"])
            found.append({**one, "loc": (source, *place)})
    return found


def _sent_place(model: Any, place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    if getattr(model, "__read_from_single_attr__", None):  # the body is that argument
        return place[1:]
    names: Mapping[tuple[int | str, ...], tuple[str, ...]] = model.__ninja_flatten_map_reverse__
    for n in range(len(place), 0, -1):
        if place[:n] in names:
            return (*names[place[:n]], *place[n:])
    grouped = any(path[: len(place)] == place for path in names)
    return () if grouped else place


def members(faults: Sequence[Mapping[str, Any]], request: HttpRequest) -> list[dict[str, str]]:
    """Return each fault as a member of a problem's ``errors``; values are never repeated.

    Args:
        faults: of `located`.
        request: whose body is looked at for the place of a fault.
    """
    body: Any = _UNREAD
    found = []
    for fault in faults[:_MOST]:
        source, *place = fault["loc"]
        told = {"code": code_of(fault), "detail": _words(fault)}
        if source == "body":
            body = _body_of(request) if body is _UNREAD else body
            told["pointer"] = _pointer(place, body)[:_LONGEST]
        elif place:
            told["parameter"] = str(place[0])[:_LONGEST]
        if told not in found:
            found.append(told)
    return found


def sentence(found: Sequence[Mapping[str, str]]) -> str:
    """Return one sentence about all that is wrong: the first thing, and how many more there are."""
    if not found:
        return "the request cannot be read"
    first = found[0]
    what = f"parameter {first['parameter']}" if "parameter" in first else "the query"
    if "pointer" in first:
        what = first["pointer"] or "the body"
    more = f" (and {len(found) - 1} more: see errors)" if len(found) > 1 else ""
    return f"{what} {first['detail']}{more}"


def _words(fault: Mapping[str, Any]) -> str:
    # the place is that of the foreign member itself, not of what it stands in
    foreign = fault["type"] == "extra_forbidden"
    return "is not a known member; remove it" if foreign else in_words(fault)


def _body_of(request: HttpRequest) -> Any:
    try:
        return decode_loose(request.body, max_bytes=len(request.body) + 1)
    except ComityError:
        return None


def _pointer(place: Sequence[int | str], body: Any) -> str:
    """Return the JSON pointer; names that a model adds for its own alternatives are left out."""
    made, value = "", body
    for n, part in enumerate(place):
        last = n == len(place) - 1
        if isinstance(value, dict) and (part in value or last):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        made += "/" + str(part).replace("~", "~0").replace("/", "~1")
    return made
