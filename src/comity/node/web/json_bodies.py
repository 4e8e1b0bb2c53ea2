"""Reading the JSON of a request, and telling what in it cannot be read, and where."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from django.http import HttpRequest

from comity.canonical import ComityError, PeerError, decode_loose
from comity.canonical.json import MAX_INTEGER
from comity.exchange.faults import code_of, in_words
from comity.node.core.http_errors import WrongMediaType

JSON: Final = "application/json"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
_DIGITS: Final = len(str(-MAX_INTEGER))


class MediaTypeError(WrongMediaType, PeerError, code="media-type"):
    """A form was sent where JSON is expected (415)."""


def read_body(request: HttpRequest) -> Any:
    """Return the value of a request's body.

    Raises:
        MediaTypeError: it is no JSON, and the request says that it is a form.
        PeerError: it breaks a rule of the protocol's JSON: no fraction, no member twice.
    """
    try:
        return decode_loose(request.body, max_bytes=MAX_BODY_BYTES)
    except ComityError as fault:
        if request.content_type in FORMS and "line" in fault.facts:
            raise form_sent(request) from fault
        raise


def form_sent(request: HttpRequest) -> MediaTypeError:
    """Return the error that says which type of content is expected in place of a form."""
    kind = next((one for one in FORMS if one == request.content_type), FORMS[0])
    return MediaTypeError(
        f"the body is not JSON and is sent as {kind}: send JSON with Content-Type: {JSON}"
    )


def faults_in(data: bytes, *, most: int) -> list[dict[str, str]]:
    """Return what breaks the protocol's rules in a body that is JSON, each with its pointer.

    Args:
        data: a body that `read_body` refused; not nested too deeply, which is checked first.
        most: how many are told.

    Returns:
        As a problem's ``errors`` have them; empty where it is no JSON at all.
    """
    try:
        value = _DECODER.decode(data.decode())
    except (ValueError, RecursionError):
        return []
    return [
        {"code": code_of(fault), "detail": in_words(fault), "pointer": pointer_of(place)}
        for place, fault in islice(_walk(value), most)
    ]


def pointer_of(place: Iterable[int | str]) -> str:
    """Return the JSON pointer (RFC 6901) of a place."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


class _Refused:
    """Stands where a number is that the protocol does not know."""

    def __init__(self, kind: str) -> None:
        self.fault = {"type": kind, "ctx": {"most": MAX_INTEGER}}


class _Object(dict[str, Any]):
    """An object with the names that it has more than once."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found, twice = _Object(), []
    for name, value in pairs:
        if name in found:
            twice.append(name)
        found[name] = value
    found.twice = tuple(twice)
    return found


def _integer(text: str) -> int | _Refused:
    large = len(text) > _DIGITS or abs(int(text)) > MAX_INTEGER
    return _Refused("int_size") if large else int(text)


def _fraction(_text: str) -> _Refused:
    return _Refused("fraction")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction
)


def _walk(
    value: Any, place: tuple[int | str, ...] = ()
) -> Iterator[tuple[tuple[int | str, ...], dict[str, Any]]]:
    if isinstance(value, _Refused):
        yield place, value.fault
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from _walk(one, (*place, n))
    elif isinstance(value, _Object):
        for name in value.twice:
            yield (*place, name), {"type": "duplicate-member"}
        for name, one in value.items():
            yield from _walk(one, (*place, name))
