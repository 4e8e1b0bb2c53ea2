"""The second implementation against the vectors of court bundles."""

import base64
import json
from collections import Counter
from typing import Any

import pytest
from tests.stranger import verdict as judging
from tests.stranger.test_vectors import VECTORS
from tests.walks import every

from comity.bundle import MemoryReader, verify
from comity.directory import parse_trust

BASES = {
    name: json.loads((VECTORS / "bundle" / f"{name}.json").read_text("utf-8"))["files"]
    for name in ("short", "stamped", "whole")
}
ALL = json.loads((VECTORS / "bundle" / "vectors.json").read_text("utf-8"))["vectors"]


def raw(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def files(vector: dict[str, Any]) -> dict[str, bytes]:
    merged = {**BASES[vector["base"]], **vector["changes"]}
    return {path: raw(value) for path, value in merged.items() if value is not None}


def judged(vector: dict[str, Any]) -> judging.Verdict:
    trust = vector["trust"] and json.dumps(vector["trust"]).encode()
    return judging.verify(files(vector), trust)


def check(vector: dict[str, Any]) -> None:
    found = judged(vector)
    expect = vector["expect"]
    told: dict[str, Any] = {"code": found.code, "exit": found.exit, "step": found.step}
    if "claims" in expect:
        told["claims"] = judging.at_odds(found)
    shown = {" ".join((one.name, one.word, *one.by)) for one in found.claims}
    assert set(expect.get("shows", ())) <= shown
    assert not {f"{one.name} {one.word}" for one in found.claims} & set(expect.get("never", ()))
    assert told == {k: value for k, value in expect.items() if k not in ("never", "shows")}


@every("vector", ALL[::4], ids=lambda vector: vector["name"])
def test_bundles(vector: dict[str, Any]) -> None:
    check(vector)


@pytest.mark.full
@every("vector", ALL, ids=lambda vector: vector["name"])
def test_all_bundles(vector: dict[str, Any]) -> None:
    check(vector)


@pytest.mark.full
@every("vector", ALL, ids=lambda vector: vector["name"])
def test_both_verifiers_make_the_same_claims(vector: dict[str, Any]) -> None:
    own = judged(vector)
    if own.step:
        return
    trust = vector["trust"] and parse_trust(json.dumps(vector["trust"]).encode())
    other = verify(MemoryReader(files(vector)), trust=trust)
    assert own.word == other.verdict
    words = [Counter((one.name, one.word) for one in each.claims) for each in (own, other)]
    assert words[0] == words[1]
