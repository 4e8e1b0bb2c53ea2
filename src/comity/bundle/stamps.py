"""Time stamps of a bundle: checkpoints as a log signed them, and authorities' tokens over them.

Step 7 judges the notes, step 8 the tokens. A token by an authority that the trust file does not
name proves nothing and spoils nothing; one that claims a trusted name and does not hold is a fault.

Source: spec 11.3 and 16.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from comity.bundle import layout
from comity.bundle.contents import Bundle, Stamped
from comity.bundle.errors import BundleFileMissingError, BundleNameError
from comity.bundle.known import log_verifiers
from comity.bundle.layout import Kind
from comity.bundle.verdict import Notes
from comity.canonical import state_of
from comity.ledger import (
    CosignatureError,
    LogOrigin,
    NoteAlgorithmError,
    NoteSignature,
    SignedCheckpoint,
    Verifier,
    cosigned_at,
    open_checkpoint,
    parse_note,
    peek_checkpoint,
    verifier_for,
)
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


# What witnesses make: a time, or one branch of a log, where enough independent ones agree.
#
# A witness counts if the trust file lists it and its State has no part in the case. Several of one
# State count once.
#
# Source: spec/16-bundles.md, Witnesses.


type Dating = tuple[datetime, tuple[str, ...]]
"""A moment, and the names of those who show it together."""
type Moments = dict[str, tuple[datetime, str]]
"""For each State, when its first witness signed, and that witness's name."""


def verifiers(bundle: Bundle) -> Iterator[Verifier]:
    """Yield the trust file's witnesses whose signatures can be checked here."""
    for key in bundle.trust.witness_keys if bundle.trust is not None else ():
        with suppress(NoteAlgorithmError):
            yield verifier_for(key)


class Witnesses:
    """The independent witnesses of a case, and what their signatures show.

    Attributes:
        due: how many States' witnesses have to agree.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Find out which witnesses have no part in the case.

        Args:
            bundle: one whose messages and trust file were read.
        """
        trust = bundle.trust
        parties = {party for m in bundle.messages.values() for party in m.draft.members}
        involved = {state_of(party) for party in parties | {bundle.exporter} if party}
        keys = zip(trust.witness_keys, trust.witnesses, strict=True) if trust is not None else ()
        self.due = trust.witness_threshold if trust is not None else 1
        self._states = {
            (key.name, key.key_id): witness.state
            for key, witness in keys
            if witness.state not in involved
        }

    @property
    def counted(self) -> tuple[tuple[str, str], ...]:
        """Name and State of each witness that counts, sorted."""
        return tuple(sorted((name, state) for (name, _), state in self._states.items()))

    def operators(self, signed: SignedCheckpoint) -> dict[str, str]:
        """Return the States whose witnesses signed a checkpoint, with a name for each."""
        found: dict[str, str] = {}
        for signature, state in self._counted(signed):
            found[state] = min(signature.name, found.get(state, signature.name))
        return found

    def moments(self, trees: Iterable[SignedCheckpoint]) -> Moments:
        """Return when the witnesses of each State signed the first of some trees."""
        found: Moments = {}
        for signed in trees:
            for signature, state in self._counted(signed):
                with suppress(CosignatureError):  # a plain signature of a note says no time
                    at = cosigned_at(signature)
                    if at is not None:
                        told = at, signature.name
                        found[state] = min(told, found.get(state, told))
        return found

    def agreed(self, found: Moments) -> Dating | None:
        """Return the moment at which the last of as many witnesses as are due had signed."""
        first = sorted(found.values())[: self.due]
        if len(first) < self.due:
            return None
        return first[-1][0], tuple(sorted({name for _, name in first}))

    def _counted(self, signed: SignedCheckpoint) -> Iterator[tuple[NoteSignature, str]]:
        for signature in signed.note.verified:
            state = self._states.get((signature.name, signature.key_id))
            if state is not None and signature.name != signed.checkpoint.origin:
                yield signature, state
