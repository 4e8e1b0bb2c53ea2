"""Who may sign what: State records, entries, and each key's one use (spec 12)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.stranger.notes import NoteKey
from tests.stranger.suites import Envelope, Public, parse_jws, public_of, verify_jws
from tests.stranger.values import decode, demand, encode, members, refuse, time_of, unb64

ENTRY = (
    "approval_policy conditions duty_phone editions endpoint expires_at functions instruments "
    "issued_at keys languages log mode party previous protocol state_version version"
)
KEY = "alg invalid_from kid last_good_index not_after not_before public status use"
STATE = "issued_at keys mode previous protocol state threshold version"


@dataclass(frozen=True)
class Row:
    """One key that a party lists."""

    party: str
    mode: str
    use: str
    kid: str
    public: Public | None = None
    recipient: str = ""
    status: str = "active"
    not_before: datetime | None = None
    not_after: datetime | None = None
    invalid_from: datetime | None = None


@dataclass
class Directory:
    """What this party knows of the others.

    Attributes:
        mode: live or exercise; nothing of the other mode is here.
        rows: every key of every party.
        origins: origin of a log -> party.
        policies: party -> type -> {"author", "approver", "late_hours"}.
        urls: party -> where it answers.
        editions: party -> digests of the editions that it speaks.
    """

    mode: str
    rows: list[Row] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    editions: dict[str, list[str]] = field(default_factory=dict)

    def signer(self, party: str, *, use: str, at: datetime) -> Callable[[str], Public]:
        """Return the look-up of a party's keys of one use, good at a proved time (spec 11.3)."""

        def find(kid: str) -> Public:
            known = [r for r in self.rows if (r.kid, r.party, r.mode) == (kid, party, self.mode)]
            demand(known, "key-unknown")
            row = next((r for r in known if r.use == use), None)
            if row is None or row.public is None:
                refuse("key-use")
            demand(row.not_before is None or row.not_before <= at, "key-not-yet")
            demand(row.not_after is None or at <= row.not_after, "key-expired")
            demand(row.invalid_from is None or at < row.invalid_from, "key-revoked")
            return row.public

        return find

    def holds(self, party: str, use: str, kid: str) -> Public:
        """Return a party's key of one use, whenever it was good."""
        known = [r for r in self.rows if (r.kid, r.party, r.mode) == (kid, party, self.mode)]
        demand(known, "key-unknown")
        row = next((r for r in known if r.use == use), None)
        if row is None or row.public is None:
            refuse("key-use")
        return row.public

    def is_node_key(self, kid: str) -> bool:
        """Tell whether a kid is of a key that some party lists."""
        return any(row.kid == kid for row in self.rows)

    def recipients(self, party: str) -> list[str]:
        """Return the age recipients to seal to."""
        return [
            r.recipient
            for r in self.rows
            if r.party == party and r.recipient and r.status == "active"
        ]

    def log_keys(self, origin: str) -> list[NoteKey]:
        """Return the keys that may sign for a log."""
        party = self.origins.get(origin)
        return [
            NoteKey(origin, unb64(r.public.jwk["x"]))
            for r in self.rows
            if r.party == party and r.use == "log" and r.public is not None
        ]

    def take(self, trust: bytes, state: bytes, entry: bytes, *, now: datetime) -> str:
        """Take over a State's entry against a trust file; return the party.

        Only a first State record is read, whose keys are the trust file's pin: the stranger needs
        no more.
        """
        pins = decode(trust)["delegations"]
        record = parse_jws(decode(state))
        said = members(decode(record.payload), STATE)
        demand(said["mode"] == self.mode, "mode-mismatch")
        pin = pins.get(said["state"])
        demand(pin and said["version"] == 1, "state-unpinned")
        demand(
            [said["keys"], said["threshold"]] == [pin["keys"], pin["threshold"]], "state-unpinned"
        )
        keys = [public_of(jwk) for jwk in said["keys"]]
        self._threshold(record, "state", keys, said["threshold"])
        envelope = parse_jws(decode(entry))
        value = members(decode(envelope.payload), ENTRY)
        demand(value["party"].startswith(said["state"] + "/"), "entry-foreign")
        demand(value["mode"] == self.mode and value["state_version"] == 1, "mode-mismatch")
        demand(time_of(value["issued_at"]) <= now, "issued-ahead")
        self._threshold(envelope, "entry", keys, said["threshold"])
        self.add(value)
        party: str = value["party"]
        return party

    def _threshold(self, envelope: Envelope, thing: str, keys: list[Public], least: int) -> None:
        known = {key.kid: key for key in keys}
        verify_jws(envelope, thing=thing, mode=self.mode, find=known.get)
        demand(len(envelope.headers) >= least, "threshold-missed")

    def add(self, entry: dict[str, Any]) -> None:
        """Add what an entry says, without asking who signed it."""
        party = entry["party"]
        for key in entry["keys"]:
            members(key, KEY)
            signing = isinstance(key["public"], dict)
            public = public_of(key["public"]) if signing else None
            demand(public is None or public.kid == key["kid"], "entry-malformed")
            invalid = key["invalid_from"]
            self.rows.append(
                Row(
                    party=party,
                    mode=entry["mode"],
                    use=key["use"],
                    kid=key["kid"],
                    public=public,
                    recipient="" if signing else key["public"],
                    status=key["status"],
                    not_before=time_of(key["not_before"]),
                    not_after=time_of(key["not_after"]),
                    invalid_from=time_of(invalid) if invalid else None,
                )
            )
        self.origins.update(dict.fromkeys(entry["log"]["origins"], party))
        self.policies[party] = entry["approval_policy"]
        listed = entry["editions"]
        demand(listed and listed == sorted(set(listed)), "entry-malformed", "editions")
        self.editions[party] = listed
        if entry["endpoint"]["kind"] == "url":
            self.urls[party] = entry["endpoint"]["url"].rstrip("/")


def key_row(
    public: dict[str, str] | str, kid: str, use: str, alg: str, window: Iterable[str]
) -> Any:
    """Return how an entry lists a key that is new."""
    start, end = window
    return {
        "alg": alg,
        "invalid_from": None,
        "kid": kid,
        "last_good_index": None,
        "not_after": end,
        "not_before": start,
        "public": public,
        "status": "active",
        "use": use,
    }


def entry_payload(value: dict[str, Any]) -> bytes:
    """Return the payload that the State signs."""
    return encode(members(value, ENTRY))
