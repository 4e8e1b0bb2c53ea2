"""The one way into a directory: bytes in, a larger directory or a refusal out.

Order does not matter in `accept_all`: it sorts what it is given, State records first, because a
newcomer gets histories whose early parts only their later parts vouch for.

Source: spec/12-directory.md sections 12.2 and 12.3.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from comity.canonical import PeerError, shift_time
from comity.directory.directory import Directory, Reset
from comity.directory.entry import MAX_ENTRY_BYTES, SignedEntry, parse_entry
from comity.directory.errors import (
    EntryDoubleSpeakError,
    EntryForeignError,
    EntryOldKeysError,
    EntryRollbackError,
    IssuedAheadError,
    KeyUseError,
    ResetTooEarlyError,
    ResetUnknownError,
    StateDoubleSpeakError,
    StateGapError,
    StateRollbackError,
    StateUnknownError,
    StateUnpinnedError,
    ThresholdError,
)
from comity.directory.state_record import (
    KeySet,
    SignedState,
    check_threshold,
    follows,
    parse_state_record,
    signs_itself,
    too_few,
)
from comity.directory.verdicts import (
    Accepted,
    Batch,
    DoubleSpeak,
    Refused,
    What,
    check_history,
    refusal,
)
from comity.keys import jws
from comity.keys.jws import TypeMismatchError

# Which entries a directory takes: signed by the State, adding to history, not from a thief.
#
# Two rules go beyond a plain signature check. Both answer a thief of keys that a State has
# replaced:
#
# 1. A new newest entry must be signed under the newest State record. 2. An entry under an older
# State record counts only if the next version names its digest.
#
# Source: spec/12-directory.md section 12.3.


def take_entries(
    directory: Directory,
    found: list[SignedEntry],
    results: list[Accepted | Refused],
    *,
    kept: bool,
) -> Directory:
    """Return the directory with those entries of one party that stand; append each verdict.

    Signatures first; then what is vouched for, from the newest down; then one by one.

    Args:
        directory: holds the State's records.
        found: entries of one party.
        results: receives one verdict each.
        kept: they come from where accepted entries are kept, so nobody has to vouch for them.
    """
    good: list[SignedEntry] = []
    for signed in found:
        try:
            _check_signed(directory, signed)
            good.append(signed)
        except PeerError as fault:
            results.append(refusal(fault, signed.entry.party))
    good.sort(key=lambda signed: signed.entry.version)
    contents = frozenset(signed.entry.content for signed in good)
    vouched = contents if kept else _vouched(directory, good)
    for signed in _in_order(directory, good):
        party, version = signed.entry.party, signed.entry.version
        try:
            directory, what = _one_entry(directory, signed, vouched)
            results.append(Accepted(directory, what, party, version))
        except EntryDoubleSpeakError as fault:
            held = next(s for s in directory.versions(party) if s.entry.version == version)
            results.append(refusal(fault, party, DoubleSpeak(held, signed)))
        except PeerError as fault:
            results.append(refusal(fault, party))
    return directory


def _check_signed(directory: Directory, signed: SignedEntry) -> None:
    entry = signed.entry
    chain = directory.states.get(entry.state, ())
    if entry.state_version > len(chain):
        raise StateUnknownError("no such State record is held", state=entry.state)
    key_set = chain[entry.state_version - 1].record.key_set
    try:
        check_threshold(signed.jws, key_set)
    except ThresholdError:
        if _signers_are_foreign(directory, signed):
            raise EntryForeignError("signed by the keys of another State") from None
        raise
    own = {kid for record in chain for kid in record.record.key_set.by_kid}
    if own & entry.rows.keys():
        raise KeyUseError("a key of the State stands in an entry, so it would have two uses")


def _signers_are_foreign(directory: Directory, signed: SignedEntry) -> bool:
    kids = {signature.kid for signature in signed.jws.signatures}
    return any(
        kids & record.record.key_set.by_kid.keys()
        for state, chain in directory.states.items()
        if state != signed.entry.state
        for record in chain
    )


def _vouched(directory: Directory, good: list[SignedEntry]) -> frozenset[bytes]:
    """Return content digests that a held or a newest-keyed version leads down to."""
    vouched: set[bytes] = set()
    wanted = {s.entry.previous for g in good[:1] for s in directory.versions(g.entry.party)}
    for signed in reversed(good):
        entry = signed.entry
        newest = len(directory.states[entry.state])
        if entry.state_version == newest or entry.content in wanted:
            vouched.add(entry.content)
            wanted.add(entry.previous)
    return frozenset(vouched)


def _in_order(directory: Directory, good: list[SignedEntry]) -> list[SignedEntry]:
    """Return history downwards from what is held, then news upwards from it."""
    held = directory.versions(good[0].entry.party) if good else ()
    newest = held[-1].entry.version if held else 0
    history = [signed for signed in reversed(good) if signed.entry.version <= newest]
    return [*history, *(signed for signed in good if signed.entry.version > newest)]


def _one_entry(
    directory: Directory, signed: SignedEntry, vouched: frozenset[bytes]
) -> tuple[Directory, What]:
    entry = signed.entry
    versions = directory.entries.get(entry.party, ())
    for held in versions:
        if held.entry.version == entry.version:
            if held.entry.content == entry.content:
                return directory, "known"
            raise EntryDoubleSpeakError("two payloads of one version", version=entry.version)
    older = [s for s in versions if s.entry.version < entry.version]
    newer = [s for s in versions if s.entry.version > entry.version]
    if newer and newer[0].entry.previous != entry.content:
        raise EntryRollbackError("an older version that the next one does not name")
    if entry.content not in vouched:
        raise EntryOldKeysError("signed under a State record that has been replaced")
    if older:
        check_history(older=older[-1].entry, newer=entry)
    if newer:
        check_history(older=entry, newer=newer[0].entry)
    entries = {**directory.entries, entry.party: (*older, signed, *newer)}
    return replace(directory, entries=entries), "entry"


# Which State records a directory takes: the first by pin, the next by their predecessors.
#
# Anything that its predecessor's keys did not sign is a reset, kept apart until a person confirms
# it.
#
# Source: spec/12-directory.md section 12.2.


def take_states(
    directory: Directory,
    found: list[SignedState],
    now: datetime,
    results: list[Accepted | Refused],
) -> Directory:
    """Return the directory with those records of one State that stand; append each verdict."""
    found.sort(key=lambda signed: signed.record.version)
    if found[0].record.state not in directory.states:
        directory = _found_chain(directory, found, results)
    for signed in found:
        state, version = signed.record.state, signed.record.version
        try:
            directory, what = _one_state(directory, signed, now)
            results.append(Accepted(directory, what, state, version))
        except StateDoubleSpeakError as fault:
            held = directory.states[state][version - 1]
            results.append(refusal(fault, state, DoubleSpeak(held, signed)))
        except PeerError as fault:
            results.append(refusal(fault, state))
    return directory


def _found_chain(
    directory: Directory, found: list[SignedState], results: list[Accepted | Refused]
) -> Directory:
    """Begin a State's history: any whole one from version 1 in which the pinned keys stand.

    The pinned version's own signature covers the digest of the version before, and so on back to
    the first; so a pin taken after a rotation vouches for the history before it as well.
    """
    state = found[0].record.state
    pin = directory.trust.delegations.get(state) or directory.admitted.get(state)
    own = {signed.record.content: signed for signed in found if signs_itself(signed)}
    for last in reversed(found):
        if pin is None or last.record.content not in own or not last.record.key_set.same(pin):
            continue
        begun = _back_to_first(last, own)
        if not begun:
            continue
        for signed in begun:
            found.remove(signed)
        results += [Accepted(directory, "state", state, s.record.version) for s in begun]
        return replace(directory, states={**directory.states, state: begun})
    return directory


def _back_to_first(last: SignedState, own: dict[bytes, SignedState]) -> tuple[SignedState, ...]:
    chain = [last]
    while (previous := chain[0].record.previous) is not None:
        before = own.get(previous)
        if before is None or before.record.version != chain[0].record.version - 1:
            return ()
        chain.insert(0, before)
    return tuple(chain)


def _one_state(directory: Directory, signed: SignedState, now: datetime) -> tuple[Directory, What]:
    record = signed.record
    chain = directory.states.get(record.state)
    if chain is None:
        raise _unfounded(directory, signed)
    if record.version <= len(chain):
        return directory, _held_state(chain, signed)
    if record.version > len(chain) + 1:
        raise StateGapError("the version before it is missing", state=record.state)
    if follows(signed, chain[-1].record):
        return with_state(directory, signed), "state"
    if not signs_itself(signed):
        raise ThresholdError(too_few(signed.jws, signed.record.key_set))
    if record.previous != chain[-1].record.content:
        raise StateGapError("names another previous version", state=record.state)
    known = [reset for reset in directory.resets if reset.content == record.content]
    if known and known[0].confirmed_at is not None:
        return with_state(directory, signed), "state"
    if known:
        return directory, "known"
    reset = Reset(signed=signed, seen_at=now)
    return replace(directory, resets=(*directory.resets, reset)), "reset"


def with_state(directory: Directory, signed: SignedState) -> Directory:
    """Return the directory with a record at the end of its State's chain."""
    state = signed.record.state
    chain = directory.states[state]
    return replace(directory, states={**directory.states, state: (*chain, signed)})


def _unfounded(directory: Directory, signed: SignedState) -> PeerError:
    state = signed.record.state
    if not signs_itself(signed):
        return ThresholdError(too_few(signed.jws, signed.record.key_set))
    if state not in directory.trust.delegations and state not in directory.admitted:
        return StateUnpinnedError("neither a pin nor an admission of that State", state=state)
    if signed.record.version > 1:
        return StateGapError("the versions before it are missing", state=state)
    unlike = f"the keys of {state} are not those pinned: either may be wrong"
    return StateUnpinnedError(unlike, state=state)


def _held_state(chain: tuple[SignedState, ...], signed: SignedState) -> What:
    version = signed.record.version
    held = chain[version - 1]
    if held.record.content == signed.record.content:
        return "known"
    earlier = chain[version - 2].record if version > 1 else None
    genuine = follows(signed, earlier) if earlier else _by(signed, held.record.key_set)
    if genuine:
        raise StateDoubleSpeakError("two records of one version", version=version)
    raise StateRollbackError("an old version, and not the one held", version=version)


def _by(signed: SignedState, key_set: KeySet) -> bool:
    try:
        check_threshold(signed.jws, key_set)
    except ThresholdError:
        return False
    return True


AHEAD: Final = timedelta(minutes=5)
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


def accept(directory: Directory, data: bytes, *, now: datetime) -> Accepted | Refused:
    """Return the directory with one State record or entry in it, or why not.

    Args:
        directory: what is held.
        data: untrusted JWS bytes; its ``typ`` says which of the two it is.
        now: the receiver's clock, aware UTC.

    A chain that only a whole history vouches for needs `accept_all`.
    """
    batch = accept_all(directory, [data], now=now)
    return batch.accepted[0] if batch.accepted else batch.refused[0]


def accept_all(directory: Directory, records: Iterable[bytes], *, now: datetime) -> Batch:
    """Return the directory with all of the records in it that stand, and the rest refused.

    Args:
        directory: what is held.
        records: untrusted JWS bytes, in any order.
        now: the receiver's clock, aware UTC.
    """
    return _take(directory, records, shift_time(now, AHEAD), kept=False)


def replay(directory: Directory, records: Iterable[bytes]) -> Batch:
    """Return the directory of records that its keeper accepted before and has kept.

    Everything is verified again, but for two rules that need the order in which things arrived:
    when it was issued, and that a State's newest keys vouch for an entry its older keys signed.
    """
    return _take(directory, records, None, kept=True)


def _take(
    directory: Directory, records: Iterable[bytes], latest: datetime | None, *, kept: bool
) -> Batch:
    states: dict[str, list[SignedState]] = defaultdict(list)
    entries: dict[str, list[SignedEntry]] = defaultdict(list)
    results: list[Accepted | Refused] = []
    for data in records:
        try:
            record = _parse(directory, data)
        except PeerError as fault:
            results.append(refusal(fault, ""))
            continue
        if isinstance(record, SignedState):
            subject, issued_at = record.record.state, record.record.issued_at
        else:
            subject, issued_at = record.entry.party, record.entry.issued_at
        if latest is not None and issued_at > latest:
            ahead = IssuedAheadError("issued more than five minutes from now")
            results.append(refusal(ahead, subject))
        elif isinstance(record, SignedState):
            states[subject].append(record)
        else:
            entries[subject].append(record)
    seen_at = _NEVER if latest is None else shift_time(latest, -AHEAD)
    for state in sorted(states):
        directory = take_states(directory, states[state], seen_at, results)
    for party in sorted(entries):
        directory = take_entries(directory, entries[party], results, kept=kept)
    return Batch(
        directory,
        tuple(item for item in results if isinstance(item, Accepted)),
        tuple(item for item in results if isinstance(item, Refused)),
    )


def confirm_reset(directory: Directory, content: bytes, *, now: datetime, by: str) -> Directory:
    """Return the directory with a reset in force, because a person confirmed it out of band.

    Args:
        directory: holds the reset as pending.
        content: content digest of the record, as the person was told it out of band.
        now: the node's clock.
        by: who confirmed; kept.

    Raises:
        ResetUnknownError: no pending reset has that digest.
        ResetTooEarlyError: 72 hours have not passed since it was first seen.
        StateGapError: the State's records have moved on since.
    """
    found = [reset for reset in directory.pending_resets() if reset.content == content]
    if not found:
        raise ResetUnknownError("no pending reset has that digest")
    reset = found[0]
    if now < reset.earliest:
        raise ResetTooEarlyError("a reset waits 72 hours", earliest=reset.earliest)
    chain = directory.states[reset.state]
    if chain[-1].record.version + 1 != reset.signed.record.version:
        raise StateGapError("the State's records have moved on since", state=reset.state)
    done = replace(reset, confirmed_at=now, confirmed_by=by)
    resets = tuple(done if item is reset else item for item in directory.resets)
    return replace(with_state(directory, reset.signed), resets=resets)


def admit(directory: Directory, state: str, key_set: KeySet) -> Directory:
    """Return the directory that knows which keys a TUF delegation first gave a State.

    The first one seen stays: a later delegation to other keys changes nothing here.
    """
    if state in directory.admitted:
        return directory
    return replace(directory, admitted={**directory.admitted, state: key_set})


def _parse(directory: Directory, data: bytes) -> SignedState | SignedEntry:
    shape = jws.parse(data, max_bytes=MAX_ENTRY_BYTES)
    thing = shape.typ.split(".")[1] if shape.typ.count(".") == 2 else ""
    if thing == "state":
        return parse_state_record(data, mode=directory.mode)
    if thing == "entry":
        return parse_entry(data, mode=directory.mode)
    raise TypeMismatchError("neither a State record nor an entry")
