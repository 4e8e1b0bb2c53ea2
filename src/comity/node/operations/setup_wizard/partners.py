"""Taking a partner State in from a file that came by hand, after its keys were compared.

Whoever brings the file does not matter. What counts is the comparison: two people read the names
of the State's keys to each other by a way they know, and only then are the keys pinned.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError, PeerError
from comity.directory import parse_trust
from comity.directory.errors import HandoverMalformedError
from comity.directory.handover import Handover, parse_handover
from comity.directory.state_record import KeySet, SignedState, parse_state_record
from comity.directory.store import DirectoryStore
from comity.directory.trust import TrustFile
from comity.directory.tuf_client import root_name
from comity.directory.verdicts import Batch
from comity.keys.spoken import fingerprint

_PRIVATE: Final = re.compile(rb'PRIVATE KEY-----|AGE-SECRET-KEY-1|"d"\s*:', re.IGNORECASE)
"""In a file of a private key: PEM, age or a JWK. No record of a State has such a member."""
SECRETARIAT: Final = "secretariat"
"""Stands where a State does: the root of a directory was compared."""


class PartnerFileError(PeerError, code="partner-file"):
    """A file is neither a trust file nor records of States, or of the other mode.

    Facts: ``why`` is ``neither``, ``mode``, ``private`` or ``record``; ``row`` counts from 1.
    """


class NotComparedError(MisuseError, code="not-compared"):
    """A State's keys are pinned only after two people compared them by another way."""


@dataclass(frozen=True)
class Offered:
    """A State in a file.

    Attributes:
        state: two letters.
        names: of its keys, as fingerprints.
        threshold: how many of them sign together.
        pinned: whether these very keys are trusted here already.
        key_set: the keys.
    """

    state: str
    names: tuple[str, ...]
    threshold: int
    pinned: bool
    key_set: KeySet


@dataclass(frozen=True)
class Brought:
    """A file that came by hand, looked at and not yet trusted."""

    states: tuple[Offered, ...]
    trust: TrustFile | None
    handover: Handover | None
    root: str = ""
    """Fingerprint of a secretariat's root that is not trusted here yet; empty for none."""

    @property
    def fresh(self) -> list[str]:
        """Return what is compared before it is trusted: States, and the root of a secretariat."""
        found = [one.state for one in self.states if not one.pinned]
        return [*found, SECRETARIAT] if self.root else found

    @property
    def entries(self) -> int:
        """Return how many entries of parties it brings."""
        return len(self.handover.entries) if self.handover else 0


def look_at(folder: Path, data: bytes) -> Brought:
    """Return what a file brings, trusting nothing of it.

    Args:
        folder: of the node's directory.
        data: a trust file, or a file of State records and entries.

    Raises:
        PartnerFileError: neither, or of the other mode.
    """
    if _PRIVATE.search(data):
        raise PartnerFileError("the file holds a private key", why="private", row=0)
    held = DirectoryStore.open(folder).trust()
    trust, handover = _trust(data), None
    if trust is None:
        try:
            handover = parse_handover(data)
            sets = _newest(handover)
        except PeerError as fault:
            why, row = ("record", fault.facts["row"]) if "row" in fault.facts else ("neither", 0)
            told = f"neither a trust file nor records of States: {fault}"
            raise PartnerFileError(told, why=why, row=row) from fault
        mode = handover.mode
    else:
        sets, mode = dict(trust.delegations), trust.mode
    if mode != held.mode:
        raise PartnerFileError("the file is of the other mode", why="mode", row=0)
    offered = [
        Offered(
            state,
            tuple(fingerprint(key.kid) for key in keys.keys),
            keys.threshold,
            state in held.delegations and held.delegations[state].same(keys),
            keys,
        )
        for state, keys in sorted(sets.items())
    ]
    root = ""
    if trust is not None and trust.root is not None and held.root is None:
        root = fingerprint(_root_name(trust.root))
    return Brought(tuple(offered), trust, handover, root)


def take_in(
    folder: Path, brought: Brought, *, compared: frozenset[str], at: datetime
) -> Batch | None:
    """Pin the States that were compared, and take their records and entries over.

    Args:
        folder: of the node's directory.
        brought: what `look_at` returned.
        compared: States, and the root, whose keys somebody compared by a way they know.
        at: this moment.

    Returns:
        What became of the records; None if the file brought none.

    Raises:
        NotComparedError: a State or a root is neither trusted nor compared.
        MisuseError: a State is pinned to other keys already.
    """
    missing = set(brought.fresh) - compared
    if missing:
        raise NotComparedError(f"not compared: {', '.join(sorted(missing))}")
    store = DirectoryStore.open(folder)
    pins = {one.state: one.key_set for one in brought.states if not one.pinned}
    added = brought.trust or TrustFile(mode=store.trust().mode, delegations=pins)
    store.add_trust(added)
    return store.take_records(brought.handover, now=at) if brought.handover else None


def _trust(data: bytes) -> TrustFile | None:
    try:
        return parse_trust(data)
    except PeerError:
        return None


def _root_name(root: Mapping[str, Any]) -> str:
    try:
        return root_name(root)
    except PeerError as fault:
        told = "the root of the trust file is no TUF root"
        raise PartnerFileError(told, why="neither", row=0) from fault


def _newest(handover: Handover) -> dict[str, KeySet]:
    """Return the keys of each State's newest record; whether it signs itself is judged later."""
    newest: dict[str, SignedState] = {}
    for row, data in enumerate(handover.states, 1):
        try:
            signed = parse_state_record(data, mode=handover.mode)
        except PeerError as fault:
            told = f"record {row} of 'states' cannot be read: {fault}"
            raise HandoverMalformedError(told, row=row, kind="states") from fault
        before = newest.get(signed.record.state)
        if before is None or before.record.version < signed.record.version:
            newest[signed.record.state] = signed
    return {state: signed.record.key_set for state, signed in newest.items()}
