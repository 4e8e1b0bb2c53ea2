"""Everything out: whole, in forms that others read, and without a secret."""

import csv
import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.carrying.offices import office, request
from tests.conftest import needs
from tests.forked import run as forked_run
from tests.operation.conftest import PASSWORD, comity
from tests.ports import first_port
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, SECRETARIAT
from comity.directory.store import DirectoryStore
from comity.ledger import open_checkpoint
from comity.ledger.tiles import Tile, root_from_tiles
from comity.node.core.clock import now
from comity.node.core.config import load_config


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The asking office's node, with a request that waits to be delivered and four people."""
    place = tmp_path_factory.mktemp("leaving")
    ports = {
        party: first_port() + 30 + number
        for number, party in enumerate((ASKING, ASKED, SECRETARIAT))
    }
    world = build_world(place / "world", mode="exercise", ports=ports, now=now())
    asking = office(world, ASKING)
    try:
        asking.say("request.submitted", request("preservation", reference="VN-7"), to=ASKED)
    finally:
        asking.close()
    word = place / "word"
    word.write_text(PASSWORD + "\n", encoding="ascii")
    for name, role in (("lan", "operator"), ("minh", "auditor")):
        words = ("user", "add", asking.folder, name, "--role", role, "--password-file", word)
        comity(*words, "--token")
    with closing(sqlite3.connect(asking.folder / "node.sqlite3")) as store, store:
        # No act takes such a name any more; the table holds whatever stands in the register.
        store.execute("UPDATE auth_user SET username = '=lan' WHERE username = 'lan'")
    return asking.folder


@pytest.fixture(scope="module")
def out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "everything"
    comity("export-all", folder, "-o", target)
    return target


def test_a_dry_run_writes_nothing(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "x"
    told = json.loads(comity("export-all", folder, "-o", target, "--dry-run", "--json"))
    assert (told["messages"], len(told["cases"]), told["dry_run"]) == (1, 1, True)
    assert not target.exists()


def test_papers_in_an_unknown_language_are_refused_before_anything_is_written(
    folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "x"
    words = ("export-all", folder, "-o", target, "--papers", "tlh", "--json")
    told = json.loads(comity(*words, status=2))["error"]
    assert (told["code"], "vi" in told["detail"]) == ("paper-content", True)
    assert not target.exists()


def test_every_file_is_in_the_sums_and_none_was_changed(out: Path) -> None:
    done = subprocess.run(
        [needs("sha256sum"), "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=out, check=False
    )
    assert done.returncode == 0
    listed = {line[66:] for line in (out / "SHA256SUMS").read_text().splitlines()}
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert listed == there - {"SHA256SUMS"}


def test_no_private_key_password_or_token_is_in_it(folder: Path, out: Path) -> None:
    secrets = [(folder / "secret").read_bytes()]
    held = (json.loads(path.read_text()) for path in (folder / "keys").glob("*.json"))
    secrets.extend(one["jwk"]["d"].encode() for one in held)
    for path in out.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [one for one in secrets if one in data], path
            assert b"AGE-SECRET-KEY-1" not in data
            assert b"pbkdf2" not in data


def test_a_case_is_a_bag_that_others_take_and_comity_verifies(folder: Path, out: Path) -> None:
    (case,) = (out / "cases").iterdir()
    judge = [sys.executable, "-W", "ignore", "-m", "bagit", "--validate", "--quiet", str(case)]
    subprocess.run(judge, check=True)
    comity("verify", case, "--trust", out / "directory" / "trust.json", status=0)


def test_a_message_is_the_jws_that_was_signed_with_its_sections_beside(out: Path) -> None:
    (signed,) = (out / "messages").glob("*.jws.json")
    told = json.loads((signed.with_name(signed.name.replace(".jws.", ".sections."))).read_text())
    assert set(json.loads(signed.read_text())) == {"payload", "signatures"}
    assert told["outgoing"]
    assert all(one["salt"] and one["value"] for one in told["sections"].values())


def test_the_log_leads_from_its_tiles_to_its_signed_root(folder: Path, out: Path) -> None:
    place = out / "log" / "epoch-1"
    config = load_config(folder)
    directory = DirectoryStore.open(config.directory).load()
    note = (place / "checkpoint").read_bytes()
    origin = note.decode().partition("\n")[0]
    held = open_checkpoint(note, directory.log_verifiers(config.party, origin)).checkpoint

    def fetch(tile: Tile) -> bytes:
        return (place / tile.path).read_bytes()

    assert root_from_tiles(held.tree_size, fetch) == held.root


def test_people_are_a_table_that_no_spreadsheet_runs(out: Path) -> None:
    text = (out / "people" / "people.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["role"] for row in rows} >= {"auditor", "operator"}
    assert "'=lan" in {row["name"] for row in rows}


def test_what_was_broken_off_goes_on_and_leaves_what_is_there(
    folder: Path, out: Path, tmp_path: Path
) -> None:
    target = tmp_path / "everything"
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


def test_it_is_audited(folder: Path, out: Path) -> None:
    with closing(sqlite3.connect(load_config(folder).database_file)) as rows:
        asked = "SELECT detail FROM node_auditrow WHERE action = 'everything.exported' ORDER BY id"
        found = [detail for (detail,) in rows.execute(asked)]
    assert found[0] == "begun"
    assert found[1].endswith("written, 0 refused")


WRITING = """
import sqlite3, sys
from comity.cli.node.backup import export_all
from comity.node.operations import export_register
plain, register = export_register._write, sys.argv.pop()
def writing(path, pieces):
    digest = plain(path, pieces)
    with sqlite3.connect(register, timeout=20) as other:
        other.execute(
            "INSERT INTO node_auditrow (at, actor, action, subject, detail, salt)"
            " VALUES ('2026-12-01 00:00:00', 'x', 'x', 'x', '', X'00')"
        )
    return digest
export_register._write = writing
export_all()
"""
"""Exports everything, and writes a row into the audit after each file of a table."""


def test_a_table_is_the_same_in_both_formats_while_others_write(
    folder: Path, tmp_path: Path
) -> None:
    words = (folder, "-o", tmp_path / "out", folder / "node.sqlite3")
    command = [sys.executable, "-c", WRITING, *(str(word) for word in words)]
    done = forked_run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    register = tmp_path / "out" / "register"
    lines = json.loads((register / "audit.json").read_text("utf-8"))
    with (register / "audit.csv").open(encoding="utf-8-sig", newline="") as table:
        assert len(list(csv.DictReader(table))) == len(lines)
    assert not [line for line in lines if line["action"] == "x"], "as it stood at the beginning"


REFUSING = """
import sys
from comity.cli.node.backup import export_all
from comity.node.evidence.other_use import UsePurposeError
from comity.node.operations import export_all as out
def refusing(node, order, target):
    raise UsePurposeError("exhibit 7 is limited by za/contact-point")
out.write_bundle = refusing
export_all()
"""


def test_a_case_that_is_not_out_says_what_why_and_what_next(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", REFUSING, str(folder), "-o", str(tmp_path / "out")]
    done = forked_run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "[use-purpose]: exhibit 7 is limited by za/contact-point\n" in done.stderr
    assert "[use-purpose] why: " in done.stderr
    assert "repeat the command with --for" in done.stderr
