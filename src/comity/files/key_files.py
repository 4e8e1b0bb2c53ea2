"""The small files that officers hand on: keys, trust, offers and solutions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    ComityError,
    MisuseError,
    PeerError,
    decode,
    encode,
    members,
    parse_digest,
)
from comity.directory import Directory, accept_all
from comity.directory.trust import MAX_TRUST_BYTES, TrustFile, parse_trust
from comity.evidence.age_keys import Identity, format_key_file, parse_key_file
from comity.evidence.offer import Offer, parse_offer
from comity.evidence.open import Binding
from comity.evidence.solution import Solution, SolutionAuthorError, verify_author
from comity.exchange import Section, parse_message, verify_message
from comity.exchange.sections import check_sections
from comity.files.errors import translating
from comity.files.publish import write_file
from comity.keys import Jws, jws
from comity.keys.bech32 import AgeKeyError
from comity.ledger.timestamp import parse_roots

# Age key files on disk, written once with mode 0600.


_MAX_BYTES = 1 << 20


def read_identities(path: Path) -> tuple[Identity, ...]:
    """Return the identities of a key file.

    Raises:
        AgeKeyError: it is no key file, with fact ``line`` where one line is wrong.
        StorageError: it cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as stream:
        data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise AgeKeyError("a key file has at most 1 MiB")
    return parse_key_file(data)


def write_identity(path: Path, identity: Identity, *, created: str) -> None:
    """Write an age-keygen compatible key file; `OutputExistsError` if the name is taken."""
    write_file(path, format_key_file(identity, created=created).encode("ascii"), mode=0o600)


# Trust files as people bring them: what is wrong with one is its own fault, and named.


class TrustFileError(MisuseError, code="trust-file"):
    """The trust file that a person named is changed, damaged or another kind of file."""


def read_trust_file(path: Path) -> TrustFile:
    """Return the trust file at a path, with everything in it checked.

    Raises:
        TrustFileError: it is none, or a key or certificate in it is none; the file is named.
        OperationError: it cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as stream:
        data = stream.read(MAX_TRUST_BYTES + 1)
    try:
        trust = parse_trust(data)
        parse_roots(trust.timestamp_roots)
    except ComityError as fault:
        raise TrustFileError(f"the trust file {path} cannot be used: {fault}") from fault
    return trust


# Whose a solution is, by the trust file that a reader holds.


def check_author(found: Solution, trust: bytes, *, now: datetime) -> None:
    """Raise unless a solution is its author's, by the records that came with it.

    Args:
        found: as read.
        trust: the trust file, which came by hand.
        now: this moment; the signing key must count now.

    Raises:
        SolutionAuthorError: a record does not stand, or the signature is another's.
        PeerError: by code, why the key does not count.
    """
    records = [encode(value) for value in (*found.states, *found.entries)]
    batch = accept_all(Directory(trust=parse_trust(trust)), records, now=now)
    if batch.refused:
        raise SolutionAuthorError(f"a record in it does not stand: {batch.refused[0].code}")
    verify_author(found.envelope, found.statement, batch.directory, at=now)


# A signed offer as a file: what an examiner needs to open a package, checked by a trust file.
#
# The file holds the ``evidence.offered`` message with its section ``offer``, and the State records
# and entries that say whose key signed it; none of them is believed before the trust file says so.


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
