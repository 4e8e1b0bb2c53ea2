"""A docket entry: one act, in the chain of its item."""

from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    Mode,
    decode,
    digest,
    digest_text,
    encode,
    members,
    parse_digest,
    parse_id,
    parse_time,
    time_text,
)
from comity.docket.acts import ACTS, Act
from comity.docket.errors import ActUnknownError, EntryMalformedError
from comity.exchange.approvals import MAX_STATEMENT_BYTES, signed_statement
from comity.exchange.certificates import Certificate, certificate_record
from comity.exchange.errors import ApprovalDetachedError, ApprovalExpiredError
from comity.exchange.sections import Section
from comity.exchange.types import Registry
from comity.keys import Jws

MAX_BYTES: Final = 4 * 1024
MAX_NUMBER: Final = 10_000
_MEMBERS: Final[dict[str, type | tuple[type, ...]]] = {
    "act": str,
    "at": str,
    "body": str,
    "by": str,
    "case": str,
    "item": str,
    "number": int,
    "previous": (str, type(None)),
    "protocol": str,
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What stands in the docket; the body stands beside it, so that it can be erased.

    Attributes:
        item: UUIDv7 of the thing that the act is about.
        number: counted from 1 in the item.
        previous: digest text of the entry before, or None in the first.
        act: key of `acts.ACTS`.
        case: number of the case in the office, or empty.
        by: opaque identifier of the officer, or ``operator``.
        at: aware UTC, this office's clock.
        body: commitment to the section that says what was done.
    """

    item: str
    number: int
    previous: str | None
    act: str
    case: str
    by: str
    at: datetime
    body: str

    @property
    def row(self) -> Act:
        """Return the act's row."""
        return ACTS[self.act]

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return encode(
            {
                "act": self.act,
                "at": time_text(self.at),
                "body": self.body,
                "by": self.by,
                "case": self.case,
                "item": self.item,
                "number": self.number,
                "previous": self.previous,
                "protocol": PROTOCOL,
            }
        )

    @property
    def digest(self) -> str:
        """Return the digest text that the log and the next entry name (spec 4, ``docket``)."""
        return digest_text(digest("docket", self.encode()))


@dataclass(frozen=True)
class Done:
    """An entry with what it says; the section is None once it was erased."""

    entry: Entry
    section: Section | None

    @property
    def body(self) -> dict[str, Any]:
        """Return what was said, or nothing where it was erased."""
        return self.section.value if self.section else {}


def act_named(name: str) -> Act:
    """Return the row of an act.

    Raises:
        ActUnknownError: there is none; the fact ``faults`` lists those that there are.
    """
    found = ACTS.get(name)
    if found is None:
        closest = get_close_matches(name[:64], ACTS, n=1)
        hint = f"; did you mean {closest[0]}?" if closest else ""
        fault = {"type": "enum", "loc": ("act",), "ctx": {"expected": ", ".join(ACTS)}}
        raise ActUnknownError(f"no act of the docket has this name{hint}", faults=[fault])
    return found


def parse_entry(data: bytes) -> Entry:
    """Return the entry of canonical bytes.

    Raises:
        EntryMalformedError: not of this form.
        PeerError: not canonical, or a member that is malformed.
    """
    value = members(decode(data, max_bytes=MAX_BYTES), _MEMBERS)
    if value["protocol"] != PROTOCOL or value["act"] not in ACTS:
        raise EntryMalformedError("an act or a protocol that this version does not know")
    if not 1 <= value["number"] <= MAX_NUMBER:
        raise EntryMalformedError(f"entries of an item are counted from 1 to {MAX_NUMBER}")
    for name in ("body", "previous"):
        if value[name] is not None:
            parse_digest(value[name])
    return Entry(
        item=parse_id(value["item"]),
        number=value["number"],
        previous=value["previous"],
        act=value["act"],
        case=value["case"],
        by=value["by"],
        at=parse_time(value["at"]),
        body=value["body"],
    )


# An officer's hand under a docket entry: who signed, with which certificate, until when it counts.
#
# The statement has a purpose of its own, so that it can never stand for the approval of a message.


PURPOSE: Final = "sign-entry"


@dataclass(frozen=True)
class SignedBy:
    """A verified signature under an entry."""

    officer: str
    certificate: Certificate


def statement(entry: Entry, *, party: str, mode: Mode, certificate: Jws) -> bytes:
    """Return the canonical bytes an officer signs for an entry.

    Args:
        entry: as it stands in the docket.
        party: this office.
        mode: live or exercise.
        certificate: the officer's, as issued.

    Source: docs/reference/docket.md, "Signatures".
    """
    return encode(
        {
            "act": entry.act,
            "at": time_text(entry.at),
            "certificate": certificate_record(certificate),
            "entry": entry.digest,
            "from": party,
            "mode": mode,
            "protocol": PROTOCOL,
            "purpose": PURPOSE,
        }
    )


def read_signature(
    approval: dict[str, Any], entry: Entry, registry: Registry, *, party: str, at: datetime
) -> SignedBy:
    """Return who signed an entry, if the signature is good and for this very entry.

    Args:
        approval: untrusted; of either kind, as approvals of messages are (spec 9).
        entry: that it is for.
        registry: who knows this office's officer-ca.
        party: this office.
        at: when the signature was recorded, aware UTC.

    Raises:
        PeerError: by code, what does not hold.
    """
    data, certificate, envelope = signed_statement(approval, registry, party=party, proved_at=at)
    claim = decode(data, max_bytes=MAX_STATEMENT_BYTES)
    if not isinstance(claim, dict):
        raise EntryMalformedError("not a statement about an entry")
    members(claim, dict.fromkeys(_SIGNED_MEMBERS, str))
    if data != statement(entry, party=party, mode=registry.mode, certificate=envelope):
        raise ApprovalDetachedError("the signature was given for something else")
    if not certificate.valid(at=at):
        raise ApprovalExpiredError("the certificate did not hold when the entry was signed")
    return SignedBy(certificate.officer, certificate)


_SIGNED_MEMBERS: Final = (
    "act",
    "at",
    "certificate",
    "entry",
    "from",
    "mode",
    "protocol",
    "purpose",
)
