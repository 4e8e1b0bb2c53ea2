"""Invariants 1, 2 and 10: no crash and no network loses, doubles or contradicts a message."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.nodes import free_ports
from tests.faults.books import check_deliveries, check_log, check_same_state, read_books, waiting
from tests.faults.proxy import BadNetwork
from tests.faults.quick import QuickNode
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now

KILLS = int(os.environ.get("COMITY_KILLS", "8"))
"""At each change, a second each; the long walk has two hundred."""
MESSAGES_A_KILL = 5
PARTIES = (ASKING, ASKED)
WHOLE = 10  # every so many kills the supervisor dies too
PATIENCE_S = 90.0


class Office:
    """A node behind a bad network, with somebody who writes messages."""

    def __init__(self, world: World, party: str, partner: str, port: int, seed: int) -> None:
        config = world.places[party].config
        self.party, self.folder = party, config.folder
        settings = self.folder / "node.toml"
        text = settings.read_text("utf-8")
        settings.write_text(text.replace(f"port = {config.port}\n", f"port = {port}\n"), "utf-8")
        self.network = BadNetwork(listen=config.port, forward=port, seed=seed)
        self.node = QuickNode(self.folder)
        self.node.start()
        self.node.wait_ready()
        self.feeder = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.feeder", str(self.folder), partner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.written: list[str] = []
        self.kills = 0

    def write(self, number: int) -> None:
        """Have messages written; return when they are queued."""
        assert self.feeder.stdin
        assert self.feeder.stdout
        self.feeder.stdin.write(f"{number}\n")
        self.feeder.stdin.flush()
        for line in self.feeder.stdout:
            if line == "done\n":
                return
            self.written.append(line.strip())
        raise AssertionError("the feeder ended")

    def suffer(self, kills: int, chance: random.Random) -> None:
        """Be killed so often, at random moments, while messages are written."""
        for number in range(kills):
            self.node.wait_ready(60)
            self.write(MESSAGES_A_KILL)
            time.sleep(chance.uniform(0, 0.35))
            if number % WHOLE == WHOLE - 1:
                self.node.kill()
                self.node.start()
                self.kills += 1
            else:
                self.kills += self.node.kill_worker()

    def close(self) -> None:
        """End everything."""
        self.network.close()
        if self.feeder.stdin:
            self.feeder.stdin.close()
        self.feeder.wait(20)
        if self.feeder.stdout:
            self.feeder.stdout.close()
        self.node.stop()


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[tuple[int, World, list[Office]]]:
    seed = int(os.environ.get("COMITY_SEED", random.SystemRandom().randrange(2**32)))
    ports = free_ports(4)
    public = dict(zip(PARTIES, ports[:2], strict=True))
    world = build_world(tmp_path / "world", mode="exercise", ports=public, now=now())
    made: list[Office] = []
    try:
        for number, party in enumerate(PARTIES):
            partner = PARTIES[1 - number]
            made.append(Office(world, party, partner, ports[2 + number], seed + number))
        yield seed, world, made
    finally:
        for office in made:
            office.close()


@pytest.mark.full
@pytest.mark.timeout(600)  # crashes at a second or two each, on two cores
@pytest.mark.parametrize("kills", [KILLS, pytest.param(200, marks=pytest.mark.long)])
def test_no_crash_at_any_moment_loses_doubles_or_contradicts_a_message(
    offices: tuple[int, World, list[Office]], kills: int
) -> None:
    seed, world, pair = offices
    print(f"seed {seed}: repeat with COMITY_SEED={seed}")
    faults: list[BaseException] = []

    def suffer(office: Office, chance: random.Random) -> None:
        try:
            office.suffer(kills // 2, chance)
        except BaseException as fault:  # noqa: BLE001 - raised again below
            faults.append(fault)

    threads = [
        threading.Thread(target=suffer, args=(office, random.Random(seed + 10 + number)))
        for number, office in enumerate(pair)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults
    for office in pair:
        office.network.behaves = True
        office.node.wait_ready(60)
    end = time.monotonic() + PATIENCE_S
    while any(waiting(office.folder) for office in pair) and time.monotonic() < end:
        time.sleep(0.2)
    for office in pair:
        office.node.stop()

    asking, asked = (read_books(office.party, office.folder) for office in pair)
    done = pair[0].network.done + pair[1].network.done
    print(f"kills {[o.kills for o in pair]}, network {dict(done)}")
    assert sum(office.kills for office in pair) >= kills
    assert min(done[kind] for kind in ("lose", "lose-answer", "cut-answer", "double", "late")) > 0
    for office, books in zip(pair, (asking, asked), strict=True):
        assert (books.queued, books.dead, books.bad) == (0, 0, 0)
        assert len(office.written) == MESSAGES_A_KILL * (kills // 2)
        sent = {r for r, (_, row) in books.messages.items() if row["outgoing"]}
        assert sent == set(office.written), "what was queued is not what is there"
        check_log(books)
    directory = world.places[ASKING].config.directory
    check_deliveries(asking, asked, directory)
    check_deliveries(asked, asking, directory)
    check_same_state(asking, asked)
