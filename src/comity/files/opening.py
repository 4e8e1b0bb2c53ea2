"""One pass from a sealed package to a checked bag in a folder.

Every byte is checked before a name is final: the bag grows in a hidden folder, which is renamed
only when chunks, blocks, manifests, description and offer all agree.

Source: spec 15.1 to 15.3.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

from comity.evidence import age
from comity.evidence.age import (
    CHUNK_BYTES,
    NONCE_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    PayloadReader,
)
from comity.evidence.age_keys import Identity
from comity.evidence.blocks import BLOCK_BYTES, BlockHasher, check_block_hashes, verify_blocks
from comity.evidence.offer import Offer
from comity.evidence.open import (
    Binding,
    Contents,
    Limits,
    MemberSink,
    PackageReader,
    check_binding,
    check_offer,
)
from comity.evidence.package_errors import OfferRequiredError, OfferSizeError
from comity.files.errors import translating
from comity.files.metadata import Restored, restore_metadata
from comity.files.publish import atomic_folder, sweep_folders
from comity.files.sinks import FolderSink, NullSink, Recorder
from comity.files.stages import Crew, Ring, Slot
from comity.keys.bech32 import AgePayloadError

__all__ = [
    "FolderSink",
    "NullSink",
    "OpenOrder",
    "OpenReport",
    "check_blocks",
    "check_order",
    "check_sealed_package",
    "open_sealed",
    "open_stream",
]

_CHUNKS = 16
_SLOTS = 4

type Progress = Callable[[int], None]
"""Called now and then with the sealed bytes read so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """What was opened.

    Attributes:
        contents: what was inside.
        root: 32 bytes over the sealed blocks, as read.
        sealed_size_bytes: as read.
        authenticated: it was checked against an offer the caller had verified.
        restored: which metadata were put back, where that was asked for.
        swept: hidden folders of earlier runs that were killed, removed now.
    """

    contents: Contents
    root: bytes
    sealed_size_bytes: int
    authenticated: bool
    restored: Restored | None = None
    swept: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """How to open.

    Attributes:
        identities: any of them may fit.
        offer: what the package must be.
        unauthenticated: nobody vouches for ``offer``, or there is none: said and meant.
        binding: what the offer's message says about the package.
        block_hashes: if known, a wrong block is named at once.
        limits: what may be unpacked.
        restore: put times, modes and attributes back on the files, as far as that is harmless.
    """

    identities: Sequence[Identity]
    offer: Offer | None = None
    unauthenticated: bool = False
    binding: Binding | None = None
    block_hashes: Sequence[bytes] | None = None
    limits: Limits | None = None
    restore: bool = False


def check_order(order: OpenOrder) -> None:
    """Refuse to open what nobody vouches for; `OfferRequiredError` unless that is meant."""
    if order.offer is None and not order.unauthenticated:
        raise OfferRequiredError(
            "no verified offer: age names no sender, so nobody can say who made this package"
        )


def open_sealed(
    order: OpenOrder, source: Path, target: Path, *, progress: Progress | None = None
) -> OpenReport:
    """Open a sealed package into a new folder.

    Raises:
        OfferRequiredError: no offer, and not told ``unauthenticated``.
        AgeError, OfferError, PackageError: what does not hold, with place.
        OutputExistsError, StorageError: by what the file system refused.
    """
    check_order(order)
    swept = sweep_folders(target.parent)
    with _reading(source) as stream, atomic_folder(target) as folder:
        sink = FolderSink(folder)
        try:
            report = open_stream(order, stream, sink, progress=progress)
        finally:
            sink.close()
        restored = restore_metadata(folder) if order.restore else None
        sink.sync()
    return replace(report, restored=restored, swept=swept)


def check_sealed_package(
    order: OpenOrder, source: Path, *, progress: Progress | None = None
) -> OpenReport:
    """Check everything that `open_sealed` checks and write nothing."""
    check_order(order)
    with _reading(source) as stream:
        return open_stream(order, stream, NullSink(), progress=progress)


def check_blocks(
    source: Path, offer: Offer, *, block_hashes: Sequence[bytes] | None = None
) -> None:
    """Check a sealed package without a key; `OfferError` by what does not hold."""
    with _reading(source) as stream:
        _check_size(stream, offer)
        buffer = memoryview(bytearray(BLOCK_BYTES))

        def pieces() -> Iterator[memoryview]:
            while size := stream.readinto(buffer) or 0:
                yield buffer[:size]

        verify_blocks(
            pieces(),
            root=offer.root,
            size_bytes=offer.sealed_size_bytes,
            block_hashes=block_hashes,
        )


def open_stream(
    order: OpenOrder, stream: age.Source, sink: MemberSink, *, progress: Progress | None = None
) -> OpenReport:
    """Open from a stream into a sink; publish what the sink got only after this returns."""
    check_order(order)
    offer = order.offer
    if offer is not None:
        _check_size(stream, offer)
        if order.block_hashes is not None:
            check_block_hashes(
                order.block_hashes, root=offer.root, size_bytes=offer.sealed_size_bytes
            )
    one_pass = _Pass(order, stream, sink, progress)
    contents = one_pass.run()
    root = one_pass.blocks.root()
    if offer is not None:
        check_offer(contents, one_pass.blocks, offer)
    if order.binding is not None:
        check_binding(contents.meta, order.binding)
    return OpenReport(
        contents=contents,
        root=root,
        sealed_size_bytes=one_pass.blocks.size_bytes,
        authenticated=offer is not None and not order.unauthenticated,
    )


def _check_size(stream: object, offer: Offer) -> None:
    """Refuse a file of the wrong length before any work."""
    if not isinstance(stream, FileIO):
        return
    found = os.fstat(stream.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_size != offer.sealed_size_bytes:
        raise OfferSizeError(
            f"{found.st_size} sealed bytes where {offer.sealed_size_bytes} were offered",
            size_bytes=found.st_size,
            offered_bytes=offer.sealed_size_bytes,
        )


@contextmanager
def _reading(source: Path) -> Iterator[FileIO]:
    with translating(f"reading {source}"):
        stream = FileIO(source, "rb")
    with stream:
        yield stream


class _Pass:
    """The state of one pass; slots go main -> block hash and decrypt -> unpack -> write."""

    def __init__(
        self, order: OpenOrder, stream: age.Source, sink: MemberSink, progress: Progress | None
    ) -> None:
        self.blocks = BlockHasher(order.block_hashes)
        self._order, self._stream, self._progress = order, stream, progress
        self._files = Recorder(sink)
        self._package = PackageReader(self._files, limits=order.limits)
        self._sealed = Ring(_SLOTS, _CHUNKS * SEALED_CHUNK_BYTES)
        self._plain = Ring(_SLOTS, _CHUNKS * CHUNK_BYTES + TAG_BYTES)
        self._payload: PayloadReader
        self._start = 0  # where the payload's chunks begin
        self._taken = 0  # sealed bytes decrypted so far
        self._crew = Crew()

    def run(self) -> Contents:
        header, rest = age.read_header(self._stream)
        nonce, rest = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        self._payload = age.open_payload(header, nonce, self._order.identities)
        self._start = header.size_bytes + NONCE_BYTES
        self.blocks.update(memoryview(header.raw))
        self.blocks.update(memoryview(nonce))
        block = self._crew.stage("block", self._hash_blocks, self._sealed)
        decrypt = self._crew.stage("decrypt", self._decrypt_slot, self._sealed)
        self._unpack = self._crew.stage("unpack", self._unpack_slot, self._plain)
        self._write = self._crew.stage("write", self._write_slot, self._plain)
        try:
            for slot in self._slots(rest):
                block.put(slot)
                decrypt.put(slot)
        except BaseException as error:
            self._crew.fail(error)
            raise
        finally:
            self._close()
        self._crew.check()
        return self._package.finish()

    def _close(self) -> None:
        """Let the stages end; if interrupted meanwhile, they stop writing at once."""
        try:
            self._crew.close()
        except BaseException as error:
            self._crew.fail(error)
            raise

    def _slots(self, rest: bytes) -> Iterator[Slot]:
        """Yield filled slots, each once it is known whether another follows."""
        slot = self._sealed.take(2)
        slot.view[: len(rest)] = rest
        slot.size = len(rest) + age.fill(self._stream, slot.view[len(rest) :])
        total = slot.size
        while slot.size == len(slot.view):
            following = self._sealed.take(2)
            following.size = age.fill(self._stream, following.view)
            self._crew.check()
            if not following.size:
                break
            yield slot
            slot = following
            total += slot.size
            if self._progress is not None:
                self._progress(total)
        slot.final = True
        yield slot

    def _hash_blocks(self, slot: Slot) -> None:
        self.blocks.update(slot.view[: slot.size])

    def _decrypt_slot(self, slot: Slot) -> None:
        plain = self._plain.take(1)
        try:
            plain.size = self._payload.decrypt_into(
                slot.view[: slot.size], plain.view, final=slot.final
            )
        except AgePayloadError as error:
            self._plain.release(plain)
            chunk = error.facts["chunk"]
            place = self._start + int(str(chunk)) * SEALED_CHUNK_BYTES
            first = place // BLOCK_BYTES
            end = min(place + SEALED_CHUNK_BYTES, self._start + self._taken + slot.size)
            last = max(first, (end - 1) // BLOCK_BYTES)
            shown = f"block {first}" if first == last else f"blocks {first} and {last}"
            raise AgePayloadError(
                f"{error} ({shown})", chunk=chunk, block=first, last_block=last
            ) from error
        self._taken += slot.size
        self._unpack.put(plain)

    def _unpack_slot(self, slot: Slot) -> None:
        self._package.feed(slot.view[: slot.size])
        self._files.hand_over()
        slot.uses += 1  # this stage still holds it, so nobody else counts now
        self._write.put(slot)

    def _write_slot(self, _slot: Slot) -> None:
        self._files.play()
