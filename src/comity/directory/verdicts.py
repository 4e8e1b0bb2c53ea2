"""What becomes of a record that is offered to a directory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from comity.canonical import ComityError
from comity.directory.directory import Directory
from comity.directory.entry import Entry, SignedEntry
from comity.directory.errors import EntryHistoryError
from comity.directory.keyrow import KeyRow
from comity.directory.state_record import SignedState

# What a newer version of an entry may change.


_MOVES: Final = {
    "active": ("active", "retired", "revoked"),
    "retired": ("retired", "revoked"),
    "revoked": ("revoked",),
}


@dataclass(frozen=True)
class DoubleSpeak:
    """Proof of misbehaviour: two payloads of one version, both signed by the State's threshold.

    Attributes:
        one: the entry or State record that was held first.
        other: what came later, of the same kind.
    """

    one: SignedEntry | SignedState
    other: SignedEntry | SignedState


def check_history(*, older: Entry, newer: Entry) -> None:
    """Raise unless the newer version only adds to what the older one said of keys and logs.

    Versions between the two may be missing: the rule is transitive.

    Raises:
        EntryHistoryError: with facts ``kid`` and ``rule``.

    Source: spec/12-directory.md section 12.3.
    """
    if newer.version == older.version + 1 and newer.previous != older.content:
        raise EntryHistoryError("names another previous version", rule="previous")
    if newer.state_version < older.state_version:
        raise EntryHistoryError("goes back to older keys of the State", rule="state-version")
    if newer.epoch < older.epoch or not set(older.origins) <= set(newer.origins):
        raise EntryHistoryError("forgets an epoch of the log", rule="log")
    for row in older.keys:
        after = newer.rows.get(row.kid)
        if after is None:
            raise EntryHistoryError("a key is gone", rule="removed", kid=row.kid)
        _check_row(row, after)


def _check_row(before: KeyRow, after: KeyRow) -> None:
    fixed = ("public", "use", "alg", "not_before")
    if any(getattr(before, name) != getattr(after, name) for name in fixed):
        raise EntryHistoryError("a key has become another", rule="changed", kid=before.kid)
    if after.status not in _MOVES[before.status]:
        raise EntryHistoryError("a key comes back to life", rule="revived", kid=before.kid)
    if before.invalid_from is None:
        return
    if after.invalid_from is None or after.invalid_from > before.invalid_from:
        raise EntryHistoryError("invalid_from moves later", rule="invalid-from", kid=before.kid)
    index, later = before.last_good_index, after.last_good_index
    if index is not None and (later is None or later > index):
        raise EntryHistoryError("last_good_index grows", rule="last-good", kid=before.kid)


type What = Literal["state", "entry", "reset", "known"]


@dataclass(frozen=True)
class Accepted:
    """The directory with the record in it.

    Attributes:
        directory: the new value; the same one if `what` is ``known``.
        what: ``state`` and ``entry``: now in force; ``reset``: kept apart until confirmed;
            ``known``: held before.
        subject: State or party.
        version: of the record.
    """

    directory: Directory
    what: What
    subject: str
    version: int


@dataclass(frozen=True)
class Refused:
    """Why a record is not in the directory.

    Attributes:
        code: stable code of spec section 14.
        reason: one sentence.
        subject: State or party, empty if the record does not even say.
        proof: for ``entry-double-speak`` and ``state-double-speak``, both records: keep them and
            call a person.
    """

    code: str
    reason: str
    subject: str = ""
    proof: DoubleSpeak | None = None


@dataclass(frozen=True)
class Older:
    """What was offered of a subject and is older than what is held of it.

    Attributes:
        subject: State or party.
        version: the newest that was offered.
        issued_at: when that one was issued.
        held_version: the newest that is held.
        held_issued_at: when that one was issued.
    """

    subject: str
    version: int
    issued_at: datetime
    held_version: int
    held_issued_at: datetime


@dataclass(frozen=True)
class Batch:
    """What became of many records.

    Attributes:
        directory: with everything in it that was accepted.
        accepted: one for each, in the order they were applied.
        refused: one for each.
    """

    directory: Directory
    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]

    @property
    def news(self) -> tuple[Accepted, ...]:
        """What was not known before."""
        return tuple(item for item in self.accepted if item.what != "known")

    @property
    def older(self) -> tuple[Older, ...]:
        """What was known before, and is older than what is held; by subject."""
        offered: dict[str, int] = {}
        for item in self.accepted:
            offered[item.subject] = max(item.version, offered.get(item.subject, 0))
        found = []
        for subject, version in sorted(offered.items()):
            issued = self._issued(subject)
            newest = max(issued, default=version)
            if version < newest and version in issued:
                found.append(Older(subject, version, issued[version], newest, issued[newest]))
        return tuple(found)

    def _issued(self, subject: str) -> dict[int, datetime]:
        """Return when each version that is held of a State or a party was issued."""
        held = {
            one.record.version: one.record.issued_at
            for one in self.directory.state_records(subject)
        }
        entries = self.directory.versions(subject)
        return held | {one.entry.version: one.entry.issued_at for one in entries}


def refusal(fault: ComityError, subject: str, proof: DoubleSpeak | None = None) -> Refused:
    """Return the refusal of an error."""
    return Refused(fault.code, str(fault), subject, proof)
