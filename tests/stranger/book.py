"""The records of the directory that a reader holds, and what may join them (spec 12.2, 12.3)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.stranger.directory import Directory
from tests.stranger.epochs import read_origin
from tests.stranger.records import Trust, check_history, read_entry, read_state
from tests.stranger.suites import Envelope, Public, parse_jws, public_of
from tests.stranger.values import (
    RefusedError,
    decode,
    demand,
    members,
    refuse,
    time_of,
    unb64,
)

HANDED = "delegated entries mode protocol states"
MEMBER = "member-malformed"

AHEAD = timedelta(minutes=5)
WAIT = timedelta(hours=72)
MAX_FILE = 16 * 1024 * 1024


def signers(envelope: Envelope, keys: list[Public]) -> set[str]:
    """Return the kids of the given keys that signed."""
    known = {key.kid: key for key in keys}
    found = set()
    for header, row in zip(envelope.headers, envelope.value["signatures"], strict=True):
        key = known.get(header["kid"])
        signed = f"{row['protected']}.{envelope.value['payload']}".encode()
        if key and key.alg == header["alg"] and key.verifies(unb64(row["signature"]), signed):
            found.add(key.kid)
    return found


@dataclass(frozen=True)
class Record:
    """A State record or an entry, and what it says."""

    envelope: Envelope
    value: dict[str, Any]

    @property
    def keys(self) -> list[Public]:
        """Return the keys of a State record."""
        return [public_of(jwk) for jwk in self.value["keys"]]

    def signed_by(self, other: "Record") -> bool:
        """Tell whether a threshold of a State record's keys signed this."""
        least: int = other.value["threshold"]
        return len(signers(self.envelope, other.keys)) >= least


@dataclass
class Book:
    """State records and entries of one mode, by State or party and version.

    Attributes:
        mode: of all records.
        trust: what the records stand against; None where nothing is pinned.
        states: State -> version -> record.
        entries: party -> version -> entry.
        resets: content digest -> a State record kept apart, and when it came.
    """

    mode: str
    trust: Trust | None
    states: dict[str, dict[int, Record]] = field(default_factory=dict)
    entries: dict[str, dict[int, Record]] = field(default_factory=dict)
    resets: dict[str, tuple[Record, datetime | None]] = field(default_factory=dict)

    def accept(self, value: Any, now: datetime | None) -> str:
        """Let a record join those held; return ``ok`` or ``reset-pending``, or refuse it.

        Args:
            value: a JWS.
            now: the reader's clock, or None where the record is of old.
        """
        envelope = parse_jws(value)
        typ = envelope.headers[0]["typ"]
        things = {f"comity-1.{thing}.{self.mode}": thing for thing in ("state", "entry")}
        demand(typ in things, "typ-mismatch", typ)
        read = read_state if things[typ] == "state" else read_entry
        record = Record(envelope, read(envelope.payload))
        demand(record.value["mode"] == self.mode, "mode-mismatch")
        if now is not None:
            demand(time_of(record.value["issued_at"]) <= now + AHEAD, "issued-ahead")
        return self._state(record, now) if things[typ] == "state" else self._entry(record)

    def confirm(self, content: str, now: datetime) -> None:
        """Put a reset in force that a person has confirmed out of band (C-12.2-08)."""
        demand(content in self.resets, "reset-unknown")
        record, seen_at = self.resets[content]
        demand(seen_at is not None and now >= seen_at + WAIT, "reset-too-early")
        self.states[record.value["state"]][record.value["version"]] = record
        del self.resets[content]

    def take_file(self, data: bytes, now: datetime) -> list[str]:
        """Take records that a State handed over as a file; return the codes of those refused."""
        value = members(decode(data, most=MAX_FILE), HANDED)
        demand(value["protocol"] == "comity/1", "handover-malformed", "another protocol")
        demand(value["mode"] in ("live", "exercise"), "name-malformed")
        demand(value["delegated"] is None or isinstance(value["delegated"], str), MEMBER)
        for name in ("states", "entries"):
            demand(isinstance(value[name], list), MEMBER)
        codes = []
        records = [*value["states"], *value["entries"]]
        for record in records:
            try:
                parse_jws(record)
            except RefusedError as fault:
                raise RefusedError("handover-malformed", "a record that is no JWS") from fault
        for record in records:
            try:
                self.accept(record, now)
            except RefusedError as fault:
                codes.append(fault.code)
        return codes

    def is_log_of(self, party: str, origin: str) -> bool:
        """Tell whether checkpoints of an origin count for a party (C-10-25, C-10-33, C-10-34)."""
        versions = self.entries.get(party)
        if not versions:
            return False
        log = versions[max(versions)].value["log"]
        if origin in log["origins"]:
            return True
        try:
            told = read_origin(origin)
        except RefusedError:
            return False
        newest = max(map(read_origin, log["origins"]), key=lambda one: one.epoch, default=None)
        if newest is None:
            return False
        same = (told.prefix, told.mode, told.party) == (newest.prefix, newest.mode, newest.party)
        return same and told.epoch > newest.epoch

    def _state(self, new: Record, now: datetime | None) -> str:
        state, version = new.value["state"], new.value["version"]
        held = self.states.setdefault(state, {})
        if version in held:
            if held[version].envelope.payload == new.envelope.payload:
                return "ok"
            foreign = not new.signed_by(held[version])
            refuse("state-rollback" if foreign else "state-double-speak")
        if version > 1:
            before = held.get(version - 1)
            if before is None:
                refuse("state-gap")
            demand(new.signed_by(new), "threshold-missed")
            demand(new.value["previous"] == before.envelope.content, "state-gap")
            if not new.signed_by(before):
                self.resets.setdefault(new.envelope.content, (new, now))
                return "reset-pending"
        else:
            demand(not held, "state-rollback")
            demand(new.signed_by(new), "threshold-missed")
            demand(self.pinned(new), "state-unpinned")
        held[version] = new
        return "ok"

    def pinned(self, record: Record) -> bool:
        """Tell whether a State record's keys are those of the trust file."""
        pin = None if self.trust is None else self.trust.pins.get(record.value["state"])
        return pin == (record.value["keys"], record.value["threshold"])

    def _entry(self, new: Record) -> str:
        party, version = new.value["party"], new.value["version"]
        held = self.entries.setdefault(party, {})
        states = self.states.get(party.partition("/")[0], {})
        if not states:
            refuse("state-unknown")
        record = states.get(new.value["state_version"])
        if record is None:
            refuse("state-unknown", "the version of the State record")
        if not new.signed_by(record):
            others = [r for s in self.states if s != party[:2] for r in self.states[s].values()]
            foreign = any(signers(new.envelope, other.keys) for other in others)
            own = signers(new.envelope, record.keys)
            refuse("entry-foreign" if foreign and not own else "threshold-missed")
        listed = {row["kid"] for row in new.value["keys"]}
        for one in (r for held_ in self.states.values() for r in held_.values()):
            demand(not listed & {key.kid for key in one.keys}, "key-use", "a State's own key")
        if version in held:
            same = held[version].envelope.payload == new.envelope.payload
            demand(same, "entry-double-speak")
            return "ok"
        newest = max(held, default=0)
        if version < newest:
            later = held.get(version + 1)
            named = later and later.value["previous"] == new.envelope.content
            demand(named, "entry-rollback")
        else:
            demand(record.value["version"] == max(states), "entry-old-keys")
            if newest:
                check_history(held[newest].value, new.value)
            if newest and version == newest + 1:
                named = new.value["previous"] == held[newest].envelope.content
                demand(named, "entry-history", "another version before")
        held[version] = new
        return "ok"

    def directory(self) -> Directory:
        """Return what the newest entries say."""
        found = Directory(self.mode)
        for party in sorted(self.entries):
            if self.entries[party]:
                found.add(self.entries[party][max(self.entries[party])].value)
        return found
