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
from comity.directory.directory import Directory
from comity.directory.entry import MAX_ENTRY_BYTES, SignedEntry, parse_entry
from comity.directory.errors import (
    IssuedAheadError,
    ResetTooEarlyError,
    ResetUnknownError,
    StateGapError,
)
from comity.directory.state_record import KeySet, SignedState, parse_state_record
from comity.directory.take_entries import take_entries
from comity.directory.take_states import take_states, with_state
from comity.directory.verdicts import Accepted, Batch, Refused, refusal
from comity.keys import jws
from comity.keys.jws import TypeMismatchError

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
