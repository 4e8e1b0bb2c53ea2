"""DER, as far as RFC 3161 tokens need it."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.stranger.values import demand, refuse

CODE = "timestamp-malformed"
INTEGER, OCTETS, OID, SEQUENCE, SET, TIME = 0x02, 0x04, 0x06, 0x30, 0x31, 0x18


@dataclass(frozen=True)
class Item:
    """One value: its tag, its content, and all its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def parts(self) -> list["Item"]:
        """Return what a constructed value holds."""
        demand(self.tag & 0x20, CODE, "nothing is inside")
        return list(items(self.content))

    def number(self) -> int:
        """Return an integer."""
        demand(self.tag == INTEGER and self.content, CODE, "no integer")
        return int.from_bytes(self.content, signed=True)

    def oid(self) -> str:
        """Return an object identifier."""
        demand(self.tag == OID and self.content and self.content[-1] < 128, CODE, "no identifier")
        numbers, value = list[int](), 0
        for byte in self.content:
            value = value << 7 | byte & 127
            if byte < 128:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def items(data: bytes) -> Iterator[Item]:
    """Yield the values that stand one after the other."""
    at = 0
    while at < len(data):
        item = _item(data, at)
        at += len(item.raw)
        yield item


def _item(data: bytes, at: int) -> Item:
    demand(at + 2 <= len(data) and data[at] & 31 != 31, CODE, "cut short")
    length, start = data[at + 1], at + 2
    if length >= 128:
        count = length & 127
        demand(1 <= count <= 4, CODE, "a length")
        length, start = int.from_bytes(data[start : start + count]), start + count
        demand(length >= 128 and length >= 1 << 8 * (count - 1), CODE, "a length")
    demand(start + length <= len(data), CODE, "cut short")
    return Item(data[at], data[start : start + length], data[at : start + length])


def one(data: bytes) -> Item:
    """Return the only value in some bytes."""
    found = list(items(data))
    if len(found) != 1:
        refuse(CODE, "not one value")
    return found[0]
