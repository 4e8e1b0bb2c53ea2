"""What a newer version of an entry may change."""

from dataclasses import dataclass
from typing import Final

from comity.directory.entry import Entry, SignedEntry
from comity.directory.errors import EntryHistoryError
from comity.directory.keyrow import KeyRow
from comity.directory.state_record import SignedState

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
