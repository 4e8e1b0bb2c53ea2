"""The age header: strict text in, stanzas out, and back.

The grammar is closed: any byte it does not foresee is a header failure, because two readers that
forgive differently would disagree about what a file says.

Source: C2SP age v1, "Header", ABNF of the header, "Recipient stanza", "Header MAC".
"""

import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.evidence.age_errors import AgeArmorError, AgeHeaderError, AgeMacError, AgeNoMatchError
from comity.evidence.age_keys import Identity, Random, Recipient

VERSION_LINE = b"age-encryption.org/v1\n"
ARMOR_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
MAX_HEADER_BYTES = 1 << 18  # some 150 hybrid recipients; the format itself has no limit
MAX_STANZAS = 1024
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_X25519_INFO = b"age-encryption.org/v1/X25519"
_ZERO_NONCE = bytes(12)  # each wrap key is used once: it comes from a fresh ephemeral share


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient's way to the file key; ``args[0]`` is the type."""

    args: tuple[bytes, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header: all its bytes, those of them under the MAC, and the MAC."""

    raw: bytes

    stanzas: tuple[Stanza, ...]
    covered: bytes
    mac: bytes

    @property
    def size_bytes(self) -> int:
        """Length in the file; the payload nonce follows."""
        return len(self.raw)


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


def header_end(data: bytes) -> int | None:
    """Return the length of the header that begins ``data``, or None while bytes are missing.

    Raises:
        AgeHeaderError: the bytes cannot begin a header, or it is over `MAX_HEADER_BYTES`.
        AgeArmorError: the file is armored.
    """
    if data[: len(ARMOR_BEGIN)] == ARMOR_BEGIN:
        raise AgeArmorError("the file is armored; remove the armor first")
    if data[: len(VERSION_LINE)] != VERSION_LINE[: len(data)]:
        raise AgeHeaderError("not an age v1 file: its first line is another one")
    mark = data.find(b"\n---", 0, MAX_HEADER_BYTES)
    end = data.find(b"\n", mark + 1, MAX_HEADER_BYTES) if mark >= 0 else -1
    if end >= 0:
        return end + 1
    if len(data) >= MAX_HEADER_BYTES:
        raise AgeHeaderError("the header has no end within its limit", limit_bytes=MAX_HEADER_BYTES)
    return None


def parse_header(data: bytes) -> Header:
    """Parse the header at the start of ``data`` (which may go on with payload bytes).

    Raises:
        AgeHeaderError: it breaks the grammar, or ends before the MAC line does.
        AgeArmorError: the file is armored.
    """
    end = header_end(data)
    if end is None:
        raise AgeHeaderError("the file ends inside the header")
    lines = data[len(VERSION_LINE) : end - 1].split(b"\n")
    last = lines.pop()
    if len(last) != 47 or last[:4] != b"--- ":
        raise AgeHeaderError("the MAC line is not three dashes, a space and 43 characters")
    mac = from_base64(last[4:])
    stanzas: list[Stanza] = []
    position = 0
    while position < len(lines):
        stanza, position = _stanza(lines, position)
        stanzas.append(stanza)
    if not 0 < len(stanzas) <= MAX_STANZAS:
        raise AgeHeaderError("the header holds no stanza, or too many")
    return Header(data[:end], tuple(stanzas), data[: end - 45], mac)


def _stanza(lines: list[bytes], position: int) -> tuple[Stanza, int]:
    first = lines[position]
    if first[:3] != b"-> ":
        raise AgeHeaderError("a stanza does not begin with an arrow")
    args = tuple(first[3:].split(b" "))
    if not all(arg and all(0x21 <= byte <= 0x7E for byte in arg) for arg in args):
        raise AgeHeaderError("a stanza's argument is empty or not visible ASCII")
    body: list[bytes] = []
    for index in range(position + 1, len(lines)):
        line = lines[index]
        if len(line) > 64:
            raise AgeHeaderError("a stanza's body line is longer than 64 characters")
        body.append(line)
        if len(line) < 64:
            return Stanza(args, from_base64(b"".join(body))), index + 1
    raise AgeHeaderError("a stanza's body does not end with a short line")


def write_header(recipients: Sequence[Recipient], file_key: bytes, random: Random) -> bytes:
    """Return the header that gives ``file_key`` (16 bytes) to each recipient, MAC line included."""
    if not recipients:
        raise AgeHeaderError("a file needs at least one recipient")
    parts = [VERSION_LINE]
    for recipient in recipients:
        ephemeral = Identity.of(random(32))
        share = ephemeral.recipient.public
        key = _wrap_key(ephemeral.key.exchange(recipient.key), share, recipient.public)
        body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
        parts += [b"-> X25519 ", to_base64(share), b"\n", to_base64(body), b"\n"]
    parts.append(b"---")
    covered = b"".join(parts)
    return covered + b" " + to_base64(_mac(file_key, covered)) + b"\n"


def file_key(header: Header, identities: Sequence[Identity]) -> bytes:
    """Return the 16-byte file key that one of ``identities`` unwraps, its MAC checked.

    Raises:
        AgeHeaderError: an X25519 stanza is malformed or holds a low-order share, or a passphrase
            stanza is not alone.
        AgeNoMatchError: no stanza opens.
        AgeMacError: the header was altered after it was made.
    """
    types = [stanza.args[0] for stanza in header.stanzas]
    if b"scrypt" in types and len(types) > 1:
        raise AgeHeaderError("a passphrase stanza must be the only one")
    shares = [_x25519(stanza) for stanza in header.stanzas if stanza.args[0] == b"X25519"]
    found: bytes | None = None
    for share, body in shares:
        for identity in identities:
            found = found or _unwrap(identity, share, body)
    if found is None:
        raise AgeNoMatchError("the file is not sealed for any of the given identities")
    if not hmac.compare_digest(_mac(found, header.covered), header.mac):
        raise AgeMacError("the header was altered: its MAC does not fit the file key")
    return found


def _x25519(stanza: Stanza) -> tuple[Recipient, bytes]:
    if len(stanza.args) != 2:
        raise AgeHeaderError("an X25519 stanza has exactly one argument")
    share = from_base64(stanza.args[1])
    if len(share) != 32 or len(stanza.body) != 32:
        raise AgeHeaderError("an X25519 stanza has a 32-byte share and a 32-byte body")
    return Recipient.of(share), stanza.body


def _unwrap(identity: Identity, share: Recipient, body: bytes) -> bytes | None:
    try:
        secret = identity.key.exchange(share.key)
    except ValueError as error:  # the all-zero result of a low-order point
        raise AgeHeaderError("an X25519 stanza holds a low-order share") from error
    key = _wrap_key(secret, share.public, identity.recipient.public)
    try:
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, body, None)
    except InvalidTag:
        return None


def _wrap_key(secret: bytes, share: bytes, recipient: bytes) -> bytes:
    return hkdf(secret, salt=share + recipient, info=_X25519_INFO)


def _mac(key: bytes, covered: bytes) -> bytes:
    return hmac.digest(hkdf(key, salt=b"", info=b"header"), covered, "sha256")
