"""A party's statement that its log goes on in a later epoch, and why.

Content only: it is signed and verified as any other thing of the protocol.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self, cast

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
from comity.canonical.names import Mode
from comity.ledger.checkpoint import SignedCheckpoint, open_checkpoint, peek_checkpoint
from comity.ledger.errors import OriginError, SuccessorError
from comity.ledger.note import Verifier

# The name of one party's log in one mode and epoch, which is where it is read, as C2SP has it.


MAX_PREFIX: Final = 100
MAX_ORIGIN: Final = 200  # with the longest name of a party
_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
_PREFIX = rf"{_HOST}(?::[1-9][0-9]{{0,4}})?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
_ORIGIN = re.compile(rf"({_PREFIX})/log/([a-z]+)/([^/\n]+/[^/\n]+)/([1-9][0-9]{{0,8}})", re.ASCII)
_URL = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[^/?#@:\[\]]+)(?::([0-9]*))?(/[^?#]*)?", re.ASCII | re.IGNORECASE
)
_DEFAULT_PORTS: Final = {"https": "443", "http": "80"}


@dataclass(frozen=True, slots=True)
class LogOrigin:
    """Origin ``node.vn.example/log/live/vn/contact-point/1``.

    Attributes:
        prefix: host, port and path of the node where the log was founded; see `log_prefix`.
        mode: live or exercise.
        party: as ``vn/contact-point``.
        epoch: 1 or more; grows when the log cannot honestly go on.

    Raises:
        OriginError: a field that cannot stand in an origin.
    """

    prefix: str
    mode: Mode
    party: str
    epoch: int = 1

    def __post_init__(self) -> None:
        """Hold the one rule that text cannot show: the fields are in range."""
        if _parts(str(self)) != (self.prefix, self.mode, self.party, self.epoch):
            raise OriginError("the fields name another log than they say")

    def __str__(self) -> str:
        """Return the origin line, which is the checkpoint's key name too."""
        return f"{self.prefix}{self.path}"

    @property
    def path(self) -> str:
        """Return where a node serves this log, below its address."""
        return f"/log/{self.mode}/{self.party}/{self.epoch}"

    def at(self, epoch: int) -> "LogOrigin":
        """Return the name of the same log in another epoch."""
        return LogOrigin(self.prefix, self.mode, self.party, epoch)

    @classmethod
    def parse(cls, text: object) -> Self:
        """Return the origin of a text in its only spelling.

        Raises:
            OriginError: any other text.

        Source: spec/10-log.md.
        """
        if not isinstance(text, str):
            raise OriginError("an origin is a text")
        return cls(*_parts(text))


@functools.lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[str, Mode, str, int]:
    match = _ORIGIN.fullmatch(text) if len(text) <= MAX_ORIGIN else None
    if match is None or len(match[1]) > MAX_PREFIX:
        raise OriginError("expected HOST/log/<mode>/<party>/<epoch>")
    try:
        return match[1], parse_mode(match[2]), parse_party(match[3]), int(match[4])
    except PeerError as fault:
        raise OriginError("no such mode or party") from fault


def log_prefix(url: str | None, party: str) -> str:
    """Return what the origins of a log begin with: the node's address without its scheme.

    Args:
        url: at which partners reach the node; None or empty: nobody can. The log then has a name
            that leads nowhere (RFC 6761, 6.4).
        party: whose log.

    Raises:
        OriginError: the address has a part that cannot stand in an origin.
    """
    if not url:
        state, _, name = party.partition("/")
        prefix = f"{name}.{state}.invalid"
    else:
        match = _URL.fullmatch(url)
        if match is None:
            raise OriginError(
                "the address is no URL of a node: give one with a host, as https://node.vn.example"
            )
        scheme, host, port, path = (part or "" for part in match.groups())
        shown = "" if port in {"", _DEFAULT_PORTS[scheme.lower()]} else f":{port}"
        prefix = f"{host.lower()}{shown}{path.rstrip('/')}"
    if len(prefix) > MAX_PREFIX or not re.fullmatch(_PREFIX, prefix, re.ASCII):
        raise OriginError("the address cannot stand in the name of a log")
    return prefix


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
