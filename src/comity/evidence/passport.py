"""A custody passport: one exhibit's whole chain with what is proved of it, as plain facts.

Papers for people and machines are made from it; it proves nothing itself. ``proved`` means that a
log entry known to the office that made the passport holds the event; ``attested`` that a party said
so, under its signature, and nothing more; ``unknown`` that neither can be shown.

Source: spec 15.4.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from comity.canonical import (
    PROTOCOL,
    Mode,
    PeerError,
    digest_text,
    members,
    parse_digest,
    parse_id,
    parse_mode,
    parse_party,
    parse_time,
    strings,
    time_text,
)
from comity.evidence.custody import MAX_EVENTS, Event, holds, parse_event, verify
from comity.evidence.limits import MAX_LIMITS, Limit, parse_limit

type Status = Literal["proved", "attested", "unknown"]
STATUSES: Final = ("proved", "attested", "unknown")
MAX_PASSPORT_BYTES: Final = 64 * 1024 * 1024
_MAX_PACKAGES: Final = 1000
_MAX_LOGS: Final = 16
_TEXT: Final = (str, type(None))


class PassportError(PeerError, code="passport"):
    """A file is no passport: its shape is wrong, or what it says contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Where a log holds an event.

    Attributes:
        party: whose log.
        epoch: of that log, from 1.
        index: of the entry, from 0.
        at: aware UTC time, by that log's clock.
    """

    party: str
    epoch: int
    index: int
    at: datetime

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "at": time_text(self.at),
            "epoch": self.epoch,
            "index": self.index,
            "party": self.party,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportEvent:
    """An event with what is proved of it.

    Attributes:
        event: as it stands in the chain.
        status: proved, attested or unknown.
        logs: the entries that hold it: of a hand-over, in the logs of both sides where both are
            known; of a domestic event, in the log of the office that made the passport.
    """

    event: Event
    status: Status
    logs: tuple[LogEntry, ...]

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "event": self.event.to_value(),
            "logs": [entry.to_value() for entry in self.logs],
            "status": self.status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportPackage:
    """A sealed package of the exhibit.

    Attributes:
        root: of its blocks; the package's name.
        size_bytes: sealed.
        files: how many it holds.
        recipients: age recipients it was sealed to.
        sealed_at: aware UTC time of the event ``sealed``, or None if the chain has none.
        language, description: what the offer says of it.
        destroyed: whether the office that made the passport destroyed its bytes.
    """

    root: bytes
    size_bytes: int
    files: int
    recipients: tuple[str, ...]
    sealed_at: datetime | None
    language: str
    description: str
    destroyed: bool

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "description": self.description,
            "destroyed": self.destroyed,
            "files": self.files,
            "language": self.language,
            "recipients": list(self.recipients),
            "root": digest_text(self.root),
            "sealed_at": None if self.sealed_at is None else time_text(self.sealed_at),
            "size_bytes": self.size_bytes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the office that made the passport keeps the exhibit.

    Attributes:
        name: the retention class, in that office's words.
        until: aware UTC time before which nothing is destroyed without a reason.
    """

    name: str
    until: datetime

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {"class": self.name, "until": time_text(self.until)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """One exhibit's life, as the office that made the passport knows it.

    Attributes:
        exhibit: UUIDv7.
        case: the office's own case number, or None.
        packages: its sealed packages, the first sealed first.
        events: the whole chain, event 1 first; it verifies.
        retention: or None where the office set none.
        made_by: party whose office made it.
        generated_at: aware UTC time.
        mode: live or exercise.
        limits: on its use, as the conversations in which it, or what it was made from, came say.

    ``holds`` and the lineage follow from the events.
    """

    exhibit: str
    case: str | None
    packages: tuple[PassportPackage, ...]
    events: tuple[PassportEvent, ...]
    retention: Retention | None
    made_by: str
    generated_at: datetime
    mode: Mode
    limits: tuple[Limit, ...] = ()

    @property
    def chain(self) -> tuple[Event, ...]:
        """Return the events as the chain has them."""
        return tuple(item.event for item in self.events)

    @property
    def holds(self) -> tuple[Event, ...]:
        """Return the legal holds that stand."""
        return holds(self.chain)

    @property
    def taken_from(self) -> Event | None:
        """Return the event by which this exhibit comes from another one, or None."""
        return next((event for event in self.chain if event.event == "derived"), None)

    @property
    def taken_out(self) -> tuple[Event, ...]:
        """Return the events by which other exhibits came from this one."""
        return tuple(e for e in self.chain if e.related and e.event != "derived")

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value, which `parse_passport` reads."""
        return {
            "case": self.case,
            "events": [item.to_value() for item in self.events],
            "exhibit": self.exhibit,
            "generated_at": time_text(self.generated_at),
            "limits": [limit.to_value() for limit in self.limits],
            "made_by": self.made_by,
            "mode": self.mode,
            "packages": [package.to_value() for package in self.packages],
            "protocol": PROTOCOL,
            "retention": None if self.retention is None else self.retention.to_value(),
        }


def parse_passport(value: object) -> Passport:
    """Parse a decoded JSON value and verify its chain.

    Raises:
        PassportError: it is no passport.
        PeerError: by code, which part of it is wrong; a chain that does not hold among them.
    """
    found = members(
        {"limits": [], **value} if isinstance(value, dict) else value,  # older files have none
        {
            "case": _TEXT,
            "events": list,
            "exhibit": str,
            "generated_at": str,
            "limits": list,
            "made_by": str,
            "mode": str,
            "packages": list,
            "protocol": str,
            "retention": (dict, type(None)),
        },
    )
    if found["protocol"] != PROTOCOL:
        raise PassportError("a passport of another protocol")
    if not 0 < len(found["events"]) <= MAX_EVENTS or len(found["packages"]) > _MAX_PACKAGES:
        raise PassportError("no events, or more events or packages than a passport holds")
    if len(found["limits"]) > MAX_LIMITS:
        raise PassportError("more limits on use than a passport holds")
    passport = Passport(
        exhibit=parse_id(found["exhibit"]),
        case=found["case"],
        packages=tuple(_package(item) for item in found["packages"]),
        events=tuple(_event(item) for item in found["events"]),
        retention=None if found["retention"] is None else _retention(found["retention"]),
        made_by=parse_party(found["made_by"]),
        generated_at=parse_time(found["generated_at"]),
        mode=parse_mode(found["mode"]),
        limits=tuple(parse_limit(item) for item in found["limits"]),
    )
    verify(passport.chain)
    if passport.chain[0].exhibit != passport.exhibit:
        raise PassportError("the chain is of another exhibit than the passport names")
    return passport


def _event(value: object) -> PassportEvent:
    found = members(value, {"event": dict, "logs": list, "status": str})
    if found["status"] not in STATUSES or len(found["logs"]) > _MAX_LOGS:
        raise PassportError("an event's status is none of the three words, or its logs too many")
    event = parse_event(found["event"])
    if event.attested and found["status"] == "proved":
        raise PassportError(f"event {event.number} is attested and cannot be called proved")
    if found["status"] == "proved" and not found["logs"]:
        raise PassportError(f"event {event.number} is called proved, and no log holds it")
    return PassportEvent(
        event=event,
        status=found["status"],
        logs=tuple(_entry(item) for item in found["logs"]),
    )


def _entry(value: object) -> LogEntry:
    found = members(value, {"at": str, "epoch": int, "index": int, "party": str})
    if found["epoch"] < 1 or found["index"] < 0:
        raise PassportError("a log has no such entry")
    return LogEntry(
        party=parse_party(found["party"]),
        epoch=found["epoch"],
        index=found["index"],
        at=parse_time(found["at"]),
    )


def _package(value: object) -> PassportPackage:
    found = members(
        value,
        {
            "description": str,
            "destroyed": bool,
            "files": int,
            "language": str,
            "recipients": list,
            "root": str,
            "sealed_at": _TEXT,
            "size_bytes": int,
        },
    )
    if found["files"] < 0 or found["size_bytes"] < 0:
        raise PassportError("a package of less than nothing")
    sealed_at = found["sealed_at"]
    return PassportPackage(
        root=parse_digest(found["root"]),
        size_bytes=found["size_bytes"],
        files=found["files"],
        recipients=strings(found["recipients"], _recipient, most=32),
        sealed_at=None if sealed_at is None else parse_time(sealed_at),
        language=found["language"],
        description=found["description"],
        destroyed=found["destroyed"],
    )


def _recipient(value: object) -> str:
    if not isinstance(value, str):
        raise PassportError("a recipient is a text")
    return value


def _retention(value: object) -> Retention:
    found = members(value, {"class": str, "until": str})
    return Retention(name=found["class"], until=parse_time(found["until"]))
