"""Names, limits and index of an exchange file (spec 13.4): what a carrier may bring, and no more.

A relay folder holds the same members as plain files; one folder is one direction between two
parties, so that two messages never want one name.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from comity.canonical import (
    PROTOCOL,
    MisuseError,
    Mode,
    PeerError,
    decode,
    encode,
    members,
    parse_mode,
    parse_party,
    parse_time,
    time_text,
)
from comity.directory.entry import MAX_ENTRY_BYTES
from comity.directory.state_record import MAX_STATE_BYTES
from comity.exchange.receipts import MAX_RECEIPT_BYTES
from comity.node.federation.receive_message import MAX_SEALED_BYTES

type Kind = Literal["index", "directory", "recovery", "parcel", "receipt", "package"]

INDEX: Final = "index.json"
MAX_MEMBERS: Final = 100_000
MAX_RECOVERY_BYTES: Final = 16 * 1024 * 1024
_HEX: Final = "[0-9a-f]{64}"
_PARTY: Final = "[a-z]{2}_[a-z0-9]+(?:-[a-z0-9]+)*"
_NAMES: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("index", re.compile(r"index\.json")),
    ("directory", re.compile(rf"directory/({_HEX})\.json")),
    ("recovery", re.compile(r"recovery/([0-9]{6})\.age")),
    ("parcel", re.compile(rf"parcels/({_HEX})\.age")),
    ("receipt", re.compile(rf"receipts/({_HEX})\.({_PARTY})\.json")),
    ("package", re.compile(rf"packages/({_HEX})\.age")),
)
ORDER: Final[tuple[Kind, ...]] = tuple(kind for kind, _ in _NAMES)
"""In which kinds are taken in: who is who first, what only an offer explains last."""
LIMITS: Final[dict[Kind, int]] = {
    "index": 4096,
    "directory": max(MAX_ENTRY_BYTES, MAX_STATE_BYTES),
    "recovery": MAX_RECOVERY_BYTES,
    "parcel": MAX_SEALED_BYTES,
    "receipt": 2 * MAX_RECEIPT_BYTES,
}
"""Largest member of a kind, bytes; a package is as long as its offer says."""


class ExchangeFileError(PeerError, code="exchange-file"):
    """A file or folder is no exchange file: not ustar, cut short, or its index is malformed."""


class ExchangeFileForeignError(PeerError, code="exchange-file-foreign"):
    """An exchange file is for another party, of the other mode, or this node's own."""


class RelayTakenError(MisuseError, code="relay-taken"):
    """A relay folder already serves another direction; each direction has a folder of its own."""


@dataclass(frozen=True)
class Name:
    """A member's name, understood.

    Attributes:
        text: as in the archive.
        kind: what it must hold.
        key: the hex digest (or page number) in it; empty for the index.
    """

    text: str
    kind: Kind
    key: str


def read_name(text: str) -> Name | None:
    """Return a member's name, or None if no such member exists."""
    for kind, pattern in _NAMES:
        found = pattern.fullmatch(text)
        if found:
            return Name(text, kind, found[1] if found.groups() else "")
    return None


def parcel_name(record: str) -> str:
    """Return the member of a sealed parcel, by record digest text."""
    return f"parcels/{_hex(record)}.age"


def receipt_name(record: str, party: str) -> str:
    """Return the member of a party's receipt for a record."""
    return f"receipts/{_hex(record)}.{party.replace('/', '_')}.json"


def package_name(root: str) -> str:
    """Return the member of a sealed package, by root digest text."""
    return f"packages/{_hex(root)}.age"


def directory_name(content: bytes) -> str:
    """Return the member of a State record or entry, by content digest."""
    return f"directory/{content.hex()}.json"


def recovery_name(page: int) -> str:
    """Return the member of a page for a restored node, counted from 0."""
    return f"recovery/{page:06d}.age"


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")


@dataclass(frozen=True, kw_only=True)
class Index:
    """What an exchange file says about itself; unsigned, so only good for a clear refusal."""

    sender: str
    recipient: str
    mode: Mode
    made_at: datetime

    def encode(self) -> bytes:
        """Return the bytes of ``index.json``."""
        return encode(
            {
                "from": self.sender,
                "made_at": time_text(self.made_at),
                "mode": self.mode,
                "protocol": PROTOCOL,
                "to": self.recipient,
            }
        )


def read_index(data: bytes) -> Index:
    """Return the index of untrusted bytes.

    Raises:
        ExchangeFileError: it is not one.
    """
    try:
        kinds = dict.fromkeys(("from", "made_at", "mode", "protocol", "to"), str)
        fields = members(decode(data, max_bytes=LIMITS["index"]), kinds)
        if fields["protocol"] != PROTOCOL:
            raise ExchangeFileError("the index is of another protocol")
        return Index(
            sender=parse_party(fields["from"]),
            recipient=parse_party(fields["to"]),
            mode=parse_mode(fields["mode"]),
            made_at=parse_time(fields["made_at"]),
        )
    except ExchangeFileError:
        raise
    except PeerError as fault:
        raise ExchangeFileError(f"the index is malformed ({fault.code})") from fault
