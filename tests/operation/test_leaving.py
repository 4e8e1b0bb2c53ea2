"""Everything out: whole, in forms that others read, and without a secret."""

import csv
import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest
from tests.api.nodes import Pair, eventually, preservation_request, start_pair
from tests.conftest import needs
from tests.operation.conftest import comity

from comity.directory.store import DirectoryStore
from comity.ledger import open_checkpoint
from comity.ledger.tiles import Tile, root_from_tiles


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    made = start_pair(tmp_path_factory.mktemp("leaving") / "world")
    try:
        sent = made.asking.say(preservation_request())
        digest = sent["conversation"]
        eventually(lambda: made.asked.call("auditor", "GET", f"/conversations/{digest}").is_success)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def out(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "everything"
    comity("export-all", pair.asking.process.folder, "-o", target)
    return target


def test_a_dry_run_writes_nothing(pair: Pair, tmp_path: Path) -> None:
    folder, target = pair.asking.process.folder, tmp_path / "x"
    told = json.loads(comity("export-all", folder, "-o", target, "--dry-run", "--json"))
    assert (told["messages"], len(told["cases"]), told["dry_run"]) == (1, 1, True)
    assert not target.exists()


def test_every_file_is_in_the_sums_and_none_was_changed(out: Path) -> None:
    done = subprocess.run(
        [needs("sha256sum"), "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=out, check=False
    )
    assert done.returncode == 0
    listed = {line[66:] for line in (out / "SHA256SUMS").read_text().splitlines()}
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert listed == there - {"SHA256SUMS"}


def test_no_private_key_password_or_token_is_in_it(pair: Pair, out: Path) -> None:
    node = pair.asking.process.folder
    secrets = [(node / "secret").read_bytes(), *(t.encode() for t in pair.asking.tokens.values())]
    held = (json.loads(path.read_text()) for path in (node / "keys").glob("*.json"))
    secrets.extend(one["jwk"]["d"].encode() for one in held)
    for path in out.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [one for one in secrets if one in data], path
            assert b"AGE-SECRET-KEY-1" not in data
            assert b"pbkdf2" not in data


def test_a_case_is_a_bag_that_others_take_and_comity_verifies(pair: Pair, out: Path) -> None:
    (case,) = (out / "cases").iterdir()
    bagit.Bag(str(case)).validate()
    comity("verify", case, "--trust", out / "directory" / "trust.json", status=0)


def test_a_message_is_the_jws_that_was_signed_with_its_sections_beside(out: Path) -> None:
    (signed,) = (out / "messages").glob("*.jws.json")
    told = json.loads((signed.with_name(signed.name.replace(".jws.", ".sections."))).read_text())
    assert set(json.loads(signed.read_text())) == {"payload", "signatures"}
    assert told["outgoing"]
    assert all(one["salt"] and one["value"] for one in told["sections"].values())


def test_the_log_leads_from_its_tiles_to_its_signed_root(pair: Pair, out: Path) -> None:
    place = out / "log" / "epoch-1"
    node = pair.asking.process
    directory = DirectoryStore.open(node.config.directory).load()
    note = (place / "checkpoint").read_bytes()
    origin = note.decode().partition("\n")[0]
    held = open_checkpoint(note, directory.log_verifiers(node.config.party, origin)).checkpoint

    def fetch(tile: Tile) -> bytes:
        return (place / tile.path).read_bytes()

    assert root_from_tiles(held.tree_size, fetch) == held.root


def test_people_are_a_table_that_no_spreadsheet_runs(out: Path) -> None:
    text = (out / "people" / "people.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["role"] for row in rows} >= {"case", "approver", "auditor", "operator"}
    assert all(row["name"][:1] not in "=+-@" for row in rows)


def test_what_was_broken_off_goes_on_and_leaves_what_is_there(
    pair: Pair, out: Path, tmp_path: Path
) -> None:
    folder, target = pair.asking.process.folder, tmp_path / "everything"
    comity("export-all", folder, "-o", target)
    for path in sorted((target / "messages").iterdir()):
        path.unlink()
    (target / "messages").rmdir()  # as if it had been broken off there
    kept = hashlib.sha256((target / "people" / "people.csv").read_bytes()).digest()
    told = json.loads(comity("export-all", folder, "-o", target, "--json"))
    assert told["written"] == ["messages"]
    assert "people" in told["kept"]
    assert hashlib.sha256((target / "people" / "people.csv").read_bytes()).digest() == kept
    test_every_file_is_in_the_sums_and_none_was_changed(target)


def test_it_is_audited(pair: Pair, out: Path) -> None:
    rows = pair.asking.call("auditor", "GET", "/audit").text
    assert "everything.exported" in rows
