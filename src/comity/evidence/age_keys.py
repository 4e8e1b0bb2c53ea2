"""X25519 recipients and identities of age, parsed once.

Source: C2SP age v1, "The X25519 recipient type"; key file form as written by age-keygen(1).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from comity.evidence import bech32
from comity.evidence.age_errors import AgeKeyError

type Random = Callable[[int], bytes]
"""A source of ``n`` unpredictable bytes, passed in by the shell."""

_RECIPIENT_PREFIX = "age"
_IDENTITY_PREFIX = "age-secret-key-"
_MAX_KEY_FILE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a file can be sealed for: 32 public bytes and the point parsed from them."""

    public: bytes
    key: X25519PublicKey = field(compare=False, repr=False)

    @classmethod
    def of(cls, public: bytes) -> Self:
        """Return the recipient of 32 raw public bytes; `AgeKeyError` for another length."""
        if len(public) != 32:
            raise AgeKeyError("an X25519 recipient has 32 bytes")
        return cls(public, X25519PublicKey.from_public_bytes(public))

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT_PREFIX, self.public)


@dataclass(frozen=True, slots=True)
class Identity:
    """The private half; its text never appears in ``repr``."""

    secret: bytes = field(repr=False)
    key: X25519PrivateKey = field(compare=False, repr=False)
    recipient: Recipient

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Return the identity of 32 raw private bytes; `AgeKeyError` for another length."""
        if len(secret) != 32:
            raise AgeKeyError("an X25519 identity has 32 bytes")
        key = X25519PrivateKey.from_private_bytes(secret)
        return cls(secret, key, Recipient.of(key.public_key().public_bytes_raw()))

    def text(self) -> str:
        """Return ``AGE-SECRET-KEY-1...``: a secret, for key files only."""
        return bech32.encode(_IDENTITY_PREFIX, self.secret).upper()


def generate(random: Random) -> Identity:
    """Return a fresh identity from 32 bytes of ``random``."""
    return Identity.of(random(32))


@lru_cache(maxsize=4096)
def parse_recipient(text: str) -> Recipient:
    """Parse ``age1...``; cached, because a node seals to the same partners all day.

    Raises:
        AgeKeyError: not bech32, not lower case, another type of recipient.
    """
    prefix, data = bech32.decode(text)
    if prefix != _RECIPIENT_PREFIX or text != text.lower():
        raise AgeKeyError("not an X25519 recipient: it begins with age1 in lower case")
    return Recipient.of(data)


def parse_identity(text: str) -> Identity:
    """Parse ``AGE-SECRET-KEY-1...``; `AgeKeyError` otherwise (the text is not repeated)."""
    prefix, data = bech32.decode(text)
    if prefix != _IDENTITY_PREFIX or text != text.upper():
        raise AgeKeyError("not an X25519 identity: it begins with AGE-SECRET-KEY-1 in upper case")
    return Identity.of(data)


def parse_key_file(data: bytes) -> tuple[Identity, ...]:
    """Return the identities of a key file: one a line, empty lines and ``#`` comments skipped.

    Raises:
        AgeKeyError: with fact ``line`` (from 1), or when no identity is inside.
    """
    if len(data) > _MAX_KEY_FILE_BYTES:
        raise AgeKeyError("a key file has at most 1 MiB")
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise AgeKeyError("a key file is UTF-8 text") from error
    found: list[Identity] = []
    for number, line in enumerate(lines, 1):
        if not (text := line.strip()) or text.startswith("#"):
            continue
        try:
            found.append(parse_identity(text))
        except AgeKeyError as error:
            raise AgeKeyError(f"line {number} of the key file: {error}", line=number) from error
    if not found:
        raise AgeKeyError("the key file holds no identity")
    return tuple(found)


def format_key_file(identity: Identity, *, created: str) -> str:
    """Return the text age-keygen writes; ``created`` is an RFC 3339 time."""
    return f"# created: {created}\n# public key: {identity.recipient}\n{identity.text()}\n"
