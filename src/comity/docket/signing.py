"""An officer's hand under a docket entry: who signed, with which certificate, until when it counts.

The statement has a purpose of its own, so that it can never stand for the approval of a message.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import PROTOCOL, Mode, decode, encode, members, time_text
from comity.docket.entry import Entry
from comity.docket.errors import EntryMalformedError
from comity.exchange.approvals import MAX_STATEMENT_BYTES, signed_statement
from comity.exchange.certificates import Certificate, certificate_record
from comity.exchange.errors import ApprovalDetachedError, ApprovalExpiredError
from comity.exchange.types import Registry
from comity.keys import Jws

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
    members(claim, dict.fromkeys(_MEMBERS, str))
    if data != statement(entry, party=party, mode=registry.mode, certificate=envelope):
        raise ApprovalDetachedError("the signature was given for something else")
    if not certificate.valid(at=at):
        raise ApprovalExpiredError("the certificate did not hold when the entry was signed")
    return SignedBy(certificate.officer, certificate)


_MEMBERS: Final = (
    "act",
    "at",
    "certificate",
    "entry",
    "from",
    "mode",
    "protocol",
    "purpose",
)
