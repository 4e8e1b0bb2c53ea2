"""The archive inside a sealed package, read at any place.

Every chunk is authenticated with its number. The last chunk is opened first and as the last one:
since its nonce says how many come before it, the archive's length is then authentic too.

Source: C2SP age v1, "Payload"; spec 15.1.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.evidence import age
from comity.evidence.age_header import file_key
from comity.evidence.age_keys import Identity
from comity.evidence.age_stream import CHUNK_BYTES, NONCE_BYTES, SEALED_CHUNK_BYTES, TAG_BYTES
from comity.evidence.package_errors import PackageLayoutError
from comity.keys.age_errors import AgePayloadError

_AT_ONCE = 16  # chunks asked of the source at a time


class RangeSource(Protocol):
    """Sealed bytes that can be read at any place: a file, or a server that answers ranges."""

    @property
    def size_bytes(self) -> int:
        """Length of the whole."""

    def read_at(self, offset: int, size_bytes: int, /) -> bytes:
        """Return exactly ``size_bytes`` bytes from ``offset`` on; fewer only at the end."""


class SealedArchive:
    """The plain bytes of a sealed package; ``size_bytes`` is their authentic length."""

    def __init__(self, source: RangeSource, identities: Sequence[Identity]) -> None:
        """Open the header and the last chunk.

        Raises:
            AgeError: a subclass by class of failure.
        """
        header, rest = age.read_header(_Stream(source))
        nonce = rest[:NONCE_BYTES]
        if len(nonce) < NONCE_BYTES:
            raise AgePayloadError("the file ends inside the payload nonce", chunk=0)
        key = file_key(header, identities)
        self._aead = ChaCha20Poly1305(HKDF(SHA256(), 32, nonce, b"payload").derive(key))
        self._source = source
        self._start = header.size_bytes + NONCE_BYTES
        payload = source.size_bytes - self._start
        self._chunks = max(1, -(-payload // SEALED_CHUNK_BYTES))
        self.size_bytes = payload - self._chunks * TAG_BYTES
        last = self._chunks - 1
        size = self.size_bytes - last * CHUNK_BYTES
        if size < 0 or (size == 0 and last):
            raise _broken(last)
        self._kept: dict[int, bytes] = {}  # opened chunks by number: the last, those read latest
        self._fetch(last, last + 1)

    def read(self, offset: int, size_bytes: int) -> Iterator[memoryview]:
        """Yield the bytes from ``offset`` on, in pieces.

        Raises:
            AgePayloadError: with fact ``chunk``, from 0, of the first chunk that does not hold.
            PackageLayoutError: the range leaves the archive.
        """
        end = offset + size_bytes
        if not 0 <= offset <= end <= self.size_bytes:
            raise PackageLayoutError("a place in the package lies outside it")
        while offset < end:
            number = offset // CHUNK_BYTES
            if number not in self._kept:
                self._fetch(number, (end - 1) // CHUNK_BYTES + 1)
            begin = number * CHUNK_BYTES
            part = memoryview(self._kept[number])[offset - begin : end - begin]
            offset += len(part)
            yield part

    def _fetch(self, first: int, stop: int) -> None:
        """Keep the chunks from ``first`` on, not ``stop``, a limited number; and the last."""
        count = min(stop - first, _AT_ONCE)
        place = self._start + first * SEALED_CHUNK_BYTES
        sealed = memoryview(self._source.read_at(place, count * SEALED_CHUNK_BYTES))
        last = self._chunks - 1
        kept = {last: self._kept[last]} if last in self._kept else {}
        for number in range(first, first + count):
            start = (number - first) * SEALED_CHUNK_BYTES
            kept[number] = self._open(number, sealed[start : start + SEALED_CHUNK_BYTES])
        self._kept = kept

    def _open(self, number: int, sealed: memoryview) -> bytes:
        flag = b"\x01" if number == self._chunks - 1 else b"\x00"
        try:
            return self._aead.decrypt(number.to_bytes(11) + flag, sealed, None)
        except InvalidTag as error:
            raise _broken(number) from error


def _broken(chunk: int) -> AgePayloadError:
    return AgePayloadError(f"chunk {chunk} was altered, moved or cut", chunk=chunk)


class _Stream:
    """The front of a source as a stream, for the header."""

    def __init__(self, source: RangeSource) -> None:
        self._source = source
        self._offset = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the front of ``buffer``; return the bytes read."""
        size = min(len(buffer), self._source.size_bytes - self._offset)
        data = self._source.read_at(self._offset, size)
        buffer[: len(data)] = data
        self._offset += len(data)
        return len(data)
