"""A node's folder as its operator finds it: made, migrated, never run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from comity.directory.trust import TrustFile
from comity.node.clock import now
from comity.node.config import NodeConfig, load_config
from comity.node.founding import found_node


def comity(*words: object, status: int = 0, env: dict[str, str] | None = None) -> str:
    """Run a command of ours; return what it printed."""
    asked = [sys.executable, "-m", "comity", *map(str, words)]
    told = {**os.environ, "COMITY_DIR": "", **(env or {})}
    done = subprocess.run(asked, capture_output=True, text=True, check=False, env=told, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operation") / "node"
    config = NodeConfig(folder=folder, party="vn/contact-point", mode="exercise", port=23001)
    found_node(config, TrustFile(mode="exercise").data, now=now())
    comity("user", "list", folder)  # brings the database to this version
    return folder


@pytest.fixture
def node(_made: Path, tmp_path: Path) -> NodeConfig:
    """A copy of that node, to spoil."""
    shutil.copytree(_made, tmp_path / "node")
    return load_config(tmp_path / "node")
