"""What a Comity log holds of a fact: a salted digest, explained by its opening."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import (
    MisuseError,
    PeerError,
    b64,
    digest,
    digest_text,
    encode,
    equal,
    members,
    parse_digest,
    parse_time,
    time_text,
    unb64,
)
from comity.ledger.errors import LeafError, LeafMismatchError
from comity.ledger.leaf_kinds import KINDS

VERSION: Final = b"\x01"
ENTRY_BYTES: Final = 33
SALT_BYTES: Final = 32
RECEIVED: Final = "message.received"
"""The one kind whose leaf says what became of its record."""
_OUTCOME: Final = re.compile(
    r"applied|overtaken|held|held:double-speak|refused:[a-z0-9]+(-[a-z0-9]+)*"
)
MAX_OUTCOME: Final = 80


@dataclass(frozen=True, slots=True, repr=False)
class LeafOpening:
    """What a log entry stands for; kept with the record, never in the log.

    Attributes:
        salt: 32 random bytes; without it nobody can tell from the log what was recorded.
        kind: one of `KINDS`.
        time: aware UTC time by the log's own clock.
        record: 32-byte digest of the record.
        outcome: what became of a message received, as its receipt says; None for other kinds.

    Raises:
        LeafError: a field outside these bounds.
    """

    salt: bytes
    kind: str
    time: datetime
    record: bytes
    outcome: str | None = None

    def __post_init__(self) -> None:
        """Hold the bounds, so that every opening can be encoded."""
        if len(self.salt) != SALT_BYTES or len(self.record) != 32:
            raise LeafError("salt and record digest have 32 bytes each")
        if self.kind not in KINDS:
            raise LeafError("no such kind of leaf")
        if (self.kind == RECEIVED) != (self.outcome is not None):
            raise LeafError("a leaf says an outcome for a message received, and for nothing else")
        if self.outcome is not None and not is_outcome(self.outcome):
            raise LeafError("not an outcome")
        if self.time.tzinfo is None:
            raise MisuseError("a leaf's time needs its time zone")


def is_outcome(text: object) -> bool:
    """Tell whether a value says what became of a message (spec 11.1)."""
    if not isinstance(text, str) or len(text) > MAX_OUTCOME:
        return False
    return _OUTCOME.fullmatch(text) is not None


def entry(opening: LeafOpening) -> bytes:
    """Return the 33 bytes that the log holds.

    Source: spec 4 and 10.
    """
    return VERSION + digest("leaf", opening.salt, encode(_explained(opening)))


def _explained(opening: LeafOpening) -> dict[str, Any]:
    said = {
        "kind": opening.kind,
        "record": digest_text(opening.record),
        "time": time_text(opening.time),
    }
    return said if opening.outcome is None else {**said, "outcome": opening.outcome}


def check_entry(data: bytes) -> bytes:
    """Return the bytes if they have the form of a log entry of this version.

    Raises:
        LeafError: another length or version.
    """
    if len(data) != ENTRY_BYTES or data[:1] != VERSION:
        raise LeafError("not an entry of version 1")
    return data


def verify_opening(opening: LeafOpening, data: bytes) -> None:
    """Return if the opening explains the log entry.

    Raises:
        LeafMismatchError: it explains another one.
        LeafError: the entry is malformed.
    """
    if not equal(entry(opening), check_entry(data)):
        raise LeafMismatchError("the opening explains another entry")


_MEMBERS: Final = {"kind": str, "record": str, "salt": str, "time": str}


def opening_value(opening: LeafOpening) -> dict[str, Any]:
    """Return an opening as a JSON value: kind, record, salt, time, and outcome if it has one."""
    return {**_explained(opening), "salt": b64(opening.salt)}


def parse_opening(value: object) -> LeafOpening:
    """Return the opening of a JSON value.

    Raises:
        LeafError: a member missing, foreign, or out of bounds.
    """
    try:
        found = members(value, _MEMBERS, frozenset({"outcome"}))
        return LeafOpening(
            salt=unb64(found["salt"], size_bytes=SALT_BYTES),
            kind=found["kind"],
            time=parse_time(found["time"]),
            record=parse_digest(found["record"]),
            outcome=found.get("outcome"),
        )
    except LeafError:
        raise
    except PeerError as fault:
        raise LeafError(f"malformed within: {fault.code}") from fault
