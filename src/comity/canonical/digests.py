"""Digests that say what they are of, so that one can never stand for another."""

import base64
import hashlib
import hmac
import re

from comity.canonical.errors import PeerError

SIZE_BYTES = 32
_TEXT = re.compile(r"sha256:[0-9a-f]{64}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class DigestError(PeerError, code="digest-malformed"):
    """A text is not a digest of this protocol."""


class Base64Error(PeerError, code="base64-malformed"):
    """A text is not unpadded canonical base64url."""


def digest(domain: str, *parts: bytes) -> bytes:
    """Return the 32-byte domain-tagged SHA-256 of the joined parts.

    Args:
        domain: what the digest is of: ``content``, ``record``, ``section``, ``leaf`` and so on.
        parts: bytes; their borders are not encoded, so all but the last have a fixed length.

    Source: spec/04-digests.md.
    """
    state = hashlib.sha256(b"comity/1/" + domain.encode("ascii") + b"\x00")
    for part in parts:
        state.update(part)
    return state.digest()


def digest_text(value: bytes) -> str:
    """Return ``sha256:`` and 64 lower-case hex digits."""
    return "sha256:" + value.hex()


def parse_digest(text: object) -> bytes:
    """Return the 32 bytes of a digest text.

    Raises:
        DigestError: not a string of that exact form.
    """
    if not isinstance(text, str) or not _TEXT.fullmatch(text):
        raise DigestError("expected sha256: and 64 lower-case hex digits")
    return bytes.fromhex(text[7:])


def equal(one: bytes, other: bytes) -> bool:
    """Compare in time that does not depend on where the two differ."""
    return hmac.compare_digest(one, other)


def b64(value: bytes) -> str:
    """Return unpadded base64url (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def unb64(text: object, *, size_bytes: int | None = None) -> bytes:
    """Return the bytes of unpadded base64url, refusing every other spelling of them.

    Args:
        text: untrusted.
        size_bytes: the exact length wanted, or None for any.

    Raises:
        Base64Error: foreign characters, padding, stray bits, or a wrong length.
    """
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise Base64Error("not unpadded base64url")
    value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(value) != text:
        raise Base64Error("stray bits after the last byte")
    if size_bytes is not None and len(value) != size_bytes:
        raise Base64Error(f"{len(value)} bytes where {size_bytes} are due")
    return value
