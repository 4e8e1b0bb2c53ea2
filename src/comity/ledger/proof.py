"""One file that proves an entry's place in a log: the C2SP tlog-proof."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from comity.canonical.errors import MisuseError
from comity.ledger.checkpoint import SignedCheckpoint, open_checkpoint, peek_checkpoint
from comity.ledger.errors import LedgerError, LogProofError
from comity.ledger.lines import encode_base64, parse_base64, parse_decimal, parse_hashes
from comity.ledger.note import MAX_NOTE_BYTES, Verifier
from comity.ledger.tree import verify_inclusion

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
        if _read_back(data) != self:
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


def _read_back(data: bytes) -> LogProof | None:
    try:
        return parse_proof(data)
    except LogProofError:
        return None
