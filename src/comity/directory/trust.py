"""What a node or a verifier trusts before it has seen anything; it comes by hand.

Source: spec/12-directory.md section 12.1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    MisuseError,
    Mode,
    decode_loose,
    encode,
    members,
    parse_mode,
    parse_state,
)
from comity.directory.errors import KeyInBothModesError, TrustMalformedError
from comity.directory.parsing import Kinds
from comity.directory.state_record import KeySet, parse_key_set
from comity.ledger.notekey import VerifierKey, parse_verifier_key

MAX_TRUST_BYTES: Final = 4 * 1024 * 1024
_MANY: Final = 256
_PEM_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_PEM_END: Final = "-----END CERTIFICATE-----"
_MEMBERS: Final[Kinds] = {
    "delegations": dict,
    "mode": str,
    "protocol": str,
    "root": (dict, type(None)),
    "timestamp_roots": list,
    "witness_threshold": int,
    "witnesses": list,
}
WITNESSES_DUE: Final = 2
"""So many States' witnesses have to agree where a trust file does not ask for another number."""


@dataclass(frozen=True)
class Witness:
    """A witness of logs, and who answers for it.

    Attributes:
        key: its verifier key, ``name+id+base64``.
        state: the State whose party operates it.
    """

    key: str
    state: str

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {"key": self.key, "state": self.state}


@dataclass(frozen=True, kw_only=True)
class TrustFile:
    """Pins, roots and witnesses of one mode.

    Attributes:
        delegations: State to the keys that stand for it; its pin.
        root: TUF root metadata as JSON, or None where no secretariat is used.
        timestamp_roots: PEM certificates of RFC 3161 authorities.
        witnesses: the tlog witnesses whose signatures count.
        witness_threshold: how many of them, each of another State and none of a State of the case,
            make a time or show that a log has one branch.
    """

    mode: Mode
    delegations: Mapping[str, KeySet] = field(default_factory=dict)
    root: Mapping[str, Any] | None = None
    timestamp_roots: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    witness_threshold: int = WITNESSES_DUE

    @cached_property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The witnesses' keys, parsed."""
        return tuple(parse_verifier_key(witness.key) for witness in self.witnesses)

    @cached_property
    def data(self) -> bytes:
        """The canonical bytes of the file."""
        return encode(self.value())

    def value(self) -> dict[str, Any]:
        """Return the JSON value of spec/12-directory.md section 12.1."""
        return {
            "delegations": {state: pin.value() for state, pin in self.delegations.items()},
            "mode": self.mode,
            "protocol": PROTOCOL,
            "root": None if self.root is None else dict(self.root),
            "timestamp_roots": list(self.timestamp_roots),
            "witness_threshold": self.witness_threshold,
            "witnesses": [witness.value() for witness in self.witnesses],
        }


def parse_trust(data: bytes) -> TrustFile:
    """Return the trust file of bytes in any layout: people edit it.

    Raises:
        PeerError: unknown or missing members, or a key, certificate or root that is not one.
    """
    fields = members(decode_loose(data, max_bytes=MAX_TRUST_BYTES), _MEMBERS)
    if fields["protocol"] != PROTOCOL:
        raise TrustMalformedError("a trust file of another protocol")
    trust = TrustFile(
        mode=parse_mode(fields["mode"]),
        delegations={
            parse_state(state): _pin(value) for state, value in fields["delegations"].items()
        },
        root=fields["root"],
        timestamp_roots=tuple(_pem(item) for item in _listed(fields["timestamp_roots"])),
        witnesses=_witnesses(_listed(fields["witnesses"])),
        witness_threshold=_threshold(fields["witness_threshold"]),
    )
    _check_encodable(trust)
    return trust


def check_modes(live: Iterable[str], exercise: Iterable[str]) -> None:
    """Raise `KeyInBothModesError` if a kid stands under both modes' roots.

    Args:
        live: kids of a live `Directory` or trust file (see `trust_kids`, `Directory.kids`).
        exercise: kids of the exercise one.

    Source: spec/05-keys-and-signatures.md.
    """
    both = set(live) & set(exercise)
    if both:
        raise KeyInBothModesError("a key stands under both modes' roots", kid=min(both))


def trust_kids(trust: TrustFile) -> frozenset[str]:
    """Return the kids of every key pinned, and the public values of the TUF root's keys."""
    pinned = {kid for pin in trust.delegations.values() for kid in pin.by_kid}
    return frozenset(pinned | _tuf_publics(trust.root))


def _tuf_publics(root: Mapping[str, Any] | None) -> set[str]:
    """Read ``signed.keys.*.keyval.public`` of a root whose shape nobody has checked yet."""
    signed = root.get("signed") if root is not None else None
    keys = signed.get("keys") if isinstance(signed, dict) else None
    rows = keys.values() if isinstance(keys, dict) else ()
    values = (row.get("keyval") for row in rows if isinstance(row, dict))
    publics = (value.get("public") for value in values if isinstance(value, dict))
    return {text for text in publics if isinstance(text, str)}


def merged_trust(held: TrustFile, added: TrustFile) -> TrustFile:
    """Return a trust file with another one's pins, root and witnesses added; nothing changes.

    The number of witnesses that have to agree stays as it is.

    Raises:
        MisuseError: the other one is of the other mode, pins a State to other keys, names another
            TUF root, or lists a witness for another State.
    """
    if held.mode != added.mode:
        raise MisuseError("one trust file is live, the other for exercises")
    for state, pin in added.delegations.items():
        if state in held.delegations and not held.delegations[state].same(pin):
            raise MisuseError(f"{state} is pinned to other keys already", state=state)
    if held.root is not None and added.root is not None and held.root != added.root:
        raise MisuseError("another secretariat's root is trusted already")
    listed = {witness.key: witness for witness in (*added.witnesses, *held.witnesses)}
    for witness in added.witnesses:
        if listed[witness.key] != witness:
            state = listed[witness.key].state
            raise MisuseError(f"the witness is listed for {state} already", state=state)
    return replace(
        held,
        delegations={**added.delegations, **held.delegations},
        root=held.root if held.root is not None else added.root,
        timestamp_roots=tuple(dict.fromkeys((*held.timestamp_roots, *added.timestamp_roots))),
        witnesses=tuple(dict.fromkeys((*held.witnesses, *added.witnesses))),
    )


def _pin(value: object) -> KeySet:
    fields = members(value, {"keys": list, "threshold": int})
    return parse_key_set(fields["keys"], fields["threshold"])


def _listed(value: list[Any]) -> list[Any]:
    if len(value) > _MANY:
        raise TrustMalformedError(f"at most {_MANY} items")
    return value


def _pem(value: object) -> str:
    if not isinstance(value, str) or not value.isascii():
        raise TrustMalformedError("a time-stamp root is a PEM certificate")
    text = value.strip()
    if not text.startswith(_PEM_BEGIN) or not text.endswith(_PEM_END):
        raise TrustMalformedError("a time-stamp root is a PEM certificate")
    return value


def _witnesses(values: list[Any]) -> tuple[Witness, ...]:
    found = tuple(_witness(value) for value in values)
    if len({witness.key for witness in found}) != len(found):
        raise TrustMalformedError("a witness is listed twice")
    return found


def _witness(value: object) -> Witness:
    fields = members(value, {"key": str, "state": str})
    return Witness(parse_verifier_key(fields["key"]).text(), parse_state(fields["state"]))


def _threshold(value: int) -> int:
    if not 1 <= value <= _MANY:
        raise TrustMalformedError(f"witness_threshold is a number from 1 to {_MANY}")
    return value


def _check_encodable(trust: TrustFile) -> None:
    try:
        _ = trust.data
    except MisuseError as fault:
        raise TrustMalformedError("the trust file holds what JSON cannot say") from fault
