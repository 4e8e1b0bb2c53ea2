"""Giving certificates of training, and what one that somebody shows is worth.

Checking, in this order: 1 form; 2 mode; 3 whose key, and whether it counts; 4 signature; 5 dates;
6 whether it was withdrawn, by a list that is signed likewise. Nothing here says who the person is
that shows it: that is the caller's to compare.

Source: spec/05-keys-and-signatures.md; docs/reference/training.md, "Certificates".
"""

import gzip
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from comity.canonical import Mode, b64, decode, encode, members, parse_time, time_text, unb64
from comity.keys import PrivateKey, PublicKey
from comity.keys.jws import MAX_COMPACT_BYTES, CompactJws, parse_compact, sign_compact
from comity.training.credential import (
    CONTEXTS,
    LIST_BITS,
    TrainingCertificate,
    check_mode,
    issuer_id,
    list_id,
    parse_certificate,
    parse_issuer,
    parse_list_id,
)
from comity.training.errors import (
    StatusListError,
    StatusListOldError,
    TrainingExpiredError,
    TrainingRevokedError,
)

# The list that says which certificates were withdrawn: one bit for each place, and no name.
#
# Source: W3C Bitstring Status List 1.0 sections 2.2, 3.1 and 3.2;
# docs/adr/0059-training-certificates.md.


_TYPES: Final = ("VerifiableCredential", "BitstringStatusListCredential")
_BYTES: Final = LIST_BITS // 8
_MULTIBASE: Final = "u"  # base64url without padding
_GZIP: Final = 31  # zlib's window bits for the gzip form


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """What an authority says of one list at one moment.

    Attributes:
        number: of the list.
        withdrawn: places whose certificates do not count any more.
        valid_from, valid_until: when it was made, and until when it may be relied on; aware UTC.
    """

    mode: Mode
    party: str
    number: int
    withdrawn: frozenset[int]
    valid_from: datetime
    valid_until: datetime

    def value(self) -> dict[str, Any]:
        """Return the credential as JSON, unsigned."""
        name = list_id(self.mode, self.party, self.number)
        return {
            "@context": [CONTEXTS[0]],
            "credentialSubject": {
                "encodedList": encode_bits(self.withdrawn),
                "id": f"{name}#list",
                "statusPurpose": "revocation",
                "type": "BitstringStatusList",
            },
            "id": name,
            "issuer": issuer_id(self.mode, self.party),
            "type": list(_TYPES),
            "validFrom": time_text(self.valid_from),
            "validUntil": time_text(self.valid_until),
        }

    def payload(self) -> bytes:
        """Return the canonical bytes that are signed."""
        made = encode(self.value())
        if parse_status_list(made) != self:
            raise StatusListError("it would be read as something else")
        return made


def encode_bits(withdrawn: Collection[int]) -> str:
    """Return the bits, the first place leftmost, as the specification writes them.

    Raises:
        StatusListError: a place outside the list.
    """
    bits = bytearray(_BYTES)
    for index in withdrawn:
        if not 0 <= index < LIST_BITS:
            raise StatusListError("a place is outside the list")
        bits[index // 8] |= 0x80 >> index % 8
    return _MULTIBASE + b64(gzip.compress(bytes(bits), mtime=0))


def decode_bits(text: str) -> frozenset[int]:
    """Return the places whose bit is set, of untrusted text.

    Raises:
        StatusListError: not that form, or another length; never more than the length is unpacked.
    """
    if not text.startswith(_MULTIBASE):
        raise StatusListError("the list is not in multibase's base64url")
    packed = unb64(text[1:])
    reader = zlib.decompressobj(_GZIP)
    try:
        bits = reader.decompress(packed, _BYTES + 1)
    except zlib.error as fault:
        raise StatusListError("the list is not in the gzip form") from fault
    if len(bits) != _BYTES or not reader.eof or reader.unused_data:
        raise StatusListError(f"the list has not {LIST_BITS} places")
    return frozenset(
        at * 8 + bit
        for at, byte in enumerate(bits)
        if byte
        for bit in range(8)
        if byte & 0x80 >> bit
    )


def parse_status_list(payload: bytes) -> StatusList:
    """Return the list of untrusted bytes, shape only: no signature is checked.

    Raises:
        PeerError: by what is wrong first.
    """
    top = members(
        decode(payload, max_bytes=MAX_COMPACT_BYTES),
        {
            "@context": list,
            "credentialSubject": dict,
            "id": str,
            "issuer": str,
            "type": list,
            "validFrom": str,
            "validUntil": str,
        },
    )
    if top["@context"] != [CONTEXTS[0]] or tuple(top["type"]) != _TYPES:
        raise StatusListError("another context or type than a list of withdrawn certificates")
    subject = members(
        top["credentialSubject"],
        {"encodedList": str, "id": str, "statusPurpose": str, "type": str},
    )
    mode, party = parse_issuer(top["issuer"])
    listed = parse_list_id(top["id"])
    if listed[:2] != (mode, party) or subject["id"] != f"{top['id']}#list":
        raise StatusListError("the list is not one of its issuer")
    if (subject["statusPurpose"], subject["type"]) != ("revocation", "BitstringStatusList"):
        raise StatusListError("the list does not say what was withdrawn")
    made = StatusList(
        mode=mode,
        party=party,
        number=listed[2],
        withdrawn=decode_bits(subject["encodedList"]),
        valid_from=parse_time(top["validFrom"]),
        valid_until=parse_time(top["validUntil"]),
    )
    if made.valid_from >= made.valid_until:
        raise StatusListError("it ends before it begins")
    return made


USE: Final = "credential"
type Withdrawn = Literal["no", "unknown"]


class Registry(Protocol):
    """The directory as certificates need it; `comity.directory.Directory` is one."""

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        """Return the key, or raise a PeerError whose code says why it does not count then."""


@dataclass(frozen=True)
class Checked:
    """A certificate that holds.

    Attributes:
        certificate: what its authority says.
        withdrawn: ``no`` by a current list; ``unknown`` where none was given.
        listed_at: when that list was made.
    """

    certificate: TrainingCertificate
    withdrawn: Withdrawn
    listed_at: datetime | None


def issue(certificate: TrainingCertificate, key: PrivateKey) -> CompactJws:
    """Return a certificate signed by a key of use ``credential``."""
    return sign_compact(certificate.payload(), key)


def issue_list(status: StatusList, key: PrivateKey) -> CompactJws:
    """Return a list of withdrawn certificates signed by a key of use ``credential``."""
    return sign_compact(status.payload(), key)


def check(
    text: str, registry: Registry, *, mode: Mode, now: datetime, status: str | None = None
) -> Checked:
    """Return what a certificate is worth.

    Args:
        text: compact JWS, untrusted.
        registry: who knows the authority's keys, of the mode that is wanted.
        mode: live or exercise: what is wanted.
        now: our clock, aware UTC. A key that does not count any more makes no certificate good:
            nothing dates the signature.
        status: a list of withdrawn certificates, compact JWS, untrusted; None: it is not known.

    Raises:
        PeerError: by the first step that fails.
    """
    signed = parse_compact(text)
    found = parse_certificate(signed.payload)
    check_mode(found.mode, mode)
    _verify(signed, found.party, registry, now)
    if not found.valid_from <= now <= found.valid_until:
        raise TrainingExpiredError(
            f"it is valid from {found.valid_from:%Y-%m-%d} to {found.valid_until:%Y-%m-%d}"
        )
    if status is None:
        return Checked(found, "unknown", None)
    listed = check_list(status, registry, mode=mode, now=now)
    if (listed.party, listed.number) != (found.party, found.list_number):
        raise StatusListError("the list is of another authority, or another one of its lists")
    if found.index in listed.withdrawn:
        raise TrainingRevokedError("its authority has withdrawn it", id=found.id)
    return Checked(found, "no", listed.valid_from)


def check_list(text: str, registry: Registry, *, mode: Mode, now: datetime) -> StatusList:
    """Return a list of withdrawn certificates that may be relied on now.

    Raises:
        PeerError: by the first step that fails.
    """
    signed = parse_compact(text)
    listed = parse_status_list(signed.payload)
    check_mode(listed.mode, mode)
    _verify(signed, listed.party, registry, now)
    if not listed.valid_from <= now <= listed.valid_until:
        raise StatusListOldError(
            f"it may be relied on from {listed.valid_from:%Y-%m-%d} to"
            f" {listed.valid_until:%Y-%m-%d}; ask its authority for a new one"
        )
    return listed


def _verify(signed: CompactJws, party: str, registry: Registry, now: datetime) -> None:
    signed.verify(registry.signing_key(party, signed.kid, use=USE, proved_at=now))
