"""A file of records that cannot be taken is named, with its record and what to ask for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.directory.handover import build_handover
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.trust import TrustFile
from comity.node.core.clock import now


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.chdir(tmp_path)
    trust = TrustFile(mode="exercise")
    DirectoryStore.create(Path("copy"), trust.data)
    Path("trust.json").write_bytes(trust.data)
    made = StateFolder.create(
        Path("za"), state="za", mode="exercise", keys=1, threshold=1, now=now()
    )
    return build_handover(made.store.load())


def refused(file: str) -> str:
    told = CliRunner().invoke(main, ["directory", "import", "copy", file])
    assert told.exit_code == 2
    assert told.stderr.startswith(f"error [records-file]: {file} is ")
    assert "Ask the partner to run `comity directory export FOLDER FILE`" in told.stderr
    return told.stderr


@pytest.mark.parametrize("cut", [0, 20, -1])
def test_a_file_that_is_cut_is_named(at: bytes, cut: int) -> None:
    Path("za.json").write_bytes(at[:cut])
    assert "za.json is no file of directory records: " in refused("za.json")


def test_a_record_that_is_damaged_is_counted(at: bytes) -> None:
    value = json.loads(at)
    value["states"].append({**value["states"][0], "signatures": []})
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    Path("za.json").write_text(text, "ascii")
    assert "record 2 of 'states' cannot be read: " in refused("za.json")


def test_a_trust_file_is_sent_to_its_own_command(at: bytes) -> None:
    said = refused("trust.json")
    assert "is a trust file. Try: comity directory trust FOLDER --add trust.json" in said
