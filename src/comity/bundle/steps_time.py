"""Step 8 of a verdict: each key counted at the proved time of what it signed.

The proved time of a message is the earliest of a receipt by another State's party, the moment when
enough witnesses had signed a tree that holds it, and a trusted time stamp over such a tree. A
receipt by a key that was revoked later needs such a proof of its own: another State's log that took
it in, witnesses or a time stamp.

Source: spec/11-receipts.md section 11.3.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.bundle import layout
from comity.bundle.claims import Word
from comity.bundle.contents import Bundle, Leaf
from comity.bundle.errors import BundleDirectoryError, BundleNameError
from comity.bundle.known import Dated, Listed
from comity.bundle.layout import Kind
from comity.bundle.moments import Moment, claim_moments
from comity.bundle.stamps import Dating, StampedTree, Witnesses, tokens
from comity.bundle.steps_messages import second_signature, told_of
from comity.bundle.verdict import Finding, Notes
from comity.canonical import PeerError, digest, parse_digest, state_of, time_text
from comity.canonical.amounts import counted
from comity.directory.errors import ModeMismatchError, PartyUnknownError, StateUnpinnedError
from comity.exchange import Message, Receipt, verify_message
from comity.exchange.accept import MAX_AHEAD
from comity.exchange.approvals import read_approval
from comity.keys import Jws
from comity.ledger import SignedCheckpoint

type Proof = tuple[datetime, str]


@dataclass(frozen=True)
class _Clocks:
    """The clocks that no party of the case holds."""

    stamps: list[StampedTree]
    witnesses: Witnesses


def times(bundle: Bundle, notes: Notes) -> str:
    """Find each message's proved time, and let revoked and expired keys count only before it."""
    clocks = _Clocks(tokens(bundle, notes), Witnesses(bundle))
    receipts: dict[str, list[Receipt]] = {}
    for path, (envelope, receipt) in bundle.receipts.items():
        with notes.guard(path):
            _check_receipt_key(bundle, envelope, receipt, clocks)
            receipts.setdefault(receipt.record, []).append(receipt)
    proved = 0
    for path, message in bundle.messages.items():
        proof = _proof(bundle, message, receipts.get(message.record, []), clocks)
        if proof is not None:
            proved += 1
            bundle.times[message.content] = proof
        _claim_existed(bundle, notes, message, clocks)
        with notes.guard(path):
            _check_keys(bundle, message, proof)
        if proof is not None:
            _tell_own_word(bundle, notes, message, proof)
    claim_moments(bundle, notes)
    _claim_export(bundle, notes, clocks)
    notes.looked_at.update(proved=proved, messages=len(bundle.messages), stamps=len(clocks.stamps))
    said = (
        counted(len(clocks.stamps), "trusted time stamp")
        if clocks.stamps
        else "no trusted time stamp"
    )
    return f"{proved} of {counted(len(bundle.messages), 'message')} that others date; {said}"


def _claim_existed(bundle: Bundle, notes: Notes, message: Message, clocks: _Clocks) -> None:
    """Claim by when a message existed: witnesses or an authority prove it, one alone attests it."""
    told = told_of(bundle.path_of(message), message)
    record = parse_digest(message.record)
    found = _independent(bundle, record, clocks)
    if found is not None:
        at, names = found
        notes.claim("existed-by", "proved", *names, told=told, time=time_text(at))
        return
    state = state_of(message.draft.author)
    received = [
        (receipt.received_at, receipt.addressee)
        for receipt in bundle.held.get(message.record, [])
        if state_of(receipt.addressee) != state
    ]
    received += clocks.witnesses.moments(_trees(bundle, record)).values()
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


def _claim_export(bundle: Bundle, notes: Notes, clocks: _Clocks) -> None:
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
        for tree in clocks.stamps
    ]
    found += [
        Moment(at, by, signed.checkpoint.origin, "dated")
        for signed in bundle.checkpoints.values()
        for at, by in clocks.witnesses.moments([signed]).values()
    ]
    found += [
        Moment(receipt.received_at, receipt.addressee, path, "received-at")
        for path, (_, receipt) in bundle.receipts.items()
    ]
    exporter, at = bundle.exporter, bundle.exported_at
    found += [
        Moment(message.draft.sent_at, message.draft.author, path, "sent-at")
        for path, message in bundle.messages.items()
    ]
    mine = Moment(at, exporter, layout.STATEMENT, "exported-at")
    odd = False
    for own in (True, False):
        last = max((one for one in found if (one.by == exporter) is own), default=mine)
        if last.at - at > MAX_AHEAD:
            odd = True
            word: Word = "contradicted" if own else "disputed"
            both = (mine.asserted(), last.asserted())
            by = {exporter, last.by}
            notes.claim("exported-at", word, *by, statements=both, time=time_text(at))
    if not odd:
        notes.claim("exported-at", "attested", exporter, time=time_text(at))


def _proof(
    bundle: Bundle, message: Message, receipts: list[Receipt], clocks: _Clocks
) -> Proof | None:
    state = state_of(message.draft.author)
    good = bundle.held.get(message.record, [])
    found: list[Proof] = [
        (receipt.received_at, receipt.addressee)
        for receipt in receipts
        if receipt in good and state_of(receipt.addressee) != state
    ]
    dating = _independent(bundle, parse_digest(message.record), clocks)
    if dating is not None:
        found.append((dating[0], ", ".join(dating[1])))
    return min(found, default=None)


def _independent(bundle: Bundle, record: bytes, clocks: _Clocks) -> Dating | None:
    """Return the first moment that witnesses or a time stamp show of trees with a record."""
    found: list[Dating] = [
        (tree.stamp.at, (tree.stamp.authority,))
        for leaf in bundle.leaves_of.get(record, ())
        for tree in clocks.stamps
        if (tree.party, tree.epoch) == (leaf.party, leaf.epoch) and leaf.index < tree.tree_size
    ]
    seen = clocks.witnesses.agreed(clocks.witnesses.moments(_trees(bundle, record)))
    return min([*found, *([seen] if seen is not None else [])], default=None)


def _trees(bundle: Bundle, record: bytes) -> list[SignedCheckpoint]:
    """Return the newest checkpoints of the logs that are shown to hold a record."""
    places = {(leaf.party, leaf.epoch) for leaf in bundle.leaves_of.get(record, ())}
    return [bundle.checkpoints[place] for place in sorted(places) if place in bundle.checkpoints]


def _check_receipt_key(bundle: Bundle, envelope: Jws, receipt: Receipt, clocks: _Clocks) -> None:
    """Raise unless the receipt's key counted when it signed."""
    record = digest("record", envelope.record)
    there = bundle.leaves_of.get(record, ())
    others = [leaf for leaf in there if _took_in(bundle, leaf, receipt)]
    found = [leaf.opening.time for leaf in others]
    dating = _independent(bundle, record, clocks)
    found += [dating[0]] if dating is not None else []
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
    if message.draft.author == bundle.exporter:
        second_signature(bundle, message, registry, proved_at=at)


# Step 3 of a verdict: the keys are whose they are said to be.


_NO_STATES: Final = frozenset({"un"})
"""Whose keys are in the directory as those of a State are: a secretariat's."""


def trust(bundle: Bundle, notes: Notes) -> str:
    """Check State records and entries against the trust file's pins."""
    statement = bundle.statement
    if bundle.trust is not None and statement is not None and statement.mode != bundle.trust.mode:
        notes.fail(
            ModeMismatchError(f"the bundle is {statement.mode}, the trust file {bundle.mode}"),
            layout.STATEMENT,
        )
    known = bundle.known
    found = [Finding(e.code, p, str(e)) for p, e in bundle.faults_of(Kind.STATE, Kind.ENTRY)]
    found += [Finding(code, path, reason) for path, code, reason in known.faults]
    notes.findings += sorted(found, key=_causes_first)
    for path, (name, version) in known.names.items():
        is_entry = "/" in name
        due = layout.entry_path(name, version) if is_entry else layout.state_path(name, version)
        if path != due:
            notes.fail(BundleNameError(f"by its content it stands at {due}"), path)
    for party in sorted(_wanted(bundle)):
        if not known.directory.has(party):
            notes.fail(PartyUnknownError(f"no entry of {party} stands"), layout.STATEMENT)
    if known.directory.pending_resets():
        notes.fail(BundleDirectoryError("a State's keys were reset"), layout.STATEMENT)
    for party in sorted(known.directory.entries):
        word: Word = "proved" if bundle.pinned(party) else "attested"
        notes.claim("party-keys", word, state_of(party), party=party)
    notes.claim("directory-current", "unknown", bundle.exporter)
    states = len(known.directory.states.keys() - _NO_STATES)
    parties = sum(state_of(one) not in _NO_STATES for one in known.directory.entries)
    secretariats = len(known.directory.states.keys() & _NO_STATES)
    notes.looked_at.update(parties=parties, states=states, secretariats=secretariats)
    return f"{counted(parties, 'party', 'parties')} of {counted(states, 'State')}"


def _causes_first(finding: Finding) -> tuple[int, str]:
    """Return a key by which keys unlike those pinned come before whatever hangs on them."""
    if finding.code != StateUnpinnedError.code:
        return 2, finding.path
    return 0 if layout.kind_of(finding.path) is Kind.STATE else 1, finding.path


def _wanted(bundle: Bundle) -> set[str]:
    """Return the parties without whose keys nothing can be judged."""
    wanted = {party for m in bundle.messages.values() for party in m.draft.members}
    if bundle.statement is not None:
        wanted.add(bundle.statement.exporter)
    return wanted
