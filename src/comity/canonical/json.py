"""JSON values as the one byte string two States agree on (RFC 8785)."""

import json
import re
from typing import Any

import rfc8785

from comity.canonical.errors import MisuseError, PeerError

type Value = bool | int | str | list["Value"] | dict[str, "Value"] | None
"""What the protocol may say in JSON: no fractions, integers within 2^53-1 of zero."""

MAX_INTEGER = 2**53 - 1  # RFC 7493 section 2.2: beyond it other languages lose digits
MAX_DEPTH = 32
_MAX_DIGITS = 17  # "-9007199254740991"


class CanonicalError(PeerError, code="not-canonical"):
    """Bytes are not the canonical form of a value this protocol allows."""


class DuplicateMemberError(CanonicalError, code="duplicate-member"):
    """An object names the same member twice."""


class OversizeError(CanonicalError, code="oversize"):
    """More bytes than this kind of thing may have."""


class DepthError(CanonicalError, code="too-deep"):
    """Values nested deeper than the protocol allows."""


class UnencodableError(MisuseError, code="unencodable"):
    """Our own caller asks to encode something that is no protocol value."""


def encode(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a value.

    Args:
        value: strings, integers within 2^53-1, booleans, null, lists, and dicts with string keys.

    Raises:
        MisuseError: the value holds anything else (a float, a lone surrogate, a huge integer).

    Source: RFC 8785 section 3; spec/03-values.md.
    """
    _check(value, MAX_DEPTH)
    try:
        return _canonical(value)
    except (UnicodeEncodeError, rfc8785.CanonicalizationError) as fault:
        raise UnencodableError("value has no canonical form") from fault


def decode(data: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """Return the value whose canonical form is exactly ``data``.

    Args:
        data: untrusted bytes.
        max_bytes: upper bound on ``len(data)``.
        max_depth: how deep objects and arrays may nest.

    Raises:
        OversizeError, DepthError, DuplicateMemberError, CanonicalError: by what is wrong first.

    Source: RFC 8785 section 3; RFC 7493 section 2.3; spec/03-values.md.
    """
    value = decode_loose(data, max_bytes=max_bytes, max_depth=max_depth)
    try:
        again = _canonical(value)
    except (UnicodeEncodeError, rfc8785.CanonicalizationError) as fault:
        raise CanonicalError("a string holds an unpaired surrogate") from fault
    if again != data:
        raise CanonicalError("bytes differ from the canonical form of their value")
    return value


def decode_loose(data: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """Return a JSON value in any layout, with every other rule of `decode` held.

    For what people or other programs write by hand (a trust file, an API body).
    """
    return _decode(_DECODER, data, max_bytes, max_depth)


def decode_foreign(data: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """Return a JSON value that another format's program wrote, as `decode_loose` with any number.

    Numbers beyond 17 characters come as fractions do, as `float`. ``NaN`` and ``Infinity``, which
    Python's own parser takes, are no JSON (RFC 8259 section 6); a member that comes twice is
    refused, since programs differ in which of the two they believe (RFC 8259 section 4).
    """
    return _decode(_FOREIGN, data, max_bytes, max_depth)


def _decode(decoder: json.JSONDecoder, data: bytes, max_bytes: int, max_depth: int) -> Any:
    if len(data) > max_bytes:
        raise OversizeError(f"{len(data)} bytes where {max_bytes} are allowed")
    if data.count(b"{") + data.count(b"[") > max_depth and _deeper(data, max_depth):
        raise DepthError(f"nested deeper than {max_depth}")
    try:
        value = decoder.decode(data.decode("utf-8"))
        if _SURROGATE.search(data):
            _fast(value)  # an unpaired one does not encode
        return value
    except UnicodeDecodeError as fault:
        raise CanonicalError(f"not UTF-8: byte {fault.start + 1}") from fault
    except UnicodeEncodeError as fault:
        raise CanonicalError("a string holds an unpaired surrogate") from fault
    except json.JSONDecodeError as fault:  # its own words may repeat what stands there
        place = f"line {fault.lineno}, column {fault.colno}"
        raise CanonicalError(f"not JSON: {place}", line=fault.lineno, column=fault.colno) from fault
    except (ValueError, RecursionError) as fault:
        raise CanonicalError("not JSON") from fault


# Possessive, and a string without end runs to the end: no input makes it read bytes twice.
_NESTING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _deeper(data: bytes, most: int) -> bool:
    """Count nesting without recursion, strings skipped, before the parser sees the bytes."""
    depth = 0
    for token in _NESTING.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth > most:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DuplicateMemberError("an object names a member twice")
    return members


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS or abs(int(text)) > MAX_INTEGER:
        raise CanonicalError(f"a number is more than {MAX_INTEGER} away from zero")
    return int(text)


def _fraction(_text: str) -> None:
    raise CanonicalError("numbers are whole here: no fraction and no exponent")


def _any_integer(text: str) -> int | float:
    return int(text) if len(text) <= _MAX_DIGITS else float(text)


def _constant(text: str) -> None:
    raise CanonicalError(f"{text} is no JSON")


# Made once: json.loads and json.dumps make a new coder for every call with arguments.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_constant,
)
_FOREIGN = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_any_integer, parse_constant=_constant
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _canonical(value: Any) -> bytes:
    """Give RFC 8785 bytes. Where all are ASCII so are the keys, and their order is beyond doubt."""
    found = _fast(value)
    return found if found.isascii() or not _needs_library(value) else rfc8785.dumps(value)


def _fast(value: Any) -> bytes:
    """Give RFC 8785 bytes by the C encoder: the same bytes where all keys are ASCII."""
    return _ENCODER.encode(value).encode("utf-8")


def _needs_library(value: Any) -> bool:
    """Tell whether a key is not ASCII: only there does code point order differ from UTF-16's."""
    if isinstance(value, dict):
        return not all(map(str.isascii, value)) or any(map(_needs_library, value.values()))
    return isinstance(value, list) and any(map(_needs_library, value))


def _check(value: Any, depth: int) -> None:
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return
    if isinstance(value, list) and depth:
        for item in value:
            _check(item, depth - 1)
        return
    if isinstance(value, dict) and depth and all(isinstance(key, str) for key in value):
        for item in value.values():
            _check(item, depth - 1)
        return
    raise UnencodableError(f"{type(value).__name__} is not part of the protocol")
