"""A signed offer as a file: what an examiner needs to open a package, checked by a trust file.

The file holds the ``evidence.offered`` message with its section ``offer``, and the State records
and entries that say whose key signed it; none of them is believed before the trust file says so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from comity.canonical import PROTOCOL, PeerError, decode, encode, members, parse_digest
from comity.directory import Directory, accept_all, parse_trust
from comity.evidence.offer import Offer, parse_offer
from comity.evidence.open import Binding
from comity.exchange import Section, parse_message, verify_message
from comity.exchange.sections import check_sections
from comity.keys import Jws, jws

MAX_BYTES: Final = 16 * 1024 * 1024
TYPE: Final = "evidence.offered"
SECTION: Final = "offer"


class SignedOfferError(PeerError, code="signed-offer"):
    """A file is no offer that a listed party signed."""


def write_signed_offer(
    message: Jws, offer: Section, *, states: Iterable[Jws], entries: Iterable[Jws]
) -> bytes:
    """Return the file.

    Args:
        message: the ``evidence.offered`` message.
        offer: its section ``offer``.
        states: State records of the sender's State, every version.
        entries: the sender's entries, every version.

    Source: spec/15-packages.md section 15.3.
    """
    return encode(
        {
            "entries": [envelope.value for envelope in entries],
            "message": message.value,
            "offer": offer.to_value(),
            "protocol": PROTOCOL,
            "states": [envelope.value for envelope in states],
        }
    )


def read_signed_offer(data: bytes, trust: bytes, *, now: datetime) -> tuple[Offer, Binding]:
    """Return the offer, and what its message binds the package to.

    Args:
        data: untrusted file.
        trust: the trust file, which came by hand.
        now: this moment; the signing key must count now. For a key that does not any more, the
            court bundle holds the proof of when it was used.

    Raises:
        PeerError: by code, why it is not a signed offer.
    """
    fields = members(
        decode(data, max_bytes=MAX_BYTES),
        {"entries": list, "message": dict, "offer": dict, "protocol": str, "states": list},
    )
    if fields["protocol"] != PROTOCOL:
        raise SignedOfferError("another protocol")
    directory = _directory(fields, trust, now)
    message = parse_message(jws.parse_value(fields["message"]))
    draft = message.draft
    verify_message(message, directory, proved_at=now)
    section = Section.from_value(fields["offer"])
    if draft.type != TYPE or draft.body.get(SECTION) is None:
        raise SignedOfferError("the message offers no evidence")
    check_sections({SECTION: draft.body[SECTION]}, {SECTION: section})
    receiver = next(party for party in draft.members if party != draft.author)
    binding = Binding(
        mode=directory.mode,
        conversation=parse_digest(message.conversation),
        sender=draft.author,
        receiver=receiver,
    )
    return parse_offer(section.value), binding


def _directory(fields: Mapping[str, Any], trust: bytes, now: datetime) -> Directory:
    records = [encode(value) for value in (*fields["states"], *fields["entries"])]
    batch = accept_all(Directory(trust=parse_trust(trust)), records, now=now)
    if batch.refused:
        first = batch.refused[0]
        raise SignedOfferError(f"a record in it does not stand: {first.code}")
    return batch.directory
