"""Step 8 of a verdict: each key counted at the proved time of what it signed.

The proved time of a message is the earliest of a receipt by another State's party, a trusted
witness's cosignature and a trusted time stamp over a tree that holds it. A receipt by a key that
was revoked later needs such a proof of its own: another State's log that took it in, a witness or
a time stamp.

Source: spec/11-receipts.md section 11.3.
"""

from contextlib import suppress
from datetime import datetime

from comity.bundle import layout
from comity.bundle.claims import Word
from comity.bundle.contents import Bundle, Leaf
from comity.bundle.known import Dated, Listed
from comity.bundle.moments import Moment, claim_moments
from comity.bundle.stamps import StampedTree, tokens
from comity.bundle.steps_messages import second_signature, told_of
from comity.bundle.verdict import Notes
from comity.canonical import PeerError, digest, parse_digest, state_of, time_text
from comity.canonical.amounts import counted
from comity.exchange import Message, Receipt, verify_message
from comity.exchange.accept import MAX_AHEAD
from comity.exchange.approvals import read_approval
from comity.keys import Jws
from comity.ledger import CosignatureError, SignedCheckpoint, cosigned_at

type Proof = tuple[datetime, str]


def times(bundle: Bundle, notes: Notes) -> str:
    """Find each message's proved time, and let revoked and expired keys count only before it."""
    dated = tokens(bundle, notes)
    receipts: dict[str, list[Receipt]] = {}
    for path, (envelope, receipt) in bundle.receipts.items():
        with notes.guard(path):
            _check_receipt_key(bundle, envelope, receipt, dated)
            receipts.setdefault(receipt.record, []).append(receipt)
    proved = 0
    for path, message in bundle.messages.items():
        proof = _proof(bundle, message, receipts.get(message.record, []), dated)
        if proof is not None:
            proved += 1
            bundle.times[message.content] = proof
        _claim_existed(bundle, notes, message, dated)
        with notes.guard(path):
            _check_keys(bundle, message, proof)
        if proof is not None:
            _tell_own_word(bundle, notes, message, proof)
    claim_moments(bundle, notes)
    _claim_export(bundle, notes, dated)
    said = counted(len(dated), "trusted time stamp") if dated else "no trusted time stamp"
    return f"{proved} of {counted(len(bundle.messages), 'message')} with a proved time; {said}"


def _claim_existed(
    bundle: Bundle, notes: Notes, message: Message, dated: list[StampedTree]
) -> None:
    """Claim by when a message existed: a witness or authority proves it, a party attests it."""
    told = told_of(bundle.path_of(message), message)
    found = _independent(bundle, parse_digest(message.record), dated)
    if found:
        at, by = min(found)
        notes.claim("existed-by", "proved", by, told=told, time=time_text(at))
        return
    state = state_of(message.draft.author)
    received = [
        (receipt.received_at, receipt.addressee)
        for receipt in bundle.held.get(message.record, [])
        if state_of(receipt.addressee) != state
    ]
    if received:
        at, by = min(received)
        notes.claim("existed-by", "attested", by, told=told, time=time_text(at))
    else:
        notes.claim("existed-by", "unknown", told=told, why="receipt")


def _tell_own_word(bundle: Bundle, notes: Notes, message: Message, proof: Proof) -> None:
    """Say so where only the exporter's clock puts a message before its key's revocation."""
    exporter = bundle.exporter
    for signature in message.envelope.signatures:
        with suppress(PeerError):  # step 4 names it
            row = bundle.directory.key(message.draft.author, signature.kid, "message")
            if row.invalid_from is not None and proof[1] == exporter:
                told = told_of(bundle.path_of(message), message)
                revoked = time_text(row.invalid_from)
                notes.claim("key-in-time", "attested", exporter, told=told, time=revoked)


def _claim_export(bundle: Bundle, notes: Notes, dated: list[StampedTree]) -> None:
    """Claim the moment of export; dispute it where something in the bundle is dated later."""
    if bundle.statement is None:
        return
    origin = {
        (party, epoch): s.checkpoint.origin for (party, epoch), s in bundle.checkpoints.items()
    }
    found = [
        Moment(
            tree.stamp.at, tree.stamp.authority, origin.get((tree.party, tree.epoch), ""), "dated"
        )
        for tree in dated
    ]
    found += [
        Moment(at, by, signed.checkpoint.origin, "dated")
        for signed in bundle.checkpoints.values()
        for at, by in _cosigned(signed)
    ]
    found += [
        Moment(receipt.received_at, receipt.addressee, path, "received-at")
        for path, (_, receipt) in bundle.receipts.items()
    ]
    exporter, at = bundle.exporter, bundle.exported_at
    mine = Moment(at, exporter, layout.STATEMENT, "exported-at")
    last = max(found, default=mine)
    if last.at - at <= MAX_AHEAD:
        notes.claim("exported-at", "attested", exporter, time=time_text(at))
        return
    both = (mine.asserted(), last.asserted())
    word: Word = "contradicted" if last.by == exporter else "disputed"
    by = {exporter, last.by}
    notes.claim("exported-at", word, *by, statements=both, time=time_text(at))


def _proof(
    bundle: Bundle, message: Message, receipts: list[Receipt], dated: list[StampedTree]
) -> Proof | None:
    state = state_of(message.draft.author)
    good = bundle.held.get(message.record, [])
    found: list[Proof] = [
        (receipt.received_at, receipt.addressee)
        for receipt in receipts
        if receipt in good and state_of(receipt.addressee) != state
    ]
    found += _independent(bundle, parse_digest(message.record), dated)
    return min(found, default=None)


def _independent(bundle: Bundle, record: bytes, dated: list[StampedTree]) -> list[Proof]:
    """Return the trusted cosignatures and time stamps over trees shown to hold a record."""
    found = []
    for leaf in bundle.leaves_of.get(record, ()):
        signed = bundle.checkpoints.get((leaf.party, leaf.epoch))
        if signed is not None:
            found += _cosigned(signed)
        found += [
            (tree.stamp.at, tree.stamp.authority)
            for tree in dated
            if (tree.party, tree.epoch) == (leaf.party, leaf.epoch) and leaf.index < tree.tree_size
        ]
    return found


def _cosigned(signed: SignedCheckpoint) -> list[Proof]:
    found = []
    for signature in signed.note.verified:
        if signature.name == signed.checkpoint.origin:
            continue
        try:
            at = cosigned_at(signature)
        except CosignatureError:
            continue
        if at is not None:
            found.append((at, signature.name))
    return found


def _check_receipt_key(
    bundle: Bundle, envelope: Jws, receipt: Receipt, dated: list[StampedTree]
) -> None:
    """Raise unless the receipt's key counted when it signed."""
    record = digest("record", envelope.record)
    there = bundle.leaves_of.get(record, ())
    others = [leaf for leaf in there if _took_in(bundle, leaf, receipt)]
    found = [leaf.opening.time for leaf in others]
    found += [at for at, _ in _independent(bundle, record, dated)]
    registry = Dated(bundle.directory, receipt.received_at, proved=bool(found))
    for signature in envelope.signatures:
        registry.signing_key(
            receipt.addressee,
            signature.kid,
            use="receipt",
            proved_at=min(found, default=receipt.received_at),
        )


def _took_in(bundle: Bundle, leaf: Leaf, receipt: Receipt) -> bool:
    """Tell whether a leaf of a receipt is another State's, which took it in."""
    other = leaf.party[:2] != state_of(receipt.addressee)
    taken = leaf.opening.kind == "receipt.received"
    statement = bundle.statement
    exporter = statement is not None and leaf.party == layout.flat(statement.exporter)
    return other and taken and exporter


def _check_keys(bundle: Bundle, message: Message, proof: Proof | None) -> None:
    """Raise unless message key, officer-ca and certificates counted at the proved time."""
    at = proof[0] if proof else message.draft.sent_at
    registry = Dated(bundle.directory, at, proved=proof is not None)
    verify_message(message, registry, proved_at=at)
    if message.content not in bundle.counted:
        return
    for value in message.approvals:
        try:
            read_approval(value, message.draft, Listed(bundle.directory, at), proved_at=at)
        except PeerError:
            continue  # step 4 names it
        read_approval(value, message.draft, registry, proved_at=at)
    second_signature(bundle, message, registry, proved_at=at)
