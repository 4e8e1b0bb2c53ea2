"""The directory of a bundle, judged by a trust file that came another way.

States that the trust file does not pin are taken at their own word, so that everything else can
still be checked for contradictions; whatever rests on them is never called proved.

Source: spec 12 and 16 (step 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from comity.canonical import Mode, PeerError, state_of, unb64
from comity.directory import (
    Directory,
    KeySet,
    TrustFile,
    accept_all,
    parse_entry,
    parse_state_record,
)
from comity.directory.errors import StateUnknownError, StateUnpinnedError
from comity.exchange import Floor
from comity.keys import PublicKey
from comity.ledger import Ed25519Verifier, VerifierKey
from comity.ledger.notekey import ED25519


@dataclass(frozen=True)
class Known:
    """What a bundle's directory records amount to.

    Attributes:
        directory: everything that stood.
        unpinned: States that no trust file vouches for.
        unlike_trust: States whose keys in the bundle are not those that the trust file pins.
        faults: path, code and reason of each record that does not stand.
        names: path -> State or party that the record is about, and its version.
    """

    directory: Directory
    unpinned: frozenset[str]
    unlike_trust: tuple[str, ...]
    faults: tuple[tuple[str, str, str], ...]
    names: Mapping[str, tuple[str, int]]


def judge(
    states: Mapping[str, bytes],
    entries: Mapping[str, bytes],
    *,
    trust: TrustFile | None,
    mode: Mode,
    now: datetime,
) -> Known:
    """Return the directory that records make under a trust file.

    Args:
        states: path -> State record, untrusted.
        entries: path -> entry, untrusted.
        trust: from outside the bundle, or None.
        mode: that everything must be of.
        now: the moment of export, as claimed; nothing may be issued after it.
    """
    base = trust or TrustFile(mode=mode)
    own: dict[str, KeySet] = {}
    names: dict[str, tuple[str, int]] = {}
    contents: dict[str, bytes] = {}
    faults: list[tuple[str, str, str]] = []
    for path, data in states.items():
        try:
            state = parse_state_record(data, mode=mode).record
        except PeerError as error:
            faults.append((path, error.code, str(error)))
            continue
        names[path], contents[path] = (state.state, state.version), state.content
        if state.version == 1 and state.state not in base.delegations:
            own.setdefault(state.state, state.key_set)
    for path, data in entries.items():
        try:
            entry = parse_entry(data, mode=mode).entry
        except PeerError as error:
            faults.append((path, error.code, str(error)))
            continue
        names[path], contents[path] = (entry.party, entry.version), entry.content
    start = Directory(trust=replace(base, delegations={**base.delegations, **own}))
    good = (
        *(states[p] for p in names if p in states),
        *(entries[p] for p in names if p in entries),
    )
    batch = accept_all(start, good, now=now)
    held = {
        record.record.content if hasattr(record, "record") else record.entry.content
        for record in batch.directory.records()
    }
    reasons = {refused.subject: (refused.code, refused.reason) for refused in batch.refused}
    unlike = {
        one.subject: (one.code, one.reason)
        for one in batch.refused
        if one.code == StateUnpinnedError.code and one.subject in base.delegations
    }
    for path, content in contents.items():
        if content not in held:
            subject = names[path][0]
            code, reason = reasons.get(subject, _RESET)
            if code == StateUnknownError.code and state_of(subject) in unlike:
                code, reason = unlike[state_of(subject)]  # the record is here, and is not taken
            faults.append((path, code, reason))
    return Known(
        batch.directory,
        frozenset(own),
        tuple(sorted(unlike)),
        tuple(faults),
        names,
    )


_RESET = ("bundle-directory", "the State's keys changed without the keys before them")


@dataclass(frozen=True)
class Listed:
    """A registry that asks what a key is for, not when: times are step 8's.

    Attributes:
        directory: whom to ask.
        at: as of when a party's approval policy is looked up.
    """

    directory: Directory
    at: datetime

    @property
    def mode(self) -> Mode:
        """Live or exercise."""
        return self.directory.mode

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        """Return the key if the party ever listed it for that use."""
        del proved_at
        return self.directory.key(party, kid, use).public_key

    def policy(self, party: str, message_type: str) -> Floor | None:
        """Return the policy of the entry that was newest then."""
        return policy_at(self.directory, party, message_type, self.at)

    def log_verifiers(self, party: str, origin: str) -> tuple[Ed25519Verifier, ...]:
        """Return the verifiers of every log key the party ever listed."""
        return log_verifiers(self.directory, party, origin)


@dataclass(frozen=True)
class Dated(Listed):
    """A registry that lets a key count only for what is proved in its time."""

    proved: bool = True

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        """Return the key if a signature of that proved time counts.

        Raises:
            KeyRevokedError: the key is revoked and nobody proves that the signature is older.
        """
        row = self.directory.key(party, kid, use)
        at = proved_at
        if not self.proved and row.invalid_from is not None:
            at = row.invalid_from  # without proof, a revoked key's signature is as late as can be
        return self.directory.signing_key(party, kid, use=use, proved_at=at)


def policy_at(directory: Directory, party: str, kind: str, at: datetime) -> Floor | None:
    """Return a party's approval policy for a type as its newest entry of that moment had it."""
    versions = directory.versions(party)
    then = [signed for signed in versions if signed.entry.issued_at <= at] or versions[:1]
    return then[-1].entry.approval_policy.get(kind) if then else None


def log_verifiers(directory: Directory, party: str, origin: str) -> tuple[Ed25519Verifier, ...]:
    """Return verifiers of an origin of the party's, for every log key it ever had."""
    if not directory.is_log_of(party, origin):
        return ()
    return tuple(
        Ed25519Verifier(VerifierKey(origin, ED25519, unb64(row.public_key.jwk["x"])))
        for row in directory.keys(party, "log")
    )
