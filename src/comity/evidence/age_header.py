"""The age header: strict text in, stanzas out, and back.

The grammar is closed: any byte it does not foresee is a header failure, because two readers that
forgive differently would disagree about what a file says.

Source: C2SP age v1, "Header", ABNF of the header, "Recipient stanza", "Header MAC".
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from comity.evidence import age_hybrid, age_scrypt, age_x25519
from comity.evidence.age_stanza import (
    Random,
    Stanza,
    Unwrapper,
    Wrapper,
    from_base64,
    hkdf,
    to_base64,
)
from comity.keys.bech32 import (
    AgeArmorError,
    AgeHeaderError,
    AgeMacError,
    AgeMixedError,
    AgeNoMatchError,
)

VERSION_LINE = b"age-encryption.org/v1\n"
ARMOR_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
MAX_HEADER_BYTES = 1 << 18  # some 150 hybrid recipients; the format itself has no limit
MAX_STANZAS = 1024
_BODY_COLUMNS = 64
_SHAPES: dict[bytes, Callable[[Stanza], None]] = {
    age_x25519.STANZA_TYPE: age_x25519.check,
    age_hybrid.STANZA_TYPE: age_hybrid.check,
    age_scrypt.STANZA_TYPE: age_scrypt.check,
}


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


def header_end(data: bytes | bytearray) -> int | None:
    """Return the length of the header that begins ``data``, or None while bytes are missing.

    Raises:
        AgeHeaderError: the bytes cannot begin a header, or it is over `MAX_HEADER_BYTES`.
        AgeArmorError: the file is armored.
    """
    if data[: len(ARMOR_BEGIN)] == ARMOR_BEGIN:
        raise AgeArmorError("the file is armored; only the binary form is taken here")
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
        if len(line) > _BODY_COLUMNS:
            raise AgeHeaderError("a stanza's body line is longer than 64 characters")
        body.append(line)
        if len(line) < _BODY_COLUMNS:
            return Stanza(args, from_base64(b"".join(body))), index + 1
    raise AgeHeaderError("a stanza's body does not end with a short line")


def write_header(recipients: Sequence[Wrapper], file_key: bytes, random: Random) -> bytes:
    """Return the header that gives ``file_key`` (16 bytes) to each recipient, MAC line included.

    Raises:
        AgeMixedError: no recipient; recipients of several kinds, so that the weakest would decide
            how well the file is sealed; or a passphrase that is not alone.
    """
    stanzas = [recipient.wrap(file_key, random) for recipient in recipients]
    kinds = {stanza.args[0] for stanza in stanzas}
    if len(kinds) != 1:
        raise AgeMixedError("a file is sealed for at least one recipient, all of one kind")
    if age_scrypt.STANZA_TYPE in kinds and len(stanzas) > 1:
        raise AgeMixedError("a passphrase must be the only way into a file")
    covered = VERSION_LINE + b"".join(map(_written, stanzas)) + b"---"
    return covered + b" " + to_base64(_mac(file_key, covered)) + b"\n"


def _written(stanza: Stanza) -> bytes:
    """Return a stanza as text; a body that fills its last line gets an empty one."""
    body = to_base64(stanza.body)
    lines = [body[at : at + _BODY_COLUMNS] for at in range(0, len(body) + 1, _BODY_COLUMNS)]
    return b"-> " + b" ".join(stanza.args) + b"\n" + b"\n".join(lines) + b"\n"


def file_key(header: Header, identities: Sequence[Unwrapper]) -> bytes:
    """Return the 16-byte file key that one of ``identities`` unwraps, its MAC checked.

    Every stanza of a known type is checked, whoever reads: a file has one verdict for all.

    Raises:
        AgeHeaderError: a stanza of a known type is malformed or holds a low-order share, a
            passphrase stanza is not alone, or its work factor is over the limit.
        AgeNoMatchError: no stanza opens.
        AgeMacError: the header was altered after it was made.
    """
    kinds = [stanza.args[0] for stanza in header.stanzas]
    if age_scrypt.STANZA_TYPE in kinds and len(kinds) > 1:
        raise AgeHeaderError("a passphrase stanza must be the only one")
    for stanza in header.stanzas:
        if check := _SHAPES.get(stanza.args[0]):
            check(stanza)
    for stanza, identity in product(header.stanzas, identities):
        if (found := identity.unwrap(stanza)) is not None:
            break
    else:
        raise AgeNoMatchError(_no_match(kinds))
    if not hmac.compare_digest(_mac(found, header.covered), header.mac):
        raise AgeMacError("the header was altered: its MAC does not fit the file key")
    return found


def _no_match(kinds: Sequence[bytes]) -> str:
    if age_scrypt.STANZA_TYPE in kinds:
        return "the file is sealed with a passphrase, and not with one that was given"
    return "the file is not sealed for any of the given identities"


def _mac(key: bytes, covered: bytes) -> bytes:
    return hmac.digest(hkdf(key, salt=b"", info=b"header"), covered, "sha256")
