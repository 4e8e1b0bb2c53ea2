"""A file of State records and entries that goes from hand to hand.

The same form carries a State's delegated TUF metadata to the secretariat.

Source: spec/12-directory.md section 12.4.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import PROTOCOL, Mode, PeerError, decode, encode, members, parse_mode
from comity.directory.directory import Directory
from comity.directory.entry import MAX_ENTRY_BYTES
from comity.directory.errors import HandoverMalformedError
from comity.directory.parsing import Kinds
from comity.directory.state_record import MAX_STATE_BYTES
from comity.keys import Jws, jws

MAX_HANDOVER_BYTES: Final = 64 * 1024 * 1024
_MAX_RECORDS: Final = 50_000
_MAX_DELEGATED: Final = 5_000_000
_MEMBERS: Final[Kinds] = {
    "delegated": (str, type(None)),
    "entries": list,
    "mode": str,
    "protocol": str,
    "states": list,
}


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What such a file holds; nothing in it is verified.

    Attributes:
        states, entries: JWS bytes, each for itself to be judged by `accept_all`.
        delegated: a State's signed TUF metadata for the secretariat, or None.
    """

    mode: Mode
    states: tuple[bytes, ...]
    entries: tuple[bytes, ...]
    delegated: bytes | None = None

    @property
    def records(self) -> tuple[bytes, ...]:
        """Everything `accept_all` takes."""
        return (*self.states, *self.entries)


def build_handover(directory: Directory, *, states: Iterable[str] | None = None) -> bytes:
    """Return the file of every record a directory holds, of some States or of all.

    Args:
        directory: whose records.
        states: two-letter names to include; None for all.
    """
    wanted = set(directory.states) if states is None else set(states)
    chains = [directory.states[state] for state in sorted(wanted & directory.states.keys())]
    parties = [party for party in directory.parties() if party[:2] in wanted]
    return encode_handover(
        mode=directory.mode,
        states=[signed.jws for chain in chains for signed in chain],
        entries=[signed.jws for party in parties for signed in directory.versions(party)],
    )


def encode_handover(
    *, mode: Mode, states: Iterable[Jws], entries: Iterable[Jws], delegated: bytes | None = None
) -> bytes:
    """Return the canonical bytes of a file."""
    return encode(
        {
            "delegated": None if delegated is None else delegated.decode("utf-8"),
            "entries": [signed.value for signed in entries],
            "mode": mode,
            "protocol": PROTOCOL,
            "states": [signed.value for signed in states],
        }
    )


def parse_handover(data: bytes) -> Handover:
    """Return the records of an untrusted file, shape only.

    Raises:
        PeerError: not such a file.
        HandoverMalformedError: with facts ``row`` (from 1) and ``kind``, a record that is no JWS.
    """
    fields = members(decode(data, max_bytes=MAX_HANDOVER_BYTES), _MEMBERS)
    if fields["protocol"] != PROTOCOL:
        raise HandoverMalformedError("a file of another protocol")
    delegated = fields["delegated"]
    if delegated is not None and len(delegated) > _MAX_DELEGATED:
        raise HandoverMalformedError("the delegated metadata is too long")
    return Handover(
        mode=parse_mode(fields["mode"]),
        states=_records(fields["states"], MAX_STATE_BYTES, "states"),
        entries=_records(fields["entries"], MAX_ENTRY_BYTES, "entries"),
        delegated=None if delegated is None else delegated.encode("utf-8"),
    )


def _records(value: list[Any], max_bytes: int, kind: str) -> tuple[bytes, ...]:
    if len(value) > _MAX_RECORDS:
        raise HandoverMalformedError(f"at most {_MAX_RECORDS} records")
    return tuple(_record(n, item, max_bytes, kind) for n, item in enumerate(value, 1))


def _record(row: int, value: object, max_bytes: int, kind: str) -> bytes:
    try:
        record = jws.parse_value(value).record
    except PeerError as fault:
        told = f"record {row} of {kind!r} cannot be read: {fault}"
        raise HandoverMalformedError(told, row=row, kind=kind) from fault
    if len(record) > max_bytes:
        raise HandoverMalformedError(f"record {row} of {kind!r} is too long", row=row, kind=kind)
    return record
