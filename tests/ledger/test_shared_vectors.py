"""Other people's vectors: transparency-dev/merkle, and a log made with Go's sumdb."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from comity.canonical.errors import PeerError
from comity.ledger import (
    Ed25519Verifier,
    Frontier,
    Tile,
    TileReader,
    audit_tiles,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    open_checkpoint,
    parse_verifier_key,
    root,
    root_from_tiles,
    verify_consistency,
    verify_inclusion,
)


def decoded(value: Any) -> list[bytes]:
    return [base64.b64decode(one) for one in value or []]


def accepts_inclusion(case: dict[str, Any]) -> bool:
    leaf, expected = decoded([case["leafHash"], case["root"]])
    try:
        verify_inclusion(
            leaf=leaf,
            index=case["leafIdx"],
            tree_size=case["treeSize"],
            path=decoded(case["proof"]),
            expected_root=expected,
        )
    except PeerError:
        return False
    return True


def accepts_consistency(case: dict[str, Any]) -> bool:
    old_root, new_root = decoded([case["root1"], case["root2"]])
    try:
        verify_consistency(
            old_size=case["size1"],
            new_size=case["size2"],
            proof=decoded(case["proof"]),
            old_root=old_root,
            new_root=new_root,
        )
    except PeerError:
        return False
    return True


ACCEPTS = {"inclusion": accepts_inclusion, "consistency": accepts_consistency}


@pytest.mark.parametrize("kind", ACCEPTS)
def test_every_merkle_vector_gets_the_wanted_verdict(shared: Path, kind: str) -> None:
    folder = shared / "vectors" / "merkle-rfc6962" / kind
    cases = {path: json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))}
    wrong = [path for path, case in cases.items() if ACCEPTS[kind](case) == case["wantErr"]]
    assert wrong == []
    assert len(cases) > 40
    assert any(not case["wantErr"] for case in cases.values())


@pytest.fixture(scope="module")
def log(shared: Path) -> dict[str, Any]:
    path = shared / "vectors" / "tlog-generated" / "tlog-300.json"
    content: dict[str, Any] = json.loads(path.read_text())
    return content


@pytest.fixture(scope="module")
def hashes(log: dict[str, Any]) -> list[bytes]:
    return [leaf_hash(base64.b64decode(one)) for one in log["entries"]]


def test_every_root_of_the_generated_log_agrees(log: dict[str, Any], hashes: list[bytes]) -> None:
    frontier = Frontier()
    for row in log["roots"]:
        size = int(row["size"])
        if size:
            frontier, _ = frontier.append([hashes[size - 1]])
        assert root(hashes[:size]) == frontier.root() == base64.b64decode(row["root"])


def fetch(log: dict[str, Any]) -> dict[Tile, bytes]:
    rows = log["tiles"]
    return {
        Tile(int(row["level"]), int(row["index"]), int(row["width"])): base64.b64decode(row["data"])
        for row in rows
    }


def test_every_inclusion_proof_of_the_generated_log_agrees(
    log: dict[str, Any], hashes: list[bytes]
) -> None:
    read = TileReader(300, fetch(log).__getitem__)
    for row in log["inclusion"]:
        index, size = int(row["leafIdx"]), int(row["treeSize"])
        assert leaf_hash(base64.b64decode(row["entry"])) == hashes[index]
        assert inclusion_proof(index, size, read) == decoded(row["proof"])
        assert accepts_inclusion(row | {"leafIdx": index, "treeSize": size})
        assert not accepts_inclusion(row | {"leafIdx": index ^ 1, "treeSize": size})


def test_every_consistency_proof_of_the_generated_log_agrees(log: dict[str, Any]) -> None:
    read = TileReader(300, fetch(log).__getitem__)
    for row in log["consistency"]:
        old, new = int(row["size1"]), int(row["size2"])
        assert consistency_proof(old, new, read) == decoded(row["proof"])
        assert accepts_consistency(row | {"size1": old, "size2": new})
        spoilt = row | {"size1": old, "size2": new, "root1": log["roots"][old - 1]["root"]}
        assert not accepts_consistency(spoilt)


def test_the_tiles_of_the_generated_log_lead_to_its_root(log: dict[str, Any]) -> None:
    found = fetch(log)
    expected = base64.b64decode(log["roots"][300]["root"])
    assert root_from_tiles(300, found.__getitem__) == expected
    assert audit_tiles(300, found.__getitem__) == expected


def test_the_checkpoints_of_the_generated_log_open(log: dict[str, Any]) -> None:
    verifier = Ed25519Verifier(parse_verifier_key(log["vkey"]))
    plain = open_checkpoint(log["checkpoint"].encode(), [verifier]).checkpoint
    extended = open_checkpoint(log["checkpoint_with_extension"].encode(), [verifier]).checkpoint
    assert plain.tree_size == extended.tree_size == 300
    assert plain.root == extended.root == base64.b64decode(log["roots"][300]["root"])
    assert (plain.extensions, extended.extensions) == ((), ("ext one", "ext two"))
    with pytest.raises(PeerError):
        open_checkpoint(log["checkpoint"].replace("\n300\n", "\n301\n").encode(), [verifier])
