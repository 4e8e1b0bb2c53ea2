"""Time stamps of a bundle: checkpoints as a log signed them, and authorities' tokens over them.

Step 7 judges the notes, step 8 the tokens. A token by an authority that the trust file does not
name proves nothing and spoils nothing; one that claims a trusted name and does not hold is a fault.

Source: spec 11.3 and 16.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509

from comity.bundle import layout
from comity.bundle.contents import Bundle, Stamped
from comity.bundle.errors import BundleFileMissingError, BundleNameError
from comity.bundle.known import log_verifiers
from comity.bundle.layout import Kind
from comity.bundle.verdict import Notes
from comity.ledger import LogOrigin, open_checkpoint, parse_note, peek_checkpoint
from comity.ledger.errors import NoteError, TimestampForeignError
from comity.ledger.timestamp import Stamp, parse_roots, verify_stamp


@dataclass(frozen=True)
class StampedTree:
    """A tree that stood at a moment which a trusted authority names."""

    party: str
    epoch: int
    tree_size: int
    stamp: Stamp


def stamped_notes(bundle: Bundle, notes: Notes) -> None:
    """Keep the stamped checkpoints that their own logs signed, under their right names."""
    for path in bundle.of(Kind.STAMPED):
        with notes.guard(path):
            bundle.stamped[path] = _stamped(bundle, path)


def _stamped(bundle: Bundle, path: str) -> Stamped:
    data = bundle.read(path)
    tree = peek_checkpoint(data)
    origin = LogOrigin.parse(tree.origin)
    if path != layout.stamped_path(origin.party, origin.epoch, tree.tree_size):
        raise BundleNameError("a checkpoint of another log, or of another size")
    verifiers = log_verifiers(bundle.directory, origin.party, tree.origin)
    signed = open_checkpoint(data, verifiers)
    if len(signed.note.verified) != len(parse_note(data).signatures):
        raise NoteError("a stamped checkpoint has its own log's signature and no other")
    return Stamped(layout.flat(origin.party), origin.epoch, signed.checkpoint)


def tokens(bundle: Bundle, notes: Notes) -> list[StampedTree]:
    """Return the trees that a trusted time stamp dates; write down tokens that do not hold.

    Raises:
        TimestampRootError: a root of the trust file is none; that is no fault of the bundle.
    """
    roots = parse_roots(bundle.trust.timestamp_roots if bundle.trust is not None else ())
    found: list[StampedTree] = []
    covered = set()
    for path in bundle.of(Kind.STAMP):
        covered.add(_note_of(path))
        with notes.guard(path):
            found += _token(bundle, notes, path, roots)
    for path in bundle.of(Kind.STAMPED):
        if path not in covered:
            notes.fail(BundleFileMissingError("no time stamp over it is there"), path)
    return found


def _note_of(path: str) -> str:
    """Return the path of the note that a token is of."""
    return path.rsplit(".", 2)[0] + ".note"


def _token(
    bundle: Bundle, notes: Notes, path: str, roots: Sequence[x509.Certificate]
) -> list[StampedTree]:
    note = _note_of(path)
    if note not in bundle.files:
        raise BundleFileMissingError("the checkpoint that this time stamp is of is not there")
    try:
        stamp = verify_stamp(bundle.read(path), bundle.read(note), roots=roots)
    except TimestampForeignError:
        notes.claim("existed-by", "unknown", path=note, why="authority")
        return []
    tree = bundle.stamped.get(note)
    if tree is None:
        return []  # step 7 says why its note does not count
    return [StampedTree(tree.party, tree.epoch, tree.checkpoint.tree_size, stamp)]
