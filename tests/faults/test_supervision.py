"""A node goes on by itself, however often its worker dies, and a worker ends with its node."""

import os
import signal
import time
from pathlib import Path

import pytest
from tests.api.nodes import eventually
from tests.nodes.offices import free_ports
from tests.worlds import build_world

from comity.demo.processes import NodeProcess
from comity.demo.world import ASKING
from comity.node.core.clock import now

pytestmark = pytest.mark.full  # processes that are killed


@pytest.mark.long
def test_a_worker_killed_again_at_once_does_not_end_the_node(tmp_path: Path) -> None:
    [port] = free_ports(1)
    world = build_world(tmp_path, mode="exercise", ports={ASKING: port}, now=now())
    node = NodeProcess(world.places[ASKING].config.folder)
    node.start()
    try:
        for _ in range(3):  # each within the seconds in which the server calls it a crash loop
            node.wait_ready(60)
            assert node.kill_worker()
            end = time.monotonic() + 10
            while node.answers() and time.monotonic() < end:
                time.sleep(0.02)
        node.wait_ready(60)
        assert node.running
    finally:
        node.stop()
    assert not node.running


def test_a_worker_ends_with_the_process_that_was_killed_and_the_node_starts_again(
    tmp_path: Path,
) -> None:
    [port] = free_ports(1)
    world = build_world(tmp_path, mode="exercise", ports={ASKING: port}, now=now())
    node = NodeProcess(world.places[ASKING].config.folder)
    node.start()
    try:
        node.wait_ready(60)
        supervisor, *workers = node.pids()
        os.kill(supervisor, signal.SIGKILL)
        assert eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))
        node.start()  # neither folder nor address is taken
        node.wait_ready(60)
    finally:
        node.stop()
