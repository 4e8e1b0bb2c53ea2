"""Chance that comes out the same everywhere: numbers from SHA-256 over a seed and a counter."""

import hashlib
from collections.abc import Sequence


class Dice:
    """A stream of numbers.

    Two streams of different names are independent, so one more exhibit changes no other.
    Nothing here is a secret: who knows the story knows the stream.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._state = f"{seed}/{name}/".encode()
        self._count = 0

    def number(self) -> int:
        """Return the next 64 bits."""
        digest = hashlib.sha256(self._state + str(self._count).encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:8])

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to below the limit, which is far below 2**64."""
        return self.number() % limit

    def pick[T](self, items: Sequence[T]) -> T:
        """Return one of the items, of which there is at least one."""
        return items[self.below(len(items))]
