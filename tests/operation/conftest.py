"""A node's folder as its operator finds it: made, migrated, never run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.nodes import free_ports
from tests.forked import run as forked_run

from comity.demo.processes import NodeProcess
from comity.directory.trust import TrustFile
from comity.evidence import age_keys
from comity.files.key_files import write_identity
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig, load_config
from comity.node.core.randomness import random_bytes
from comity.node.operations.create_node import found_node
from comity.node.operations.setup_wizard.build_node import set_members


def comity(*words: object, status: int = 0, env: dict[str, str] | None = None) -> str:
    """Run a command of ours; return what it printed."""
    asked = [sys.executable, "-m", "comity", *map(str, words)]
    told = {**os.environ, "COMITY_DIR": "", **(env or {})}
    done = (subprocess.run if "setup" in words else forked_run)(  # which loads Django its own way
        asked, input="y\n", capture_output=True, text=True, env=told, timeout=120
    )
    assert done.returncode == status, done.stdout + done.stderr
    return str(done.stdout)


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


PASSWORD = "a long phrase for tests"


@dataclass
class Running:
    """A node that runs, with people and tokens."""

    config: NodeConfig
    backups: Path
    identity: Path
    tokens: dict[str, str]
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.config.port}"

    def call(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        url = f"{self.url}/api/v1{path}"
        return httpx.request(method, url, headers=headers, timeout=60, **more)

    def visitor(self, who: str) -> httpx.Client:
        """Return a browser in which somebody has signed in."""
        client = httpx.Client(base_url=self.url, timeout=60, follow_redirects=True)
        self.clients.append(client)
        answer = client.post(
            "/sign-in",
            data={**form(client, "/sign-in"), "name": who, "password": PASSWORD},
        )
        assert "sign-out" in answer.text
        return client


def form(client: httpx.Client, path: str) -> dict[str, str]:
    """Return the token of the forms on a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return {"csrfmiddlewaretoken": found[1]}


@pytest.fixture(scope="session")
def running(_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A node that runs, its backups set up."""
    place = tmp_path_factory.mktemp("running")
    shutil.copytree(_made, place / "node")
    (place / "backups").mkdir()
    identity = age_keys.generate(random_bytes)
    write_identity(place / "recovery.txt", identity, created="2026-01-01T00:00:00Z")
    (port,) = free_ports(1)
    config = set_members(
        load_config(place / "node"),
        backup_folder=str(place / "backups"),
        backup_recipients=[str(identity.recipient)],
        backup_keep=2,
        port=port,
    )
    word = place / "word"
    word.write_text(PASSWORD + "\n", encoding="ascii")
    tokens = {}
    for role in ("operator", "approver", "auditor", "case"):
        words = ("user", "add", config.folder, role, "--role", role, "--password-file", word)
        command = [sys.executable, "-m", "comity", *words, "--token"]
        done = forked_run(command, capture_output=True, text=True, check=True)
        tokens[role] = done.stdout.split()[-1]
    process = NodeProcess(config.folder)
    process.start()
    try:
        process.wait_ready(60)
        made = Running(config, place / "backups", place / "recovery.txt", tokens)
        yield made
        for client in made.clients:
            client.close()
    finally:
        process.stop()
