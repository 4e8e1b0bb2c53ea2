"""A witness: what it answers to add-checkpoint, and what it signs (C2SP; spec 13.2)."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from tests.stranger.log import check_consistency, root_of
from tests.stranger.notes import (
    COSIGNED,
    COSIGNED_PQ,
    Checkpoint,
    NoteKey,
    cosigned_message,
    open_checkpoint,
    padded64,
    read_checkpoint,
    signature_line,
    split_note,
)
from tests.stranger.proofs import MAX_PATH, NUMBER
from tests.stranger.values import RefusedError, demand

MALFORMED = "witness-request-malformed"


@dataclass(frozen=True)
class Asked:
    """A request to cosign: the size it starts from, the proof, and the note."""

    old: int
    path: list[bytes]
    note: str


def read_request(body: str) -> Asked:
    """Read the body of add-checkpoint."""
    head, gap, note = body.partition("\n\n")
    lines = head.split("\n")
    word, _, number = lines[0].partition(" ")
    demand(gap and word == "old" and NUMBER.fullmatch(number), MALFORMED)
    path = [padded64(line, MALFORMED) for line in lines[1:]]
    demand(len(path) <= MAX_PATH and all(len(step) == 32 for step in path), MALFORMED)
    try:
        read_checkpoint(split_note(note.encode())[0])
    except RefusedError as fault:
        raise RefusedError(MALFORMED, fault.code) from fault
    return Asked(int(number), path, note)


def decide(body: str, known: Checkpoint, keys: list[NoteKey], *, watched: bool) -> str:
    """Return the status of the answer, and after it the refusal's code or the size to tell.

    Args:
        body: of the request.
        known: the newest checkpoint of that log that this witness cosigned, else of size 0.
        keys: the log's.
        watched: whether this witness watches the log.
    """
    try:
        asked = read_request(body)
    except RefusedError as fault:
        return f"400 {fault.code}"
    if not watched:
        return "404 witness-origin-unknown"
    try:
        tree = open_checkpoint(asked.note, keys)
    except RefusedError:
        return "403 witness-signature-unknown"
    if asked.old > tree.size:
        return "400 witness-old-size-larger"
    if asked.old != known.size:
        return f"409 {known.size}"
    if asked.old == tree.size and tree.root != known.root:
        return f"409 {known.size} fork" if tree.size else "422 witness-proof-bad"
    try:
        if asked.old:
            check_consistency(asked.old, tree.size, asked.path, known.root, tree.root)
        else:
            demand(not asked.path, "proof-mismatch")
            demand(tree.size or tree.root == root_of([]), "proof-mismatch")
    except RefusedError:
        return "422 witness-proof-bad"
    return "200"


def cosign(
    note: str, name: str, key: Ed25519PrivateKey | MLDSA44PrivateKey, moment: int
) -> tuple[str, NoteKey]:
    """Return the line by which a witness cosigns a checkpoint, and the key that verifies it."""
    text, _ = split_note(note.encode())
    if isinstance(key, Ed25519PrivateKey):
        own = NoteKey(name, key.public_key().public_bytes_raw(), COSIGNED)
        signature = key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
    else:
        own = NoteKey(name, key.public_key().public_bytes_raw(), COSIGNED_PQ)
        signature = key.sign(cosigned_message(name, moment, read_checkpoint(text)))
    return signature_line(name, own.id, moment.to_bytes(8) + signature), own
