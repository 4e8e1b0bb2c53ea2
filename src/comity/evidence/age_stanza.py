"""The recipient stanza of age: what it holds, and what makes or opens one.

Source: C2SP age v1, "Recipient stanza", "File key".
"""

import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.keys.bech32 import AgeHeaderError

FILE_KEY_BYTES = 16
WRAPPED_BYTES = FILE_KEY_BYTES + 16  # every native stanza's body: the file key and a tag
_ZERO_NONCE = bytes(12)  # each wrap key is used once: it comes from a fresh share or salt
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

type Random = Callable[[int], bytes]
"""A source of ``n`` unpredictable bytes, passed in by the shell."""


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient's way to the file key; ``args[0]`` is the type."""

    args: tuple[bytes, ...]
    body: bytes


class Wrapper(Protocol):
    """Somebody a file can be sealed for: a recipient or a passphrase."""

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Return the stanza that gives ``file_key`` (16 bytes) to this one alone."""


class Unwrapper(Protocol):
    """Somebody who may open a file: an identity or a passphrase."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the 16-byte file key, or None if the stanza is not for this one.

        The stanza's shape has been checked before (`comity.evidence.age_header.file_key`).

        Raises:
            AgeHeaderError: the stanza cannot have been made by an honest writer.
        """


def hkdf(key: bytes, *, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 with a 32-byte result (RFC 5869: one expand step is enough)."""
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def to_base64(data: bytes) -> bytes:
    """Standard base64 without padding or line breaks."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def from_base64(text: bytes) -> bytes:
    """Inverse of `to_base64`; anything but its exact output is an `AgeHeaderError`."""
    if not _BASE64.issuperset(text) or len(text) % 4 == 1:
        raise AgeHeaderError("a value is not unpadded base64")
    data = binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    if to_base64(data) != text:
        raise AgeHeaderError("a base64 value has stray bits: it is not canonical")
    return data


def check_shape(stanza: Stanza, *, args: int, share_bytes: int) -> bytes:
    """Return the decoded second argument of a native stanza, its shape checked.

    Args:
        stanza: of a type this program knows.
        args: how many arguments it must have, the type included.
        share_bytes: the length of the second argument: a share, an encapsulated key or a salt.

    Raises:
        AgeHeaderError: another count or length, or a body that cannot hold one file key.
    """
    kind = stanza.args[0].decode("ascii")
    if len(stanza.args) != args:
        raise AgeHeaderError(f"a stanza of type {kind} has exactly {args - 1} further arguments")
    share = from_base64(stanza.args[1])
    if len(share) != share_bytes or len(stanza.body) != WRAPPED_BYTES:
        raise AgeHeaderError(
            f"a stanza of type {kind} has a value of {share_bytes} bytes"
            f" and a body of {WRAPPED_BYTES} bytes"
        )
    return share


def seal_file_key(wrap_key: bytes, file_key: bytes) -> bytes:
    """Return the stanza body under a wrap key that is used this once."""
    return ChaCha20Poly1305(wrap_key).encrypt(_ZERO_NONCE, file_key, None)


def open_file_key(wrap_key: bytes, body: bytes) -> bytes | None:
    """Return the file key in a stanza body, or None if the wrap key is another."""
    try:
        return ChaCha20Poly1305(wrap_key).decrypt(_ZERO_NONCE, body, None)
    except InvalidTag:
        return None
