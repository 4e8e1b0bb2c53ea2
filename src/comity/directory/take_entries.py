"""Which entries a directory takes: signed by the State, adding to history, not from a thief.

Two rules go beyond a plain signature check. Both answer a thief of keys that a State has replaced:

1. A new newest entry must be signed under the newest State record.
2. An entry under an older State record counts only if the next version names its digest.

Source: spec/12-directory.md section 12.3.
"""

from dataclasses import replace

from comity.canonical import PeerError
from comity.directory.directory import Directory
from comity.directory.entry import SignedEntry
from comity.directory.errors import (
    EntryDoubleSpeakError,
    EntryForeignError,
    EntryOldKeysError,
    EntryRollbackError,
    KeyUseError,
    StateUnknownError,
    ThresholdError,
)
from comity.directory.history import DoubleSpeak, check_history
from comity.directory.state_record import check_threshold
from comity.directory.verdicts import Accepted, Refused, What, refusal


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
