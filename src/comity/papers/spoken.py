"""The code of a message: its content digest in short, to be read aloud on the telephone.

The first 100 bits of the digest as 20 characters of Crockford's base32 (no I, L, O or U), in groups
of five, and one check character. The check is a sum over GF(32) with one weight a place: one wrong
character, or two that changed places, never leave it right. 100 bits cannot be found for another
text by trying; two texts with one code need 2**50 tries of their author, so the whole digest, in
the record and in the QR code, decides where the author is not trusted.
"""

from typing import Final

from comity.papers.errors import SpokenCodeError

CODE_CHARS: Final = 20
_GROUP: Final = 5
_BITS: Final = 5
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEARD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SKIPPED: Final = str.maketrans("", "", "- \t\r\n")
_MODULUS: Final = 0b100101  # x**5 + x**2 + 1, primitive: the weights 1, x, x**2 ... all differ


def spoken_code(digest: bytes) -> str:
    """Return the code of a digest, ``K3J9P-01234-ABCDE-FGHJK-M``.

    Args:
        digest: 32 bytes, the message's content digest (spec 4).
    """
    bits = int.from_bytes(digest[:13]) >> (13 * 8 - CODE_CHARS * _BITS)
    values = [bits >> _BITS * place & 31 for place in reversed(range(CODE_CHARS))]
    text = "".join(_ALPHABET[value] for value in (*values, _check(values)))
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def read_code(text: str) -> str:
    """Return a code as it is printed, from one that was heard or typed.

    Small letters, blanks and hyphens do not matter; O is read as 0, I and L as 1.

    Raises:
        SpokenCodeError: the length, a character or the check character is wrong.
    """
    heard = text.upper().translate(_SKIPPED).translate(_HEARD)
    if len(heard) != CODE_CHARS + 1:
        raise SpokenCodeError(f"a code has {CODE_CHARS + 1} characters, this has {len(heard)}")
    if any(char not in _ALPHABET for char in heard):
        raise SpokenCodeError("a code has digits and the letters A to Z without I, L, O and U")
    values = [_ALPHABET.index(char) for char in heard]
    if _check(values[:-1]) != values[-1]:
        raise SpokenCodeError("the check character does not fit: have the code read again")
    return "-".join(heard[at : at + _GROUP] for at in range(0, len(heard), _GROUP))


def code_prefix(code: str) -> str:
    """Return the first 25 hex digits of the digests that have a code; raises as `read_code`."""
    value = 0
    for char in read_code(code).replace("-", "")[:CODE_CHARS]:
        value = value << _BITS | _ALPHABET.index(char)
    return f"{value:0{CODE_CHARS * _BITS // 4}x}"


def _check(values: list[int]) -> int:
    found = 0
    for value in values:  # Horner: the last character has weight x, the first x**20
        found = _times_x(found ^ value)
    return found


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _MODULUS if doubled & 32 else doubled
