"""The head guard: no register that is lost, older or shared makes a node sign its log twice."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.nodes import free_ports
from tests.carrying.offices import comity, eventually
from tests.faults.kit import LEAVES, Answer, Sender
from tests.forked import Forked, ForkedNode
from tests.forked import run as forked_run
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.ledger import peek_checkpoint
from comity.node.core.clock import now
from comity.node.core.folder_lock import NodeRunningError, hold_folder


@pytest.fixture
def world(tmp_path: Path) -> World:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    return build_world(tmp_path / "world", mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Iterator[ForkedNode]:
    """The node of the party that is asked; its partner never runs."""
    process = ForkedNode(world.places[ASKED].config.folder)
    process.start()
    process.wait_ready()
    yield process
    process.stop()


@pytest.fixture
def sender(world: World) -> Sender:
    return Sender(world, ASKING, ASKED)


def send(sender: Sender, count: int) -> list[tuple[bytes, Answer]]:
    """Deliver new notes one after the other; return each parcel with its answer."""
    parcels = [sender.note()[1] for _ in range(count)]
    return [(parcel, sender.deliver(parcel)) for parcel in parcels]


def places(sent: list[tuple[bytes, Answer]]) -> Counter[tuple[str, int]]:
    """Return how often each place of a log was promised."""
    receipts = [answer.receipt for _, answer in sent]
    return Counter((peek_checkpoint(r.checkpoint.encode()).origin, r.index) for r in receipts)


def copy(source: Path, target: Path) -> None:
    """Copy a register, or put a copy in the place of one that is in use, as SQLite does it."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def status(sender: Sender, path: str) -> int:
    """Ask the node for something as its partner does; return the status of the answer."""
    headers = sender.signed_headers(b"", method="GET", path=path)
    return httpx.get(f"http://127.0.0.1:{sender.port}{path}", headers=headers).status_code


def is_up(node: ForkedNode) -> bool:
    return httpx.get(f"http://127.0.0.1:{node.config.port}/up", timeout=10).status_code == 200


def ended(node: ForkedNode) -> str:
    """Wait until a node's process ended by itself; return its last word."""
    eventually(lambda: not node.running, 20)
    lines = node.log.read_text("utf-8").splitlines()
    assert not any(line.startswith("Traceback") for line in lines[-3:])
    return lines[-1]


def test_a_node_without_its_register_does_not_begin_its_log_anew(
    node: ForkedNode, sender: Sender, tmp_path: Path
) -> None:
    before = send(sender, 3)
    node.kill()
    files = list(node.folder.glob("node.sqlite3*"))
    for path in files:
        path.rename(tmp_path / path.name)
    node.start()
    assert "register-lost" in ended(node)
    assert not list(node.folder.glob("node.sqlite3*")), "an empty register was made"
    for path in files:
        (tmp_path / path.name).rename(path)
    node.start()
    node.wait_ready()
    again = [sender.deliver(parcel) for parcel, _ in before]
    assert [one.body for one in again] == [answer.body for _, answer in before]
    assert set(places(before + send(sender, 2)).values()) == {1}


def test_a_register_that_falls_back_while_the_node_runs_stops_the_log_until_it_is_back(
    node: ForkedNode, sender: Sender, tmp_path: Path
) -> None:
    register = node.config.database_file
    first = send(sender, 3)
    copy(register, tmp_path / "old")
    second = send(sender, 3)
    copy(register, tmp_path / "new")
    eventually(lambda: is_up(node))
    assert status(sender, "/exchange/v1/epochs") == 200
    copy(tmp_path / "old", register)
    refused = [answer for _, answer in send(sender, 3)]
    assert {(one.status, one.code) for one in refused} == {(503, "register-behind")}
    lost, answer = second[0][0], second[0][1]
    assert sender.deliver(lost).status == 503, "what was receipted is not taken for new"
    assert not is_up(node)
    assert status(sender, "/exchange/v1/epochs") == 503, "the newest statement may be missing"

    copy(tmp_path / "new", register)
    third = send(sender, 3)
    assert sender.deliver(lost).body == answer.body
    assert set(places(first + second + third).values()) == {1}
    eventually(lambda: is_up(node))


def test_an_older_register_goes_on_in_a_new_epoch_on_the_operators_word(
    node: ForkedNode, sender: Sender, tmp_path: Path
) -> None:
    register = node.config.database_file
    first = send(sender, 2)
    copy(register, tmp_path / "old")
    second = send(sender, 2)
    node.stop()
    copy(tmp_path / "old", register)
    node.start()
    assert "register-behind" in ended(node)
    shown = comity("guard", "show", node.folder, status=1)
    assert (shown["tree_size"], shown["register_size"]) == (4 * LEAVES, 2 * LEAVES)
    refused = comity("guard", "renew", node.folder, "--reason", " ", status=2)
    assert refused["error"]["code"] == "log-guard-renewal"
    comity("guard", "renew", node.folder, "--reason", "The newer disk burnt; decided by the head.")
    node.start()
    node.wait_ready()
    third = eventually(lambda: [one for one in send(sender, 1) if one[1].status == 200])
    assert set(places(first + second + third).values()) == {1}
    [(origin, _)] = places(third)
    assert origin.endswith("/2")
    with closing(sqlite3.connect(register)) as link:
        rows = link.execute(
            "SELECT actor, detail FROM node_auditrow WHERE action = 'epoch.confirmed'"
        ).fetchall()
    [(actor, word)] = rows
    assert (actor, word.endswith("decided by the head.")) == ("operator", True)


def test_a_guard_older_than_the_register_or_damaged_stops_the_node(
    node: ForkedNode, sender: Sender
) -> None:
    guard = node.folder / "log-guard"
    send(sender, 1)
    old = guard.read_bytes()
    send(sender, 3)
    node.stop()
    new = guard.read_bytes()
    for data, code in ((old, "log-guard-old"), (b"x" * len(new), "log-guard"), (None, "missing")):
        guard.unlink(missing_ok=True)
        if data is not None:
            guard.write_bytes(data)
        node.start()
        assert code in ended(node)
    guard.write_bytes(new)
    node.start()
    node.wait_ready()
    assert send(sender, 1)[0][1].status == 200


def test_a_second_process_on_a_folder_ends_and_the_first_goes_on(
    node: ForkedNode, sender: Sender
) -> None:
    second = ForkedNode(node.folder)
    second.start()
    assert "node-running" in ended(second)
    assert send(sender, 1)[0][1].status == 200
    node.kill()
    second.start()  # the lock goes with the processes that held it
    try:
        second.wait_ready()
        assert send(sender, 1)[0][1].status == 200
    finally:
        second.stop()


def test_a_worker_that_outlives_its_supervisor_keeps_the_folder(tmp_path: Path) -> None:
    told, asked = os.pipe(), os.pipe()
    supervisor = os.fork()
    if not supervisor:
        hold_folder(tmp_path)
        if not os.fork():  # the worker, that ends when it is told
            os.write(told[1], b"%d" % os.getpid())
            os.read(asked[0], 1)
            os.write(told[1], b"end")
        os._exit(0)
    assert os.waitpid(supervisor, 0)[1] == 0
    assert os.read(told[0], 20).isdigit()
    with pytest.raises(NodeRunningError, match=str(supervisor)):
        hold_folder(tmp_path)
    os.write(asked[1], b"x")
    assert os.read(told[0], 20) == b"end"
    eventually(lambda: held(tmp_path))


def held(folder: Path) -> bool:
    """Try to take a folder, in a process of its own; tell whether it went."""
    pid = os.fork()
    if not pid:
        try:
            hold_folder(folder)
        except NodeRunningError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def test_a_newer_program_changes_no_database_under_a_running_node(node: ForkedNode) -> None:
    with closing(sqlite3.connect(node.config.database_file)) as link:
        link.execute(
            "DELETE FROM django_migrations WHERE app = 'node' AND name ="
            " (SELECT max(name) FROM django_migrations WHERE app = 'node')"
        )
        link.commit()
    told = comity("migrate", node.folder, status=1)
    assert told["error"]["code"] == "node-running"


@pytest.mark.parametrize("what", ["damaged", "no database", "newer", "key", "port"])
def test_what_keeps_a_node_from_starting_is_said_in_one_line(
    what: str, node: ForkedNode, sender: Sender
) -> None:
    send(sender, 1)
    node.stop()
    wanted = spoil(what, node)
    with closing(wanted[1]) if what == "port" else nullcontext():
        node.start()
        last = ended(node)
        typed = forked_run(command(node), capture_output=True, text=True, timeout=60)
    assert f"error [{wanted[0]}]" in last
    status = 2 if what == "key" else 1
    assert (typed.returncode, typed.stdout) == (status, ""), (
        "nothing serves, and no address is told"
    )
    assert f"error [{wanted[0]}]" in typed.stderr
    if what in {"damaged", "no database", "newer"}:  # a command says it too
        said = comity("guard", "show", node.folder, status=1)
        assert said["error"]["code"] == wanted[0]
        assert said["error"]["next"]


def command(node: ForkedNode) -> list[str]:
    """Return what an operator types to start a node."""
    return [sys.executable, "-m", "comity", "run", str(node.folder)]


def test_a_start_that_succeeds_tells_the_address(node: ForkedNode) -> None:
    node.stop()
    with Forked(command(node), stdout=subprocess.PIPE, text=True, start_new_session=True) as typed:
        try:
            assert typed.stdout is not None
            assert f"http://localhost:{node.config.port} " in typed.stdout.readline()
        finally:
            typed.terminate()


def spoil(what: str, node: ForkedNode) -> tuple[str, Any]:
    """Spoil a node that does not run; return the code it must say."""
    register = node.config.database_file
    if what == "damaged":
        data = bytearray(register.read_bytes())
        data[4096:] = os.urandom(len(data) - 4096)
        register.write_bytes(data)
        return "register-damaged", None
    if what == "no database":
        register.write_bytes(b"this is no database\n" * 1000)
        return "register-damaged", None
    if what == "newer":
        with closing(sqlite3.connect(register)) as link:
            link.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('node', '9999_later', '2030-01-01 00:00:00')"
            )
            link.commit()
        return "schema-newer", None
    if what == "key":
        (node.config.keys / "log.json").unlink()
        return "key-file", None
    import socket

    taken = socket.create_server(("127.0.0.1", node.config.port))
    return "listen-taken", taken


def test_a_key_that_is_gone_ends_a_running_node_instead_of_its_worker_for_ever(
    node: ForkedNode,
) -> None:
    (node.config.keys / "log.json").unlink()
    assert node.kill_worker()
    eventually(lambda: node.kill_worker() or not node.running, 20)
    assert "key-file" in ended(node)
