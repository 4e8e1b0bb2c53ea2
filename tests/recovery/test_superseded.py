"""What a node does once it saw proof that a newer copy of itself is at work."""

import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.forked import run
from tests.worlds import build_world

from comity.canonical import encode
from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now
from comity.node.core.node import Node, load_node
from comity.node.core.partner_http import Answer
from comity.node.federation.recovery import check_epoch
from comity.node.health.checks import checks
from comity.node.health.findings import told
from comity.node.health.status import condition
from comity.node.log.copies import HEARD_S, Copies
from comity.node.log.guarded_log import log_fault, read_guarded, sign_tree
from comity.node.log.superseded import FILE, LogSupersededError, supersede
from comity.node.messages.recovery_marker import MARKER, read_marker
from comity.node.operations.guard_renewal import NewerCopyError, renew_guard

pytestmark = pytest.mark.django_db
ROOT = bytes(32)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("copies"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Iterator[Node]:
    found = load_node(world.places[ASKING].config.folder)
    yield found
    for name in (FILE, MARKER):
        (found.config.folder / name).unlink(missing_ok=True)


def note(node: Node, epoch: int) -> str:
    return sign_tree(node, epoch, 3, ROOT).decode()


def stands(node: Node) -> dict[str, Any]:
    node.standing = lambda _at: ("superseded",)
    found = {one.key: one for one in checks(node, condition(node, at=now()), at=now())}
    return told(found["work"])


def test_a_checkpoint_of_a_later_epoch_stops_the_log_for_good(node: Node) -> None:
    with pytest.raises(LogSupersededError):
        check_epoch(node, note(node, 2))
    for again in (node, load_node(node.config.folder)):
        with pytest.raises(LogSupersededError):
            read_guarded(again)
    assert log_fault(node) == "log-superseded"
    work = stands(node)
    assert work["found"].startswith("A newer copy of this node continues its log.")
    assert work["facts"]["newer"] == node.origin(2)
    assert "stop this copy" in work["do"]


def test_a_copy_says_that_it_is_superseded_before_it_wants_the_port_of_the_newer_one(
    node: Node, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(node.config.folder, copy)
    supersede(copy, note(node, 2))
    with socket.socket() as newer:
        newer.bind(("127.0.0.1", 0))
        newer.listen()
        settings = (copy / "node.toml").read_text("utf-8")
        port = f"port = {newer.getsockname()[1]}"
        (copy / "node.toml").write_text(re.sub(r"(?m)^port = \d+$", port, settings), "utf-8")
        command = [sys.executable, "-m", "comity", "run", str(copy)]
        done = run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "error [log-superseded]: a newer copy of this node" in done.stderr


def test_what_proves_no_newer_copy_stops_nothing(world: World, node: Node) -> None:
    other = load_node(world.places[ASKED].config.folder)
    forged = note(other, 2).replace(other.origin(2), node.origin(2))
    for held in ("", "nonsense", note(other, 2), forged, note(node, 1)):
        check_epoch(node, held)
    assert read_guarded(node).epoch == 1


def test_the_word_of_the_operator_lets_the_last_copy_go_on(node: Node) -> None:
    with pytest.raises(LogSupersededError):
        check_epoch(node, note(node, 2))
    with pytest.raises(NewerCopyError):
        renew_guard(node, reason="The newer copy burnt.")
    renew_guard(node, reason="The newer copy burnt.", newer_copy_lost=True)
    marker = read_marker(node.config.folder)
    assert marker
    assert not marker.opened


class Partner:
    """Answers with a checkpoint, or not."""

    def __init__(self) -> None:
        self.asked, self.held = 0, ""

    def reachable(self, _party: str) -> bool:
        return True

    def call(self, *_words: str, **_more: object) -> Answer:
        self.asked += 1
        return Answer(200, encode({"checkpoint": self.held or None}))


def test_partners_are_asked_again_and_again(node: Node) -> None:
    at, partner = [0.0], Partner()
    copies = Copies(node, partner, lambda: at[0])  # type: ignore[arg-type]
    assert copies.step() == partner.asked > 0
    first = partner.asked
    assert copies.step() == 0
    partner.held = note(node, 2)
    at[0] = HEARD_S
    with pytest.raises(LogSupersededError):
        copies.step()
    with pytest.raises(LogSupersededError):
        copies.step()
    assert partner.asked == first + 1
