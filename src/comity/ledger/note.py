"""A text with signature lines under it: the C2SP signed note.

Rules of the format, held in both directions:
1. UTF-8 without ASCII control characters other than newline.
2. The last empty line parts the text, which ends with a newline, from the signatures.
3. A signature line is em dash, space, key name, space, base64 of key id and signature.
4. A signature by an unknown key counts for nothing and spoils nothing; a bad one by a known key
   spoils the note.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from comity.canonical.errors import MisuseError
from comity.ledger.errors import (
    Base64TextError,
    NoteError,
    NoteSignatureError,
    NoteSizeError,
    NoteUnsignedError,
    NumberError,
)

# The one spelling that C2SP line formats give a number and a hash.


MAX_NUMBER: Final = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def parse_decimal(text: str) -> int:
    """Return the number of an ASCII decimal without sign or leading zero, at most 2^63-1.

    Raises:
        NumberError: any other spelling.

    Source: tlog-checkpoint, Note text; tlog-witness, add-checkpoint.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_NUMBER:
        raise NumberError("expected a decimal number without leading zeros")
    return int(text)


def encode_base64(value: bytes) -> str:
    """Return padded base64 (RFC 4648 section 4)."""
    return base64.b64encode(value).decode("ascii")


def parse_base64(text: str, *, size_bytes: int | None = None) -> bytes:
    """Return the bytes of padded base64, refusing every other spelling of them.

    Args:
        text: untrusted.
        size_bytes: the exact length wanted, or None for any.

    Raises:
        Base64TextError: foreign characters, wrong padding, stray bits, or a wrong length.
    """
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Base64TextError("not base64") from fault
    if encode_base64(value) != text:
        raise Base64TextError("stray bits after the last byte")
    if size_bytes is not None and len(value) != size_bytes:
        raise Base64TextError(f"{len(value)} bytes where {size_bytes} are due")
    return value


def parse_hashes(lines: list[str]) -> tuple[bytes, ...]:
    """Return the 32-byte hashes of lines, one each."""
    return tuple(parse_base64(line, size_bytes=32) for line in lines)


MAX_NOTE_BYTES: Final = 1_000_000  # as sumdb/note; 100 ML-DSA-44 cosignatures are a third of it
MAX_SIGNATURES: Final = 100  # as sumdb/note; signed-note asks for 16 at least
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line.

    Attributes:
        name: key name.
        key_id: 4 bytes; with the name it identifies key and algorithm.
        signature: what the algorithm defines, without the key id.
    """

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line with its newline."""
        return f"\u2014 {self.name} {encode_base64(self.key_id + self.signature)}\n"


class Verifier(Protocol):
    """A key that somebody trusts, and how its signatures are checked."""

    @property
    def name(self) -> str:
        """Key name."""

    @property
    def key_id(self) -> bytes:
        """Return the 4 bytes that tell the key and its algorithm."""

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Tell whether the signature is this key's over the note text."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that can sign note texts.

    Attributes:
        name: key name.
        key_id: 4 bytes.
        sign: note text in, the algorithm's signature out.
    """

    name: str
    key_id: bytes
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class SignedText:
    """A note of which nothing has been verified.

    Attributes:
        text: note text with its last newline. Not to be used before `open_note`.
        signatures: in the order of their lines.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """Return the note's bytes."""
        lines = "".join(signature.line() for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()


@dataclass(frozen=True, slots=True)
class Note:
    """A note with at least one verified signature.

    Attributes:
        text: note text with its last newline.
        verified: one signature of each known key that signed.
        unverified: signatures by keys we do not know; they prove nothing.
    """

    text: str
    verified: tuple[NoteSignature, ...]
    unverified: tuple[NoteSignature, ...]


def is_key_name(name: str) -> bool:
    """Tell whether a text may name a key: not empty, no space of any writing system, no plus."""
    return bool(name) and "+" not in name and not any(map(str.isspace, name))


def parse_note(data: bytes) -> SignedText:
    """Return text and signatures of a note, none of them verified.

    Raises:
        NoteSizeError: more than `MAX_NOTE_BYTES` or `MAX_SIGNATURES`.
        NoteError: any other break of the format.

    Source: signed-note, Format.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise NoteSizeError(f"a note has at most {MAX_NOTE_BYTES} bytes")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise NoteError("not UTF-8") from fault
    if _CONTROL.search(whole):
        raise NoteError("a control character")
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not below:
        raise NoteError("no signature lines after an empty line")
    return SignedText(text + "\n", parse_signature_lines(below))


def parse_signature_lines(block: str) -> tuple[NoteSignature, ...]:
    """Return the signatures of one or more complete signature lines.

    Raises:
        NoteSizeError: more than `MAX_SIGNATURES`.
        NoteError: a line is not of the form.

    Source: signed-note, Signatures; tlog-witness, add-checkpoint (response body).
    """
    lines = block.split("\n")
    if lines.pop() or not lines:
        raise NoteError("a signature line does not end with a newline")
    if len(lines) > MAX_SIGNATURES:
        raise NoteSizeError(f"a note has at most {MAX_SIGNATURES} signatures")
    return tuple(map(_parse_line, lines))


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Return the note if a known key signed it and no known key's signature is bad.

    Args:
        data: untrusted bytes.
        verifiers: the keys to trust, each (name, key id) once.

    Raises:
        NoteSignatureError: a known key's signature does not verify.
        NoteUnsignedError: no known key signed.
        NoteError: not a note.

    Source: signed-note, Signatures.
    """
    signed = parse_note(data)
    known = _by_identity(verifiers)
    text = signed.text.encode()
    verified: dict[tuple[str, bytes], NoteSignature] = {}
    unverified = []
    for signature in signed.signatures:
        identity = (signature.name, signature.key_id)
        verifier = known.get(identity)
        if verifier is None:
            unverified.append(signature)
        elif not verifier.verify(text, signature.signature):
            raise NoteSignatureError("a known key's signature does not verify", key=signature.name)
        else:
            verified.setdefault(identity, signature)  # a key that signs twice is one signer
    if not verified:
        raise NoteUnsignedError("no known key signed this note")
    return Note(signed.text, tuple(verified.values()), tuple(unverified))


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """Return the bytes of a note over a text, signed by each signer in turn.

    Raises:
        MisuseError: the text does not end with a newline, holds a control character, or nobody
            signs it.

    Source: signed-note, Format.
    """
    if not text.endswith("\n") or _CONTROL.search(text) or not signers:
        raise MisuseError("a note is text that ends with a newline, and has a signer")
    message = text.encode()
    return SignedText(text, tuple(signature_by(signer, message) for signer in signers)).encode()


def signature_by(signer: Signer, text: bytes) -> NoteSignature:
    """Return one signer's signature over a note text."""
    return NoteSignature(signer.name, signer.key_id, signer.sign(text))


def add_signatures(data: bytes, signatures: Sequence[NoteSignature]) -> bytes:
    """Return the note with more signature lines; those it already has are not doubled."""
    signed = parse_note(data)
    fresh = tuple(one for one in signatures if one not in signed.signatures)
    return SignedText(signed.text, signed.signatures + fresh).encode()


def _parse_line(line: str) -> NoteSignature:
    match = _LINE.fullmatch(line)
    if not match or not is_key_name(match[1]):
        raise NoteError("not a signature line")
    try:
        value = parse_base64(match[2])
    except Base64TextError as fault:
        raise NoteError("a signature is not base64") from fault
    if len(value) < 5:
        raise NoteError("a signature is shorter than its key id and one byte")
    return NoteSignature(match[1], value[:4], value[4:])


def _by_identity(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise MisuseError("two trusted keys share name and id")
    return known
