"""A party's statement that its log goes on in a later epoch, and why.

Content only: it is signed and verified as any other thing of the protocol.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from comity.canonical import (
    PROTOCOL,
    PeerError,
    decode,
    encode,
    members,
    parse_mode,
    parse_party,
    parse_time,
    time_text,
)
from comity.ledger.checkpoint import SignedCheckpoint, open_checkpoint, peek_checkpoint
from comity.ledger.errors import SuccessorError
from comity.ledger.note import Verifier
from comity.ledger.origin import LogOrigin

type Reason = Literal["restored-backup", "key-lost", "migration"]
REASONS: Final = ("restored-backup", "key-lost", "migration")
MAX_BYTES: Final = 65_536
_MEMBERS = (
    "checkpoint", "mode", "origin_new", "origin_old", "party", "protocol", "reason", "stated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Successor:
    """From which checkpoint a log continues under which new origin.

    Attributes:
        checkpoint: newest known signed note of the old origin.
        origin_old: the log that ends.
        origin_new: the same party's log in the same mode and a later epoch.
        reason: one of `REASONS`.
        stated_at: aware UTC time, the party's claim.

    Raises:
        SuccessorError: the origins or the checkpoint do not fit together.
    """

    checkpoint: str
    origin_old: LogOrigin
    origin_new: LogOrigin
    reason: Reason
    stated_at: datetime

    def __post_init__(self) -> None:
        """Hold what ties the statement together."""
        old, new = self.origin_old, self.origin_new
        if (old.mode, old.party) != (new.mode, new.party) or new.epoch <= old.epoch:
            raise SuccessorError("the new origin is no later epoch of the old one")
        if self.reason not in REASONS:
            raise SuccessorError("no such reason")
        try:
            last = peek_checkpoint(self.checkpoint.encode())
        except (PeerError, UnicodeEncodeError) as fault:
            raise SuccessorError("the last checkpoint is malformed") from fault
        if last.origin != str(old):
            raise SuccessorError("the last checkpoint is of another log")

    def value(self) -> dict[str, Any]:
        """Return the statement as a JSON value."""
        return {
            "checkpoint": self.checkpoint,
            "mode": self.origin_old.mode,
            "origin_new": str(self.origin_new),
            "origin_old": str(self.origin_old),
            "party": self.origin_old.party,
            "protocol": PROTOCOL,
            "reason": self.reason,
            "stated_at": time_text(self.stated_at),
        }

    def encode(self) -> bytes:
        """Return the canonical bytes to sign."""
        return encode(self.value())

    def last_checkpoint(self, verifiers: Iterable[Verifier]) -> SignedCheckpoint:
        """Return the old log's last checkpoint, verified by its keys."""
        return open_checkpoint(self.checkpoint.encode(), verifiers)


def parse_successor(data: bytes) -> Successor:
    """Return the statement of canonical bytes.

    Raises:
        SuccessorError: anything malformed, or that does not fit together.

    Source: spec/10-log.md (Epochs).
    """
    try:
        found = members(decode(data, max_bytes=MAX_BYTES), dict.fromkeys(_MEMBERS, str))
        old = LogOrigin.parse(found["origin_old"])
        if found["protocol"] != PROTOCOL:
            raise SuccessorError("another protocol")
        if (parse_mode(found["mode"]), parse_party(found["party"])) != (old.mode, old.party):
            raise SuccessorError("mode or party is not the old origin's")
        return Successor(
            checkpoint=found["checkpoint"],
            origin_old=old,
            origin_new=LogOrigin.parse(found["origin_new"]),
            reason=cast("Reason", found["reason"]),
            stated_at=parse_time(found["stated_at"]),
        )
    except SuccessorError:
        raise
    except PeerError as fault:
        raise SuccessorError(f"malformed within: {fault.code}") from fault
