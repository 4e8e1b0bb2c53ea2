"""A whole node in this process: people, pages and API before the test's own database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.guards import begin_anew
from tests.programs.commanding import Run
from tests.worlds import build_world

from comity.cli import main
from comity.demo.world import ASKED, ASKING, Place
from comity.node.core.clock import now
from comity.node.core.config import VARIABLE, NodeConfig
from comity.node.core.node import this_node
from comity.node.models import Officer
from comity.node.people import accounts
from comity.node.service.handle import command_service, this_service

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return the folder of a node with its officers' keys, made once."""
    ports = {ASKING: 20_001, ASKED: 20_002}
    at = tmp_path_factory.mktemp("inside") / "world"
    return build_world(at, mode="exercise", ports=ports, now=now()).places[ASKED]


@pytest.fixture
def config(settings: Any, monkeypatch: pytest.MonkeyPatch, inside: Place) -> Iterator[NodeConfig]:
    """Let this process be that node for one test."""
    monkeypatch.setenv(VARIABLE, str(inside.config.folder))
    settings.CONFIG = inside.config
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    begin_anew(inside.config)
    this_node.cache_clear()
    this_service.cache_clear()
    yield inside.config
    this_node.cache_clear()
    this_service.cache_clear()


@pytest.fixture
def add(db: None, config: NodeConfig) -> Callable[..., Officer]:
    """Add a person with a role."""
    command_service()

    def made(name: str, role: str = "case") -> Officer:
        return accounts.add_person(name=name, role=role, password=PASSWORD, at=AT, by="operator")

    return made


@pytest.fixture
def sign_in() -> Callable[[str], Client]:
    """Sign in on the pages."""

    def made(name: str) -> Client:
        client = Client()
        answer = client.post("/sign-in", {"name": name, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return made


@pytest.fixture
def run(transactional_db: None, add: Any, live_server: Any, tmp_path: Path) -> Run:
    """Run a command as somebody, against this process."""

    def done(who: str, *words: object, typed: str = "") -> Result:
        token = tmp_path / f"{who}.token"
        if not token.exists():
            add(who, who)
            secret = accounts.make_token(who, label="x", at=datetime.now(UTC), by="x")
            token.write_text(secret, "ascii")
        at = ["--node", live_server.url, "--token-file", str(token)]
        return CliRunner().invoke(main, [*map(str, words), *at], input=typed)

    return done
