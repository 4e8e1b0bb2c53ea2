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
from enum import Enum
from typing import Final

MAX_WRONG: Final = 5
_CODE_BYTES: Final = 8
_CODE_CHARS: Final = 12
_GROUP: Final = 4


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
        self._wanted: bytes | None = _digest(self.code)
        self._session: bytes | None = None
        self._wrong = 0
        self._lock = threading.Lock()

    @property
    def spent(self) -> bool:
        """Tell whether too many wrong codes were typed: then nobody comes in any more."""
        return self._wrong >= MAX_WRONG

    def knock(self, typed: str) -> tuple[Answer, str]:
        """Try a code; return the cookie's value with the first right one."""
        with self._lock:
            if self._wanted is None or self._wrong >= MAX_WRONG:
                return Answer.SPENT, ""
            if not hmac.compare_digest(_digest(typed), self._wanted):
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


def _digest(text: str) -> bytes:
    """Return a digest of a code however it was typed: case, blanks and dashes do not count."""
    plain = text if len(text) > 2 * _CODE_CHARS else text.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()
