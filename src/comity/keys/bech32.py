"""Bech32 text of age keys.

Source: BIP 173 (checksum, alphabet, case rule), C2SP age "X25519 recipient type"; the 90-character
limit of BIP 173 does not apply to age.
"""

from comity.canonical.errors import MisuseError, PeerError

# The classes of failure the age test kit tells apart.


class AgeError(PeerError, code="age"):
    """An age file or key that cannot be used; the subclass names the class of failure."""


class AgeKeyError(AgeError, code="age-key"):
    """A recipient or identity string is not a well-formed age key."""


class AgeNoMatchError(AgeError, code="age-no-match"):
    """No identity opens any stanza of the header."""


class AgeHeaderError(AgeError, code="age-header"):
    """The header, a stanza or the payload nonce breaks the grammar."""


class AgeMacError(AgeError, code="age-hmac"):
    """A file key was found but the header's HMAC is not valid for it."""


class AgePayloadError(AgeError, code="age-payload"):
    """A payload chunk is altered, missing, surplus or misplaced; fact ``chunk`` is from 0."""


class AgeArmorError(AgeError, code="age-armor"):
    """The armor is broken, or the file is armored where only the binary form is taken."""


class AgePassphraseError(MisuseError, code="age-passphrase"):
    """A passphrase is empty, too long or no UTF-8 text; it is not repeated."""


class AgeMixedError(MisuseError, code="age-mixed"):
    """A file would be sealed for recipients of several kinds, or for none."""


ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_MAX_CHARS = 4096  # a hybrid recipient takes about 2,000


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= term
    return check


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regroup(values: bytes | list[int], *, width: int, to: int, pad: bool) -> list[int] | None:
    """Regroup bits; None when left-over bits are not the zero padding that the writer makes."""
    buffer = bits = 0
    out: list[int] = []
    for value in values:
        buffer = (buffer << width | value) & 0xFFF
        bits += width
        while bits >= to:
            bits -= to
            out.append(buffer >> bits & ((1 << to) - 1))
    if pad:
        if bits:
            out.append(buffer << (to - bits) & ((1 << to) - 1))
    elif bits >= width or buffer & ((1 << bits) - 1):
        return None
    return out


def encode(prefix: str, data: bytes) -> str:
    """Return lower-case bech32 of ``data`` under a lower-case human-readable ``prefix``."""
    values = _regroup(data, width=8, to=5, pad=True) or []
    check = _polymod(_expand(prefix) + values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(ALPHABET[value] for value in values)


def decode(text: str) -> tuple[str, bytes]:
    """Return (lower-case prefix, data).

    Raises:
        AgeKeyError: mixed case, foreign character, wrong checksum or non-zero padding. The error
            does not repeat the text.
    """
    if len(text) > _MAX_CHARS or not text.isascii() or text not in (text.lower(), text.upper()):
        raise AgeKeyError("the key is too long, not ASCII or mixes upper and lower case")
    prefix, mark, tail = text.lower().rpartition("1")
    if not mark or not prefix or len(tail) < 6 or any(not 33 <= ord(c) <= 126 for c in prefix):
        raise AgeKeyError("the key lacks its prefix or its checksum")
    try:
        values = [_VALUES[c] for c in tail]
    except KeyError as error:
        raise AgeKeyError("the key holds a character outside the bech32 alphabet") from error
    if _polymod(_expand(prefix) + values) != 1:
        raise AgeKeyError("the key's checksum does not fit: a character was mistyped")
    data = _regroup(values[:-6], width=5, to=8, pad=False)
    if data is None:
        raise AgeKeyError("the key's padding is not zero")
    return prefix, bytes(data)
