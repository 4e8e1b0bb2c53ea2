"""Which State records a directory takes: the first by pin, the next by their predecessors.

Anything that its predecessor's keys did not sign is a reset, kept apart until a person confirms it.

Source: spec/12-directory.md section 12.2.
"""

from dataclasses import replace
from datetime import datetime

from comity.canonical import PeerError
from comity.directory.directory import Directory, Reset
from comity.directory.errors import (
    StateDoubleSpeakError,
    StateGapError,
    StateRollbackError,
    StateUnpinnedError,
    ThresholdError,
)
from comity.directory.history import DoubleSpeak
from comity.directory.state_record import (
    KeySet,
    SignedState,
    check_threshold,
    follows,
    signs_itself,
    too_few,
)
from comity.directory.verdicts import Accepted, Refused, What, refusal


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
