"""What is wrong with a request, told by the caller's names: pointers and names of parameters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.http import HttpRequest, RawPostDataException
from ninja.errors import ValidationErrorContext

from comity.canonical import ComityError, decode_loose
from comity.exchange.errors import BodyMalformedError
from comity.exchange.faults import code_of, in_words
from comity.node.web.json_bodies import pointer_of

MOST: Final = 20
"""How many things that are wrong with a request are told."""
_SECTIONS: Final = "sections"
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


def unknown_parameters(names: Sequence[str], known: Sequence[str]) -> list[dict[str, Any]]:
    """Return faults as `located` does, for parameters that an operation does not take."""
    takes = f"known are: {', '.join(known)}" if known else "it takes none"
    told = f"is not a parameter of this address; {takes}"
    kind = "unknown-parameter"
    return [{"type": kind, "loc": ("query", name), "ctx": {"told": told}} for name in names]


def members(faults: Sequence[Mapping[str, Any]], request: HttpRequest) -> list[dict[str, str]]:
    """Return each fault as a member of a problem's ``errors``; values are never repeated.

    Args:
        faults: of `located`.
        request: whose body is looked at for the place of a fault.
    """
    body: Any = _UNREAD
    found = []
    for fault in faults[:MOST]:
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


@contextmanager
def standing_at(*place: str, act: str) -> Iterator[None]:
    """Let what is wrong with what an act says be told by its place in the body of the request.

    Args:
        place: members of the body that lead to it.
        act: key of the table of acts; what another one says is left alone.
    """
    try:
        yield
    except ComityError as fault:
        if fault.facts.get("act") == act:
            fault.facts.setdefault("at", place)
        raise


def members_of(fault: ComityError, request: HttpRequest) -> list[dict[str, str]]:
    """Return what an error of the office's own rules says of members of the request, if anything.

    Args:
        fault: its fact ``faults`` has the faults, with places in what was checked; ``at`` says
            where that stands in the body, unless it is the body, its sections or the query.
        request: as it was sent.
    """
    faults: Any = fault.facts.get("faults", ())
    body = _body_of(request) if faults else None
    told: dict[str, Any] = body if isinstance(body, dict) else {}
    at: Any = fault.facts.get("at")
    found = []
    for one in faults:
        first = str(one["loc"][0]) if one["loc"] else ""
        if at is not None:
            place = ("body", *at)
        elif isinstance(fault, BodyMalformedError) and _SECTIONS in told:
            place = ("body", _SECTIONS)
        elif first in told:
            place = ("body",)
        elif first in request.GET:
            place = ("query",)
        else:
            continue
        found.append({**one, "loc": (*place, *one["loc"])})
    return members(found, request)


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
    except (ComityError, RawPostDataException):  # the latter: a file, read as it came
        return None


def _pointer(place: Sequence[int | str], body: Any) -> str:
    """Return the JSON pointer; names that a model adds for its own alternatives are left out."""
    made, value = list[int | str](), body
    for n, part in enumerate(place):
        last = n == len(place) - 1
        if isinstance(value, dict) and (part in value or last):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        made.append(part)
    return pointer_of(made)
