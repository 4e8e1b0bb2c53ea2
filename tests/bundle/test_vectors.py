"""The project's vectors of bundles: a good base, what differs, and the one stated verdict."""

import base64
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.bundle.makers import at_odds, shown
from tests.walks import every

from comity.bundle import STEPS, MemoryReader, verify
from comity.bundle.compare import compare
from comity.bundle.errors import NotOfOneCaseError
from comity.directory import parse_trust

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "bundle"
BASES = {
    name: json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["files"]
    for name in ("short", "stamped", "whole")
}
PAIRS = json.loads((FOLDER / "pairs.json").read_text("utf-8"))["vectors"]
VECTORS = json.loads((FOLDER / "vectors.json").read_text("utf-8"))["vectors"]


def raw(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def files(vector: dict[str, Any]) -> dict[str, bytes]:
    return merged(vector["base"], vector["changes"])


def merged(base: str, changes: dict[str, Any]) -> dict[str, bytes]:
    merged = {**BASES[base], **changes}
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
    never = set(expect.get("never", ()))
    assert not never & {f"{one.name} {one.word}" for one in report.claims}
    assert {
        "code": first[1].code if first else "",
        "exit": report.exit_status,
        "step": first[0] if first else 0,
        **claims,
    } == {name: value for name, value in expect.items() if name != "never"}


@every("vector", PAIRS, ids=lambda vector: vector["name"])
def test_two_bundles_have_their_stated_verdict(vector: dict[str, Any]) -> None:
    one, other = (MemoryReader(merged(vector["base"], changes)) for changes in vector["changes"])
    expect, found = vector["expect"], None
    with suppress(NotOfOneCaseError):
        found = compare(one, other, trust=parse_trust(json.dumps(vector["trust"]).encode()))
    told = {" ".join((c.name, c.word, *c.by)) for c in (found.claims if found else ())}
    odd = sorted(text for text in told if text.split()[1] in ("contradicted", "disputed"))
    assert (found.exit_status if found else 2, odd) == (expect["exit"], expect["claims"])
    assert set(expect.get("shows", ())) <= told
    assert not {" ".join(t.split()[:2]) for t in told} & set(expect.get("never", ()))


def test_most_vectors_must_fail_and_every_step_fails_one() -> None:
    bad = [vector for vector in VECTORS if vector["expect"]["exit"] in (1, 4)]
    assert len(bad) >= 2 * (len(VECTORS) - len(bad))
    assert {vector["expect"]["step"] for vector in bad} >= set(range(1, len(STEPS) + 1))
