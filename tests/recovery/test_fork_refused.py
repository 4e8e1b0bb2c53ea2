"""A folder that a restore left behind opens no epoch that the restored node has opened."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.nodes import free_ports
from tests.carrying.offices import comity, eventually
from tests.faults.kit import Sender
from tests.forked import ForkedNode
from tests.recovery.conftest import comity_keygen
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.ledger import peek_checkpoint
from comity.node.core.clock import now
from comity.node.log.superseded import FILE

pytestmark = pytest.mark.full  # real nodes start, stop and are restored
WORDS = ("--reason", "Decided by the head of unit.")


@pytest.fixture
def world(tmp_path: Path) -> World:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    return build_world(tmp_path / "world", mode="exercise", ports=ports, now=now())


@pytest.fixture
def left(world: World) -> Iterator[ForkedNode]:
    """The node that will be left behind; its partner never runs."""
    process = ForkedNode(world.places[ASKED].config.folder)
    yield process
    process.stop()


def epoch(world: World) -> str:
    """Deliver a note; return in which epoch it was receipted."""
    sender = Sender(world, ASKING, ASKED)
    [answer] = eventually(
        lambda: [one for one in [sender.deliver(sender.note()[1])] if one.status == 200]
    )
    return peek_checkpoint(answer.receipt.checkpoint.encode()).origin.rpartition("/")[2]


def test_the_folder_left_behind_opens_no_epoch_twice(
    world: World, left: ForkedNode, tmp_path: Path
) -> None:
    left.start()
    left.wait_ready()
    assert epoch(world) == "1"
    key, backup = tmp_path / "operator.txt", tmp_path / "za.backup"
    comity("backup", left.folder, "-o", backup, "-r", comity_keygen(key))
    left.stop()
    beside = left.folder.with_name("restored")
    comity("restore", backup, beside, "-i", key)
    comity("guard", "renew", beside, *WORDS)
    restored = ForkedNode(beside)
    restored.start()
    try:
        restored.wait_ready()
        assert epoch(world) == "2"
    finally:
        restored.stop()
    assert (left.folder / FILE).exists()

    for more in ((), ("--newer-copy-lost",)):
        refused = comity("guard", "renew", left.folder, *WORDS, *more, status=2)["error"]
        assert refused["code"] == "log-newer-copy"
        assert str(beside) in refused["detail"]
    shutil.move(beside, tmp_path / "elsewhere")
    refused = comity("guard", "renew", left.folder, *WORDS, status=2)["error"]
    assert "--newer-copy-lost" in refused["detail"]
    comity("guard", "renew", left.folder, *WORDS, "--newer-copy-lost")
    left.start()
    left.wait_ready()
    assert epoch(world) == "3"
    assert not (left.folder / FILE).exists()


def test_a_second_restore_beside_the_first_opens_no_epoch_twice(
    world: World, left: ForkedNode, tmp_path: Path
) -> None:
    comity("migrate", left.folder)
    key, backup = tmp_path / "operator.txt", tmp_path / "za.backup"
    comity("backup", left.folder, "-o", backup, "-r", comity_keygen(key))
    first, second = (left.folder.with_name(name) for name in ("first", "second"))
    comity("restore", backup, first, "-i", key)
    comity("guard", "renew", first, *WORDS)
    node = ForkedNode(first)
    node.start()
    try:
        node.wait_ready()
        assert epoch(world) == "2"
    finally:
        node.stop()
    comity("restore", backup, second, "-i", key)
    refused = comity("guard", "renew", second, *WORDS, status=2)["error"]
    assert refused["code"] == "log-newer-copy"
    shutil.move(first, tmp_path / "elsewhere")
    comity("guard", "renew", second, *WORDS, "--newer-copy-lost")
    node = ForkedNode(second)
    node.start()
    try:
        node.wait_ready()
        assert epoch(world) == "3"
    finally:
        node.stop()
