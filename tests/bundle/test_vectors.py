"""The project's vectors of bundles: a good base, what differs, and the one stated verdict."""

import base64
import json
from pathlib import Path
from typing import Any

from tests.bundle.makers import at_odds, shown
from tests.walks import every

from comity.bundle import STEPS, MemoryReader, verify
from comity.directory import parse_trust

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "bundle"
BASES = {
    name: json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["files"]
    for name in ("short", "stamped", "whole")
}
VECTORS = json.loads((FOLDER / "vectors.json").read_text("utf-8"))["vectors"]


def raw(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def files(vector: dict[str, Any]) -> dict[str, bytes]:
    merged = {**BASES[vector["base"]], **vector["changes"]}
    return {path: raw(value) for path, value in merged.items() if value is not None}


@every("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_has_its_stated_verdict(vector: dict[str, Any]) -> None:
    trust = vector["trust"] and parse_trust(json.dumps(vector["trust"]).encode())
    report = verify(MemoryReader(files(vector)), trust=trust)
    first = report.first_failure
    expect = vector["expect"]
    claims = {"claims": at_odds(report)} if "claims" in expect else {}
    if "shows" in expect:
        claims["shows"] = sorted(shown(report) & set(expect["shows"]))
    assert {
        "code": first[1].code if first else "",
        "exit": report.exit_status,
        "step": first[0] if first else 0,
        **claims,
    } == expect


def test_most_vectors_must_fail_and_every_step_fails_one() -> None:
    bad = [vector for vector in VECTORS if vector["expect"]["exit"] in (1, 4)]
    assert len(bad) >= 2 * (len(VECTORS) - len(bad))
    assert {vector["expect"]["step"] for vector in bad} >= set(range(1, len(STEPS) + 1))
