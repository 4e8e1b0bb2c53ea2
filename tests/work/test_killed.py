"""A process that is killed between a fact and its work item leaves neither, and no lie."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.api.nodes import free_ports
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now

KILLED = -9


def test_a_process_killed_beside_the_row_of_its_fact_leaves_neither(tmp_path: Path) -> None:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    world = build_world(tmp_path / "world", mode="exercise", ports=ports, now=now())
    config = world.places[ASKING].config

    def written(when: str) -> int:
        done = subprocess.run(
            [sys.executable, "-m", "tests.work.killed", str(config.folder), ASKED, when],
            check=False,
        )
        return done.returncode

    def stored() -> tuple[int, int]:
        with closing(sqlite3.connect(config.database_file)) as rows:
            (drafts,) = rows.execute("SELECT COUNT(*) FROM node_draftrow").fetchone()
            items = "SELECT COUNT(*) FROM node_workitem WHERE incident LIKE 'draft:%'"
            (work,) = rows.execute(items).fetchone()
        return drafts, work

    for when in ("before", "after"):
        assert written(when) == KILLED
        assert stored() == (0, 0), when
    assert written("") == 0
    assert stored() == (1, 1)
