"""The one spelling that C2SP line formats give a number and a hash."""

import base64
import binascii
import re
from typing import Final

from comity.ledger.errors import Base64TextError, NumberError

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
