"""When a witness may cosign a log's new checkpoint: the rules of C2SP tlog-witness.

The order of `decide` is the order of the specification. The caller keeps, for each origin, the
size and root last cosigned, and must compare and store them in one transaction with its decision:
else two requests at once can roll the log back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from comity.canonical.errors import MisuseError
from comity.ledger.checkpoint import Checkpoint, open_checkpoint, peek_checkpoint
from comity.ledger.errors import (
    CheckpointUnsignedError,
    LedgerError,
    NoteError,
    WitnessRequestError,
)
from comity.ledger.note import (
    MAX_NOTE_BYTES,
    NoteSignature,
    Verifier,
    encode_base64,
    parse_decimal,
    parse_hashes,
    parse_signature_lines,
)
from comity.ledger.tree import EMPTY_ROOT, verify_consistency

MAX_PROOF: Final = 63
CONFLICT_CONTENT_TYPE: Final = "text/x.tlog.size"
_MAX_BYTES = MAX_NOTE_BYTES + 8192


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The size in leaves and the 32-byte root that a witness last cosigned for an origin."""

    tree_size: int
    root: bytes


NOTHING_KNOWN: Final = TreeHead(0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign; nothing in it is verified.

    Attributes:
        old_size: leaves of the checkpoint that the log believes the witness knows.
        proof: consistency proof from there, 32-byte hashes.
        note: the checkpoint's bytes.
        origin: the log it claims to be of, to look up its keys and the known tree head.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes
    origin: str

    def encode(self) -> bytes:
        """Return the request's body."""
        proof = "".join(f"{encode_base64(value)}\n" for value in self.proof)
        return f"old {self.old_size}\n{proof}\n".encode() + self.note


@dataclass(frozen=True, slots=True)
class Accepted:
    """The witness stores the tree head, then cosigns (status 200)."""

    checkpoint: Checkpoint
    status: Literal[200] = 200

    @property
    def tree_head(self) -> TreeHead:
        """What to store as known."""
        return TreeHead(self.checkpoint.tree_size, self.checkpoint.root)


@dataclass(frozen=True, slots=True)
class Conflict:
    """The witness knows another tree head (status 409).

    Attributes:
        known_size: what the answer's body tells.
        fork: True if two roots of one size are signed by the log: proof of misbehaviour, keep it.
    """

    known_size: int
    fork: bool
    status: Literal[409] = 409

    def body(self) -> bytes:
        """Return the answer's body, of type ``text/x.tlog.size``."""
        return f"{self.known_size}\n".encode()


@dataclass(frozen=True, slots=True)
class Refused:
    """The witness does not cosign.

    Attributes:
        status: HTTP status that tlog-witness gives for the reason.
        code: ours, stable.
    """

    status: Literal[400, 403, 404, 422]
    code: str


type Decision = Accepted | Conflict | Refused


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Return the request of a body.

    Raises:
        WitnessRequestError: not of the form; the answer is status 400.

    Source: tlog-witness, add-checkpoint.
    """
    head, blank, note = data.partition(b"\n\n")
    try:
        if len(data) > _MAX_BYTES or not blank:
            raise WitnessRequestError("too large, or no empty line before the checkpoint")
        first, *lines = head.decode("ascii").split("\n")
        if not first.startswith("old ") or len(lines) > MAX_PROOF:
            raise WitnessRequestError("no old size, or a proof of more than 63 lines")
        origin = peek_checkpoint(note).origin
        return AddCheckpoint(parse_decimal(first[4:]), parse_hashes(lines), note, origin)
    except UnicodeDecodeError as fault:
        raise WitnessRequestError("not ASCII before the checkpoint") from fault
    except WitnessRequestError:
        raise
    except LedgerError as fault:
        raise WitnessRequestError(f"malformed within: {fault.code}") from fault


def request_cosignature(*, old_size: int, proof: Sequence[bytes], note: bytes) -> AddCheckpoint:
    """Return the request for a checkpoint of our own log.

    Raises:
        MisuseError: it would not parse.
    """
    request = AddCheckpoint(old_size, tuple(proof), note, peek_checkpoint(note).origin)
    try:
        return parse_add_checkpoint(request.encode())
    except WitnessRequestError as fault:
        raise MisuseError("a request that its own format cannot carry") from fault


def decide(
    request: AddCheckpoint, *, verifiers: Sequence[Verifier] | None, known: TreeHead = NOTHING_KNOWN
) -> Decision:
    """Return whether to cosign, and if not, why.

    Args:
        request: parsed, unverified.
        verifiers: trusted keys of the request's origin; None if the origin is not witnessed.
        known: what was last cosigned for the origin; empty if nothing was.

    Source: tlog-witness, add-checkpoint, in its order.
    """
    if verifiers is None:
        return Refused(404, "witness-origin-unknown")
    try:
        checkpoint = open_checkpoint(request.note, verifiers).checkpoint
    except (NoteError, CheckpointUnsignedError):
        return Refused(403, "witness-signature-unknown")
    if checkpoint.origin != request.origin:
        return Refused(400, "witness-origin-differs")
    if request.old_size > checkpoint.tree_size:
        return Refused(400, "witness-old-size-larger")
    if request.old_size != known.tree_size:
        return Conflict(known.tree_size, fork=False)
    return _decide_proof(request, checkpoint, known)


def format_cosignatures(signatures: Sequence[NoteSignature]) -> bytes:
    """Return the body of an accepting answer."""
    return "".join(signature.line() for signature in signatures).encode()


def parse_cosignatures(data: bytes) -> tuple[NoteSignature, ...]:
    """Return the signatures of a witness's answer, none verified.

    Add them to the checkpoint's note, then open it with the witness's keys.

    Raises:
        WitnessRequestError: not one or more signature lines.

    Source: tlog-witness, add-checkpoint (response body).
    """
    if len(data) > _MAX_BYTES:
        raise WitnessRequestError("too large")
    try:
        return parse_signature_lines(data.decode("utf-8"))
    except (UnicodeDecodeError, NoteError) as fault:
        raise WitnessRequestError("not signature lines") from fault


def _decide_proof(request: AddCheckpoint, checkpoint: Checkpoint, known: TreeHead) -> Decision:
    if known.tree_size == checkpoint.tree_size and known.root != checkpoint.root:
        # An empty tree has but one root, so another one is nonsense, not a second history.
        fork = known.tree_size > 0
        return Conflict(known.tree_size, fork=True) if fork else Refused(422, "witness-proof-bad")
    if known.tree_size == 0:
        # Nothing known and nothing to prove: RFC 9162 has no proof from an empty tree.
        return Refused(422, "witness-proof-bad") if request.proof else Accepted(checkpoint)
    try:
        verify_consistency(
            old_size=known.tree_size,
            new_size=checkpoint.tree_size,
            proof=request.proof,
            old_root=known.root,
            new_root=checkpoint.root,
        )
    except LedgerError:
        return Refused(422, "witness-proof-bad")
    return Accepted(checkpoint)
