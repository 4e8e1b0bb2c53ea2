"""A node answers only under names in its settings, so a move to another name waits for them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.worlds import build_world

from comity.cli.node.keys import _lines
from comity.demo.world import ASKED, ASKING
from comity.directory.store import DirectoryStore
from comity.ledger.errors import OriginError
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.host_names import unserved_name
from comity.node.log import key_rotation
from comity.node.operations import move_log
from comity.node.operations.create_node import write_public_keys
from comity.node.operations.selftest import self_test

NEW = "https://new.example"


@dataclass
class _Endpoint:
    url: str = NEW


@dataclass
class _Entry:
    origins: tuple[str, ...]
    endpoint: _Endpoint


class _Node:
    """A node as `plan_move` asks it, listed with the names given."""

    party = "vn/contact-point"

    def __init__(self, config: NodeConfig, *origins: str) -> None:
        self.config, self.directory = config, self
        self._entry = _Entry(origins, _Endpoint())

    def origin(self, epoch: int) -> str:
        return f"old.example/log/exercise/{self.party}/{epoch}"

    def has(self, _party: str) -> bool:
        return True

    def entry(self, _party: str) -> _Entry:
        return self._entry


@pytest.fixture
def first_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(move_log, "read_head", lambda: type("Head", (), {"epoch": 1}))


@pytest.mark.usefixtures("first_epoch")
def test_no_epoch_is_opened_at_a_name_that_the_node_refuses(node: NodeConfig) -> None:
    listed: Any = (f"new.example/log/exercise/{_Node.party}/2",)
    old = replace(node, hosts=("old.example",))
    with pytest.raises(move_log.LogMoveError, match="does not name new"):
        move_log.plan_move(_Node(old, *listed), url=NEW)  # type: ignore[arg-type]
    both = replace(node, hosts=("old.example", "new.example"))
    assert move_log.plan_move(_Node(both, *listed), url=NEW).step == "open"  # type: ignore[arg-type]


@pytest.mark.usefixtures("first_epoch")
def test_the_name_that_lacks_is_told_before_partners_are_sent_there(node: NodeConfig) -> None:
    config = replace(node, hosts=("old.example",))
    write_public_keys(config, now=now())
    move = move_log.plan_move(_Node(config), url=NEW)  # type: ignore[arg-type]
    assert (move.step, move.host_missing) == ("list", "new.example")
    facts = {
        "dry_run": True,
        "epoch": 2,
        "host_missing": move.host_missing,
        "list": "public-keys.json",
        "origin_new": str(move.origin_new),
        "origin_old": str(move.origin_old),
        "step": move.step,
    }
    told = _lines(facts, url=NEW, party=_Node.party, folder=Path("node"))
    assert "Add new.example to hosts and start the node again before your State" in told[-1]


@pytest.mark.django_db
@pytest.mark.usefixtures("first_epoch")
def test_a_name_that_was_mistyped_leaves_the_list_of_keys(node: NodeConfig) -> None:
    config = replace(node, hosts=("new.example",))
    write_public_keys(config, now=now())
    one: Any = _Node(config)
    for url in ("https://nwe.example", NEW):
        move = move_log.plan_move(one, url=url)
        assert move.step == "list"
        move_log.take_step(one, move)
    names = key_rotation.listed(config).origins
    new = f"new.example/log/exercise/{_Node.party}/2"
    assert [name for name in names if name.endswith("/2")] == [new]
    assert move_log.plan_move(one, url=NEW).step == "wait"
    key_rotation.write_keys(
        config, replace(key_rotation.listed(config), origins=(*names, new.replace("new", "nwe")))
    )
    assert move_log.plan_move(one, url=NEW).step == "list", "a list with both is mended"


@pytest.mark.usefixtures("first_epoch")
@pytest.mark.parametrize("url", ["", " ", "https://", "https:///path", "new.example"])
def test_an_address_without_a_host_is_refused(node: NodeConfig, url: str) -> None:
    with pytest.raises((move_log.LogMoveError, OriginError), match="address"):
        move_log.plan_move(_Node(node), url=url)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "lacks"),
    [
        ("https://node.example:8700", ""),
        ("https://NODE.example/at", ""),
        ("http://127.0.0.1:9", ""),
        ("https://[::1]:9", ""),
        ("https://[2001:db8::1]", "[2001:db8::1]"),
        (NEW, "new.example"),
    ],
)
def test_a_name_is_served_if_django_serves_it(node: NodeConfig, url: str, lacks: str) -> None:
    assert unserved_name(replace(node, hosts=("node.example",)), url) == lacks


def test_the_self_test_says_that_partners_would_be_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build_world(tmp_path, mode="exercise", ports={ASKING: 1, ASKED: 2}, now=now())
    config = world.places[ASKING].config
    held = DirectoryStore.open(config.directory).load()
    entry = held.entry(config.party)
    moved = replace(entry, endpoint=replace(entry.endpoint, url=NEW))
    monkeypatch.setattr(type(held), "entry", lambda _self, _party: moved)
    (found,) = (one for one in self_test(config, at=now()) if one.key == "directory")
    assert (found.word, found.found) == ("failed", "own-host-unserved")
    assert found.facts["host"] == "new.example"
