"""A parcel: a message with its sections, as it travels inside a seal."""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.canonical import PeerError, decode, encode, members
from comity.exchange.sections import Section
from comity.keys import Jws, jws

MAX_PARCEL_BYTES = 4 * 1024 * 1024


class ParcelError(PeerError, code="parcel-malformed"):
    """Opened bytes are not a parcel."""


@dataclass(frozen=True)
class Parcel:
    """What is sealed to the addressee.

    Attributes:
        envelope: the message's JWS, unverified.
        sections: by name, unchecked against the commitments.
        known: size of the addressee's newest checkpoint the sender has verified, or None.
    """

    envelope: Jws
    sections: Mapping[str, Section]
    known: int | None


def write_parcel(envelope: Jws, sections: Mapping[str, Section], *, known: int | None) -> bytes:
    """Return the canonical bytes of a parcel (spec 6)."""
    return encode(
        {
            "known": known,
            "message": envelope.value,
            "sections": {name: section.to_value() for name, section in sections.items()},
        }
    )


def read_parcel(data: bytes) -> Parcel:
    """Return the parcel of opened bytes, shape only.

    Raises:
        PeerError: by code, the first rule they break.
    """
    fields = members(
        decode(data, max_bytes=MAX_PARCEL_BYTES),
        {"known": (int, type(None)), "message": dict, "sections": dict},
    )
    if fields["known"] is not None and fields["known"] < 0:
        raise ParcelError("known is a size")
    sections = {name: Section.from_value(value) for name, value in fields["sections"].items()}
    return Parcel(jws.parse_value(fields["message"]), sections, fields["known"])
