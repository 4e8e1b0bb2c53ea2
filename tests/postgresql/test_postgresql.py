"""The register in PostgreSQL: the whole case, and the same answers as from SQLite."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from benchmarks.postgresql import Server
from tests.conftest import REPOSITORY
from tests.nodes.offices import free_row

from comity.demo import story
from comity.demo.world import ASKED, ASKING, Teller, World, build_world
from comity.node.core.config import NodeFolderError, load_config
from comity.node.core.postgresql.place import DatabasePlaceError, register_in
from comity.node.core.session_secret import make_site_secret

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]
SAME = ("tests/search", "tests/access/test_circle.py", "tests/nodes/test_evidence_list.py")
"""Tests in one process whose answers may not depend on the database."""


def put_into(folder: Path, address: str) -> None:
    """Let a node's register lie in a database."""
    path = folder / "node.toml"
    told = path.read_text("utf-8")
    assert 'database = ""\n' in told
    path.write_text(told.replace('database = ""\n', f'database = "{address}"\n'), "utf-8")


# ------------------------------------------------------------------ what is refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    told = 'party = "vn/contact-point"\nmode = "exercise"\ndatabase = ""\n'
    (tmp_path / "node.toml").write_text(told, "utf-8")
    make_site_secret(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u@h/d",
        "postgresql://u:secret@h/d",
        "postgresql://h",
        "postgresql:///",
        "/var/lib/x",
        "postgresql://u@h/d e",
    ],
)
def test_an_address_that_is_none_or_holds_a_password_stops_the_node(
    folder: Path, address: str
) -> None:
    put_into(folder, address)
    with pytest.raises(NodeFolderError):
        load_config(folder)


def test_a_password_that_others_can_read_is_not_used(folder: Path) -> None:
    put_into(folder, "postgresql://comity@/comity")
    secret = folder / "password"
    secret.write_text("secret\n", "utf-8")
    with (folder / "node.toml").open("a", encoding="utf-8") as file:
        file.write('database_password_file = "password"\n')
    secret.chmod(0o640)
    with pytest.raises(DatabasePlaceError):
        register_in(load_config(folder))
    secret.chmod(0o600)
    assert register_in(load_config(folder))["PASSWORD"] == "secret"


def test_a_database_that_sorts_by_a_language_is_refused(server: Server, folder: Path) -> None:
    told = ["--template=template0", "--encoding=SQL_ASCII", "--locale=C", "other"]
    server.run("createdb", "-h", str(server.folder), "-U", "postgres", *told)
    put_into(folder, f"postgresql://postgres@/other?host={server.folder}")
    code = (
        "from pathlib import Path; from comity.node.core.django_setup import use_node; "
        f"use_node(Path({str(folder)!r}));"
        "from comity.node.operations.migrate import migrate; migrate()"
    )
    done = python("-c", code)
    assert done.returncode != 0
    assert "createdb --template=template0 --encoding=UTF8 --locale=C" in done.stderr


def python(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    return subprocess.run(
        [sys.executable, *words],
        env={**kept, **more},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=800,
    )


# ------------------------------------------------------------------ what holds


def test_a_whole_case_is_played_with_both_registers_in_postgresql(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def world(folder: Path, *, mode: Any, ports: Mapping[str, int], now: datetime) -> World:
        made = build_world(folder, mode=mode, ports=ports, now=now)
        for number, party in enumerate((ASKING, ASKED)):
            put_into(made.places[party].config.folder, server.make(f"office{number}"))
        return made

    monkeypatch.setattr(story, "build_world", world)
    plan = story.Plan(tmp_path / "demo", None, free_row(3))
    plan.out.mkdir()
    with story.running(plan, Teller()) as stage:
        played = story.play(plan, stage, Teller())
        asking = stage.offices[ASKING]
        found = asking.case.get("/search", q=played.number)["found"]
        assert (found[0]["kind"], found[0]["case"]) == ("case", played.number)
        assert asking.case.get("/search", q="provider")["found"]
        assert [one["case"] for one in asking.case.get("/cases")["cases"]] == [played.number]
        assert asking.case.get("/health")["log"]["tree_size"] > 10
        for office in stage.offices.values():
            office.case.close()
            office.approver.close()
        for party in (ASKING, ASKED):
            assert not stage.world.places[party].config.database_file.exists()


@pytest.mark.long
def test_the_same_is_found_and_listed_as_in_sqlite(server: Server) -> None:
    done = python(
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--ds=tests.postgresql.settings",
        *SAME,
        COMITY_TEST_DATABASE=server.make("register"),
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
