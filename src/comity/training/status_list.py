"""The list that says which certificates were withdrawn: one bit for each place, and no name.

Source: W3C Bitstring Status List 1.0 sections 2.2, 3.1 and 3.2;
docs/adr/0059-training-certificates.md.
"""

import gzip
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import Mode, b64, decode, encode, members, parse_time, time_text, unb64
from comity.keys.compact import MAX_COMPACT_BYTES
from comity.training.credential import (
    CONTEXTS,
    LIST_BITS,
    issuer_id,
    list_id,
    parse_issuer,
    parse_list_id,
)
from comity.training.errors import StatusListError

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
