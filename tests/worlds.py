"""Worlds of `comity demo` for tests, whose nodes have an empty database of this version already.

Migrations take a node longer than its first messages; they run once in a process of tests, from
the first to the last, and their database is copied. Nothing of a node is in it.
"""

import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.forked import run

from comity.demo.world import World
from comity.demo.world import build_world as build_bare

_MIGRATE = (
    "import sys; from pathlib import Path; from comity.node.core.django_setup import use_node; "
    "use_node(Path(sys.argv[1])); from comity.node.operations.migrate import migrate; migrate()"
)
_KEPT: list[bytes] = []


def build_world(folder: Path, *, mode: Any, ports: Any, now: datetime, **more: Any) -> World:
    """Return what `comity.demo.world.build_world` makes, its nodes migrated."""
    world = build_bare(folder, mode=mode, ports=ports, now=now, **more)
    for place in world.places.values():
        target = place.config.database_file
        target.write_bytes(_migrated(place.config.folder))
        target.chmod(0o600)
    return world


def _migrated(node: Path) -> bytes:
    """Return the empty database of a node."""
    if not _KEPT:
        with tempfile.TemporaryDirectory() as spare:
            home = Path(spare, "node")
            shutil.copytree(node, home)
            run([sys.executable, "-c", _MIGRATE, str(home)], check=True)
            _KEPT.append((home / "node.sqlite3").read_bytes())
    return _KEPT[0]
