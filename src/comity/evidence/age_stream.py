"""The age payload: STREAM over 64 KiB chunks into buffers the caller reuses.

Each chunk's nonce is its number and a last-chunk flag, so chunks can be neither moved, dropped nor
appended. A writer object counts its own chunks and cannot go back: no chunk is ever encrypted twice
under one file key.

Source: C2SP age v1, "Payload".
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.canonical.errors import MisuseError
from comity.evidence.age_stanza import hkdf
from comity.keys.age_errors import AgePayloadError

CHUNK_BYTES = 1 << 16
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
NONCE_BYTES = 16


def sealed_size(plain_size_bytes: int) -> int:
    """Return the payload length (nonce excluded) of ``plain_size_bytes`` of plain text."""
    chunks = max(1, -(-plain_size_bytes // CHUNK_BYTES))
    return plain_size_bytes + chunks * TAG_BYTES


class PayloadWriter:
    """Encrypts chunks in order under one file key."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._aead = ChaCha20Poly1305(hkdf(file_key, salt=nonce, info=b"payload"))
        self._chunk = 0
        self._closed = False

    def encrypt_into(self, plain: memoryview, out: memoryview, *, final: bool) -> int:
        """Encrypt ``plain`` into ``out``; return the bytes written (`sealed_size` of the input).

        ``plain`` is whole chunks unless ``final``; only a first call that is final may be empty.
        """
        size = len(plain)
        if (
            self._closed
            or (size == 0 and self._chunk)
            or (not final and (size == 0 or size % CHUNK_BYTES))
        ):
            raise MisuseError(
                "only the final call may pass a part of a chunk, and nothing comes after it"
            )
        last = max(0, -(-size // CHUNK_BYTES) - 1)
        written = 0
        for number in range(last + 1):
            part = plain[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES]
            flag = b"\x01" if final and number == last else b"\x00"
            end = written + len(part) + TAG_BYTES
            self._aead.encrypt_into(self._chunk.to_bytes(11) + flag, part, None, out[written:end])
            self._chunk += 1
            written = end
        self._closed = final
        return written


class PayloadReader:
    """Decrypts chunks in order; releases nothing of a chunk that fails."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._aead = ChaCha20Poly1305(hkdf(file_key, salt=nonce, info=b"payload"))
        self._chunk = 0

    @property
    def chunks(self) -> int:
        """How many chunks have held so far."""
        return self._chunk

    def decrypt_into(self, sealed: memoryview, out: memoryview, *, final: bool) -> int:
        """Decrypt ``sealed`` into ``out``; return the bytes written.

        ``sealed`` is whole sealed chunks unless ``final``, which means the file ends here.

        Raises:
            AgePayloadError: with fact ``chunk``, from 0, of the first chunk that does not hold.
        """
        read = written = 0
        while read < len(sealed) or (final and self._chunk == 0):
            part = sealed[read : read + SEALED_CHUNK_BYTES]
            read += len(part)
            last = final and read == len(sealed)
            size = len(part) - TAG_BYTES
            if size < 0 or (size == 0 and self._chunk > 0):
                raise self._error("is shorter than it can be: the file was cut or padded")
            try:
                self._aead.decrypt_into(
                    self._nonce(last=last), part, None, out[written : written + size]
                )
            except InvalidTag as error:
                raise self._error(self._reason(part, last=last)) from error
            self._chunk += 1
            written += size
        return written

    def _nonce(self, *, last: bool) -> bytes:
        return self._chunk.to_bytes(11) + (b"\x01" if last else b"\x00")

    def _reason(self, part: memoryview, *, last: bool) -> str:
        """Tell a cut or a surplus from an altered chunk: does it hold with the other flag?"""
        try:
            self._aead.decrypt(self._nonce(last=not last), part, None)
        except InvalidTag:
            cut = ", or the file was cut in it" if last else ""
            return f"was altered or is not in its place{cut}"
        return (
            "is not the last one: the file was cut short"
            if last
            else "is the last one, yet the file goes on"
        )

    def _error(self, why: str) -> AgePayloadError:
        return AgePayloadError(f"chunk {self._chunk} {why}", chunk=self._chunk)
