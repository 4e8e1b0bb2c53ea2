"""`comity audit verify` on the folder of a node, as an operator types it."""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.forked import run
from tests.nodes.log_filling import FIRST, SECOND
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now
from comity.node.core.head_guard import FILE, FileGuard


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two nodes, of which the asked one's log has two epochs."""
    made = build_world(tmp_path / "world", mode="exercise", ports={ASKING: 1, ASKED: 2}, now=now())
    folder = made.places[ASKED].config.folder
    run([sys.executable, "-m", "tests.nodes.log_filling", str(folder)], check=True)
    return made


def verify(folder: Path, *more: str | Path) -> tuple[int, Any, str]:
    """Return exit status, JSON and error text."""
    command = [sys.executable, "-m", "comity", "audit", "verify", folder, *more, "--json"]
    done = run([str(part) for part in command], capture_output=True)
    return done.returncode, json.loads(done.stdout or b"null"), done.stderr.decode()


def checkpoint(folder: Path) -> Path:
    """Return a file with the newest checkpoint that a node signed, as a partner would hold it."""
    kept = folder.with_suffix(".checkpoint")
    kept.write_bytes(FileGuard(folder / FILE).read() or b"")
    return kept


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "node.sqlite3")) as link:
        assert link.execute(statement).rowcount == 1
        link.commit()


def test_a_change_is_told_with_its_place(world: World) -> None:
    folder = world.places[ASKED].config.folder
    status, found, told = verify(folder, "--checkpoint", checkpoint(folder))
    assert status == 0, told
    assert (status, found["faults"], found["holds"]) == (0, [], True)
    assert (found["entries"], found["checkpoints"]) == (FIRST + SECOND, 1)
    assert found["rows"] >= found["anchors"] == 1
    change(folder, "UPDATE node_auditrow SET actor = 'nobody' WHERE action = 'epoch.opened'")
    status, found, _ = verify(folder)
    assert (status, found["holds"], found["checkpoints"]) == (1, False, 0)
    (fault,) = found["faults"]
    assert (fault["what"], fault["epoch"], fault["after_size"], fault["size"]) == ("rows", 2, 0, 2)
    lines = run(
        [sys.executable, "-m", "comity", "audit", "verify", str(folder)], capture_output=True
    ).stdout.decode()
    assert "DOES NOT HOLD  audit rows were changed, removed or added" in lines
    assert "before the checkpoint of 2 entries in epoch 2" in lines


def test_checkpoints_that_say_nothing_of_this_log_are_refused(world: World, tmp_path: Path) -> None:
    folder = world.places[ASKED].config.folder
    status, _, told = verify(folder, "--checkpoint", checkpoint(world.places[ASKING].config.folder))
    assert status == 2, told
    assert "checkpoint-of-other" in told
    forged = tmp_path / "forged"
    origin, size, rest = checkpoint(folder).read_text().split("\n", 2)
    forged.write_text(f"{origin}\n{int(size) - 1}\n{rest}")
    status, _, told = verify(folder, "--checkpoint", forged)
    assert status == 1
    change(folder, "UPDATE node_loghead SET tree_size = 2 WHERE epoch = 2")
    status, _, told = verify(folder, "--checkpoint", checkpoint(folder))
    assert status == 1
    assert "checkpoint-beyond" in told
