"""Who may set a node up: whoever reads the terminal in which the set-up was started.

The page listens on loopback only, which keeps the network out and other users of the machine not.
A code of 60 random bits is printed once; it is taken once, compared without telling how much of it
was right, and spent after five wrong ones, whoever typed them. The browser that gave it gets a
cookie; no other browser comes in until the set-up is started again.
"""

import base64
import hashlib
import hmac
import os
import secrets
import threading
import unicodedata
from enum import Enum
from typing import Final

MAX_WRONG: Final = 5
_CODE_BYTES: Final = 8
_CODE_CHARS: Final = 12
_GROUP: Final = 4
_BESIDE_A_CODE: Final = frozenset({"Cc", "Cf", "Pd", "Zl", "Zp", "Zs"})
"""Kinds of characters that do not count: invisible ones, dashes and blanks."""


def cookie_name(port: int) -> str:
    """Return the name of a set-up's cookie; ports do not separate cookies (RFC 6265 8.5)."""
    return f"comity-setup-{port}"


class Answer(Enum):
    """What came of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"


class Door:
    """The code and the one browser that gave it; both live in memory only."""

    def __init__(self) -> None:
        text = base64.b32encode(os.urandom(_CODE_BYTES)).decode("ascii")[:_CODE_CHARS]
        self.code: Final = "-".join(text[at : at + _GROUP] for at in range(0, _CODE_CHARS, _GROUP))
        self._wanted: bytes | None = _digest_of_code(self.code)
        self._session: bytes | None = None
        self._wrong = 0
        self._lock = threading.Lock()

    @property
    def spent(self) -> bool:
        """Tell whether too many wrong codes were typed: then nobody comes in any more."""
        return self._wrong >= MAX_WRONG

    @property
    def left(self) -> int:
        """Return how many wrong codes may still be typed."""
        return max(MAX_WRONG - self._wrong, 0)

    def knock(self, typed: str) -> tuple[Answer, str]:
        """Try a code; return the cookie's value with the first right one."""
        with self._lock:
            if self._wanted is None or self._wrong >= MAX_WRONG:
                return Answer.SPENT, ""
            if not hmac.compare_digest(_digest_of_code(typed), self._wanted):
                self._wrong += 1
                return (Answer.SPENT if self._wrong >= MAX_WRONG else Answer.WRONG), ""
            self._wanted = None
            token = secrets.token_urlsafe(32)
            self._session = _digest(token)
            return Answer.RIGHT, token

    def knows(self, token: str) -> bool:
        """Tell whether a cookie is the one that was given out."""
        held = self._session
        return held is not None and hmac.compare_digest(_digest(token), held)


def _digest_of_code(text: str) -> bytes:
    """Return a digest of a code however it was typed or pasted.

    Case, blanks and dashes do not count, nor do the invisible marks that a copy from a page
    written from right to left brings along.
    """
    return _digest(
        "".join(char for char in text.upper() if unicodedata.category(char) not in _BESIDE_A_CODE)
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
