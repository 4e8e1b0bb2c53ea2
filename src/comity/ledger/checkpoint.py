"""A signed tree head: the C2SP tlog-checkpoint."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from comity.canonical.errors import MisuseError
from comity.ledger.errors import (
    Base64TextError,
    CheckpointError,
    CheckpointUnsignedError,
    LedgerError,
    LogProofError,
    NumberError,
)
from comity.ledger.note import (
    MAX_NOTE_BYTES,
    Note,
    Signer,
    Verifier,
    encode_base64,
    open_note,
    parse_base64,
    parse_decimal,
    parse_hashes,
    parse_note,
    sign_note,
)
from comity.ledger.tree import HASH_BYTES, verify_inclusion


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says it is at one moment.

    Attributes:
        origin: the log's unique name.
        tree_size: number of leaves.
        root: 32 bytes.
        extensions: further lines, opaque; Comity's own logs write none.
    """

    origin: str
    tree_size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the note text."""
        lines = (self.origin, str(self.tree_size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that its log signed.

    Attributes:
        checkpoint: what the log says.
        note: the opened note; cosignatures by known witnesses are among its verified ones.
    """

    checkpoint: Checkpoint
    note: Note


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note text.

    Raises:
        CheckpointError: not origin, size and root in their only spelling, each on its line.

    Source: tlog-checkpoint, Note text.
    """
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3 or not all(lines):
        raise CheckpointError("expected at least three lines, none empty")
    origin, tree_size, root, *extensions = lines
    try:
        return Checkpoint(
            origin,
            parse_decimal(tree_size),
            parse_base64(root, size_bytes=HASH_BYTES),
            tuple(extensions),
        )
    except (NumberError, Base64TextError) as fault:
        raise CheckpointError("the tree size or the root hash is malformed") from fault


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> bytes:
    """Return the note of a checkpoint; the first signer is the log itself.

    Raises:
        MisuseError: the first signer's name is not the origin, or a field cannot be written.

    Source: tlog-checkpoint, Signatures.
    """
    if not signers or signers[0].name != checkpoint.origin:
        raise MisuseError("the log signs first, under its origin")
    text = checkpoint.text()
    if _read_back(text) != checkpoint:
        raise MisuseError("a field of the checkpoint cannot be written on a line")
    return sign_note(text, signers)


def open_checkpoint(data: bytes, verifiers: Iterable[Verifier]) -> SignedCheckpoint:
    """Return a checkpoint signed by a known key whose name is its origin.

    Args:
        data: untrusted note.
        verifiers: the log's key, and those of witnesses whose cosignatures matter.

    Raises:
        CheckpointUnsignedError: only others signed it.
        CheckpointError, NoteError: not a checkpoint, or not a note to trust.

    Source: tlog-checkpoint, Signatures.
    """
    note = open_note(data, verifiers)
    checkpoint = parse_checkpoint(note.text)
    if all(signature.name != checkpoint.origin for signature in note.verified):
        raise CheckpointUnsignedError("the log did not sign its checkpoint")
    return SignedCheckpoint(checkpoint, note)


def peek_checkpoint(data: bytes) -> Checkpoint:
    """Return what an unverified note claims, to find out whose keys to open it with."""
    return parse_checkpoint(parse_note(data).text)


def _read_back(text: str) -> Checkpoint | None:
    try:
        return parse_checkpoint(text)
    except CheckpointError:
        return None


# One file that proves an entry's place in a log: the C2SP tlog-proof.


HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_PATH: Final = 63
MAX_EXTRA_BYTES: Final = 65_536  # ours: an opening or a reference, never a document
_MAX_BYTES = MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES
_BODY = re.compile(
    r"(?:extra (?P<extra>[^\n]*)\n)?index (?P<index>[^\n]*)\n(?P<path>(?:[^\n]+\n)*)"
)


@dataclass(frozen=True, slots=True)
class LogProof:
    """What the file says; nothing in it is verified.

    Attributes:
        index: zero-based place of the entry.
        path: inclusion path of 32-byte hashes, leaf level first.
        checkpoint: the log's signed note, with cosignatures.
        extra: opaque and never authenticated, or None.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the file's bytes.

        Raises:
            MisuseError: a field that the format cannot carry.
        """
        extra = "" if self.extra is None else f"extra {encode_base64(self.extra)}\n"
        path = "".join(f"{encode_base64(value)}\n" for value in self.path)
        head = f"{HEADER}\n{extra}index {self.index}\n{path}\n"
        data = head.encode() + self.checkpoint
        if _read_proof_back(data) != self:
            raise MisuseError("a proof that its own format cannot carry")
        return data


def parse_proof(data: bytes) -> LogProof:
    """Return what a proof file says.

    Raises:
        LogProofError: not the format.

    Source: tlog-proof, Format.
    """
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        if len(data) > _MAX_BYTES or not blank:
            raise LogProofError("too large, or no empty line before the checkpoint")
        header, _, rest = (head.decode("ascii") + "\n").partition("\n")
        match = _BODY.fullmatch(rest)
        if header != HEADER or match is None:
            raise LogProofError("the first lines are not those of a proof")
        lines = match["path"].split("\n")[:-1]
        extra = None if match["extra"] is None else parse_base64(match["extra"])
        if len(lines) > MAX_PATH or len(extra or b"") > MAX_EXTRA_BYTES:
            raise LogProofError("a path or extra data too long")
        peek_checkpoint(checkpoint)
        return LogProof(parse_decimal(match["index"]), parse_hashes(lines), checkpoint, extra)
    except UnicodeDecodeError as fault:
        raise LogProofError("not ASCII before the checkpoint") from fault
    except LogProofError:
        raise
    except LedgerError as fault:
        raise LogProofError(f"malformed within: {fault.code}") from fault


def verify_proof(
    proof: LogProof, *, leaf: bytes, verifiers: Iterable[Verifier]
) -> SignedCheckpoint:
    """Return the checkpoint under which the leaf is proved to stand.

    Args:
        proof: a parsed file.
        leaf: leaf hash of the entry, 32 bytes, computed by the caller.
        verifiers: the log's key, and those of witnesses whose cosignatures matter.

    Returns:
        The opened checkpoint. Whether its origin is the log wanted, and whether enough witnesses
        cosigned, the caller must still decide.

    Raises:
        CheckpointUnsignedError, NoteError: the checkpoint is not the log's.
        ProofRangeError, ProofMismatchError: the leaf does not stand there.

    Source: tlog-proof, Format; RFC 9162 section 2.1.3.2.
    """
    signed = open_checkpoint(proof.checkpoint, verifiers)
    verify_inclusion(
        leaf=leaf,
        index=proof.index,
        tree_size=signed.checkpoint.tree_size,
        path=proof.path,
        expected_root=signed.checkpoint.root,
    )
    return signed


def _read_proof_back(data: bytes) -> LogProof | None:
    try:
        return parse_proof(data)
    except LogProofError:
        return None
