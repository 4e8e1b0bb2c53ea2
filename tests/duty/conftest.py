"""An office with people, on a database of its own, and ways out on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.duty.receivers import Gateway, MailSink, gateway, mail_sink
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.node import Node, load_node
from comity.node.duty import roster_store
from comity.node.people import accounts

T0 = datetime(2026, 11, 25, 3, 12, tzinfo=UTC)
KEY = b"k" * 40


@pytest.fixture(scope="session")
def duty_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("duty"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(duty_world: World) -> Node:
    return load_node(duty_world.places[ASKED].config.folder)


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with mail_sink() as found:
        yield found


@pytest.fixture
def hook() -> Iterator[Gateway]:
    with gateway() as found:
        yield found


@pytest.fixture
def office(db: None) -> list[str]:
    """Four people: on duty officer, second, deputy and head, each with addresses."""
    made: list[str] = []
    for name, role in (("lan", "duty"), ("minh", "case"), ("hoa", "approver"), ("son", "approver")):
        person = accounts.add_person(
            name=name, role=role, password="a long phrase for tests", at=T0, by="operator",
            identifier=f"officer-{name}",
        )  # fmt: skip
        roster_store.set_reached(
            person.identifier, email=f"{name}@duty.example", phone=f"+84 24 3825 000{len(made)}",
            other_phone="", head=name == "son", by="operator", at=T0,
        )  # fmt: skip
        made.append(person.identifier)
    return made


@pytest.fixture
def config(node: Node, sink: MailSink, hook: Gateway, tmp_path: Path) -> NodeConfig:
    """Settings of a node with both ways out."""
    key = tmp_path / "hook.key"
    key.write_bytes(KEY)
    key.chmod(0o600)
    return replace(
        node.config, smtp_host="127.0.0.1", smtp_port=sink.port, smtp_tls="none",
        smtp_from="watch@office.example", webhook_url=hook.url, webhook_key_file=str(key),
        watch_url="https://node.example:8700/duty",
    )  # fmt: skip
