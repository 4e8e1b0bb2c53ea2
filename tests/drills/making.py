"""Scenarios and runs for the tests: the blank one and the first night, and how to spoil them."""

import gzip
import hashlib
from base64 import encodebytes
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from comity.drills import Event, Run, Scenario, admit, read_scenario, start
from comity.drills.blank import blank
from comity.files.drills import read_shipped

T0 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""When the tests' exercises begin, on the wall."""
DISK = b"a disk, or what stands for one" * 100


@cache
def night() -> Scenario:
    return read_scenario("first-night", read_shipped("first-night"))


@cache
def small() -> Scenario:
    return read_scenario("small", blank("small"))


def spoilt(old: str, new: str, *, path: str = "scenario.toml") -> dict[str, bytes]:
    """Return the blank scenario with one piece of one file replaced; the piece has to be there."""
    files = blank("small")
    text = files[path].decode()
    assert old in text, f"{path} does not hold {old!r}"
    return {**files, path: text.replace(old, new, 1).encode()}


def added(more: str) -> dict[str, bytes]:
    """Return the blank scenario with more at the end of its scenario.toml."""
    files = blank("small")
    return {**files, "scenario.toml": files["scenario.toml"] + more.encode()}


def packed(data: bytes) -> bytes:
    """Return an original as a scenario keeps it."""
    return encodebytes(gzip.compress(data, mtime=0))


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def at(minute: float) -> datetime:
    return T0 + timedelta(seconds=round(minute * 60))


def deed(
    minute: float,
    kind: str,
    *,
    by: str = "kim",
    role: str = "duty",
    fields: tuple[str, ...] = (),
    **names: str,
) -> Event:
    return Event(at=at(minute), kind=kind, by=by, role=role, names=names, fields=fields)


def steer(minute: float, kind: str, *, by: str = "trainer", **names: str) -> Event:
    return Event(at=at(minute), kind=kind, by=by, names=names)


def played(scenario: Scenario, *events: Event) -> Run:
    run = start(scenario, team="one", at=T0)
    for event in events:
        run = admit(scenario, run, event)
    return run


def sent(minute: float, type: str, to: str, thread: str, **more: str) -> Event:
    names = {"type": type, "to": to, "thread": thread, **more}
    return Event(at=at(minute), kind="sent", by="kim", role="duty", names=names)


def codes(found: object) -> Mapping[str, list[str]]:
    """Return code to the keys for which it was found."""
    told: dict[str, list[str]] = {}
    for one in found if isinstance(found, list) else []:
        told.setdefault(one.code, []).append(one.key)
    return told
