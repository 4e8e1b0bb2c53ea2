"""Bundles changed at random and signed again by those who may: both programs say the same."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.bundle.attack import STAMPING
from tests.bundle.makers import private, resigned, stamped_bundle, trust_file, whole_bundle
from tests.bundle.test_fuzz import changed
from tests.directory.world import state_keys
from tests.verifier.values import as_values, told_here, told_there
from tests.walks import every

from comity.bundle import layout
from comity.canonical import decode, encode, parse_time, unb64
from comity.keys import PrivateKey, jws

pytestmark = pytest.mark.long  # a hundred bundles by two judges; test_bundles.py holds each step

CASES = 80
BASES = ((whole_bundle(), trust_file()), (stamped_bundle(), STAMPING))


@pytest.fixture(scope="module")
def page(loaded: Callable[[str], Page]) -> Page:
    return loaded("bundles.js")


def signers(path: str, payload: Any) -> tuple[str, list[PrivateKey]] | None:
    """Return the thing, and the keys that may sign it, of a changed payload; None if nobody may."""
    named = payload if isinstance(payload, dict) else {}
    match path.split("/")[1:3], named:
        case ["messages", _], {"from": str(party)}:
            return "message", [private(party, "message")]
        case ["receipts", _], {"to": str(party)}:
            return "receipt", [private(party, "receipt")]
        case ["directory", "states"], {"state": str(state)}:
            return "state", state_keys(state)
        case ["directory", "entries"], {"party": str(party)}:
            return "entry", state_keys(party[:2])[:2]
    return None


def spoilt(data: bytes, path: str, draw: random.Random) -> bytes:
    if not path.endswith(".json"):
        place = draw.randrange(len(data))
        return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]
    value = decode(data, max_bytes=1 << 26)
    if isinstance(value, dict) and "payload" in value and draw.random() < 0.7:
        payload = changed(decode(unb64(value["payload"]), max_bytes=1 << 26), draw)
        signing = signers(path, payload)
        if signing is not None:
            return jws.sign(encode(payload), signing[1], thing=signing[0], mode="live").record
    return encode(changed(value, draw))


@every("number", range(CASES))
def test_a_changed_bundle_gets_one_verdict(page: Page, number: int) -> None:
    draw = random.Random(number)
    good, trust = BASES[number % 2]
    sizes = (path for path in good if path != layout.STATEMENT and path.startswith("data/"))
    path = draw.choice(sorted(path for path in sizes if "/exhibits/" not in path))
    files = resigned({**good, path: spoilt(good[path], path, draw)})
    report = page.evaluate("a => comity.judge(...a)", [as_values(files), trust.data.decode()])
    assert told_there(report) == told_here(files, trust), path


@every("number", range(30))
def test_any_byte_changed_without_signing_names_the_same_file(page: Page, number: int) -> None:
    draw = random.Random(number)
    good, trust = BASES[0]
    path = draw.choice(sorted(good))
    place = draw.randrange(len(good[path]))
    byte = bytes([good[path][place] ^ 1 << draw.randrange(8)])
    files = {**good, path: good[path][:place] + byte + good[path][place + 1 :]}
    report = page.evaluate("a => comity.judge(...a)", [as_values(files), trust.data.decode()])
    assert told_there(report) == told_here(files, trust), path
    assert report["first"]["path"] == path


@every("number", range(20))
def test_any_file_removed_is_missed_alike(page: Page, number: int) -> None:
    good, trust = BASES[0]
    path = random.Random(number).choice(sorted(good))
    files = {name: data for name, data in good.items() if name != path}
    report = page.evaluate("a => comity.judge(...a)", [as_values(files), trust.data.decode()])
    assert told_there(report) == told_here(files, trust), path


FAR = ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z")
TIME = re.compile(rb'"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"')


def far(data: bytes, path: str, time: str) -> bytes | None:
    """Return a file with all times moved far away, signed again where somebody may; or None."""
    if not path.endswith(".json"):
        return None
    value = decode(data, max_bytes=1 << 26)
    told = unb64(value["payload"]) if isinstance(value, dict) and "payload" in value else data
    moved = TIME.sub(f'"{time}"'.encode(), told)
    if moved == told:
        return None
    signing = signers(path, decode(moved, max_bytes=1 << 26)) if told is not data else None
    if signing is None:
        return moved if told is data else None
    return jws.sign(moved, signing[1], thing=signing[0], mode="live").record


@pytest.mark.parametrize("time", FAR)
def test_a_time_however_far_ends_in_the_same_verdict(page: Page, time: str) -> None:
    differ: list[str] = []
    kinds: set[str] = set()
    for good, trust in BASES:
        cases = {
            layout.STATEMENT: resigned(good, lambda old: replace(old, exported_at=parse_time(time)))
        }
        for path, data in good.items():
            kind = path.rpartition("/")[0]
            if kind in kinds or path == layout.STATEMENT or not kind:
                continue  # one of each is enough
            changed_file = far(data, path, time)
            if changed_file is not None:
                kinds.add(kind)
                cases[path] = resigned({**good, path: changed_file})
        for path, files in cases.items():
            here = told_here(files, trust)
            told = page.evaluate(
                "([f, t]) => comity.judge(f, t)", [as_values(files), trust.data.decode()]
            )
            there = told_there(told)
            differ += [
                f"{path} {key}: here {here[key]}, there {there[key]}"
                for key in here
                if here[key] != there[key]
            ]
    assert len(kinds) >= 5, kinds
    assert not differ
