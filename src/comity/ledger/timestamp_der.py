"""As much of DER as a time-stamp token needs beyond what the libraries read.

Some authorities write the set of certificates as it comes (OpenSSL does, told to add a chain), and
strict readers refuse it. The set is outside every signature, so its order says nothing; only bytes
move.

Source: X.690 sections 8.1, 10.1 and 11.6; RFC 5652 section 5.1.
"""

from collections.abc import Iterator
from typing import NamedTuple

_SEQUENCE, _TAGGED_0 = 0x30, 0xA0


def with_sorted_certificates(response: bytes) -> bytes:
    """Return a TimeStampResp with its certificates in order; what is none is returned as it is.

    Args:
        response: DER, untrusted.
    """
    try:
        start, end = _certificates(response)
        found = [response[at:stop] for at, _, stop in _values(response, start, end)]
    except ValueError:
        return response
    return response[:start] + b"".join(sorted(found)) + response[end:]


class Element(NamedTuple):
    """One value.

    Attributes:
        tag: its first byte.
        body: its content.
        whole: all its bytes.
    """

    tag: int
    body: bytes
    whole: bytes


def sequence(data: bytes) -> list[Element]:
    """Return the elements of the one SEQUENCE that bytes are.

    Raises:
        ValueError: they are none, or there is more.
    """
    (element,) = _elements(data)
    return inside(element)


def inside(element: Element, tag: int = _SEQUENCE) -> list[Element]:
    """Return the elements of a value that has a tag, at least one.

    Raises:
        ValueError: another tag, nothing in it, or not DER.
    """
    found = _elements(element.body) if element.tag == tag else []
    if not found:
        raise ValueError("not what may stand here")
    return found


def _elements(data: bytes) -> list[Element]:
    places = _values(data, 0, len(data))
    return [Element(data[at], data[start:stop], data[at:stop]) for at, start, stop in places]


def _certificates(data: bytes) -> tuple[int, int]:
    """Return where the content of ``SignedData.certificates`` begins and ends."""
    _, start, end = _one(data, 0, len(data), _SEQUENCE)  # TimeStampResp
    _, info = list(_values(data, start, end))[:2]
    _, start, end = _one(data, info[0], info[2], _SEQUENCE)  # ContentInfo
    _, content = list(_values(data, start, end))[:2]
    _, start, end = _one(data, content[0], content[2], _TAGGED_0)
    _, start, end = _one(data, start, end, _SEQUENCE)  # SignedData
    for at, body, stop in _values(data, start, end):
        if data[at] == _TAGGED_0:
            return body, stop
    raise ValueError("no certificates")


def _one(data: bytes, start: int, end: int, tag: int) -> tuple[int, int, int]:
    at, body, stop = _value(data, start, end)
    if data[at] != tag:
        raise ValueError("another tag")
    return at, body, stop


def _values(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (begin, begin of content, end) of each value between two places."""
    while start < end:
        found = _value(data, start, end)
        yield found
        start = found[2]


def _value(data: bytes, start: int, end: int) -> tuple[int, int, int]:
    """Return the places of the value that begins at a place; tags of one byte only."""
    if end - start < 2 or data[start] & 0x1F == 0x1F:
        raise ValueError("cut short, or a tag of several bytes")
    length, body = data[start + 1], start + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3:
            raise ValueError("no definite length, or a huge one")
        length = int.from_bytes(data[body : body + count])
        body += count
        if length < 0x80 or length >> 8 * (count - 1) == 0:
            raise ValueError("a length is not in its only spelling")
    if body + length > end:
        raise ValueError("cut short")
    return start, body, body + length
