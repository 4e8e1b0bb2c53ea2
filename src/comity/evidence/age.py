"""Sealing and opening in the age v1 format, in memory or as a stream.

age authenticates no sender: whoever knows a recipient can make a file for it, and a co-recipient
can replace the payload. Who sealed it is told by the signed offer or message, not by this module.

Source: C2SP age v1.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.canonical.errors import MisuseError
from comity.evidence.age_header import (
    MAX_HEADER_BYTES,
    Header,
    file_key,
    header_end,
    parse_header,
    write_header,
)
from comity.evidence.age_stanza import FILE_KEY_BYTES, Random, Unwrapper, Wrapper, hkdf
from comity.keys.bech32 import AgeHeaderError, AgePayloadError

# The age payload: STREAM over 64 KiB chunks into buffers the caller reuses.
#
# Each chunk's nonce is its number and a last-chunk flag, so chunks can be neither moved, dropped
# nor appended. A writer object counts its own chunks and cannot go back: no chunk is ever encrypted
# twice under one file key.
#
# Source: C2SP age v1, "Payload".


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


_WORK_CHUNKS = 16  # 1 MiB of plain text at a time: larger was slower (shared research, prototypes)


class Source(Protocol):
    """What a stream is read from: fills a buffer, returns the bytes read, 0 at the end."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the front of ``buffer``; return the bytes read."""


type Sink = Callable[[memoryview], object]
"""What a stream is written to; the view is only valid during the call."""


def begin(recipients: Sequence[Wrapper], *, random: Random) -> tuple[bytes, PayloadWriter]:
    """Return (header and nonce, the writer for the payload) under a fresh file key."""
    key = random(FILE_KEY_BYTES)
    nonce = random(NONCE_BYTES)
    return write_header(recipients, key, random) + nonce, PayloadWriter(key, nonce)


def seal_bytes(plaintext: bytes, recipients: Sequence[Wrapper], *, random: Random) -> bytes:
    """Return a whole age file for ``recipients``; for messages, not for exhibits."""
    head, writer = begin(recipients, random=random)
    out = bytearray(len(head) + sealed_size(len(plaintext)))
    out[: len(head)] = head
    writer.encrypt_into(memoryview(plaintext), memoryview(out)[len(head) :], final=True)
    return bytes(out)


def open_bytes(data: bytes, identity: Unwrapper | Sequence[Unwrapper]) -> bytes:
    """Return the plain text of a whole age file.

    Raises:
        AgeError: a subclass by class of failure; nothing is released unless all chunks hold.
    """
    header = parse_header(data)
    identities = identity if isinstance(identity, Sequence) else (identity,)
    start = header.size_bytes + NONCE_BYTES
    reader = _reader(header, identities, data[header.size_bytes : start])
    sealed = memoryview(data)[start:]
    out = bytearray(len(sealed))
    size = reader.decrypt_into(sealed, memoryview(out), final=True)
    return bytes(memoryview(out)[:size])


def encrypt_into(
    source: Source, sink: Sink, recipients: Sequence[Wrapper], *, random: Random
) -> int:
    """Encrypt a stream with two reused 1 MiB buffers; return the sealed length in bytes."""
    head, writer = begin(recipients, random=random)
    sink(memoryview(head))
    total = len(head)
    plain = [memoryview(bytearray(_WORK_CHUNKS * CHUNK_BYTES)) for _ in range(2)]
    out = memoryview(bytearray(_WORK_CHUNKS * SEALED_CHUNK_BYTES))
    current, size = 0, fill(source, plain[0])
    while True:  # read ahead, because only the last chunk carries the flag
        following = fill(source, plain[1 - current]) if size == len(plain[0]) else 0
        written = writer.encrypt_into(plain[current][:size], out, final=following == 0)
        sink(out[:written])
        total += written
        if not following:
            return total
        current, size = 1 - current, following


def decrypt_into(source: Source, sink: Sink, identities: Sequence[Unwrapper]) -> int:
    """Decrypt a stream; return the plain length in bytes.

    Chunks reach ``sink`` before later ones are checked: publish them only after this returns. All
    chunks that hold have reached it when `AgePayloadError` is raised, and no other.

    Raises:
        AgeError: a subclass by class of failure.
    """
    head, rest = read_header(source)
    reader = open_payload(head, rest[:NONCE_BYTES], identities)
    size_bytes = _WORK_CHUNKS * SEALED_CHUNK_BYTES
    slots = [memoryview(bytearray(size_bytes)) for _ in range(2)]
    out = memoryview(bytearray(_WORK_CHUNKS * CHUNK_BYTES + TAG_BYTES))
    rest = rest[NONCE_BYTES:]
    slots[0][: len(rest)] = rest
    current, size, total = 0, len(rest) + fill(source, slots[0][len(rest) :]), 0
    while True:
        following = fill(source, slots[1 - current]) if size == size_bytes else 0
        try:
            written = reader.decrypt_into(slots[current][:size], out, final=following == 0)
        except AgePayloadError:
            sink(out[: reader.chunks * CHUNK_BYTES - total])
            raise
        sink(out[:written])
        total += written
        if not following:
            return total
        current, size = 1 - current, following


def read_header(source: Source) -> tuple[Header, bytes]:
    """Read a header; return it with the bytes read behind it, which begin with the nonce.

    Raises:
        AgeHeaderError: no well-formed header and nonce at the start of the stream.
    """
    data = bytearray()
    buffer = memoryview(bytearray(4096))
    while (end := header_end(data)) is None or len(data) < end + NONCE_BYTES:
        size = source.readinto(buffer) or 0
        if size == 0:
            break
        data += buffer[:size]
        if len(data) > MAX_HEADER_BYTES + 2 * len(buffer):
            break
    header = parse_header(bytes(data))
    return header, bytes(data[header.size_bytes :])


def open_payload(header: Header, nonce: bytes, identities: Sequence[Unwrapper]) -> PayloadReader:
    """Return the reader of the payload that follows ``header`` and its 16-byte ``nonce``."""
    return _reader(header, identities, nonce)


def _reader(header: Header, identities: Sequence[Unwrapper], nonce: bytes) -> PayloadReader:
    key = file_key(header, identities)
    if len(nonce) != NONCE_BYTES:
        raise AgeHeaderError("the file ends inside the payload nonce")
    return PayloadReader(key, bytes(nonce))


def fill(source: Source, buffer: memoryview) -> int:
    """Read until ``buffer`` is full or the stream ends; return the bytes read."""
    filled = 0
    while filled < len(buffer):
        size = source.readinto(buffer[filled:]) or 0
        if size == 0:
            break
        filled += size
    return filled
