"""What a sender promises about a sealed package: the value that a signed message carries.

Source: spec 15.3 (section ``offer`` of ``evidence.offered``).
"""

import re
from dataclasses import dataclass
from typing import Any

from comity.canonical import (
    ComityError,
    decode,
    digest_text,
    encode,
    members,
    parse_digest,
    parse_id,
    strings,
)
from comity.canonical.json import MAX_INTEGER
from comity.evidence.age_keys import parse_recipient
from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.package_errors import OfferError

MAX_OFFER_BYTES = 1 << 16
MAX_RECIPIENTS = 32
MAX_DESCRIPTION_CHARS = 4000
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HYBRID = "age1pq1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A sealed package as offered; signed, it is the only reason to believe who sealed it.

    Attributes:
        exhibit: UUIDv7 of the exhibit.
        description: (BCP 47 tag, text).
        files: payload files inside.
        file_list: digest of the list of files, the same whenever they are sealed.
        recipients: for whom it is sealed, ``age1...``.
        root: 32 bytes over the sealed blocks; the package's name.
        sealed_size_bytes: length of the age file.
        tag_manifest: SHA-256 of ``tagmanifest-sha512.txt``.
    """

    exhibit: str
    description: tuple[str, str]
    files: int
    file_list: bytes
    recipients: tuple[str, ...]
    root: bytes
    sealed_size_bytes: int
    tag_manifest: bytes
    block_size_bytes: int = BLOCK_BYTES

    @property
    def terms(self) -> tuple[int, int, bytes, bytes]:
        """What it says of the package's bytes and files: the same, whoever offers it again."""
        return self.sealed_size_bytes, self.files, self.file_list, self.tag_manifest

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value of section ``offer``."""
        return {
            "block_size_bytes": self.block_size_bytes,
            "description": {"lang": self.description[0], "text": self.description[1]},
            "exhibit": self.exhibit,
            "file_list": digest_text(self.file_list),
            "files": self.files,
            "recipients": list(self.recipients),
            "root": digest_text(self.root),
            "sealed_size_bytes": self.sealed_size_bytes,
            "tag_manifest": digest_text(self.tag_manifest),
        }

    def encode(self) -> bytes:
        """Return the canonical bytes of the value."""
        return encode(self.to_value())


def parse_offer(value: object) -> Offer:
    """Parse a decoded JSON value.

    Raises:
        OfferError: any member missing, unknown, or outside what section 15.3 allows.
    """
    try:
        return _parse(value)
    except OfferError:
        raise
    except ComityError as error:
        raise OfferError(f"the offer is malformed: {error}") from error


def decode_offer(data: bytes) -> Offer:
    """Parse an offer's canonical bytes; `OfferError`."""
    try:
        return _parse(decode(data, max_bytes=MAX_OFFER_BYTES))
    except OfferError:
        raise
    except ComityError as error:
        raise OfferError(f"the offer is malformed: {error}") from error


def _parse(value: object) -> Offer:
    found = members(
        value,
        {
            "block_size_bytes": int,
            "description": dict,
            "exhibit": str,
            "file_list": str,
            "files": int,
            "recipients": list,
            "root": str,
            "sealed_size_bytes": int,
            "tag_manifest": str,
        },
    )
    description = members(found["description"], {"lang": str, "text": str})
    recipients = strings(found["recipients"], _recipient, most=MAX_RECIPIENTS)
    if (
        found["block_size_bytes"] != BLOCK_BYTES
        or not 0 <= found["files"] <= MAX_INTEGER
        or not 0 < found["sealed_size_bytes"] <= MAX_INTEGER
        or not recipients
        or len(set(recipients)) != len(recipients)
        or not _LANG.fullmatch(description["lang"])
        or not 1 <= len(description["text"]) <= MAX_DESCRIPTION_CHARS
        or len({text.startswith(_HYBRID) for text in recipients}) > 1
    ):
        raise OfferError("the offer holds a value outside what is allowed")
    return Offer(
        exhibit=parse_id(found["exhibit"]),
        description=(description["lang"], description["text"]),
        files=found["files"],
        file_list=parse_digest(found["file_list"]),
        recipients=recipients,
        root=parse_digest(found["root"]),
        sealed_size_bytes=found["sealed_size_bytes"],
        tag_manifest=parse_digest(found["tag_manifest"]),
    )


def _recipient(text: object) -> str:
    if not isinstance(text, str):
        raise OfferError("a recipient is not a string")
    return str(parse_recipient(text))
