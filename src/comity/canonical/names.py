"""Names of things: parties, States, modes, identifiers (UUIDv7)."""

import re
import uuid
from datetime import datetime
from typing import Literal, cast

from comity.canonical.errors import MisuseError, PeerError

PROTOCOL = "comity/1"
MODES = ("live", "exercise")
type Mode = Literal["live", "exercise"]

_PARTY = re.compile(r"[a-z]{2}/[a-z0-9]+(-[a-z0-9]+)*")
_STATE = re.compile(r"[a-z]{2}")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MAX_PARTY = 64


class MalformedNameError(PeerError, code="name-malformed"):
    """A text is not a name of this protocol."""


def parse_party(text: object) -> str:
    """Return the text if it names a party, ``vn/contact-point``: ISO 3166-1 alpha-2 or ``un``."""
    if not isinstance(text, str) or len(text) > _MAX_PARTY or not _PARTY.fullmatch(text):
        raise MalformedNameError("expected a party such as vn/contact-point")
    return text


def parse_state(text: object) -> str:
    """Return the text if it is two lower-case letters."""
    if not isinstance(text, str) or not _STATE.fullmatch(text):
        raise MalformedNameError("expected two lower-case letters")
    return text


def state_of(party: str) -> str:
    """Return the State a party belongs to."""
    return party.partition("/")[0]


def parse_mode(text: object) -> Mode:
    """Return ``live`` or ``exercise``."""
    if text not in MODES:
        raise MalformedNameError("expected live or exercise")
    return cast("Mode", text)


def parse_id(text: object) -> str:
    """Return the text if it is a UUIDv7 in lower case (RFC 9562 section 5.7)."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise MalformedNameError("expected a lower-case UUIDv7")
    return text


def new_id(now: datetime, randomness: bytes) -> str:
    """Return a UUIDv7 of a moment and 10 bytes of randomness (RFC 9562 section 5.7)."""
    if len(randomness) != 10:
        raise MisuseError("a UUIDv7 takes 10 random bytes")
    milliseconds = int(now.timestamp() * 1000)
    value = bytearray(milliseconds.to_bytes(6, "big") + randomness)
    value[6] = 0x70 | (value[6] & 0x0F)
    value[8] = 0x80 | (value[8] & 0x3F)
    return str(uuid.UUID(bytes=bytes(value)))
