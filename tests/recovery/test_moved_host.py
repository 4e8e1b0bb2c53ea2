"""A node that moves to another address: a new epoch, which its State listed before (ADR 0093).

The commands are those of docs/how-to/move-a-node.md.
"""

import json
import re
from pathlib import Path

import pytest
from tests.carrying.offices import ACKNOWLEDGED, DECISION, comity, eventually
from tests.forked import ForkedNode
from tests.ports import first_port
from tests.recovery.conftest import Network

from comity.demo.world import ASKED, ASKING, SECRETARIAT, Place
from comity.directory import build_node_keys
from comity.directory.store import DirectoryStore
from comity.node.core.clock import now

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other
GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "move-a-node.md"


def typed(words: str) -> str:
    """Return words of a command after the guide was seen to type them."""
    assert re.search(rf"^ *comity {re.escape(words)}\b", GUIDE.read_text("utf-8"), re.MULTILINE)
    return words


def write_list(place: Place) -> tuple[Path, str]:
    """Write a node's list of public keys, as its set-up does; return it and the log's name."""
    entry = DirectoryStore.open(place.config.directory).load().entry(place.party)
    path = place.config.folder / "public-keys.json"
    origins = entry.origins
    path.write_bytes(
        build_node_keys(
            mode=entry.mode, party=place.party, keys=entry.keys, epoch=1, origins=origins
        )
    )
    return path, origins[0]


def listen_at(network: Network, place: Place, port: int) -> None:
    """Start a node at another port than before."""
    settings = place.config.folder / "node.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace(f"port = {place.config.port}", f"port = {port}"), "utf-8")
    network.servers[place.party] = ForkedNode(place.config.folder)
    network.start(place.party)


def test_a_log_goes_on_under_a_new_name_that_partners_take_without_a_flag(
    network: Network, tmp_path: Path
) -> None:
    vn, za, world = network.vn, network.za, network.world
    case = network.ask("VN-1", "stored-data")
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    network.heard(vn, case, ASKED, 1)
    network.settle()

    place = world.places[ASKED]
    keys, old = write_list(place)
    port = first_port() + 19
    url = f"http://127.0.0.1:{port}"
    move = (*typed("log move").split(), za.folder, "--url", url)
    new = f"127.0.0.1:{port}/log/exercise/{ASKED}/2"

    before = keys.read_bytes()
    planned = comity(*move, "--dry-run")
    assert (planned["step"], planned["origin_old"], planned["origin_new"]) == ("list", old, new)
    assert keys.read_bytes() == before
    assert comity(*move)["step"] == "list"
    assert comity(*move, status=1)["step"] == "wait", "the State has not listed it"
    comity(
        *typed("directory entry revise").split(),
        world.states["za"].folder,
        ASKED,
        "--keys",
        keys,
        "--url",
        url,
    )
    world.publish("za", now=now())
    for party in (ASKING, SECRETARIAT, ASKED):
        world.refresh(party, now=now())
    assert za.do("log")["epoch"] == 1, "a list opens nothing"
    assert "node-running" in json.dumps(comity(*move, status=None)), "it has to be stopped"

    network.stop(ASKED)
    assert comity(*move)["step"] == "open"
    assert "log-move" in json.dumps(comity(*move, status=None)), "it has moved"
    shown = comity(*typed("log show").split(), za.folder)
    assert [(e["epoch"], e["origin"], e["listed"]) for e in shown["epochs"]] == [
        (1, old, True),
        (2, new, True),
    ]
    listen_at(network, place, port)

    za.say("request.accepted", DECISION, conversation=case)
    network.heard(vn, case, ASKED, 2)
    vn.say("request.withdrawn", conversation=case)
    network.settle()
    assert {row["origin"] for row in vn.do("receipts")} == {old, new}
    assert {row["fault"] for row in vn.do("receipts")} == {""}
    ((actor, _, named),) = eventually(lambda: vn.do("audited", action="log.succeeded"))
    assert (actor, named) == (ASKED, new)
    assert vn.do("audited", action="log.disagree") == []
    assert za.do("log")["kinds"][0] == "epoch.opened"
    eventually(lambda: [e for e, _ in za.do("cosigned") if e == 2])
    eventually(lambda: all(row["linked"] for row in vn.do("receipts") if row["origin"] == new))

    trust = tmp_path / "trust.json"
    trust.write_bytes(world.trust)
    for one in (vn, za):
        bundle = tmp_path / one.party.replace("/", "-")
        one.do("bundle", digest=case, path=str(bundle))
        verdict = comity("verify", bundle, "--trust", trust)
        assert verdict["verdict"] == "intact"
