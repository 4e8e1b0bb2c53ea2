"""What a node or a verifier knows of States and parties, as one frozen value.

A `Directory` holds nothing that is not verified: only `comity.directory.acceptance` makes one that
holds more than another. Look-ups are by dict; nothing here reads a clock.

Source: spec 11.3 and 12.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from comity.canonical import Mode, PeerError, shift_time, unb64
from comity.directory.entry import Entry, SignedEntry
from comity.directory.errors import KeyUseError, PartyUnknownError
from comity.directory.keyrow import KeyRow
from comity.directory.state_record import KeySet, SignedState
from comity.directory.trust import TrustFile, trust_kids
from comity.exchange.types import Floor
from comity.keys import PublicKey
from comity.keys.jws import UnknownKeyError
from comity.ledger.notekey import ED25519, Ed25519Verifier, VerifierKey
from comity.ledger.successor import LogOrigin

RESET_DELAY: Final = timedelta(hours=72)


@dataclass(frozen=True, kw_only=True)
class Reset:
    """A State record that its predecessor's keys did not sign: shown to a person, not in force.

    Attributes:
        signed: the record; a threshold of its own keys signed it.
        seen_at: when this node first saw it; the 72 hours run from here.
        confirmed_at: when a person confirmed it out of band, or None while it is pending.
        confirmed_by: who, in the node's own words; empty while pending.
    """

    signed: SignedState
    seen_at: datetime
    confirmed_at: datetime | None = None
    confirmed_by: str = ""

    @property
    def state(self) -> str:
        """The State whose keys would change."""
        return self.signed.record.state

    @property
    def content(self) -> bytes:
        """The record's content digest: what a person compares out of band."""
        return self.signed.record.content

    @property
    def earliest(self) -> datetime:
        """The first moment at which it may be confirmed."""
        return shift_time(self.seen_at, RESET_DELAY)


@dataclass(frozen=True)
class Age:
    """How old a copy is.

    Attributes:
        seconds: since the last good refresh or import, or None if there was none.
        old: the copy's metadata has expired: usable, and every screen and verdict says so.
    """

    seconds: int | None
    old: bool


@dataclass(frozen=True, kw_only=True)
class Directory:
    """A snapshot of who is who.

    Attributes:
        trust: what all of it is verified against.
        admitted: State to the keys of the TUF delegation first seen for it; stands in for a pin.
        states: State to its records, version 1 first, without a gap.
        entries: party to its versions, ascending; gaps are possible.
        resets: pending and confirmed ones, oldest first.
        refreshed_at: last good refresh or import, or None.
        fresh_until: when the TUF metadata of that refresh expires, or None if it came by hand.
    """

    trust: TrustFile
    admitted: Mapping[str, KeySet] = field(default_factory=dict)
    states: Mapping[str, tuple[SignedState, ...]] = field(default_factory=dict)
    entries: Mapping[str, tuple[SignedEntry, ...]] = field(default_factory=dict)
    resets: tuple[Reset, ...] = ()
    refreshed_at: datetime | None = None
    fresh_until: datetime | None = None

    @property
    def mode(self) -> Mode:
        """Live or exercise: a directory knows one of them only."""
        return self.trust.mode

    def parties(self) -> tuple[str, ...]:
        """Return the names of all parties, sorted."""
        return tuple(sorted(self.entries))

    def has(self, party: str) -> bool:
        """Tell whether an entry of the party is held."""
        return party in self.entries

    def entry(self, party: str) -> Entry:
        """Return the newest entry of a party.

        Raises:
            PartyUnknownError: none is held.
        """
        return self.signed_entry(party).entry

    def signed_entry(self, party: str) -> SignedEntry:
        """Return the newest entry of a party with its JWS."""
        versions = self.entries.get(party)
        if not versions:
            raise PartyUnknownError("the directory holds no entry of that party", party=party)
        return versions[-1]

    def versions(self, party: str) -> tuple[SignedEntry, ...]:
        """Return every version of a party's entry that is held, ascending; empty if none."""
        return self.entries.get(party, ())

    def state_records(self, state: str) -> tuple[SignedState, ...]:
        """Return every record of a State, version 1 first; empty if none."""
        return self.states.get(state, ())

    def entry_is_old(self, party: str, *, now: datetime) -> bool:
        """Tell whether the newest entry has expired: usable, and every screen says so."""
        return now >= self.entry(party).expires_at

    def keys(self, party: str, use: str | None = None) -> tuple[KeyRow, ...]:
        """Return the party's keys, all that ever were, of one use or of every use."""
        return tuple(row for row in self.entry(party).keys if use is None or row.use == use)

    def active_keys(self, party: str, use: str, *, at: datetime) -> tuple[KeyRow, ...]:
        """Return the keys to use now: active, of that use, and valid at the moment."""
        rows = self.keys(party, use)
        return tuple(row for row in rows if row.status == "active" and row.covers(at))

    def recipients(self, party: str, *, at: datetime) -> tuple[str, ...]:
        """Return the age recipients to seal for now."""
        return tuple(row.kid for row in self.active_keys(party, "sealing", at=at))

    def key(self, party: str, kid: str, use: str) -> KeyRow:
        """Return one key, whatever its status.

        Raises:
            UnknownKeyError: no such party or key (``key-unknown``).
            KeyUseError: the key has another use.
        """
        versions = self.entries.get(party)
        row = versions[-1].entry.rows.get(kid) if versions else None
        if row is None:
            raise UnknownKeyError(f"{party} has no such key", party=party)
        if row.use != use:
            raise KeyUseError(f"a {row.use} key where a {use} key is due", use=row.use)
        return row

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        """Return the key if a signature proved to exist at that moment counts.

        Args:
            party: whose key.
            kid: thumbprint the signature names.
            use: what the key must be for.
            proved_at: the signature's proved time; at receipt, the receiver's own clock.

        Raises:
            UnknownKeyError, KeyUseError, KeyNotYetError, KeyRevokedError, KeyExpiredError.

        Source: spec/11-receipts.md section 11.3.
        """
        row = self.key(party, kid, use)
        row.check_counts(proved_at=proved_at)
        return row.public_key

    def policy(self, party: str, message_type: str) -> Floor | None:
        """Return the party's approval policy for a type, or None if it states none."""
        versions = self.entries.get(party)
        return versions[-1].entry.approval_policy.get(message_type) if versions else None

    def origins(self, party: str) -> tuple[str, ...]:
        """Return the origins of the party's log, every epoch; empty if it has none."""
        versions = self.entries.get(party)
        return versions[-1].entry.origins if versions else ()

    def log_verifiers(
        self, party: str, origin: str, *, proved_at: datetime | None = None
    ) -> tuple[Ed25519Verifier, ...]:
        """Return the verifiers of an origin of the party's log; empty if foreign.

        Args:
            party: whose log.
            origin: one of `origins`.
            proved_at: take the keys whose signature counts then; None: all that are not revoked.
        """
        if not self.is_log_of(party, origin):
            return ()
        return tuple(
            Ed25519Verifier(VerifierKey(origin, ED25519, unb64(row.public_key.jwk["x"])))
            for row in self.keys(party, "log")
            if _counts(row, proved_at)
        )

    def is_log_of(self, party: str, origin: str) -> bool:
        """Tell whether an origin is a party's: one that it lists, or a later epoch of the newest.

        An honest restore opens an epoch before the State can issue a new entry, and a successor
        statement explains it (spec 10). Its prefix is that of the newest origin listed, else
        another host could hide a fork.
        """
        if origin in self.origins(party):
            return True
        if not self.has(party):
            return False
        try:
            told = LogOrigin.parse(origin)
        except PeerError:
            return False
        entry = self.entry(party)
        return told.epoch > entry.epoch and origin == entry.origin(told.epoch)

    def pending_resets(self) -> tuple[Reset, ...]:
        """Return the resets that wait for a person, oldest first."""
        return tuple(reset for reset in self.resets if reset.confirmed_at is None)

    def kids(self) -> frozenset[str]:
        """Return every kid under this directory's root, for `check_modes`."""
        pinned = trust_kids(self.trust)
        admitted = {kid for pin in self.admitted.values() for kid in pin.by_kid}
        states = {
            kid for chain in self.states.values() for s in chain for kid in s.record.key_set.by_kid
        }
        parties = {kid for versions in self.entries.values() for kid in versions[-1].entry.rows}
        return pinned | admitted | states | parties

    def records(self) -> Iterator[SignedState | SignedEntry]:
        """Yield every State record, then every entry, in an order `accept` takes them in."""
        for state in sorted(self.states):
            yield from self.states[state]
        for party in sorted(self.entries):
            yield from self.entries[party]

    def age(self, *, now: datetime) -> Age:
        """Return how old this copy is."""
        seconds = None
        if self.refreshed_at is not None:
            seconds = max(0, int((now - self.refreshed_at).total_seconds()))
        old = self.refreshed_at is None or (
            self.fresh_until is not None and now >= self.fresh_until
        )
        return Age(seconds, old)

    def refreshed(self, *, at: datetime, fresh_until: datetime | None) -> "Directory":
        """Return this directory marked as refreshed or imported at that moment."""
        return replace(self, refreshed_at=at, fresh_until=fresh_until)


def _counts(row: KeyRow, proved_at: datetime | None) -> bool:
    if proved_at is None:
        return row.status != "revoked"
    before = row.invalid_from is None or proved_at < row.invalid_from
    return before and row.covers(proved_at)
