"""Sections: the named parts of a body, each hidden behind a salted commitment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.canonical import b64, digest, digest_text, encode, equal, members, parse_digest, unb64
from comity.exchange.errors import SectionMismatchError

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
