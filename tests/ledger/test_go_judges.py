"""Go's sumdb judges our logs, and we judge its: on logs the other has never seen."""

import base64
import json
import os
import random
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import needs
from tests.ledger.logs import AT, ORIGIN, log_key, log_signer, private_key, reader, tiles

from comity.canonical.errors import PeerError
from comity.ledger import (
    Checkpoint,
    Ed25519Verifier,
    Frontier,
    NoteSignature,
    SignedText,
    VerifierKey,
    add_signatures,
    audit_tiles,
    consistency_proof,
    cosigner,
    inclusion_proof,
    leaf_hash,
    open_checkpoint,
    parse_note,
    parse_verifier_key,
    root,
    sign_checkpoint,
    tiles_of,
    verify_consistency,
    verify_inclusion,
)
from comity.ledger.note import signature_by

pytestmark = pytest.mark.full  # Go compiles half a minute

SOURCES = Path(__file__).resolve().parents[1] / "judges" / "go"
type Case = dict[str, Any]
type Build = Callable[[str], Path]


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    go = needs("go")
    folder = tmp_path_factory.mktemp("judges")
    env = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    env.setdefault("GOCACHE", str(folder / "cache"))

    def compile_judge(name: str) -> Path:
        program = folder / name
        if not program.exists():
            source = SOURCES / f"{name}.go"
            subprocess.run([go, "build", "-o", program, source], check=True, env=env)
        return program

    return compile_judge


def verdicts(program: Path, cases: list[Case]) -> list[Case]:
    text = "\n".join(map(json.dumps, cases))
    run = subprocess.run([program], input=text, check=True, capture_output=True, text=True)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) == len(cases)
    return found


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def flipped(value: str, place: int) -> str:
    data = bytearray(base64.b64decode(value))
    data[place % len(data)] ^= 1
    return b64(bytes(data))


@pytest.fixture(scope="module", params=[1, 2, 7, 256, 300, 1000])
def log(request: pytest.FixtureRequest) -> list[bytes]:
    source = random.Random(request.param)
    return [source.randbytes(source.randrange(60)) for _ in range(request.param)]


def record_case(hashes: list[bytes], index: int, size: int) -> Case:
    return {
        "Op": "record",
        "Index": index,
        "Size": size,
        "Root": b64(root(hashes[:size])),
        "Leaf": b64(hashes[index]),
        "Path": [b64(one) for one in inclusion_proof(index, size, reader(hashes))],
    }


def tree_case(hashes: list[bytes], old: int, new: int) -> Case:
    return {
        "Op": "tree",
        "OldSize": old,
        "OldRoot": b64(root(hashes[:old])),
        "Size": new,
        "Root": b64(root(hashes[:new])),
        "Path": [b64(one) for one in consistency_proof(old, new, reader(hashes))],
    }


def test_sumdb_accepts_our_proofs_and_refuses_spoilt_ones(build: Build, log: list[bytes]) -> None:
    hashes = [leaf_hash(one) for one in log]
    source = random.Random(len(log))
    good = []
    for _ in range(40):
        size = source.randint(1, len(log))
        good.append(record_case(hashes, source.randrange(size), size))
        good.append(tree_case(hashes, source.randint(1, size), size))
    assert all(one["Ok"] for one in verdicts(build("judge"), good))
    bad = [case | {"Root": flipped(case["Root"], source.randrange(32))} for case in good]
    bad += [case | {"Path": [*case["Path"], case["Root"]]} for case in good]
    bad += [case | {"Path": case["Path"][1:]} for case in good if case["Path"]]
    bad += [case | {"Leaf": flipped(case["Leaf"], 3)} for case in good if "Leaf" in case]
    assert not any(one["Ok"] for one in verdicts(build("judge"), bad))


def test_sumdb_rebuilds_our_root_from_the_entries(build: Build, log: list[bytes]) -> None:
    ours = Frontier().append([leaf_hash(one) for one in log])[0].root()
    case = {"Op": "entries", "Entries": [b64(one) for one in log]}
    spoilt = case | {"Entries": [b64(log[0] + b"x"), *case["Entries"][1:]]}
    same, other = verdicts(build("judge"), [case, spoilt])
    assert base64.b64decode(same["Root"]) == ours
    assert base64.b64decode(other["Root"]) != ours


def test_sumdb_reads_our_tiles_and_refuses_a_spoilt_one(build: Build, log: list[bytes]) -> None:
    hashes = [leaf_hash(one) for one in log]
    fetch, size = tiles(hashes), len(log)
    # The bytes are the same; sumdb's paths name the tile height too.
    named = {one.path.replace("tile/", "tile/8/", 1): b64(fetch(one)) for one in tiles_of(size)}
    case = {"Op": "tiles", "Size": size, "Root": b64(root(hashes)), "Index": size - 1}
    edge = max(named, key=lambda path: (path.split("/")[2] == "0", path))
    good = case | {"Tiles": named}
    bad = case | {"Tiles": named | {edge: flipped(named[edge], -1)}}
    same, other = verdicts(build("judge"), [good, bad])
    assert same["Ok"], same["Error"]
    assert not other["Ok"]


def test_sumdb_opens_our_checkpoint_and_refuses_a_spoilt_one(
    build: Build, log: list[bytes]
) -> None:
    made = Checkpoint(ORIGIN, len(log), root(map(leaf_hash, log)))
    plain = sign_checkpoint(made, [log_signer()])
    witness = cosigner("witness.example/w1", private_key(2), at=AT)
    cosigned = add_signatures(plain, [signature_by(witness, made.text().encode())])
    good = [
        {"Op": "note", "Note": b64(data), "Vkey": log_key().text()} for data in (plain, cosigned)
    ]
    for found in verdicts(build("judge"), good):
        assert found["Ok"], found["Error"]
        assert (found["Size"], base64.b64decode(found["Root"])) == (made.tree_size, made.root)
    wrong = [
        plain.replace(b"\n%d\n" % made.tree_size, b"\n%d\n" % (made.tree_size + 1)),
        plain[:-1],
        plain.replace("\u2014".encode(), b"-"),
        plain.replace(b"exercise", b"live"),
    ]
    bad = [good[0] | {"Note": b64(data)} for data in wrong]
    bad.append(good[0] | {"Vkey": log_key(seed=9).text()})
    assert not any(one["Ok"] for one in verdicts(build("judge"), bad))


def test_go_accepts_our_cosignature_and_refuses_a_spoilt_one(build: Build) -> None:
    made = Checkpoint(ORIGIN, 7, bytes(32))
    data = sign_checkpoint(made, [log_signer(), cosigner("w.example", private_key(2), at=AT)])
    public_key = private_key(2).public_key().public_bytes_raw()
    key = VerifierKey("w.example", 4, public_key)
    good = {"Op": "cosigned", "Note": b64(data), "Vkey": key.text()}
    later = sign_checkpoint(
        made, [log_signer(), cosigner("w.example", private_key(2), at=AT + timedelta(seconds=1))]
    )
    stamp, late = (parse_note(one).signatures[1].signature for one in (data, later))
    log_line, _ = parse_note(data).signatures
    mixed = NoteSignature("w.example", key.key_id, late[:8] + stamp[8:])
    bad = [
        good | {"Note": b64(data.replace(b"\n7\n", b"\n8\n"))},
        good | {"Note": b64(SignedText(made.text(), (log_line, mixed)).encode())},
        good | {"Vkey": VerifierKey("w.example", 4, bytes(32)).text()},
    ]
    assert [one["Ok"] for one in verdicts(build("judge"), [good, *bad])] == [True, *[False] * 3]


@pytest.mark.parametrize("size", [1, 5, 64, 300])
def test_we_accept_what_sumdb_makes_and_refuse_spoilt_copies(build: Build, size: int) -> None:
    run = subprocess.run(
        [build("maker"), str(size), str(random.randrange(2**31)), "go.example/log"],
        check=True,
        capture_output=True,
    )
    made = json.loads(run.stdout)
    verifier = Ed25519Verifier(parse_verifier_key(made["Vkey"]))
    head = open_checkpoint(made["Note"].encode(), [verifier]).checkpoint
    entries = [base64.b64decode(one or "") for one in made["Entries"]]
    hashes = [leaf_hash(one) for one in entries]
    assert head == Checkpoint("go.example/log", size, root(hashes))
    assert parse_note(made["Note"].encode()).encode() == made["Note"].encode()
    found = {one.path: one for one in tiles_of(size)}
    theirs = {
        found[path.replace("tile/8/", "tile/", 1)]: base64.b64decode(data)
        for path, data in made["Tiles"].items()
    }
    assert audit_tiles(size, theirs.__getitem__) == head.root
    read = reader(hashes)
    for index in range(size):
        path = [base64.b64decode(one) for one in made["Inclusion"][index] or []]
        assert path == inclusion_proof(index, size, read)
        expect_inclusion(hashes[index], index, head, path)
        proof = [base64.b64decode(one) for one in made["Consistency"][index] or []]
        assert proof == consistency_proof(index + 1, size, read)
        old_root = base64.b64decode(made["OldRoots"][index])
        expect_consistency(index + 1, old_root, head, proof)


def expect_inclusion(leaf: bytes, index: int, head: Checkpoint, path: list[bytes]) -> None:
    def check(leaf: bytes) -> None:
        verify_inclusion(
            leaf=leaf,
            index=index,
            tree_size=head.tree_size,
            path=path,
            expected_root=head.root,
        )

    check(leaf)
    with pytest.raises(PeerError):
        check(leaf[:-1] + bytes([leaf[-1] ^ 1]))


def expect_consistency(old: int, old_root: bytes, head: Checkpoint, proof: list[bytes]) -> None:
    def check(old_root: bytes) -> None:
        verify_consistency(
            old_size=old,
            new_size=head.tree_size,
            proof=proof,
            old_root=old_root,
            new_root=head.root,
        )

    check(old_root)
    with pytest.raises(PeerError):
        check(old_root[:-1] + bytes([old_root[-1] ^ 1]))
