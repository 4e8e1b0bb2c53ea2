"""Codes by which people join a team: said aloud in a hall, typed on a telephone."""

from typing import Final

from comity.node.core.randomness import random_bytes

ALPHABET: Final = "ACDEFGHJKLMNPQRTUVWXYZ234679"
"""Without letters and digits that are taken for another: B and 8, I and 1, O and 0, S and 5."""
LENGTH: Final = 10
_LIMIT: Final = 256 - 256 % len(ALPHABET)


def new_code(length: int = LENGTH) -> str:
    """Return a code that cannot be guessed; each letter is as likely as every other."""
    found = ""
    while len(found) < length:
        found += "".join(ALPHABET[b % len(ALPHABET)] for b in random_bytes(16) if b < _LIMIT)
    return found[:length]


def typed(text: str) -> str:
    """Return a code as it was meant: without spaces and hyphens, in capitals."""
    return "".join(one for one in text.upper() if one.isalnum())[:64]


def spaced(code: str) -> str:
    """Return a code as it is read aloud, in groups of five."""
    return " ".join(code[at : at + 5] for at in range(0, len(code), 5))
