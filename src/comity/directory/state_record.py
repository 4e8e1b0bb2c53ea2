"""A State's signed list of the keys that may sign its entries.

Source: spec/12-directory.md section 12.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    Mode,
    decode,
    digest,
    digest_text,
    encode,
    members,
    parse_digest,
    parse_mode,
    parse_state,
    parse_time,
    time_text,
)
from comity.canonical.amounts import counted
from comity.directory.errors import ModeMismatchError, StateMalformedError, ThresholdError
from comity.directory.parsing import Kinds, number
from comity.keys import Jws, PrivateKey, PublicKey, SignatureInvalidError, jws

MAX_STATE_BYTES: Final = 64 * 1024
MAX_STATE_KEYS: Final = 8  # a record of a rotation is signed by old and new keys: 16 signatures
_MEMBERS: Final[Kinds] = {
    "issued_at": str,
    "keys": list,
    "mode": str,
    "previous": (str, type(None)),
    "protocol": str,
    "state": str,
    "threshold": int,
    "version": int,
}


@dataclass(frozen=True)
class KeySet:
    """Keys of which a threshold decides together; what a trust file pins.

    Attributes:
        keys: in any order, no two the same.
        threshold: from 1 to the number of keys.
    """

    keys: tuple[PublicKey, ...]
    threshold: int

    @cached_property
    def by_kid(self) -> Mapping[str, PublicKey]:
        """The keys by kid."""
        return {key.kid: key for key in self.keys}

    def same(self, other: "KeySet") -> bool:
        """Tell whether both name the same keys and threshold, in whatever order."""
        return self.threshold == other.threshold and self.by_kid.keys() == other.by_kid.keys()

    def value(self) -> dict[str, Any]:
        """Return the JSON value of a trust file's delegation."""
        return {"keys": [key.jwk for key in self.keys], "threshold": self.threshold}


def parse_key_set(keys: list[Any], threshold: object) -> KeySet:
    """Return the key set of untrusted JSON values.

    Raises:
        StateMalformedError: no key, too many, one twice, or a threshold nobody can reach.
    """
    if not 1 <= len(keys) <= MAX_STATE_KEYS:
        raise StateMalformedError(f"one to {MAX_STATE_KEYS} keys are allowed")
    parsed = KeySet(
        tuple(PublicKey.from_jwk(key) for key in keys),
        number(threshold, least=1, most=MAX_STATE_KEYS),
    )
    if len(parsed.by_kid) != len(keys):
        raise StateMalformedError("a key stands twice")
    if parsed.threshold > len(keys):
        raise StateMalformedError("the threshold is higher than the number of keys")
    return parsed


@dataclass(frozen=True, kw_only=True)
class StateRecord:
    """The keys of a State in one version. Says nothing of signatures."""

    mode: Mode
    state: str
    version: int
    issued_at: datetime
    key_set: KeySet
    previous: bytes | None = None

    @cached_property
    def payload(self) -> bytes:
        """The canonical bytes that are signed."""
        return encode(self.value())

    @cached_property
    def content(self) -> bytes:
        """The content digest, which the next version names as `previous`."""
        return digest("content", self.payload)

    def value(self) -> dict[str, Any]:
        """Return the JSON value of spec/12-directory.md section 12.2."""
        return {
            "issued_at": time_text(self.issued_at),
            "keys": [key.jwk for key in self.key_set.keys],
            "mode": self.mode,
            "previous": None if self.previous is None else digest_text(self.previous),
            "protocol": PROTOCOL,
            "state": self.state,
            "threshold": self.key_set.threshold,
            "version": self.version,
        }


@dataclass(frozen=True)
class SignedState:
    """A State record with the JWS it stands in; verified only where a `Directory` holds it."""

    record: StateRecord
    jws: Jws


def sign_state(record: StateRecord, signers: Iterable[PrivateKey]) -> SignedState:
    """Return the record signed by the keys of this and, after the first, the last version."""
    parsed = parse_state_payload(record.payload)
    return SignedState(parsed, jws.sign(record.payload, signers, thing="state", mode=record.mode))


def parse_state_record(data: bytes, *, mode: Mode) -> SignedState:
    """Return the State record of untrusted JWS bytes, shape only: no signature is checked."""
    signed = jws.parse(data, max_bytes=MAX_STATE_BYTES)
    jws.expect(signed, thing="state", mode=mode)
    record = parse_state_payload(signed.payload)
    if record.mode != mode:
        raise ModeMismatchError("the State record is of the other mode than its signature")
    return SignedState(record, signed)


def parse_state_payload(payload: bytes) -> StateRecord:
    """Return the State record of untrusted payload bytes."""
    fields = members(decode(payload, max_bytes=MAX_STATE_BYTES), _MEMBERS)
    if fields["protocol"] != PROTOCOL:
        raise StateMalformedError("a State record of another protocol")
    previous = fields["previous"]
    record = StateRecord(
        mode=parse_mode(fields["mode"]),
        state=parse_state(fields["state"]),
        version=number(fields["version"], least=1),
        issued_at=parse_time(fields["issued_at"]),
        key_set=parse_key_set(fields["keys"], fields["threshold"]),
        previous=None if previous is None else parse_digest(previous),
    )
    if (record.version == 1) != (record.previous is None):
        raise StateMalformedError("version 1, and only it, has no previous version")
    return record


def good_signers(signed: Jws, key_set: KeySet) -> frozenset[str]:
    """Return the kids of the set that signed well; foreign and broken signatures do not count."""
    good = set()
    for signature in signed.signatures:
        key = key_set.by_kid.get(signature.kid)
        if key is None or key.alg != signature.alg:
            continue
        try:
            key.verify(signature.value, signature.signing_input)
        except SignatureInvalidError:
            continue
        good.add(signature.kid)
    return frozenset(good)


def check_threshold(signed: Jws, key_set: KeySet) -> None:
    """Raise `ThresholdError` unless a threshold of the set signed."""
    good = len(good_signers(signed, key_set))
    if good < key_set.threshold:
        raise ThresholdError(too_few(signed, key_set), good=good, threshold=key_set.threshold)


def too_few(signed: Jws, key_set: KeySet) -> str:
    """Return in a sentence why a threshold of the set did not sign.

    A signature by a key of the set that does not verify tells that something was changed since.
    """
    good, due = len(good_signers(signed, key_set)), key_set.threshold
    given = {one.kid for one in signed.signatures if one.kid in key_set.by_kid}
    counts = f"{counted(good, 'good signature')} where {due} {'is' if due == 1 else 'are'} due"
    if len(given) > good:
        return (
            f"the record was changed after it was signed: {counts}; get the file again from the "
            "State that signed it"
        )
    return counts


def follows(newer: SignedState, older: StateRecord) -> bool:
    """Tell whether a record is the older one's next version, signed by a threshold of both."""
    return (
        newer.record.state == older.state
        and newer.record.version == older.version + 1
        and newer.record.previous == older.content
        and len(good_signers(newer.jws, older.key_set)) >= older.key_set.threshold
        and signs_itself(newer)
    )


def signs_itself(signed: SignedState) -> bool:
    """Tell whether a threshold of a record's own keys signed it."""
    key_set = signed.record.key_set
    return len(good_signers(signed.jws, key_set)) >= key_set.threshold
