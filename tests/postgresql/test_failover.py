"""A node whose PostgreSQL falls back, stands still or is killed signs nothing twice."""

import os
import signal
import time
from collections.abc import Iterator

import httpx
import pytest
from benchmarks.postgresql import Server, binaries, started
from tests.carrying.offices import eventually
from tests.faults.kit import Sender
from tests.faults.test_guard import places, send
from tests.forked import ForkedNode
from tests.nodes.offices import free_ports
from tests.postgresql.test_postgresql import put_into
from tests.worlds import build_world

from comity.demo.measured import descendants
from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now

PATIENCE_S = 10.0


def sql(server: Server, *lines: str) -> None:
    words = [word for line in lines for word in ("-c", line)]
    server.run("psql", "-h", str(server.folder), "-U", "postgres", "-d", "postgres", *words)


def up(node: ForkedNode) -> int:
    """Return the status of the heartbeat, which must come in time."""
    return httpx.get(f"http://127.0.0.1:{node.config.port}/up", timeout=PATIENCE_S).status_code


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, ForkedNode, Sender]]:
    """A node whose register lies in a server of its own, and somebody who sends to it."""
    where = binaries()
    if where is None:
        pytest.skip("needs Debian package postgresql")
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    folder = tmp_path_factory.mktemp("failover") / "world"
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    config = world.places[ASKED].config
    config.database_file.unlink()
    with started(where, "fsync=off") as server:
        put_into(config.folder, server.make("register"))
        node = ForkedNode(config.folder)
        node.start()
        try:
            node.wait_ready()
            eventually(lambda: up(node) == 200)
            yield server, node, Sender(world, ASKING, ASKED)
        finally:
            node.stop()


@pytest.mark.full
def test_a_server_that_stands_still_or_is_killed_hangs_no_heartbeat_and_is_told(
    place: tuple[Server, ForkedNode, Sender],
) -> None:
    server, node, sender = place
    stand_still(server, going=False)
    try:
        begun = time.monotonic()
        assert [up(node), up(node)] == [503, 503]
        assert time.monotonic() - begun < PATIENCE_S
    finally:
        stand_still(server, going=True)
    eventually(lambda: up(node) == 200)
    assert send(sender, 1)[0][1].status == 200

    data = str(server.folder / "data")
    server.run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    [(parcel, answer)] = send(sender, 1)
    assert (answer.status, answer.code) == (503, "database-away")
    assert up(node) == 503
    line = f"-c listen_addresses='' -c unix_socket_directories={server.folder}"
    server.run("pg_ctl", "-D", data, "-w", "-l", str(server.folder / "log"), "-o", line, "start")
    eventually(lambda: sender.deliver(parcel).status == 200)
    eventually(lambda: up(node) == 200)


def test_a_failover_to_a_lagging_copy_promises_no_place_twice(
    place: tuple[Server, ForkedNode, Sender],
) -> None:
    server, node, sender = place
    first = send(sender, 3)
    sql(server, "create database lag template template0")
    dump, reach = str(server.folder / "dump"), ("-h", str(server.folder), "-U", "postgres")
    server.run("pg_dump", *reach, "-Fc", "-f", dump, "register")
    server.run("pg_restore", *reach, "-d", "lag", dump)
    second = send(sender, 3)
    end = "select pg_terminate_backend(pid) from pg_stat_activity where datname='{}'"
    shut = "alter database {} allow_connections false"
    sql(
        server,
        shut.format("register"),
        end.format("register"),
        "alter database register rename to newest",
        "alter database lag rename to register",
    )
    refused = [answer for _, answer in send(sender, 3)]
    codes = {(one.status, one.code) for one in refused}
    assert codes <= {(503, "register-behind"), (503, "database-away")}
    assert (refused[-1].status, refused[-1].code) == (503, "register-behind")
    assert up(node) == 503

    sql(
        server,
        shut.format("register"),
        end.format("register"),
        "alter database register rename to lag",
        "alter database newest allow_connections true",
        "alter database newest rename to register",
    )
    third = eventually(lambda: [one for one in send(sender, 1) if one[1].status == 200])
    assert set(places(first + second + third).values()) == {1}
    eventually(lambda: up(node) == 200)


def stand_still(server: Server, *, going: bool) -> None:
    """Stop a server's processes where they are, as a machine that hangs does, or let them go."""
    try:
        pid = int((server.folder / "data" / "postmaster.pid").read_text("ascii").split()[0])
    except OSError:
        return
    for one in descendants(pid):
        os.kill(one, signal.SIGCONT if going else signal.SIGSTOP)
