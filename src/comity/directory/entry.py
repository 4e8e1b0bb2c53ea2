"""A State's signed description of one of its parties.

Source: spec/12-directory.md section 12.3.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    Mode,
    decode,
    decode_loose,
    digest,
    digest_text,
    encode,
    members,
    parse_digest,
    parse_mode,
    parse_party,
    parse_time,
    state_of,
    strings,
    time_text,
)
from comity.directory.errors import EntryMalformedError, ModeMismatchError
from comity.directory.keyrow import KeyRow, parse_key_row
from comity.directory.parsing import Endpoint, Kinds, language, line, number, parse_endpoint, slug
from comity.exchange.editions import KNOWN
from comity.exchange.types import Floor
from comity.keys import Jws, PrivateKey, jws
from comity.ledger.errors import OriginError
from comity.ledger.successor import LogOrigin

MAX_ENTRY_BYTES: Final = 512 * 1024  # of the JWS
MAX_KEYS: Final = 512
RESERVED_NAME: Final = "state"  # its targets would be the State records' own
_MANY: Final = 256
_MAX_PHONE: Final = 64
_MAX_EPOCH: Final = 100_000
_TEXT: Final[Kinds] = {"lang": str, "text": str}
_MEMBERS: Final[Kinds] = {
    "approval_policy": dict,
    "conditions": list,
    "duty_phone": (str, type(None)),
    "editions": list,
    "endpoint": dict,
    "expires_at": str,
    "functions": list,
    "instruments": list,
    "issued_at": str,
    "keys": list,
    "languages": list,
    "log": dict,
    "mode": str,
    "party": str,
    "previous": (str, type(None)),
    "protocol": str,
    "state_version": int,
    "version": int,
}


@dataclass(frozen=True)
class Text:
    """Free text that says its language (BCP 47)."""

    lang: str
    text: str

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {"lang": self.lang, "text": self.text}


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """A treaty as this State is bound by it: short name, status, reservations."""

    name: str
    status: str
    reservations: tuple[Text, ...] = ()

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        reservations = [text.value() for text in self.reservations]
        return {"name": self.name, "reservations": reservations, "status": self.status}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a State says about one of its parties, in one version. Says nothing of signatures.

    Attributes:
        version: 1, 2, 3 ...; `previous` is the content digest of the version before, or None.
        state_version: version of the State record whose keys sign this.
        keys: every key the party ever had, in the order they were added.
        epoch, origins: the log's current epoch, and the origin of every epoch so far.
        expires_at: after it the entry is old, not unusable.
        editions: digests of the editions of the registry that the party's system speaks, sorted.
    """

    mode: Mode
    party: str
    version: int
    state_version: int
    issued_at: datetime
    expires_at: datetime
    keys: tuple[KeyRow, ...]
    endpoint: Endpoint
    epoch: int = 1
    origins: tuple[str, ...] = ()
    previous: bytes | None = None
    approval_policy: Mapping[str, Floor] = field(default_factory=dict)
    conditions: tuple[Text, ...] = ()
    duty_phone: str | None = None
    editions: tuple[str, ...] = field(default_factory=lambda: KNOWN.digests)
    functions: tuple[str, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """The State that answers for the party."""
        return state_of(self.party)

    @cached_property
    def rows(self) -> Mapping[str, KeyRow]:
        """The keys by kid."""
        return {row.kid: row for row in self.keys}

    def origin(self, epoch: int) -> str | None:
        """Return the name of the party's log in an epoch; None if no log is listed.

        An epoch that is not listed has the prefix of the newest that is: a log moves to another
        address only where its State says so.
        """
        found = [LogOrigin.parse(text) for text in self.origins]
        if not found:
            return None
        listed = {one.epoch: one for one in found}
        return str(listed.get(epoch) or listed[max(listed)].at(epoch))

    @cached_property
    def payload(self) -> bytes:
        """The canonical bytes that are signed."""
        return encode(self.value())

    @cached_property
    def content(self) -> bytes:
        """The content digest, which the next version names as `previous`."""
        return digest("content", self.payload)

    def value(self) -> dict[str, Any]:
        """Return the JSON value of spec/12-directory.md section 12.3."""
        return {
            "approval_policy": {k: _floor(p) for k, p in self.approval_policy.items()},
            "conditions": [text.value() for text in self.conditions],
            "duty_phone": self.duty_phone,
            "editions": list(self.editions),
            "endpoint": self.endpoint.value(),
            "expires_at": time_text(self.expires_at),
            "functions": list(self.functions),
            "instruments": [instrument.value() for instrument in self.instruments],
            "issued_at": time_text(self.issued_at),
            "keys": [row.value() for row in self.keys],
            "languages": list(self.languages),
            "log": {"epoch": self.epoch, "origins": list(self.origins)},
            "mode": self.mode,
            "party": self.party,
            "previous": None if self.previous is None else digest_text(self.previous),
            "protocol": PROTOCOL,
            "state_version": self.state_version,
            "version": self.version,
        }


@dataclass(frozen=True)
class SignedEntry:
    """An entry with the JWS it stands in; verified only where a `Directory` holds it."""

    entry: Entry
    jws: Jws


def sign_entry(entry: Entry, signers: Iterable[PrivateKey]) -> SignedEntry:
    """Return the entry signed by a State's keys.

    Raises:
        PeerError: the entry breaks a rule of its own form; what we sign we can also read.
    """
    parsed = parse_entry_payload(entry.payload)
    return SignedEntry(parsed, jws.sign(entry.payload, signers, thing="entry", mode=entry.mode))


def parse_entry(data: bytes, *, mode: Mode) -> SignedEntry:
    """Return the entry of untrusted JWS bytes, shape only: no signature is checked.

    Raises:
        PeerError: by what is wrong first; `ModeMismatchError` if typ and payload disagree.
    """
    signed = jws.parse(data, max_bytes=MAX_ENTRY_BYTES)
    jws.expect(signed, thing="entry", mode=mode)
    entry = parse_entry_payload(signed.payload)
    if entry.mode != mode:
        raise ModeMismatchError("the entry is of the other mode than its signature")
    return SignedEntry(entry, signed)


def parse_entry_payload(payload: bytes) -> Entry:
    """Return the entry of untrusted payload bytes."""
    fields = members(decode(payload, max_bytes=MAX_ENTRY_BYTES), _MEMBERS)
    if fields["protocol"] != PROTOCOL:
        raise EntryMalformedError("an entry of another protocol")
    log = members(fields["log"], {"epoch": int, "origins": list})
    phone, previous = fields["duty_phone"], fields["previous"]
    entry = Entry(
        mode=parse_mode(fields["mode"]),
        party=parse_party(fields["party"]),
        version=number(fields["version"], least=1),
        state_version=number(fields["state_version"], least=1),
        issued_at=parse_time(fields["issued_at"]),
        expires_at=parse_time(fields["expires_at"]),
        keys=_keys(fields["keys"]),
        endpoint=parse_endpoint(fields["endpoint"]),
        epoch=number(log["epoch"], least=1, most=_MAX_EPOCH),
        origins=strings(log["origins"], line, most=_MANY),
        previous=None if previous is None else parse_digest(previous),
        approval_policy=_policies(fields["approval_policy"]),
        conditions=_texts(fields["conditions"]),
        duty_phone=None if phone is None else line(phone, most=_MAX_PHONE),
        editions=parse_editions(fields["editions"]),
        functions=strings(fields["functions"], slug, most=_MANY),
        instruments=tuple(_instrument(item) for item in _listed(fields["instruments"])),
        languages=strings(fields["languages"], language, most=_MANY),
    )
    _check(entry)
    return entry


def parse_editions(value: list[Any]) -> tuple[str, ...]:
    """Return the digests of editions of the registry, as entries and key lists have them.

    Raises:
        EntryMalformedError: there is none, or they are too many, not sorted, or doubled.
        PeerError: one is no digest.
    """
    for name in value[: _MANY + 1]:
        parse_digest(name)
    if not value or len(value) > _MANY or value != sorted(set(value)):
        raise EntryMalformedError("the editions are none, too many, not sorted, or doubled")
    return tuple(value)


def _check(entry: Entry) -> None:
    if entry.party.partition("/")[2] == RESERVED_NAME:
        raise EntryMalformedError("no party is called state")
    if (entry.version == 1) != (entry.previous is None):
        raise EntryMalformedError("version 1, and only it, has no previous version")
    if entry.issued_at >= entry.expires_at:
        raise EntryMalformedError("an entry expires after it is issued")
    _check_origins(entry)


def _check_origins(entry: Entry) -> None:
    """Raise unless each epoch has one name at most: with two, one host could hide a fork."""
    try:
        found = [LogOrigin.parse(text) for text in entry.origins]
    except OriginError as fault:
        raise EntryMalformedError("a log origin that is none") from fault
    if any((one.mode, one.party) != (entry.mode, entry.party) for one in found):
        raise EntryMalformedError("a log origin of another mode or party")
    epochs = {one.epoch for one in found}
    if len(epochs) != len(found):
        raise EntryMalformedError("two log origins of one epoch")
    if found and max(epochs) != entry.epoch:
        raise EntryMalformedError("the newest log origin is not that of the current epoch")


def _keys(value: list[Any]) -> tuple[KeyRow, ...]:
    if len(value) > MAX_KEYS:
        raise EntryMalformedError(f"at most {MAX_KEYS} keys")
    rows = tuple(parse_key_row(item) for item in value)
    if len({row.kid for row in rows}) != len(rows):
        raise EntryMalformedError("a key stands twice, so it would have two uses")
    return rows


def _policies(value: dict[str, Any]) -> dict[str, Floor]:
    if len(value) > _MANY:
        raise EntryMalformedError("too many approval policies")
    return {slug(name): _policy(item) for name, item in value.items()}


def _floor(floor: Floor) -> dict[str, Any]:
    return {
        "approver": floor.approver,
        "author": floor.author,
        "late_hours": floor.late_hours,
    }


def _policy(value: object) -> Floor:
    wanted: Kinds = {"approver": int, "author": int, "late_hours": (int, type(None))}
    fields = members(value, wanted)
    late = fields["late_hours"]
    return Floor(
        author=number(fields["author"], least=0, most=16),
        approver=number(fields["approver"], least=0, most=16),
        late_hours=None if late is None else number(late, least=1, most=720),
    )


def _listed(value: list[Any]) -> list[Any]:
    if len(value) > _MANY:
        raise EntryMalformedError(f"at most {_MANY} items")
    return value


def _texts(value: list[Any]) -> tuple[Text, ...]:
    return tuple(_text(item) for item in _listed(value))


def _text(value: object) -> Text:
    fields = members(value, _TEXT)
    return Text(language(fields["lang"]), line(fields["text"]))


def _instrument(value: object) -> Instrument:
    fields = members(value, {"name": str, "reservations": list, "status": str})
    return Instrument(
        name=slug(fields["name"]),
        status=slug(fields["status"]),
        reservations=_texts(fields["reservations"]),
    )


# The list of public keys a node writes for its State, which makes an entry of it.
#
# It is signed by nobody: the State's people compare it with the node's operator before they sign.


_MAX_BYTES: Final = 512 * 1024
_MAX_KEYS: Final = 512
_MAX_ORIGINS: Final = 256
_NODE_KEY_MEMBERS: Final[Kinds] = {
    "editions": list,
    "keys": list,
    "log": dict,
    "mode": str,
    "party": str,
    "protocol": str,
}


@dataclass(frozen=True, kw_only=True)
class NodeKeys:
    """What a node says of itself: its keys, the origins of its log, the editions it speaks."""

    mode: Mode
    party: str
    keys: tuple[KeyRow, ...]
    epoch: int = 1
    origins: tuple[str, ...] = ()
    editions: tuple[str, ...] = field(default_factory=lambda: KNOWN.digests)


def build_node_keys(
    *, mode: Mode, party: str, keys: Iterable[KeyRow], epoch: int = 1, origins: Iterable[str] = ()
) -> bytes:
    """Return the bytes of such a list, with the editions of the registry that are known here."""
    return encode(
        {
            "editions": list(KNOWN.digests),
            "keys": [row.value() for row in keys],
            "log": {"epoch": epoch, "origins": list(origins)},
            "mode": mode,
            "party": party,
            "protocol": PROTOCOL,
        }
    )


def parse_node_keys(data: bytes) -> NodeKeys:
    """Return the list of untrusted bytes in any layout; a list of no keys may name no editions.

    Raises:
        PeerError: a member missing or of the wrong kind, or a key that is not one.
    """
    value = decode_loose(data, max_bytes=_MAX_BYTES)
    if isinstance(value, dict) and value.get("keys") == []:
        # whoever has no node writes on paper: the editions are those of the State that lists it
        value = {"editions": list(KNOWN.digests), **value}
    fields = members(value, _NODE_KEY_MEMBERS)
    if fields["protocol"] != PROTOCOL:
        raise EntryMalformedError("a list of another protocol")
    log = members(fields["log"], {"epoch": int, "origins": list})
    if len(fields["keys"]) > _MAX_KEYS:
        raise EntryMalformedError(f"at most {_MAX_KEYS} keys")
    return NodeKeys(
        mode=parse_mode(fields["mode"]),
        party=parse_party(fields["party"]),
        keys=tuple(parse_key_row(item) for item in fields["keys"]),
        epoch=number(log["epoch"], least=1),
        origins=strings(log["origins"], line, most=_MAX_ORIGINS),
        editions=parse_editions(fields["editions"]),
    )
