"""Recipients and identities of age, of both kinds, parsed once.

`Recipient` and `Identity` are what the rest of the program names. Messages between nodes use X25519
(spec/13-transport.md section 13.1); evidence may be sealed for either kind.

Source: C2SP age v1, "Native recipient types"; key file form as written by age-keygen(1).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from comity.evidence import age_hybrid, age_x25519
from comity.evidence.age_hybrid import HybridPrivateKey, HybridPublicKey
from comity.evidence.age_stanza import Random, Stanza
from comity.keys import bech32
from comity.keys.bech32 import AgeKeyError

__all__ = [
    "MAX_KEY_FILE_BYTES",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "Random",
    "Recipient",
    "X25519Identity",
    "X25519Recipient",
    "format_key_file",
    "generate",
    "generate_hybrid",
    "parse_identity",
    "parse_key_file",
    "parse_recipient",
    "parse_recipients_file",
]

MAX_KEY_FILE_BYTES = 1 << 20


class Recipient(ABC):
    """Somebody a file can be sealed for; its text is public."""

    __slots__ = ()

    @abstractmethod
    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Return the stanza that gives ``file_key`` (16 bytes) to this recipient alone."""

    @abstractmethod
    def __str__(self) -> str: ...


class Identity(ABC):
    """The private half; its secret never appears in ``repr``."""

    __slots__ = ()
    recipient: Recipient

    @staticmethod
    def of(secret: bytes) -> "Identity":
        """Return the identity of 32 raw private bytes, X25519 unless asked of the other class."""
        return X25519Identity.of(secret)

    @abstractmethod
    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None if the checked stanza is not for this identity.

        Raises:
            AgeHeaderError: the stanza cannot have been made by an honest writer.
        """

    @abstractmethod
    def text(self) -> str:
        """Return ``AGE-SECRET-KEY-...``: a secret, for key files only."""


@dataclass(frozen=True, slots=True)
class X25519Recipient(Recipient):
    """``age1...``: 32 public bytes and the point parsed from them."""

    PREFIX = "age"
    public: bytes
    key: X25519PublicKey = field(compare=False, repr=False)

    @classmethod
    def of(cls, public: bytes) -> Self:
        """Return the recipient of 32 raw public bytes.

        Raises:
            AgeKeyError: another length, or a low-order point: anybody could open what it seals.
        """
        if len(public) != age_x25519.KEY_BYTES:
            raise AgeKeyError("an X25519 recipient has 32 bytes")
        key = X25519PublicKey.from_public_bytes(public)
        if age_x25519.is_low_order(key):
            raise AgeKeyError("an X25519 recipient must not be a low-order point")
        return cls(public, key)

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Return the stanza that gives ``file_key`` (16 bytes) to this recipient alone."""
        return age_x25519.wrap(file_key, self.key, random)

    def __str__(self) -> str:
        return bech32.encode(self.PREFIX, self.public)


@dataclass(frozen=True, slots=True)
class X25519Identity(Identity):
    """``AGE-SECRET-KEY-1...``."""

    PREFIX = "age-secret-key-"
    secret: bytes = field(repr=False)
    key: X25519PrivateKey = field(compare=False, repr=False)
    recipient: X25519Recipient

    @staticmethod
    def of(secret: bytes) -> "X25519Identity":
        """Return the identity of 32 raw private bytes; `AgeKeyError` for another length."""
        if len(secret) != age_x25519.KEY_BYTES:
            raise AgeKeyError("an X25519 identity has 32 bytes")
        key = X25519PrivateKey.from_private_bytes(secret)
        return X25519Identity(secret, key, X25519Recipient.of(key.public_key().public_bytes_raw()))

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None if the checked stanza is not for this identity."""
        if stanza.args[0] != age_x25519.STANZA_TYPE:
            return None
        return age_x25519.unwrap(stanza, self.key, self.recipient.key)

    def text(self) -> str:
        """Return ``AGE-SECRET-KEY-1...``: a secret, for key files only."""
        return bech32.encode(self.PREFIX, self.secret).upper()


@dataclass(frozen=True, slots=True)
class HybridRecipient(Recipient):
    """``age1pq1...``: safe as long as ML-KEM-768 or X25519 is."""

    PREFIX = "age1pq"
    public: bytes
    key: HybridPublicKey = field(compare=False, repr=False)

    @classmethod
    def of(cls, public: bytes) -> Self:
        """Return the recipient of 1216 raw public bytes; `AgeKeyError` if they are no keys."""
        return cls(public, HybridPublicKey.of(public))

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Return the stanza that gives ``file_key`` (16 bytes) to this recipient alone."""
        del random  # an encapsulation draws its own
        return age_hybrid.wrap(file_key, self.key)

    def __str__(self) -> str:
        return bech32.encode(self.PREFIX, self.public)


@dataclass(frozen=True, slots=True)
class HybridIdentity(Identity):
    """``AGE-SECRET-KEY-PQ-1...``: the seed of both private keys."""

    PREFIX = "age-secret-key-pq-"
    secret: bytes = field(repr=False)
    key: HybridPrivateKey = field(compare=False, repr=False)
    recipient: HybridRecipient

    @staticmethod
    def of(secret: bytes) -> "HybridIdentity":
        """Return the identity of a 32-byte seed; `AgeKeyError` for another length."""
        key = HybridPrivateKey.of(secret)
        return HybridIdentity(secret, key, HybridRecipient(key.public.raw, key.public))

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None if the checked stanza is not for this identity."""
        if stanza.args[0] != age_hybrid.STANZA_TYPE:
            return None
        return age_hybrid.unwrap(stanza, self.key)

    def text(self) -> str:
        """Return ``AGE-SECRET-KEY-PQ-1...``: a secret, for key files only."""
        return bech32.encode(self.PREFIX, self.secret).upper()


def generate(random: Random) -> X25519Identity:
    """Return a fresh X25519 identity from 32 bytes of ``random``."""
    return X25519Identity.of(random(age_x25519.KEY_BYTES))


def generate_hybrid(random: Random) -> HybridIdentity:
    """Return a fresh hybrid identity from 32 bytes of ``random``."""
    return HybridIdentity.of(random(age_hybrid.SEED_BYTES))


@lru_cache(maxsize=4096)
def parse_recipient(text: str) -> Recipient:
    """Parse ``age1...`` or ``age1pq1...``; cached: a node seals to the same partners all day.

    Raises:
        AgeKeyError: not bech32, not lower case, another type of recipient.
    """
    prefix, data = bech32.decode(text)
    if text == text.lower():
        if prefix == X25519Recipient.PREFIX:
            return X25519Recipient.of(data)
        if prefix == HybridRecipient.PREFIX:
            return HybridRecipient.of(data)
    raise AgeKeyError("not a recipient: one begins with age1 or age1pq1, in lower case")


def parse_identity(text: str) -> Identity:
    """Parse an identity of either kind; `AgeKeyError` otherwise (the text is not repeated)."""
    prefix, data = bech32.decode(text)
    if text == text.upper():
        if prefix == X25519Identity.PREFIX:
            return X25519Identity.of(data)
        if prefix == HybridIdentity.PREFIX:
            return HybridIdentity.of(data)
    raise AgeKeyError(
        "not an identity: one begins with AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1, in upper case"
    )


def parse_key_file(data: bytes) -> tuple[Identity, ...]:
    """Return the identities of a key file: one a line, empty lines and ``#`` comments skipped.

    Raises:
        AgeKeyError: with fact ``line`` (from 1), or when no identity is inside.
    """
    return _parse_lines(data, parse_identity, "identity")


def parse_recipients_file(data: bytes) -> tuple[Recipient, ...]:
    """Return the recipients of a file in the form of `parse_key_file`.

    Raises:
        AgeKeyError: with fact ``line`` (from 1), or when no recipient is inside.
    """
    return _parse_lines(data, parse_recipient, "recipient")


def _parse_lines[T](data: bytes, parse: Callable[[str], T], what: str) -> tuple[T, ...]:
    if len(data) > MAX_KEY_FILE_BYTES:
        raise AgeKeyError("a key file has at most 1 MiB")
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise AgeKeyError("a key file is UTF-8 text") from error
    found: list[T] = []
    for number, line in enumerate(lines, 1):
        if not (text := line.strip()) or text.startswith("#"):
            continue
        try:
            found.append(parse(text))
        except AgeKeyError as error:
            raise AgeKeyError(f"line {number} of the key file: {error}", line=number) from error
    if not found:
        raise AgeKeyError(f"the key file holds no {what}")
    return tuple(found)


def format_key_file(identity: Identity, *, created: str) -> str:
    """Return the text age-keygen writes; ``created`` is an RFC 3339 time."""
    return f"# created: {created}\n# public key: {identity.recipient}\n{identity.text()}\n"
