"""Step 7 of a verdict: the logs tell one history."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from typing import Any

from comity.bundle import layout, stamps
from comity.bundle.claims import Assertion
from comity.bundle.contents import Bundle, Leaf
from comity.bundle.errors import (
    BundleConsistencyError,
    BundleForkError,
    BundleLeafError,
    BundleLeafMissingError,
    BundleNameError,
)
from comity.bundle.known import log_verifiers
from comity.bundle.layout import Kind
from comity.bundle.moments import claim_order
from comity.bundle.stamps import stamped_notes
from comity.bundle.steps_heard import heard_trees, is_lost
from comity.bundle.verdict import Notes
from comity.canonical import PeerError, decode, digest, members, parse_digest, time_text, unb64
from comity.canonical.amounts import counted
from comity.exchange import Receipt
from comity.keys import jws
from comity.ledger import (
    Checkpoint,
    LogOrigin,
    SignedCheckpoint,
    Verifier,
    leaf_hash,
    open_checkpoint,
    parse_opening,
    parse_proof,
    parse_successor,
    peek_checkpoint,
    verify_consistency,
    verify_opening,
    verify_proof,
)
from comity.ledger import entry as entry_of


def log(bundle: Bundle, notes: Notes) -> str:
    """Check checkpoints with their cosignatures, leaves, successors and consistency."""
    for path in bundle.of(Kind.CHECKPOINT):
        with notes.guard(path):
            _checkpoint(bundle, path)
    stamped_notes(bundle, notes)
    _leaves(bundle, notes)
    for path in bundle.of(Kind.SUCCESSOR):
        with notes.guard(path):
            _successor(bundle, notes, path)
    _due_leaves(bundle, notes)
    _one_history(bundle, notes)
    _snapshot(bundle, notes)
    names = {name for signed in bundle.checkpoints.values() for name in cosigners(signed)}
    _claim_single(bundle, notes)
    claim_order(bundle, notes)
    notes.looked_at.update(
        checkpoints=len(bundle.checkpoints),
        leaves=len(bundle.good_leaves),
        witnesses=len(names),
    )
    checkpoints = counted(len(bundle.checkpoints), "checkpoint")
    leaves = counted(len(bundle.good_leaves), "leaf", "leaves")
    cosigned = f"cosigned by {', '.join(sorted(names))}" if names else "no cosignature"
    return f"{checkpoints}, {leaves}, {cosigned}"


def _claim_single(bundle: Bundle, notes: Notes) -> None:
    """Claim of each member's log that others see no other branch; left out, it is unknown."""
    forked = {by for one in notes.claims if one.name == "log-single" for by in one.by}
    parties = {party for m in bundle.messages.values() for party in m.draft.members}
    independent = stamps.Witnesses(bundle)
    for party in sorted((parties | {bundle.exporter}) - {""} - forked):
        trees = [s for (flat, _), s in bundle.checkpoints.items() if flat == layout.flat(party)]
        signers = [independent.operators(tree) for tree in trees]
        states = set.intersection(*map(set, signers)) if signers else set()
        if len(states) >= independent.due:
            by = {names[state] for names in signers for state in states}
            notes.claim("log-single", "proved", *by, party=party)
        else:
            notes.claim("log-single", "unknown", party=party)


def cosigners(signed: SignedCheckpoint) -> Iterator[str]:
    """Yield the names of the known keys that signed a checkpoint, but the log's own."""
    for signature in signed.note.verified:
        if signature.name != signed.checkpoint.origin:
            yield signature.name


def _verifiers(bundle: Bundle, note: bytes) -> tuple[Checkpoint, list[Verifier]]:
    """Return an unverified checkpoint, and the keys that may vouch for it."""
    tree = peek_checkpoint(note)
    party = LogOrigin.parse(tree.origin).party
    own: list[Verifier] = list(log_verifiers(bundle.directory, party, tree.origin))
    return tree, own + list(stamps.verifiers(bundle))


def _open(bundle: Bundle, note: bytes) -> SignedCheckpoint:
    """Return a checkpoint that its own log signed; cosignatures alone do not do."""
    _, verifiers = _verifiers(bundle, note)
    return open_checkpoint(note, verifiers)


def _checkpoint(bundle: Bundle, path: str) -> None:
    signed = _open(bundle, bundle.read(path))
    origin = LogOrigin.parse(signed.checkpoint.origin)
    if path != layout.log_path(origin.party, origin.epoch, "checkpoint"):
        raise BundleNameError("a checkpoint of another log")
    bundle.checkpoints[layout.flat(origin.party), origin.epoch] = signed


def _leaves(bundle: Bundle, notes: Notes) -> None:
    found = bundle.leaves
    for path, error in bundle.faults_of(Kind.LEAF):
        notes.fail(error, path)
    known = _known_records(bundle)
    for path, leaf in found.items():
        with notes.guard(path):
            _leaf(bundle, leaf)
            bundle.good_leaves.append(leaf)
            if leaf.opening.record not in known:
                notes.claim("log-entry", "unknown", path=path, kind=leaf.opening.kind)


def _leaf(bundle: Bundle, leaf: Leaf) -> None:
    verify_opening(leaf.opening, leaf.entry)
    proof = parse_proof(leaf.proof.encode())
    if proof.index != leaf.index:
        raise BundleNameError("the proof is of another place in the log")
    _, verifiers = _verifiers(bundle, proof.checkpoint)
    signed = verify_proof(proof, leaf=leaf_hash(leaf.entry), verifiers=verifiers)
    newest = bundle.checkpoints.get((leaf.party, leaf.epoch))
    if newest is None or newest.checkpoint != signed.checkpoint:
        raise BundleLeafError("proved by another tree than the log's checkpoint in the bundle")


def _known_records(bundle: Bundle) -> set[bytes]:
    """Return the record digests of what stands in the bundle."""
    receipts = {digest("record", envelope.record) for envelope, _ in bundle.receipts.values()}
    messages = {parse_digest(record) for record in bundle.by_record}
    certificates = {parse_digest(record) for record in bundle.certificates}
    successors = set()
    for path in bundle.of(Kind.SUCCESSOR):
        with suppress(PeerError):  # `_successor` says so
            successors.add(digest("record", bundle.read(path)))
    packages = {offer.root for offer in bundle.offers.values()}
    return receipts | messages | certificates | successors | packages


def _due_leaves(bundle: Bundle, notes: Notes) -> None:
    """Check that the exporter's log holds every message, and every receipt it took in."""
    statement = bundle.statement
    if statement is None:
        return
    party = layout.flat(statement.exporter)
    own: dict[tuple[str, bytes], list[Leaf]] = defaultdict(list)
    for leaf in bundle.good_leaves:
        if leaf.party == party:
            own[leaf.opening.kind, leaf.opening.record].append(leaf)
    for path, message in bundle.messages.items():
        sent = message.draft.author == statement.exporter
        kind = "message.sent" if sent else "message.received"
        if (kind, parse_digest(message.record)) not in own:
            notes.fail(BundleLeafMissingError(f"no leaf of kind {kind} is proved for it"), path)
    for path, (envelope, receipt) in bundle.receipts.items():
        if receipt.addressee == statement.exporter:
            leaves = own.get(("message.received", parse_digest(receipt.record)), [])
            if leaves and not any(_is_leaf_of(bundle, leaf, receipt) for leaf in leaves):
                notes.fail(BundleLeafError("the log's leaf is not the receipt's"), path)
        elif ("receipt.received", digest("record", envelope.record)) not in own:
            notes.fail(BundleLeafMissingError("no leaf is proved for this receipt"), path)


def _is_leaf_of(bundle: Bundle, leaf: Leaf, receipt: Receipt) -> bool:
    """Tell whether a leaf is the receipt's, or tells it again after its log was lost."""
    told, epoch = receipt.opening, leaf.epoch
    with suppress(PeerError):  # step 6 names a checkpoint that is none
        epoch = LogOrigin.parse(peek_checkpoint(receipt.checkpoint.encode()).origin).epoch
    if leaf.epoch == epoch:
        return leaf.index == receipt.index and leaf.opening == told
    place = (leaf.party, epoch)
    return (
        leaf.epoch > epoch
        and is_lost(bundle, place, receipt.index + 1)
        and replace(leaf.opening, salt=told.salt) == told
    )


def _one_history(bundle: Bundle, notes: Notes) -> None:
    """Check that all checkpoints of one log, the receipts' too, belong to one growing tree.

    A partner may have shown the exporter a private branch, which nobody can tell from one receipt:
    that is the partner's contradiction, or not known, and no fault of the bundle.
    """
    seen: dict[str, dict[int, tuple[str, bytes]]] = defaultdict(dict)
    for (party, epoch), signed in bundle.checkpoints.items():
        path = f"data/log/{party}/{epoch}/checkpoint"
        _add(bundle, notes, seen, signed.checkpoint, path)
    for path, stamped in bundle.stamped.items():
        _add(bundle, notes, seen, stamped.checkpoint, path)
    given = []
    for path, (_, receipt) in bundle.receipts.items():
        if not any(receipt == held for held in bundle.held.get(receipt.record, ())):
            continue
        tree = peek_checkpoint(receipt.checkpoint.encode())
        _add(bundle, notes, seen, tree, path)
        given.append((path, tree, receipt))
    trees = {name: {size: root for size, (_, root) in of.items()} for name, of in seen.items()}
    linked: dict[str, set[int]] = defaultdict(set)
    for path, tree, receipt in given:
        known = receipt.consistency
        old_root = trees[tree.origin].get(known.tree_size) if known is not None else None
        if known is not None and old_root is not None:
            try:
                _consistent(known.tree_size, old_root, tree, known.path)
            except PeerError as error:
                if receipt.addressee == bundle.exporter:
                    notes.fail(error, path)
            else:
                linked[tree.origin].add(tree.tree_size)
    _consistency_files(bundle, notes, trees)
    heard_trees(bundle, notes, cache(partial(_proofs_of, bundle)), _consistent)
    _tell_unlinked(bundle, notes, trees, linked)
    _tell_unexplained(bundle, notes, trees)


def _tell_unexplained(bundle: Bundle, notes: Notes, origins: Iterable[str]) -> None:
    """Say which logs go on in an epoch that no entry lists and no statement here explains."""
    for origin in sorted(origins):
        told = LogOrigin.parse(origin)
        explained = (layout.flat(told.party), told.epoch) in bundle.begun
        if not explained and origin not in bundle.directory.origins(told.party):
            notes.claim("log-epoch", "unknown", told.party, origin=origin)


def _tell_unlinked(
    bundle: Bundle,
    notes: Notes,
    trees: Mapping[str, Mapping[int, bytes]],
    linked: Mapping[str, set[int]],
) -> None:
    """Say where partners' trees are not shown to belong to one history."""
    exporter = bundle.statement.exporter if bundle.statement is not None else ""
    for origin, found in trees.items():
        loose = sorted(found.keys() - linked.get(origin, set()))[1:]
        if loose and LogOrigin.parse(origin).party != exporter:
            sizes = ", ".join(map(str, loose))
            notes.claim("log-continues", "unknown", origin=origin, sizes=sizes)


def _add(
    bundle: Bundle,
    notes: Notes,
    seen: Mapping[str, dict[int, tuple[str, bytes]]],
    tree: Checkpoint,
    path: str,
) -> None:
    where, root = seen[tree.origin].setdefault(tree.tree_size, (path, tree.root))
    if root == tree.root:
        return
    party = LogOrigin.parse(tree.origin).party
    if party == bundle.exporter:
        notes.fail(BundleForkError(f"two roots for {tree.tree_size} leaves of one log"), path)
        return
    both = tuple(
        Assertion(party, place, "holds-tree", {"count": tree.tree_size}) for place in (where, path)
    )
    notes.claim("log-single", "contradicted", party, statements=both, path=path)


def _consistent(size: int, root: bytes, tree: Checkpoint, path: tuple[bytes, ...]) -> None:
    if tree.tree_size < size:
        raise BundleForkError("a log that became smaller")
    verify_consistency(
        old_size=size,
        new_size=tree.tree_size,
        proof=path,
        old_root=root,
        new_root=tree.root,
    )


def _consistency_files(
    bundle: Bundle, notes: Notes, trees: Mapping[str, Mapping[int, bytes]]
) -> None:
    """Check that a newest tree continues every stamped one, and the exporter's every known one."""
    statement = bundle.statement
    exporter = layout.flat(statement.exporter) if statement is not None else ""
    _check_newest(bundle, notes)
    for (party, epoch), signed in bundle.checkpoints.items():
        tree = signed.checkpoint
        due = dict(trees[tree.origin]) if party == exporter else _stamped_trees(bundle, tree.origin)
        path = f"data/log/{party}/{epoch}/consistency.json"
        proofs: Mapping[int, tuple[bytes, ...]] = {}
        if path in bundle.files:
            with notes.guard(path):
                proofs = _proofs(bundle.read(path))
        for size, root in due.items():
            if size == tree.tree_size or is_lost(bundle, (party, epoch), size):
                continue
            with notes.guard(path):
                if size not in proofs:
                    raise BundleConsistencyError(f"no proof from the tree of {size} leaves")
                _consistent(size, root, tree, proofs[size])


def _stamped_trees(bundle: Bundle, origin: str) -> dict[int, bytes]:
    trees = (item.checkpoint for item in bundle.stamped.values())
    return {tree.tree_size: tree.root for tree in trees if tree.origin == origin}


def _check_newest(bundle: Bundle, notes: Notes) -> None:
    """Check that whatever log was stamped, its newest checkpoint is there."""
    for path, stamped in bundle.stamped.items():
        if (stamped.party, stamped.epoch) not in bundle.checkpoints:
            notes.fail(BundleConsistencyError("the log's newest checkpoint is not there"), path)


def _proofs_of(bundle: Bundle, party: str, epoch: int) -> dict[int, tuple[bytes, ...]]:
    path = f"data/log/{party}/{epoch}/consistency.json"
    return _proofs(bundle.read(path)) if path in bundle.files else {}


def _proofs(data: bytes) -> dict[int, tuple[bytes, ...]]:
    rows = decode(data, max_bytes=len(data))
    if not isinstance(rows, list):
        raise BundleConsistencyError("a list of proofs is due")
    found: dict[int, tuple[bytes, ...]] = {}
    for row in rows:
        fields: dict[str, Any] = members(row, {"from": int, "path": list})
        found[fields["from"]] = tuple(unb64(item, size_bytes=32) for item in fields["path"])
    return found


def _successor(bundle: Bundle, notes: Notes, path: str) -> None:
    data, part = bundle.read(path), layout.parts(path)
    envelope = jws.parse(data)
    jws.expect(envelope, thing="successor", mode=bundle.mode)
    successor = parse_successor(envelope.payload)
    party, epoch = successor.origin_new.party, successor.origin_new.epoch
    if layout.log_path(party, epoch, "successor.json") != path:
        raise BundleNameError("a statement about another log")
    keys = {
        s.kid: bundle.directory.key(party, s.kid, "log").public_key for s in envelope.signatures
    }
    jws.verify(envelope, keys, thing="successor", mode=bundle.mode)
    successor.last_checkpoint(log_verifiers(bundle.directory, party, str(successor.origin_old)))
    record = digest("record", envelope.record)
    for leaf in bundle.good_leaves:
        if (leaf.party, leaf.epoch, leaf.index) == (part["party"], epoch, 0):
            if leaf.opening.record != record:
                raise BundleLeafError("the epoch's first leaf is of another statement")
            break
    bundle.begun[part["party"], epoch] = record
    for ended in range(successor.origin_old.epoch, epoch):
        bundle.ended[part["party"], ended] = successor
    notes.claim("log-epoch", "attested", party, path=path, reason=successor.reason, epoch=epoch)


def _snapshot(bundle: Bundle, notes: Notes) -> None:
    """Check what the directory said then, where the secretariat's log proves it."""
    if layout.SNAPSHOT not in bundle.files:
        notes.claim("directory-dated", "unknown", why="snapshot")
        return
    if layout.SNAPSHOT_PROOF not in bundle.files:
        notes.claim("directory-dated", "unknown", why="log")
        return
    with notes.guard(layout.SNAPSHOT_PROOF):
        proof = parse_proof(bundle.read(layout.SNAPSHOT_PROOF))
        opening = parse_opening(decode(proof.extra or b"", max_bytes=4096))
        record = digest("snapshot", bundle.read(layout.SNAPSHOT))
        if opening != replace(opening, kind="directory.snapshot", record=record):
            raise BundleLeafError("the leaf is of another snapshot")
        _, verifiers = _verifiers(bundle, proof.checkpoint)
        verify_proof(proof, leaf=leaf_hash(entry_of(opening)), verifiers=verifiers)
        by = peek_checkpoint(proof.checkpoint).origin
        notes.claim("directory-dated", "attested", by, time=time_text(opening.time))
