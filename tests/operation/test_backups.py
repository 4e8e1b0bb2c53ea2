"""Backups from the pages: who may, what leaves, what a restore would lose."""

import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.operation.conftest import Running, comity, form

from comity.node.core.clock import now
from comity.node.core.config import NodeConfig, NodeFolderError, load_config
from comity.node.operations import scheduled_backups as kept
from comity.node.operations.scheduled_backups import (
    BackupPlainError,
    BackupsUnsetError,
    BackupUnknownError,
)
from comity.node.operations.setup_wizard.build_node import set_members


def eventually(true: Callable[[], Any]) -> Any:
    until = time.monotonic() + 180  # the first touch of memory is slow, and others run beside
    while not (found := true()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


def listed(running: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = running.call("operator", "GET", "/backups").json()["backups"]
    return found


def made(running: Running) -> dict[str, Any]:
    """Make a backup over the API; return it when it is whole."""
    before = {one["name"] for one in listed(running)}
    answer = running.call("operator", "POST", "/backups")
    assert answer.status_code == 202, answer.text

    def ended() -> Any:
        job = running.call("operator", "GET", "/backups").json()["job"]
        return not job["under_way"] and job

    assert eventually(ended)["fault"] == ""
    (fresh,) = [one for one in listed(running) if one["name"] not in before]
    return fresh


def test_a_restore_says_what_holds_of_tokens_and_brings_back_those_of_the_backup(
    node: NodeConfig, tmp_path: Path
) -> None:
    word = tmp_path / "word"
    word.write_text("five words nobody else knows\n", "utf-8")
    comity("user", "add", node.folder, "lan", "--role", "operator", "--password-file", word)
    held = comity("user", "token", node.folder, "lan").split()[0]
    comity("backup", node.folder, "-o", tmp_path / "b.tar", "--plain")
    with closing(sqlite3.connect(node.database_file)) as database, database:
        database.execute("DELETE FROM node_apitoken")  # revoked
    made_since = comity("user", "token", node.folder, "lan").split()[0]
    told = " ".join(comity("restore", tmp_path / "b.tar", tmp_path / "again").split())
    for what in ("API tokens", "webhooks", "revoke or remove them again", "signed out since"):
        assert what in told
    with closing(sqlite3.connect(tmp_path / "again" / "node.sqlite3")) as database:
        kept = {row[0] for row in database.execute("SELECT digest FROM node_apitoken")}
    assert kept == {sha256(held.encode()).hexdigest()}
    assert sha256(made_since.encode()).hexdigest() not in kept


@pytest.mark.full
@pytest.mark.parametrize("who", ["approver", "auditor", "case"])
def test_nobody_but_the_operator_makes_lists_or_takes_one(running: Running, who: str) -> None:
    for method, path in (("GET", "/backups"), ("POST", "/backups")):
        assert running.call(who, method, path).status_code == 403
    assert running.visitor(who).get("/backups").status_code == 403


@pytest.mark.parametrize(
    "members",
    [
        {"backup_folder": "backups"},
        {"backup_recipients": ["age1nonsense"]},
        {"backup_recipients": ["AGE-SECRET-KEY-1QQ"]},
        {"backup_keep": 0},
    ],
)
def test_the_operators_file_refuses_what_would_fail_tonight(
    node: NodeConfig, members: dict[str, Any]
) -> None:
    with pytest.raises(NodeFolderError):
        set_members(node, **members)
    assert load_config(node.folder) == node


def test_without_folder_and_recipient_there_are_none(node: NodeConfig) -> None:
    with pytest.raises(BackupsUnsetError):
        kept.make(node, at=now())
    comity("backups", "make", node.folder, status=2)


@pytest.mark.parametrize("name", ["../recovery.txt", "recovery.txt", "comity-x.age", "", "a/b"])
def test_a_name_that_we_did_not_give_is_not_looked_for(running: Running, name: str) -> None:
    with pytest.raises(BackupUnknownError):
        kept.path_of(running.config, name)


def test_a_backup_that_is_not_sealed_does_not_leave(running: Running) -> None:
    name = "comity-vn-contact-point-20200101T000000Z.age"
    plain = running.backups / name
    plain.write_bytes(b"node.toml and every key")
    try:
        with pytest.raises(BackupPlainError):
            kept.pieces(running.config, name)
        page = running.visitor("operator").get("/backups").text
        assert "not sealed" in page
        assert f"/backups/{name}/file" not in page
    finally:
        plain.unlink()


def test_a_backup_is_made_listed_checked_and_opens(running: Running) -> None:
    fresh = made(running)
    assert fresh["sealed"]
    path = running.backups / fresh["name"]
    assert fresh["size_bytes"] == path.stat().st_size
    checked = f"/backups/{fresh['name']}/check"
    assert running.call("operator", "POST", checked).json()["standing"] == "same"
    told = comity("backups", "check", running.config.folder, "-i", running.identity)
    assert "it opens: vn/contact-point" in told


def test_one_changed_byte_is_found(running: Running) -> None:
    fresh = made(running)
    path = running.backups / fresh["name"]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    checked = f"/backups/{fresh['name']}/check"
    assert running.call("operator", "POST", checked).json()["standing"] == "changed"
    comity("backups", "check", running.config.folder, fresh["name"], status=1)


@pytest.mark.full
def test_the_oldest_go_and_nothing_else_in_the_folder_does(running: Running) -> None:
    other = running.backups / "comity-za-contact-point-20200101T000000Z.age"
    other.write_bytes(b"age-encryption.org/v1\n")
    for _ in range(3):
        made(running)
        time.sleep(1.1)  # names tell seconds
    assert len(listed(running)) == running.config.backup_keep
    assert other.exists()
    other.unlink()


def test_taking_one_out_is_audited(running: Running) -> None:
    fresh = made(running)
    answer = running.visitor("operator").get(f"/backups/{fresh['name']}/file")
    assert answer.content == (running.backups / fresh["name"]).read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    rows = running.visitor("auditor").get("/audit").text
    assert f"sha256:{fresh['sha256']}" in rows.replace("\u200b", "")


def test_the_dry_run_counts_what_came_since_and_changes_nothing(running: Running) -> None:
    fresh = made(running)
    before = sorted(path.name for path in running.backups.iterdir())
    first = running.call("operator", "GET", f"/backups/{fresh['name']}/loss").json()
    running.visitor("operator")  # a sign-in is audited
    then = running.call("operator", "GET", f"/backups/{fresh['name']}/loss").json()
    assert then["audit_rows"] > first["audit_rows"]
    assert (then["messages"], then["docket"]) == (0, 0)
    page = running.visitor("operator").get(f"/backups/{fresh['name']}/restore").text
    for command in then["commands"]:
        assert command.replace("'", "&#x27;") in page
    assert sorted(path.name for path in running.backups.iterdir()) == before


def test_the_commands_of_the_dry_run_restore_the_node(running: Running, tmp_path: Any) -> None:
    fresh = made(running)
    found = running.call("operator", "GET", f"/backups/{fresh['name']}/loss").json()["commands"]
    (line,) = [one for one in found if one.startswith("comity restore")]
    words = line.split()
    assert words[3] == str(running.config.folder)
    comity("restore", words[2], tmp_path / "node", "-i", running.identity)
    again = load_config(tmp_path / "node")
    assert again.party == running.config.party


def test_the_page_makes_one_and_tries_the_node(running: Running) -> None:
    client = running.visitor("operator")
    answer = client.post("/backups/make", data=form(client, "/backups"))
    assert answer.status_code == 200
    eventually(lambda: "The backup is made" in client.get("/backups").text)
    tried = client.post("/backups/self-test", data=form(client, "/backups"))
    assert "Nothing failed." in tried.text
    assert "proved" in tried.text
    assert client.get("/backups/comity-x.age/restore").status_code == 404


def test_a_folder_that_is_gone_is_told_and_the_old_backups_stay(running: Running) -> None:
    away = running.backups.with_name("away")
    shutil.move(running.backups, away)
    try:
        assert running.call("operator", "POST", "/backups").status_code == 202
        client = running.visitor("operator")
        told = eventually(
            lambda: re.search(r"No backup was made[^<]*", client.get("/backups").text)
        )
        assert "mounted" in told[0]
    finally:
        shutil.move(away, running.backups)


def test_the_page_of_settings_names_every_member_of_the_operators_file(running: Running) -> None:
    page = running.visitor("operator").get("/settings")
    assert page.status_code == 200
    for name in (one.name for one in fields(running.config) if one.name != "folder"):
        assert f'<code dir="ltr">{name}</code>' in page.text
