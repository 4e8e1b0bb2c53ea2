"""What witnesses make: a time, or one branch of a log, where enough independent ones agree.

A witness counts if the trust file lists it and its State has no part in the case. Several of one
State count once.

Source: spec/16-bundles.md, Witnesses.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from comity.bundle.contents import Bundle
from comity.canonical import state_of
from comity.ledger import (
    CosignatureError,
    NoteAlgorithmError,
    NoteSignature,
    SignedCheckpoint,
    Verifier,
    cosigned_at,
    verifier_for,
)

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
