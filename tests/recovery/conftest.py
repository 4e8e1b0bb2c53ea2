"""Nodes that lose their past: real processes, real HTTP, real folders."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.carrying.offices import (
    ACKNOWLEDGED,
    DECISION,
    Office,
    comity,
    eventually,
    offer_evidence,
    office,
    request,
)
from tests.forked import ForkedNode
from tests.ports import first_port
from tests.worlds import build_world

from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, SECRETARIAT, World
from comity.evidence import age_keys
from comity.files.key_files import write_identity
from comity.node.core.clock import now
from comity.node.core.head_guard import HeadGuardMissingError

MAIL = b"one line of a log\n" * 100_000


@dataclass
class Network:
    """Running nodes with the drivers beside them."""

    world: World
    offices: dict[str, Office]
    servers: dict[str, NodeProcess]

    @property
    def vn(self) -> Office:
        return self.offices[ASKING]

    @property
    def za(self) -> Office:
        return self.offices[ASKED]

    @property
    def un(self) -> Office:
        return self.offices[SECRETARIAT]

    def start(self, *parties: str) -> None:
        for party in parties:
            self.servers[party].start()
        for party in parties:
            self.servers[party].wait_ready(60)

    def stop(self, *parties: str) -> None:
        for party in parties:
            self.servers[party].stop()
            self.offices[party].close()

    def settled(self) -> bool:
        """Tell whether every message is receipted and every receipt holds."""
        parties = (self.vn, self.za)
        return all(set(o.do("outbox").values()) <= {"delivered"} for o in parties)

    def settle(self) -> None:
        eventually(self.settled, 60)

    def ask(self, reference: str, measure: str = "preservation") -> str:
        """Let Viet Nam open a request that both sides hold; return the conversation."""
        sections = request(measure, reference=reference)
        case = str(self.vn.say("request.submitted", sections, to=ASKED)["conversation"])
        eventually(lambda: self.za.do("conversation", digest=case))
        return case

    def heard(self, one: Office, case: str, party: str, number: int) -> None:
        """Wait until a party's message of a number is known to an office."""
        eventually(
            lambda: one.do("conversation", digest=case)["heads"].get(party, [0])[0] >= number
        )


def make_network(folder: Path, first_port: int, **more: Any) -> Network:
    parties = (ASKING, ASKED, SECRETARIAT)
    ports = {party: first_port + number for number, party in enumerate(parties)}
    world = build_world(folder, mode="exercise", ports=ports, now=now(), **more)
    offices = {party: office(world, party) for party in parties}
    servers: dict[str, NodeProcess] = {
        party: ForkedNode(world.places[party].config.folder) for party in parties
    }
    return Network(world, offices, servers)


@pytest.fixture
def network(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Network]:
    made = make_network(tmp_path / "world", first_port() + 10, **getattr(request, "param", {}))
    made.start(ASKING, ASKED, SECRETARIAT)
    yield made
    made.stop(ASKING, ASKED, SECRETARIAT)


@dataclass
class Story:
    """What was before a node was lost, and what was seen after it came back."""

    network: Network
    cases: list[str]
    forgotten_draft: str
    backup: Path
    identity: Path
    before: dict[str, Any] = field(default_factory=dict)
    while_waiting: dict[str, Any] = field(default_factory=dict)
    said_after: dict[str, Any] = field(default_factory=dict)


def restore(story: Story, *, status: int = 0) -> Any:
    """Destroy the asked office's node and make it again from the backup."""
    shutil.rmtree(story.network.za.folder)
    words = ("restore", story.backup, story.network.za.folder, "-i", story.identity)
    return comity(*words, status=status)


def before_the_backup(network: Network, folder: Path) -> Story:
    """Play the beginning of a case, and back up the asked office while it runs."""
    first, second = network.ask("VN-1", "stored-data"), network.ask("VN-2")
    network.za.say("request.acknowledged", ACKNOWLEDGED, conversation=first)
    network.heard(network.vn, first, ASKED, 1)
    forgotten = network.za.do(
        "draft", kind="request.acknowledged", values=ACKNOWLEDGED, conversation=second
    )
    identity = folder / "operator.txt"
    keys = comity_keygen(identity)
    backup = folder / "za.backup"
    comity("backup", network.za.folder, "-o", backup, "-r", keys)
    return Story(network, [first, second], forgotten, backup, identity)


def comity_keygen(path: Path) -> str:
    identity = age_keys.generate(os.urandom)
    write_identity(path, identity, created="2026-01-01T00:00:00Z")
    return str(identity.recipient)


def after_the_backup(story: Story, folder: Path) -> None:
    """Play on in both directions: what the backup does not know."""
    network = story.network
    first, second = story.cases
    network.za.do("queue", draft_id=story.forgotten_draft)
    network.za.say("request.accepted", DECISION, conversation=first)
    network.heard(network.vn, first, ASKED, 2)
    root, offered = offer_evidence(network.za, folder, first, receiver=ASKING, data=MAIL)
    eventually(lambda: network.vn.do("stages").get(root) == "stored")
    chain = network.vn.do("handover", root=root, event="received")
    network.vn.say(
        "evidence.received", {"custody": chain}, conversation=first, about=offered["content"]
    )
    story.cases.append(network.ask("VN-3"))
    network.za.say("request.acknowledged", ACKNOWLEDGED, conversation=story.cases[2])
    opened = network.za.say(
        "request.submitted", request("preservation", reference="ZA-1"), to=ASKING
    )
    story.cases.append(opened["conversation"])
    network.heard(network.vn, second, ASKED, 1)
    eventually(lambda: network.vn.do("conversation", digest=story.cases[3]))
    network.settle()
    eventually(lambda: network.za.do("cosigned"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Yesterday's backup in the middle of a case, restored, until all partners were heard."""
    folder = tmp_path_factory.mktemp("story")
    network = make_network(folder / "world", first_port())
    network.start(ASKING, ASKED, SECRETARIAT)
    try:
        made = before_the_backup(network, folder)
        after_the_backup(made, folder)
        made.before = {
            "messages": network.za.do("messages"),
            "log": network.za.do("log"),
            "conversations": [network.za.do("conversation", digest=c) for c in made.cases],
        }
        network.stop(ASKED, ASKING)
        made.while_waiting["restored"] = restore(made)
        network.start(ASKED)  # Viet Nam does not answer yet
        eventually(lambda: network.za.do("log")["epoch"] == 2)
        wanted = {"draft_id": made.forgotten_draft}
        unguarded = {"error": HeadGuardMissingError.code}  # until right after the epoch is written
        eventually(lambda: network.za.do("queue", **wanted) != unguarded)
        made.while_waiting["draft"] = network.za.do("queue", **wanted)
        made.while_waiting["say"] = network.za.do(
            "say", kind="request.submitted", values=request("preservation"), to=ASKING
        )
        network.start(ASKING)
        marker = network.za.folder / "restored.json"
        eventually(lambda: not marker.exists(), 60)
        first = made.cases[0]
        made.said_after["draft"] = network.za.do("queue", draft_id=made.forgotten_draft)
        made.said_after["za"] = network.za.say(
            "preservation.confirmed",
            {
                "preservation": {
                    "until": "2097-02-22T00:00:00Z",
                    "domestic_order": "Order 12",
                    "holder": "the provider",
                    "note": None,
                }
            },
            conversation=made.cases[1],
        )
        made.said_after["vn"] = network.vn.say("request.withdrawn", conversation=first)
        network.heard(network.vn, made.cases[1], ASKED, 2)
        network.settle()
        eventually(lambda: [e for e, _ in network.za.do("cosigned") if e == 2])
        eventually(lambda: network.vn.do("audited", action="log.succeeded"))
        yield made
    finally:
        network.stop(ASKING, ASKED, SECRETARIAT)
