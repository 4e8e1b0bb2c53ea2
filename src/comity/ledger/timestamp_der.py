"""Putting the certificates of a time-stamp token in the order of DER.

Some authorities write that set as it comes (OpenSSL does, told to add a chain), and strict readers
refuse it. The set is outside every signature, so its order says nothing; only bytes move.

Source: RFC 5652 section 5.1; X.690 section 11.6.
"""

from collections.abc import Iterator

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


def _certificates(data: bytes) -> tuple[int, int]:
    """Return where the content of ``SignedData.certificates`` begins and ends."""
    _, start, end = _one(data, 0, len(data), _SEQUENCE)  # TimeStampResp
    _, info = list(_values(data, start, end))[:2]
    _, start, end = _one(data, info[0], info[2], _SEQUENCE)  # ContentInfo
    _, content = list(_values(data, start, end))[:2]
    _, start, end = _one(data, content[0], content[2], _TAGGED_0)
    _, start, end = _one(data, start, end, _SEQUENCE)  # SignedData
    for at, inside, stop in _values(data, start, end):
        if data[at] == _TAGGED_0:
            return inside, stop
    raise ValueError("no certificates")


def _one(data: bytes, start: int, end: int, tag: int) -> tuple[int, int, int]:
    at, inside, stop = _value(data, start, end)
    if data[at] != tag:
        raise ValueError("another tag")
    return at, inside, stop


def _values(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (begin, begin of content, end) of each value between two places."""
    while start < end:
        found = _value(data, start, end)
        yield found
        start = found[2]


def _value(data: bytes, start: int, end: int) -> tuple[int, int, int]:
    """Return the places of the value that begins at a place; tags of one byte only."""
    if end - start < 2:
        raise ValueError("cut short")
    length, inside = data[start + 1], start + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3:
            raise ValueError("no definite length, or a huge one")
        length = int.from_bytes(data[inside : inside + count])
        inside += count
    if inside + length > end:
        raise ValueError("cut short")
    return start, inside, inside + length
