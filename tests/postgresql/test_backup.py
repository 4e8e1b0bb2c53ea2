"""A node whose register lies in PostgreSQL, backed up while it runs, and made again from that."""

import secrets
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from benchmarks.postgresql import Server
from psycopg import sql
from tests.carrying.offices import ACKNOWLEDGED, comity, eventually
from tests.operation.conftest import comity as run
from tests.ports import first_port
from tests.postgresql.test_postgresql import put_into
from tests.recovery import conftest as recovery
from tests.recovery.conftest import before_the_backup, make_network
from tests.worlds import build_world as build_migrated

from comity.demo.world import ASKED, ASKING, SECRETARIAT, World
from comity.directory.trust import TrustFile
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig, load_config
from comity.node.core.postgresql import dumping
from comity.node.core.postgresql.dumping import (
    DatabaseFilledError,
    DatabaseToolsError,
    DumpMalformedError,
)
from comity.node.core.postgresql.place import DatabasePlaceError
from comity.node.operations import selftest
from comity.node.operations.backup import DUMP, back_up
from comity.node.operations.create_node import found_node
from comity.node.operations.restore import BackupMalformedError, restore

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]


def counted(address: str) -> dict[str, int]:
    """Return how many rows each table of a database has."""
    with psycopg.connect(address) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in tables.fetchall()]
        found = {}
        for name in names:
            row = connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            ).fetchone()
            assert row is not None
            found[name] = row[0]
        return found


@pytest.fixture(scope="module")
def node(server: Server, tmp_path_factory: pytest.TempPathFactory) -> NodeConfig:
    """A node that never ran, with one person, whose register lies in PostgreSQL."""
    folder = tmp_path_factory.mktemp("kept") / "node"
    made = NodeConfig(folder=folder, party="vn/contact-point", mode="exercise", port=23001)
    found_node(made, TrustFile(mode="exercise").data, now=now())
    put_into(folder, server.make("kept"))
    word = folder.parent / "word"
    word.write_text("a long phrase for tests\n", "ascii")
    run("user", "add", folder, "case", "--role", "case", "--password-file", word)
    return load_config(folder)


@pytest.fixture(scope="module")
def plain(node: NodeConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it that is not sealed, so that a test can spoil it."""
    target = tmp_path_factory.mktemp("plain") / "plain.tar"
    back_up(node, target, recipients=(), with_packages=True, at=now())
    return target


@pytest.fixture
def empty(server: Server) -> str:
    """An empty database of this test."""
    return server.make(f"to{secrets.token_hex(6)}")


def dump_in(plain: Path, target: Path) -> Path:
    with tarfile.open(plain) as archive:
        found = archive.extractfile(DUMP)
        assert found is not None
        target.write_bytes(found.read())
    return target


# ------------------------------------------------------------------ what is refused


def test_without_pg_dump_it_says_what_to_install(
    node: NodeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumping, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DatabaseToolsError, match=r"pg_dump is missing: .*postgresql-client-\d+"):
        back_up(node, tmp_path / "x", recipients=(), with_packages=True, at=now())
    assert not (tmp_path / "x").exists()
    assert not [path for path in node.folder.iterdir() if path.name.startswith(".")]


def test_a_server_that_is_away_is_told_and_leaves_no_file(node: NodeConfig, tmp_path: Path) -> None:
    gone = NodeConfig(
        folder=node.folder,
        party=node.party,
        mode="exercise",
        database=f"postgresql://postgres@/kept?host={tmp_path}",
    )
    with pytest.raises(DatabasePlaceError):
        back_up(gone, tmp_path / "x", recipients=(), with_packages=True, at=now())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_byte_that_is_spoilt_is_found_before_anything_is_written(
    plain: Path, empty: str, tmp_path: Path, share: float
) -> None:
    data = bytearray(plain.read_bytes())
    with tarfile.open(plain) as archive:
        member = archive.getmember(DUMP)
    data[member.offset_data + int(share * (member.size - 1))] ^= 1
    (tmp_path / "spoilt").write_bytes(data)
    with pytest.raises(BackupMalformedError):
        restore(tmp_path / "spoilt", tmp_path / "node", identities=(), database=empty)
    assert not (tmp_path / "node").exists()
    assert counted(empty) == {}


def test_a_dump_that_ends_early_is_refused_although_it_is_listed_so(
    plain: Path, tmp_path: Path
) -> None:
    path = dump_in(plain, tmp_path / "dump")
    dumping.check(path)
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 4, len(whole) - 2_000):
        path.write_bytes(whole[:size])
        with pytest.raises(DumpMalformedError):
            dumping.check(path)


@pytest.mark.parametrize(
    "more",
    [
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW more AS SELECT 1",
        "CREATE RULE more AS ON DELETE TO node_loghead DO INSTEAD NOTHING",
        "ALTER TABLE node_loghead ENABLE ROW LEVEL SECURITY; CREATE POLICY more ON node_loghead",
        "CREATE SCHEMA more; CREATE TABLE more.more (id int)",
    ],
)
def test_a_database_that_holds_more_than_tables_does_not_come_back(
    plain: Path, empty: str, server: Server, tmp_path: Path, more: str
) -> None:
    restore(plain, tmp_path / "node", identities=(), database=empty)
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute(more)
    with (tmp_path / "dump").open("wb"):
        dumping.dump(load_config(tmp_path / "node"), tmp_path / "dump")
    with pytest.raises(DumpMalformedError):
        dumping.check(tmp_path / "dump")


def test_a_database_that_holds_something_is_not_written_to(
    node: NodeConfig, plain: Path, empty: str, tmp_path: Path
) -> None:
    before = counted(node.database)
    with pytest.raises(DatabaseFilledError):
        restore(plain, tmp_path / "node", identities=())  # its own, which is still full
    assert counted(node.database) == before
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE TABLE other (id int)")
    with pytest.raises(DatabaseFilledError):
        restore(plain, tmp_path / "node", identities=(), database=empty)
    assert counted(empty) == {"other": 0}
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize("address", ["mysql://u@h/d", "postgresql://u:secret@h/d", 'x"\n'])
def test_an_address_that_is_none_is_refused(plain: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(DatabasePlaceError):
        restore(plain, tmp_path / "node", identities=(), database=address)


def test_a_backup_of_sqlite_goes_into_no_other_database(empty: str, tmp_path: Path) -> None:
    made = NodeConfig(folder=tmp_path / "a", party="vn/contact-point", mode="exercise")
    found_node(made, TrustFile(mode="exercise").data, now=now())
    world = build_migrated(
        tmp_path / "world", mode="exercise", ports={ASKING: 1, ASKED: 2}, now=now()
    )
    config = world.places[ASKING].config
    back_up(config, tmp_path / "b", recipients=(), with_packages=True, at=now())
    with pytest.raises(DatabasePlaceError):
        restore(tmp_path / "b", tmp_path / "node", identities=(), database=empty)


def test_a_database_in_the_wrong_order_is_refused(
    server: Server, plain: Path, tmp_path: Path
) -> None:
    told = ["--template=template0", "--encoding=SQL_ASCII", "--locale=C", "unordered"]
    server.run("createdb", "-h", str(server.folder), "-U", "postgres", *told)
    address = f"postgresql://postgres@/unordered?host={server.folder}"
    with pytest.raises(DatabasePlaceError):
        restore(plain, tmp_path / "node", identities=(), database=address)
    assert counted(address) == {}


# ------------------------------------------------------------------ what holds


def test_it_comes_back_with_every_row_and_the_trial_writes_nowhere(
    node: NodeConfig, plain: Path, empty: str, tmp_path: Path
) -> None:
    before = counted(node.database)
    restore(plain, tmp_path / "trial", identities=(), database=empty, rehearsal=True)
    assert counted(empty) == {}
    found = restore(plain, tmp_path / "node", identities=(), database=empty)
    assert found.party == node.party
    assert counted(empty) == before
    assert before["node_officer"] == 1
    assert not (tmp_path / "node" / DUMP).exists()
    assert load_config(tmp_path / "node").database == empty
    assert (tmp_path / "node" / "restored.json").exists()


def test_the_self_test_opens_its_trial_backup(node: NodeConfig) -> None:
    (trial,) = [one for one in selftest.self_test(node, at=now()) if one.key == "backup"]
    assert (trial.word, trial.found) == ("proved", "backup-restored")


def test_what_is_written_meanwhile_is_in_all_of_it_or_in_none(
    node: NodeConfig, empty: str, tmp_path: Path
) -> None:
    dump = tmp_path / "dump"
    dump.touch()
    with psycopg.connect(node.database) as writing:
        writing.execute("DELETE FROM node_officer")  # not committed, and nobody waits for it
        dumping.dump(node, dump)
        writing.rollback()
    put = tmp_path / "node"
    put.mkdir()
    (put / "node.toml").write_bytes((node.folder / "node.toml").read_bytes())
    dumping.fill(replace(node, database=empty), dump)
    assert counted(empty) == counted(node.database)


def test_yesterdays_backup_opens_an_epoch_and_takes_back_what_was_acknowledged(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def world(folder: Path, **more: Any) -> World:
        made = build_migrated(folder, **more)
        config = made.places[ASKED].config
        config.database_file.unlink()
        put_into(config.folder, server.make("lost"))
        return made

    monkeypatch.setattr(recovery, "build_world", world)
    network = make_network(tmp_path / "world", first_port() + 20)
    network.start(ASKING, ASKED, SECRETARIAT)
    try:
        story = before_the_backup(network, tmp_path)
        first = story.cases[0]
        third = network.ask("VN-3")
        network.za.say("request.acknowledged", ACKNOWLEDGED, conversation=third)
        network.heard(network.vn, third, ASKED, 1)
        network.settle()
        known = network.za.do("messages")
        assert network.za.do("log")["epoch"] == 1
        network.stop(ASKED)
        folder = network.za.folder
        folder.rename(folder.with_name("lost"))
        words = ("restore", story.backup, folder, "-i", story.identity)
        assert "database-filled" in str(comity(*words, status=1))  # its own is not empty
        comity(*words, "--database", server.make("found"))
        network.start(ASKED)
        eventually(lambda: network.za.do("log")["epoch"] == 2)
        eventually(lambda: not (folder / "restored.json").exists(), 60)
        assert set(known) <= set(network.za.do("messages"))
        network.vn.say("request.withdrawn", conversation=first)
        network.settle()
    finally:
        network.stop(ASKING, ASKED, SECRETARIAT)
