"""The second implementation against the vectors of logs, notes, witnesses and epochs."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from tests.stranger import epochs, log, notes, proofs, stamps, values, witness
from tests.stranger.suites import new_signer
from tests.stranger.test_vectors import load, verdict
from tests.walks import every

from comity import ledger
from comity.ledger.cosignature import cosigned_at, verifier_for
from comity.ledger.notekey import parse_verifier_key


def std(text: str) -> bytes:
    return notes.padded64(text, "base64")


@pytest.mark.parametrize("vector", load("ledger/leaf"))
def test_leaves(vector: Any) -> None:
    def run() -> None:
        entry = bytes.fromhex(vector["input"]["entry"])
        values.demand(len(entry) == 33 and entry[0] == 1, "leaf-malformed")
        values.demand(log.leaf_entry(vector["input"]["opening"]) == entry, "leaf-mismatch")

    assert verdict(run)[0] == vector["expect"]


@pytest.mark.parametrize("vector", load("ledger/inclusion"))
def test_inclusion(vector: Any) -> None:
    given = vector["input"]
    path = [std(step) for step in given["path"]]
    leaf, root = std(given["leaf_hash"]), std(given["root"])
    found = verdict(log.check_inclusion, leaf, given["index"], given["tree_size"], path, root)
    assert found[0] == vector["expect"]


@pytest.mark.parametrize("vector", load("ledger/consistency"))
def test_consistency(vector: Any) -> None:
    given = vector["input"]
    path = [std(step) for step in given["proof"]]
    roots = std(given["old_root"]), std(given["new_root"])
    sizes = given["old_size"], given["new_size"]
    assert verdict(log.check_consistency, *sizes, path, *roots)[0] == vector["expect"]


def as_bytes(note: Any) -> bytes:
    return note.encode() if isinstance(note, str) else std(note["base64"])


def note_keys(texts: list[str]) -> list[notes.NoteKey]:
    return [found for text in texts if (found := verdict(notes.note_key, text)[1])]


@every("vector", load("ledger/note"))
def test_notes(vector: Any) -> None:
    given = vector["input"]
    keys = note_keys(given["verifier_keys"])
    assert verdict(notes.open_note, as_bytes(given["note"]), keys)[0] == vector["expect"]


@pytest.mark.parametrize("vector", load("ledger/checkpoint"))
def test_checkpoints(vector: Any) -> None:
    given = vector["input"]
    keys = note_keys(given["verifier_keys"])
    assert verdict(notes.open_checkpoint, given["note"], keys)[0] == vector["expect"]


@every("vector", load("ledger/verifier-key"))
def test_verifier_keys(vector: Any) -> None:
    assert verdict(notes.note_key, vector["input"]["text"])[0] == vector["expect"]


@every("vector", load("ledger/cosignature"))
def test_cosignatures(vector: Any) -> None:
    given = vector["input"]
    keys = note_keys(given["verifier_keys"])
    code, opened = verdict(notes.open_note, as_bytes(given["note"]), keys)
    assert code == vector["expect"]
    if code == "ok" and "torchwood" not in vector["name"]:
        assert [moment for _, moment in opened.signed] == [1679315147]


@every("vector", load("ledger/tlog-proof"))
def test_proofs_as_files(vector: Any) -> None:
    given = vector["input"]

    def run() -> None:
        proof = proofs.read_log_proof(given["proof"])
        proof.verify(std(given["entry"]), note_keys(given["verifier_keys"]))

    assert verdict(run)[0] == vector["expect"]


@every("vector", load("ledger/tile-path"))
def test_addresses_of_tiles(vector: Any) -> None:
    assert verdict(proofs.read_tile_path, vector["input"]["path"])[0] == vector["expect"]


@every("vector", load("ledger/bundle"))
def test_bundles_of_entries(vector: Any) -> None:
    given = vector["input"]
    found = verdict(proofs.read_entry_bundle, std(given["bundle"]), given["width"])
    assert found[0] == vector["expect"]


@every("vector", load("ledger/origin"))
def test_origins(vector: Any) -> None:
    assert verdict(epochs.read_origin, vector["input"]["text"])[0] == vector["expect"]


@every("vector", load("ledger/successor"))
def test_successor_statements(vector: Any) -> None:
    found = verdict(epochs.read_statement, vector["input"]["statement"].encode())
    assert found[0] == vector["expect"]


@every("vector", load("ledger/witness"))
def test_witnesses(vector: Any) -> None:
    given = vector["input"]
    known = notes.Checkpoint("", given["known"]["tree_size"], std(given["known"]["root"]))
    keys = note_keys(given["verifier_keys"])
    found = witness.decide(given["body"], known, keys, watched=given["origin_known"])
    assert found == vector["expect"]


@pytest.mark.parametrize("make", [Ed25519PrivateKey.generate, MLDSA44PrivateKey.generate])
def test_what_this_witness_signs_our_code_verifies(make: Any) -> None:
    own = log.OwnLog("log.example/log/exercise/za/central-authority/1", new_signer())
    own.append({"kind": "domestic.note", "record": "sha256:" + "0" * 64, "salt": "A" * 43,
                "time": "2026-01-01T00:00:00Z"})  # fmt: skip
    note = own.checkpoint()
    line, key = witness.cosign(note, "witness.example/w", make(), 1679315147)
    text = f"{key.name}+{key.id.hex()}+{b64encode(bytes([key.kind]) + key.raw).decode()}"
    opened = ledger.open_note((note + line).encode(), [verifier_for(parse_verifier_key(text))])
    assert [cosigned_at(one) for one in opened.verified] == [
        datetime.fromtimestamp(1679315147, UTC)
    ]


@every("vector", load("timestamp/timestamp") + load("timestamp/openssl"))
def test_time_stamps(vector: Any) -> None:
    given = vector["input"]
    code, stamp = verdict(
        stamps.verify_stamp,
        values.unb64(given["response"]),
        given["note"].encode(),
        given["roots"],
        given["nonce"],
        given["policy"],
    )
    assert code == vector["expect"]
    if stamp is not None:
        assert (stamp.serial, stamp.policy) == (vector["says"]["serial"], vector["says"]["policy"])
        assert values.time_text(stamp.time) == vector["says"]["at"]
