"""The project's own vectors of the ledger, each with one stated verdict."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.walks import every

from comity.canonical.errors import PeerError
from comity.ledger import (
    Accepted,
    Conflict,
    LogOrigin,
    TreeHead,
    Verifier,
    decide,
    decode_bundle,
    leaf_hash,
    open_checkpoint,
    open_note,
    parse_add_checkpoint,
    parse_opening,
    parse_proof,
    parse_successor,
    parse_tile_path,
    parse_verifier_key,
    verifier_for,
    verify_consistency,
    verify_inclusion,
    verify_opening,
    verify_proof,
)

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "ledger"
FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
VECTORS = [
    pytest.param(file["operation"], vector, id=f"{name}: {vector['name']}")
    for name, file in FILES.items()
    for vector in file["vectors"]
]


def raw(value: str | dict[str, str]) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def keys(texts: list[str]) -> list[Verifier]:
    return [verifier_for(parse_verifier_key(text)) for text in texts]


def b64s(values: list[str]) -> list[bytes]:
    return [base64.b64decode(value) for value in values]


def inclusion(i: dict[str, Any]) -> None:
    leaf, root = b64s([i["leaf_hash"], i["root"]])
    verify_inclusion(
        leaf=leaf,
        index=i["index"],
        tree_size=i["tree_size"],
        path=b64s(i["path"]),
        expected_root=root,
    )


def consistency(i: dict[str, Any]) -> None:
    old_root, new_root = b64s([i["old_root"], i["new_root"]])
    verify_consistency(
        old_size=i["old_size"],
        new_size=i["new_size"],
        proof=b64s(i["proof"]),
        old_root=old_root,
        new_root=new_root,
    )


def proof(i: dict[str, Any]) -> None:
    leaf = leaf_hash(base64.b64decode(i["entry"]))
    verify_proof(parse_proof(raw(i["proof"])), leaf=leaf, verifiers=keys(i["verifier_keys"]))


def leaf(i: dict[str, Any]) -> None:
    verify_opening(parse_opening(i["opening"]), bytes.fromhex(i["entry"]))


def witness(i: dict[str, Any]) -> str:
    try:
        request = parse_add_checkpoint(raw(i["body"]))
    except PeerError as fault:
        return f"400 {fault.code}"
    known = TreeHead(i["known"]["tree_size"], base64.b64decode(i["known"]["root"]))
    verifiers = keys(i["verifier_keys"]) if i["origin_known"] else None
    decision = decide(request, verifiers=verifiers, known=known)
    if isinstance(decision, Accepted):
        return str(decision.status)
    if isinstance(decision, Conflict):
        return f"{decision.status} {decision.body().decode().strip()}{' fork' * decision.fork}"
    return f"{decision.status} {decision.code}"


OPERATIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "open-note": lambda i: open_note(raw(i["note"]), keys(i["verifier_keys"])),
    "parse-verifier-key": lambda i: parse_verifier_key(i["text"]),
    "open-checkpoint": lambda i: open_checkpoint(raw(i["note"]), keys(i["verifier_keys"])),
    "verify-inclusion": inclusion,
    "verify-consistency": consistency,
    "verify-proof": proof,
    "parse-tile-path": lambda i: parse_tile_path(i["path"]),
    "decode-bundle": lambda i: decode_bundle(base64.b64decode(i["bundle"]), i["width"]),
    "witness-decide": witness,
    "leaf-entry": leaf,
    "parse-origin": lambda i: LogOrigin.parse(i["text"]),
    "parse-successor": lambda i: parse_successor(raw(i["statement"])),
}


@every(("operation", "vector"), VECTORS)
def test_each_vector_gets_its_stated_verdict(operation: str, vector: dict[str, Any]) -> None:
    try:
        result = OPERATIONS[operation](vector["input"])
        verdict = result if isinstance(result, str) else "ok"
    except PeerError as fault:
        verdict = fault.code
    assert verdict == vector["expect"]


@pytest.mark.parametrize("name", FILES)
def test_at_least_twice_as_many_vectors_must_fail_as_pass(name: str) -> None:
    verdicts = [vector["expect"] for vector in FILES[name]["vectors"]]
    passing = sum(verdict in {"ok", "200"} for verdict in verdicts)
    assert passing >= 1
    assert len(verdicts) - passing >= 2 * passing


def test_every_file_has_an_operation_and_every_operation_a_file() -> None:
    assert {file["operation"] for file in FILES.values()} == set(OPERATIONS)
