"""The passphrase stanza of age, for couriers: scrypt makes each guess expensive.

Whoever knows the passphrase can also make such a file, so it says as much about its maker as the
passphrase is secret.

Source: C2SP age v1, "The scrypt recipient type"; RFC 7914.
"""

import re
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from comity.evidence.age_stanza import (
    Random,
    Stanza,
    check_shape,
    from_base64,
    open_file_key,
    seal_file_key,
    to_base64,
)
from comity.keys.bech32 import AgeHeaderError, AgePassphraseError

STANZA_TYPE = b"scrypt"
WRITE_LOG_N: Final = 18  # 256 MiB and under a second for each guess
MAX_LOG_N: Final = 22  # 4 GiB and some seconds; age accepts as much
MAX_PASSPHRASE_BYTES: Final = 1024
_SALT_BYTES = 16
_SALT_PREFIX = b"age-encryption.org/v1/scrypt"
_DECIMAL = re.compile(rb"[1-9][0-9]*")


class Passphrase:
    """A passphrase, which both seals and opens; its text never appears in ``repr`` or errors."""

    __slots__ = ("_max_log_n", "_text", "_write_log_n")

    def __init__(
        self, text: bytes, *, write_log_n: int = WRITE_LOG_N, max_log_n: int = MAX_LOG_N
    ) -> None:
        """Take the bytes as typed, UTF-8 by custom.

        Args:
            text: 1 to `MAX_PASSPHRASE_BYTES` bytes.
            write_log_n: base-two logarithm of the work factor of files made with it.
            max_log_n: the same of the costliest file that is tried; memory is 1 KiB times 2^n.

        Raises:
            AgePassphraseError: it is empty or too long.
        """
        if not 0 < len(text) <= MAX_PASSPHRASE_BYTES:
            raise AgePassphraseError(
                f"a passphrase has 1 to {MAX_PASSPHRASE_BYTES} bytes; this one is empty or longer"
            )
        self._text, self._write_log_n, self._max_log_n = text, write_log_n, max_log_n

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Return the stanza under a fresh salt."""
        salt = random(_SALT_BYTES)
        body = seal_file_key(self._stretch(salt, self._write_log_n), file_key)
        return Stanza((STANZA_TYPE, to_base64(salt), b"%d" % self._write_log_n), body)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key of a checked stanza, or None if the passphrase is another.

        Raises:
            AgeHeaderError: the work factor is over the limit, with facts ``log_n`` and
                ``max_log_n``, or this machine lacks the memory for it.
        """
        if stanza.args[0] != STANZA_TYPE:
            return None
        digits = stanza.args[2]
        log_n = int(digits) if len(digits) <= 2 else 100
        if log_n > self._max_log_n:
            raise AgeHeaderError(
                f"the passphrase's work factor is over the limit of 2^{self._max_log_n}",
                log_n=log_n,
                max_log_n=self._max_log_n,
            )
        return open_file_key(self._stretch(from_base64(stanza.args[1]), log_n), stanza.body)

    def _stretch(self, salt: bytes, log_n: int) -> bytes:
        try:
            kdf = Scrypt(salt=_SALT_PREFIX + salt, length=32, n=1 << log_n, r=8, p=1)
            return kdf.derive(self._text)
        except MemoryError as error:
            raise AgeHeaderError(
                f"the passphrase's work factor 2^{log_n} needs more memory than there is",
                log_n=log_n,
            ) from error


def check(stanza: Stanza) -> None:
    """Raise `AgeHeaderError` unless the stanza has the one shape of its type."""
    check_shape(stanza, args=3, share_bytes=_SALT_BYTES)
    if not _DECIMAL.fullmatch(stanza.args[2]):
        raise AgeHeaderError("the work factor of a passphrase stanza is not a plain decimal number")
