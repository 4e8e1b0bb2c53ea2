"""Epochs of a log: what an origin says, and the statement that opens the next one (spec 10)."""

import re
from dataclasses import dataclass
from typing import Any

from tests.stranger.notes import read_checkpoint, split_note
from tests.stranger.suites import Envelope, Public, parse_jws, verify_jws
from tests.stranger.values import PARTY, RefusedError, decode, demand, members, refuse, time_of

HOST = r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
PREFIX = rf"{HOST}(:[1-9][0-9]{{0,4}})?(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
ORIGIN = re.compile(
    rf"(?!.{{101,}}/log/)(?P<prefix>{PREFIX})/log/(?P<mode>live|exercise)"
    rf"/(?P<party>{PARTY.pattern})/(?P<epoch>[1-9][0-9]{{0,8}})"
)
STATEMENT = "checkpoint mode origin_new origin_old party protocol reason stated_at"
REASONS = {"restored-backup", "key-lost", "migration"}


@dataclass(frozen=True)
class Origin:
    """The parts of an origin."""

    prefix: str
    mode: str
    party: str
    epoch: int


def read_origin(text: Any) -> Origin:
    """Return the parts of an origin."""
    found = ORIGIN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        refuse("origin-malformed")
    return Origin(found["prefix"], found["mode"], found["party"], int(found["epoch"]))


def read_statement(data: bytes) -> dict[str, Any]:
    """Return a successor statement whose members fit together."""
    try:
        value = members(decode(data), STATEMENT)
        old, new = read_origin(value["origin_old"]), read_origin(value["origin_new"])
        time_of(value["stated_at"])
        text, _ = split_note(value["checkpoint"].encode())
        tree = read_checkpoint(text)
    except (RefusedError, AttributeError) as fault:
        raise RefusedError("successor-malformed", str(fault)) from fault
    same = (
        value["protocol"] == "comity/1",
        value["reason"] in REASONS,
        old.party == new.party == value["party"],
        old.mode == new.mode == value["mode"],
        old.epoch < new.epoch,
        tree.origin == value["origin_old"],
    )
    demand(all(same), "successor-malformed", str(same))
    return value


def open_statement(value: Any, mode: str, keys: list[Public]) -> tuple[Envelope, dict[str, Any]]:
    """Return a successor statement that one of a party's log keys signed."""
    envelope = parse_jws(value)
    said = read_statement(envelope.payload)
    known = {key.kid: key for key in keys}
    verify_jws(envelope, thing="successor", mode=mode, find=known.get)
    return envelope, said
