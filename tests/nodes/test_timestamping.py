"""A node's log is dated by time-stamp authorities, or says why it is not."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.bundle.test_commands import run
from tests.conftest import needs
from tests.forked import run as forked_run
from tests.ledger.authority import GOOD
from tests.ledger.openssl_authority import OpensslAuthority, serving
from tests.nodes.offices import launched, preservation_request
from tests.ports import first_port
from tests.worlds import build_world

from comity.canonical import ComityError
from comity.demo.world import ASKED, ASKING, World
from comity.directory import parse_trust
from comity.ledger.timestamp import parse_roots, request, verify_stamp
from comity.node.core.clock import now
from comity.node.core.config import NodeFolderError, load_config

pytestmark = pytest.mark.full  # real nodes and an authority of time

PORTS = {ASKING: first_port() + 33, ASKED: first_port() + 34}
NOBODY = f"http://127.0.0.1:{first_port() + 37}/tsa"  # nothing listens there


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpensslAuthority]:
    needs("openssl")
    folder = tmp_path_factory.mktemp("authority")
    with serving(OpensslAuthority(folder / "tsa"), port=first_port() + 35) as found:
        yield found


def command(*arguments: str | Path, folder: Path | None = None) -> str:
    """Run a comity command and return what it prints."""
    environment = {**os.environ, "COMITY_DIR": str(folder or "")}
    done = forked_run(
        [sys.executable, "-m", "comity", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, authority: OpensslAuthority) -> World:
    """Two nodes; the asking one has its log dated by one authority, and in vain by another."""
    folder = tmp_path_factory.mktemp("dated")
    made = build_world(folder, mode="exercise", ports=PORTS, now=now())
    home = made.places[ASKING].config.folder
    settings = home / "node.toml"
    urls = json.dumps([authority.address, NOBODY])
    text = settings.read_text("utf-8").replace("timestamp_urls = []", f"timestamp_urls = {urls}")
    settings.write_text(text, encoding="utf-8")
    root = folder / "root.pem"  # with what openssl writes before it
    root.write_text(f"subject=CN = Loopback root\n{authority.root.read_text('ascii')}", "ascii")
    trust = ("directory", "trust", home / "directory")
    assert "Loopback root" in command(*trust, "--timestamp-root", root)
    assert parse_trust(command(*trust).encode()).timestamp_roots
    return made


def rows(world: World, query: str, *values: Any) -> list[Any]:
    """Ask the asking node's database."""
    home = world.places[ASKING].config.folder
    path = home / "node.sqlite3"
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
        return database.execute(query, values).fetchall()


def test_a_case_is_dated_by_an_authority_and_proved_by_a_stranger(
    world: World, authority: OpensslAuthority, tmp_path: Path
) -> None:
    with launched(world, [ASKING, ASKED]) as (offices, _):
        vn = offices[ASKING]

        def answers() -> Any:
            return vn.approver.get("/health")["stampings"]

        vn.wait_for("a first token", lambda: answers()[0]["stamped_at"])
        vn.wait_for("a fault", lambda: answers()[1]["fault"])
        good, bad = answers()
        assert (good["address"], good["fault"]) == (authority.address, "")
        assert (bad["address"], bad["tree_size"], bad["fault"]) == (NOBODY, 0, UNANSWERED)
        assert not vn.approver.get("/health")["good"], "a person must look"
        sent = vn.send("request.submitted", preservation_request(), signatures=1, to=ASKED)
        vn.wait_for("the receipt", lambda: rows(world, "SELECT 1 FROM node_receiptrow"))
        asked = len(authority.asked)
        vn.wait_for("a few rounds", lambda: waited(2.5))
        assert len(authority.asked) == asked, "no second time stamp within the hour"
        rows(world, "UPDATE node_timestampauthority SET asked_at = '2026-01-01 00:00:00'")
        vn.wait_for("a second token", lambda: answers()[0]["tree_size"] > good["tree_size"])
    noted = rows(world, "SELECT action, detail FROM node_auditrow WHERE action LIKE 'log.stamp%'")
    assert [word for word, _ in noted].count("log.stamped") == 2
    assert noted.count(("log.stamp-failed", UNANSWERED)) == 1, "the same reason is said once"
    proved(world, authority, sent, tmp_path)


UNANSWERED = "timestamp-unanswered"


def waited(seconds: float) -> bool:
    """Let the node's loop go round."""
    time.sleep(seconds)
    return True


def test_a_clock_that_is_far_from_the_authoritys_is_told(
    authority: OpensslAuthority, tmp_path: Path
) -> None:
    world = build_world(
        tmp_path / "world", mode="exercise", ports={ASKED: first_port() + 36}, now=now()
    )
    place = world.places[ASKED].config
    settings, root = place.folder / "node.toml", tmp_path / "good.pem"
    urls = json.dumps([authority.address])
    text = settings.read_text("utf-8").replace("timestamp_urls = []", f"timestamp_urls = {urls}")
    settings.write_text(text, encoding="utf-8")
    root.write_text(GOOD.root_pem, encoding="ascii")
    command("directory", "trust", place.folder / "directory", "--timestamp-root", root)
    authority.manner = "slow"
    try:
        with launched(world, [ASKED]) as (offices, _):
            za = offices[ASKED]
            found = za.wait_for(
                "a token", lambda: stamped_once(za.approver.get("/health")["stampings"])
            )
    finally:
        authority.manner = "good"
    assert found["fault"] == "timestamp-clock"


def stamped_once(stampings: list[dict[str, Any]]) -> dict[str, Any] | None:
    return stampings[0] if stampings[0]["stamped_at"] else None


def test_a_root_that_is_no_certificate_never_joins_the_trust_file(
    world: World, tmp_path: Path
) -> None:
    folder = world.places[ASKED].config.folder / "directory"
    before = (folder / "trust.json").read_bytes()
    (tmp_path / "root.pem").write_text("no certificate", encoding="ascii")
    with pytest.raises(AssertionError, match="timestamp-root"):
        command("directory", "trust", folder, "--timestamp-root", tmp_path / "root.pem")
    assert (folder / "trust.json").read_bytes() == before


def proved(world: World, authority: OpensslAuthority, sent: dict[str, Any], tmp_path: Path) -> None:
    """Let a stranger and openssl judge what the node exports."""
    home = world.places[ASKING].config.folder
    case = rows(world, 'SELECT "case" FROM node_conversation')[0][0]
    bundle = tmp_path / "bundle"
    command("bundle", case, "-o", bundle, folder=home)
    trust = tmp_path / "trust.json"
    plain = parse_trust(world.trust)
    root = authority.root.read_text("ascii")
    trust.write_bytes(replace(plain, timestamp_roots=(root,)).data)
    done = run(tmp_path / "home", bundle, "--trust", trust, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"]) == (0, "intact"), report
    assert "trusted time stamps" in report["steps"][7]["summary"]
    trust.write_bytes(plain.data)
    done = run(tmp_path / "home", bundle, "--trust", trust, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"]) == (0, "intact"), "nobody is trusted, nothing fails"
    assert "no trusted time stamp" in report["steps"][7]["summary"]
    tokens = sorted(bundle.rglob("*.tsr"))
    assert tokens
    for token in tokens:
        note = token.parent / f"{token.name.split('.')[0]}.note"
        check: list[str | Path] = [needs("openssl"), "ts", "-verify", "-in", token, "-data", note]
        check += ["-CAfile", authority.root]
        assert subprocess.run(check, capture_output=True, check=False).returncode == 0
        note.write_bytes(note.read_bytes().replace(b"\n", b"\n\n", 1))
        assert subprocess.run(check, capture_output=True, check=False).returncode != 0


# ------------------------------------------------------------------ what an authority may do


@pytest.mark.parametrize(
    ("manner", "code"),
    [
        ("good", ""),
        ("stale", "timestamp-nonce"),
        ("spoilt", "timestamp-untrusted"),
        ("redirect", UNANSWERED),
        ("page", UNANSWERED),
        ("large", UNANSWERED),
        ("busy", UNANSWERED),
    ],
)
def test_an_answer_counts_only_if_it_answers_this_request(
    authority: OpensslAuthority, manner: str, code: str
) -> None:
    from comity.node.log.timestamps import ask

    note = b"some checkpoint\n"
    before = request(note)
    ask(authority.address, before.as_bytes())
    authority.asked[:1] = [before.as_bytes()]
    authority.manner = manner
    found = ""
    try:
        asked = request(note)
        response = ask(authority.address, asked.as_bytes())
        roots = parse_roots([authority.root.read_text("ascii")])
        verify_stamp(response, note, roots=roots, nonce=asked.nonce)
    except ComityError as error:
        found = error.code
    finally:
        authority.manner = "good"
    assert found == code


@pytest.mark.parametrize(
    "line",
    [
        'timestamp_urls = ["ftp://tsa.example"]',
        'timestamp_urls = ["tsa.example"]',
        'timestamp_urls = ["http://a.example", "http://b.example", "http://c.example"]',
        "timestamp_minutes = 0",
        "timestamp_minutes = 1.5",
    ],
)
def test_settings_that_ask_nobody_or_without_pause_are_refused(tmp_path: Path, line: str) -> None:
    text = f'party = "vn/contact-point"\nmode = "exercise"\n{line}\n'
    (tmp_path / "node.toml").write_text(text, encoding="utf-8")
    with pytest.raises(NodeFolderError):
        load_config(tmp_path)
