"""What a partner gives back and cannot be entered keeps nothing else out, and is not forgotten."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.carrying.offices import ACKNOWLEDGED, DECISION, eventually
from tests.recovery.conftest import Network, before_the_backup, restore

from comity.demo.world import ASKED, ASKING, SECRETARIAT

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other


def execute(folder: Path, statement: str, *values: Any) -> None:
    """Change the register of a node that is stopped."""
    with closing(sqlite3.connect(folder / "node.sqlite3")) as store, store:
        assert store.execute(statement, values).rowcount == 1


def test_a_message_whose_opening_is_lost_keeps_nothing_else_out(
    network: Network, tmp_path: Path
) -> None:
    vn, za = network.vn, network.za
    story = before_the_backup(network, tmp_path)
    third, fourth = network.ask("VN-3"), network.ask("VN-4")
    said = [
        za.say("request.acknowledged", ACKNOWLEDGED, conversation=one)["record"]
        for one in (third, fourth)
    ]
    network.settle()
    opening = next(r for r, m in za.do("messages").items() if m["place"] == [ASKING, third, 1])
    network.stop(ASKED, ASKING)
    execute(vn.folder, "DELETE FROM node_receiptrow WHERE record = ?", opening)
    restore(story)
    network.start(ASKED, ASKING)
    eventually(lambda: (za.folder / "restored.json").exists() is False)

    here = za.do("messages")
    assert opening not in here
    assert said[0] not in here
    assert said[1] in here, "what can be entered is"
    assert za.do("refusals") == [["returned", ASKING, said[0], "restitution-opening"]]
    za.say("request.accepted", DECISION, conversation=fourth)

    network.settle()
    network.stop(ASKING)
    execute(vn.folder, "UPDATE node_outboxrow SET stage = 'queued' WHERE record = ?", opening)
    network.start(ASKING)  # what opens the conversation comes after all
    eventually(lambda: za.do("refusals") == [])
    assert za.do("conversation", digest=third) == vn.do("conversation", digest=third)
    za.say("request.accepted", DECISION, conversation=third)
    network.heard(vn, third, ASKED, 2)
    network.settle()
    assert not vn.do("conversation", digest=third)["double_speak"]
    assert vn.do("audited", action="log.disagree") == []
    assert [r for r in vn.do("receipts") if r["fault"]] == []
    assert SECRETARIAT in network.offices
