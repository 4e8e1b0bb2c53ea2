"""Sections: the named parts of a body, each hidden behind a salted commitment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.canonical import (
    PeerError,
    b64,
    decode,
    digest,
    digest_text,
    encode,
    equal,
    members,
    parse_digest,
    unb64,
)
from comity.exchange.errors import SectionMismatchError
from comity.keys import Jws, jws

SALT_BYTES = 32
MAX_SECTIONS = 16


@dataclass(frozen=True)
class Section:
    """One part of a body.

    Attributes:
        salt: 32 random bytes, so that a commitment confirms no guess.
        value: a JSON value of the protocol.
    """

    salt: bytes
    value: Any

    @property
    def commitment(self) -> str:
        """Return the digest text that stands in the signed body (spec 4, ``section``)."""
        return digest_text(digest("section", self.salt, encode(self.value)))

    def to_value(self) -> dict[str, Any]:
        """Return the section as it travels."""
        return {"salt": b64(self.salt), "value": self.value}

    @classmethod
    def from_value(cls, value: object) -> "Section":
        """Return the section of an untrusted value, shape only."""
        if not isinstance(value, dict) or set(value) != {"salt", "value"}:
            raise SectionMismatchError("a section holds exactly salt and value")
        return cls(unb64(value["salt"], size_bytes=SALT_BYTES), value["value"])


def parse_body(value: object) -> dict[str, str]:
    """Return the commitments of a body, shape only."""
    body = members(value, {}, frozenset(value) if isinstance(value, dict) else frozenset())
    if len(body) > MAX_SECTIONS:
        raise SectionMismatchError(f"at most {MAX_SECTIONS} sections")
    for commitment in body.values():
        parse_digest(commitment)
    return body


def check_sections(body: Mapping[str, str], sections: Mapping[str, Section]) -> None:
    """Raise unless the sections are exactly those the body commits to.

    Raises:
        SectionMismatchError: one is missing, foreign or changed; the fact ``section`` names it.

    Source: spec/06-messages.md.
    """
    for name in body.keys() | sections.keys():
        if name not in sections or name not in body:
            raise SectionMismatchError("a section is missing or foreign", section=name)
        if not equal(sections[name].commitment.encode(), body[name].encode()):
            raise SectionMismatchError("a section was changed", section=name)


# A parcel: a message with its sections, as it travels inside a seal.


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
