"""A signed tree head: the C2SP tlog-checkpoint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.canonical.errors import MisuseError
from comity.ledger.errors import (
    Base64TextError,
    CheckpointError,
    CheckpointUnsignedError,
    NumberError,
)
from comity.ledger.lines import encode_base64, parse_base64, parse_decimal
from comity.ledger.note import Note, Signer, Verifier, open_note, parse_note, sign_note
from comity.ledger.tree import HASH_BYTES


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
