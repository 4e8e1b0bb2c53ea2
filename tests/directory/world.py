"""States, parties and keys that tests make from small numbers, on a clock moved by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from tests.origins import origin_of

from comity.canonical import Mode
from comity.directory import (
    Directory,
    Endpoint,
    Entry,
    KeyRow,
    KeySet,
    SignedEntry,
    SignedState,
    StateRecord,
    TrustFile,
    accept_all,
    sign_entry,
    sign_state,
    signing_row,
)
from comity.keys import PrivateKey, bech32

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RECIPIENT = bech32.encode("age", sha256(b"a sealing key").digest())


@cache
def key(name: str, alg: str = "Ed25519") -> PrivateKey:
    return PrivateKey.from_seed(sha256(name.encode()).digest(), alg=alg)


def state_keys(state: str, version: int = 1, count: int = 3) -> list[PrivateKey]:
    return [key(f"{state}/state/{version}/{n}") for n in range(1, count + 1)]


def key_set(keys: Sequence[PrivateKey], threshold: int = 2) -> KeySet:
    return KeySet(tuple(item.public for item in keys), threshold)


def record(state: str, *, mode: Mode = "live", at: datetime = START) -> SignedState:
    keys = state_keys(state)
    made = StateRecord(mode=mode, state=state, version=1, issued_at=at, key_set=key_set(keys))
    return sign_state(made, keys)


def next_record(
    last: SignedState,
    signers: Sequence[PrivateKey],
    keys: Sequence[PrivateKey] = (),
    **changes: Any,
) -> SignedState:
    """Return version n+1 with fresh keys; ``signers`` are whose signatures it carries."""
    version = last.record.version + 1
    keys = keys or state_keys(last.record.state, version)
    made = StateRecord(
        mode=last.record.mode,
        state=last.record.state,
        version=version,
        issued_at=last.record.issued_at + DAY,
        key_set=key_set(keys),
        previous=last.record.content,
    )
    return sign_state(replace(made, **changes), signers)


def rotated(last: SignedState) -> SignedState:
    state, version = last.record.state, last.record.version
    signers = [*state_keys(state, version), *state_keys(state, version + 1)]
    return next_record(last, signers)


def row(name: str, use: str = "message", *, days: int = 365) -> KeyRow:
    return signing_row(key(name).public, use=use, not_before=START, not_after=START + days * DAY)


def entry(party: str = "vn/contact-point", **changes: Any) -> Entry:
    mode: Mode = changes.get("mode", "live")
    made = Entry(
        mode=mode,
        party=party,
        version=1,
        state_version=1,
        issued_at=START,
        expires_at=START + 365 * DAY,
        keys=(
            row(f"{party}/message"),
            row(f"{party}/receipt", "receipt"),
            row(f"{party}/log", "log"),
        ),
        endpoint=Endpoint(kind="url", url="https://contact.example/comity"),
        origins=(origin_of(mode, party),),
    )
    return replace(made, **changes)


def following(last: Entry, **changes: Any) -> Entry:
    """Return the next version of an entry."""
    made = replace(
        last, version=last.version + 1, previous=last.content, issued_at=last.issued_at + DAY
    )
    return replace(made, **changes)


def signed(made: Entry, state: str | None = None, version: int | None = None) -> SignedEntry:
    """Return the entry signed by two keys of its State, or of the one named."""
    keys = state_keys(state or made.state, version or made.state_version)
    return sign_entry(made, keys[:2])


def trust(*states: str, mode: Mode = "live") -> TrustFile:
    pins = {state: key_set(state_keys(state)) for state in states}
    return TrustFile(mode=mode, delegations=pins)


def data(*records: SignedState | SignedEntry) -> list[bytes]:
    return [item.jws.record for item in records]


def directory(
    *records: SignedState | SignedEntry, states: Sequence[str] = ("vn", "za")
) -> Directory:
    """Return a directory that pins States and holds records, all of which must stand."""
    batch = accept_all(Directory(trust=trust(*states)), data(*records), now=START + 30 * DAY)
    assert not batch.refused, batch.refused
    return batch.directory


def codes(
    held: Directory, *records: SignedState | SignedEntry, now: datetime | None = None
) -> list[str]:
    """Return what becomes of records: kinds of acceptance and codes of refusal."""
    batch = accept_all(held, data(*records), now=now or START + 30 * DAY)
    return [*(item.what for item in batch.accepted), *(item.code for item in batch.refused)]


@dataclass
class Clock:
    now: datetime = START

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now
