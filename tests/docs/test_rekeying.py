"""A node's key is replaced without a moment in which partners could not check it."""

import fcntl
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.directory.store import DirectoryStore
from comity.node.core.config import load_config
from comity.node.core.folder_lock import FILE
from comity.node.core.keystore import load_keys

PARTY = "vn/contact-point"
type Say = Callable[..., str]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """A State, its node and one entry, all by commands; returns what types one more command."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str, status: int = 0) -> str:
        done = CliRunner().invoke(main, words)
        assert done.exit_code == status, done.output
        return done.output

    typed("directory", "state-keys", "-o", "state", "--state", "vn", "--mode", "exercise")
    typed("init", "node", "--party", PARTY, "--mode", "exercise", "--trust", "state/trust.json")
    typed("directory", "entry", "new", "state", "--yes", "--keys", "node/public-keys.json")
    _hand_over(typed, "1")
    return typed


def _hand_over(typed: Say, name: str) -> None:
    typed("directory", "export", "state", f"{name}.json")
    typed("directory", "import", "node/directory", f"{name}.json")


def _revise(typed: Say, name: str) -> None:
    typed("directory", "entry", "revise", "state", PARTY, "--keys", "node/public-keys.json")
    _hand_over(typed, name)


def _status(folder: Path, use: str) -> dict[str, str]:
    entry = DirectoryStore.open(folder / "node" / "directory").load().entry(PARTY)
    return {row.kid: row.status for row in entry.keys if row.use == use}


@pytest.mark.parametrize("use", ["message", "receipt", "transport", "export"])
def test_a_signing_key_is_used_only_after_the_directory_lists_it(
    say: Say, tmp_path: Path, use: str
) -> None:
    config = load_config(tmp_path / "node")
    old = load_keys(config.keys)[use].kid
    new = say("keys", "prepare", "node", "--use", use).split()[3]
    assert "comity directory refresh" in say("keys", "switch", "node", "--use", use, status=2)
    assert load_keys(config.keys)[use].kid == old
    _revise(say, "2")
    assert _status(tmp_path, use) == {old: "active", new: "active"}
    say("keys", "switch", "node", "--use", use)
    assert load_keys(config.keys)[use].kid == new
    _revise(say, "3")
    assert _status(tmp_path, use) == {old: "retired", new: "active"}


def test_a_key_is_not_switched_under_a_node_that_runs(say: Say, tmp_path: Path) -> None:
    config = load_config(tmp_path / "node")
    old = load_keys(config.keys)["message"].kid
    say("keys", "prepare", "node", "--use", "message")
    _revise(say, "2")
    with (config.folder / FILE).open("w") as served:
        fcntl.flock(served, fcntl.LOCK_EX)
        told = say("keys", "switch", "node", "--use", "message", status=1)
    assert "node-running" in told
    assert "old key" in told
    assert load_keys(config.keys)["message"].kid == old
    say("keys", "switch", "node", "--use", "message")


def test_what_keys_prepare_says_next_is_what_its_error_asks_for(say: Say, tmp_path: Path) -> None:
    node = tmp_path / "node"
    secret, lost = (
        ("keys", "prepare", "node", "--use", "officer-ca", "--public", "node/keys/log.json"),
        ("keys", "prepare", "node", "--use", "receipt"),
    )
    told = say(*secret, status=2)
    assert ".pub" in told.partition("next:")[2]
    assert "restore a backup" not in told
    (node / "public-keys.json").unlink()
    told = say(*lost, status=2)
    assert "comity keys list" in told.partition("next:")[2]
    assert "another program moved it" not in told


def test_an_old_sealing_key_still_opens_what_was_sealed_to_it(say: Say, tmp_path: Path) -> None:
    config = load_config(tmp_path / "node")
    old = str(load_keys(config.keys).sealing[0].recipient)
    new = say("keys", "prepare", "node", "--use", "sealing").split()[3]
    _revise(say, "2")
    say("keys", "switch", "node", "--use", "sealing")
    assert {str(i.recipient) for i in load_keys(config.keys).sealing} == {old, new}
    _revise(say, "3")
    assert _status(tmp_path, "sealing") == {old: "retired", new: "active"}


def test_a_second_next_key_is_not_made_before_the_first_is_in_force(say: Say) -> None:
    say("keys", "prepare", "node", "--use", "message")
    assert "already" in say("keys", "prepare", "node", "--use", "message", status=2)
    assert "comity keys prepare" in say("keys", "switch", "node", "--use", "export", status=2)


def test_a_witness_gets_its_key_and_the_trust_file_lists_it(say: Say, tmp_path: Path) -> None:
    words = ("--party", "un/secretariat", "--mode", "exercise", "--trust", "state/trust.json")
    made = json.loads(say("init", "un", *words, "--witness", "--json"))
    assert (tmp_path / "un" / "keys" / "witness.json").stat().st_mode & 0o777 == 0o600
    say("directory", "trust", "node/directory", "--witness", made["witness"], "--state", "un")
    trusted = json.loads(say("directory", "trust", "node/directory"))
    assert trusted["witnesses"] == [{"key": made["witness"], "state": "un"}]
    assert trusted["witness_threshold"] == 2


def test_a_state_that_lost_its_keys_starts_again_when_a_person_confirms(
    say: Say, tmp_path: Path
) -> None:
    node = tmp_path / "node" / "directory"
    for key in (tmp_path / "state" / "keys" / "1").iterdir():
        key.unlink()
    say("directory", "rotate", "state", status=2)
    told = json.loads(say("directory", "rotate", "state", "--lost", "--json"))
    say("directory", "export", "state", "reset.json")
    assert "RESET PENDING" in say("directory", "import", str(node), "reset.json", status=1)
    confirm = ("directory", "confirm-reset", str(node), told["content"], "--by", "officer 7")
    assert "72 hours" in say(*confirm, status=2)
    store = DirectoryStore.open(node)
    held = store.load()
    waited = replace(held.resets[0], seen_at=held.resets[0].seen_at - timedelta(hours=73))
    store.save(replace(held, resets=(waited,)))
    say(*confirm)
    say("directory", "import", str(node), "reset.json")
    after = store.load()
    assert (len(after.states["vn"]), after.entry(PARTY).state_version) == (2, 2)


def test_a_state_folder_takes_no_pins_of_others(say: Say) -> None:
    told = say("directory", "trust", "state", "--add", "state/trust.json", status=2)
    assert "its own keys alone" in told


def test_a_lost_list_is_made_anew_as_it_was_and_is_named_where_it_is_needed(
    say: Say, tmp_path: Path
) -> None:
    path = tmp_path / "node" / "public-keys.json"
    say("keys", "prepare", "node", "--use", "message")
    _revise(say, "2")
    say("keys", "prepare", "node", "--use", "sealing")
    before = json.loads(path.read_bytes())
    path.unlink()
    for words in (("keys", "list", "node"), ("keys", "prepare", "node", "--use", "receipt")):
        assert f"comity keys list {path.parent} --write" in say(*words, status=2)
    assert not (tmp_path / "node" / "keys" / "receipt.next").exists(), "no key without a list"
    say("keys", "list", "node", "--write")
    after = json.loads(path.read_bytes())

    def named(value: dict[str, list[dict[str, str]]]) -> set[tuple[str, str]]:
        return {(row["use"], row["kid"]) for row in value["keys"]}

    assert named(after) == named(before)
    assert (after["log"], after["party"]) == (before["log"], before["party"])
    _revise(say, "3")


def test_a_list_that_no_state_has_seen_is_made_anew(tmp_path: Path, say: Say) -> None:
    say("init", "other", "--party", PARTY, "--mode", "exercise", "--trust", "state/trust.json")
    path = tmp_path / "other" / "public-keys.json"
    before = json.loads(path.read_bytes())
    path.unlink()
    say("keys", "list", "other", "--write")
    after = json.loads(path.read_bytes())
    assert after["log"] == before["log"]
    assert {row["kid"] for row in after["keys"]} == {row["kid"] for row in before["keys"]}
