"""The same backup restored a second time opens a third epoch, not the second one again."""

from pathlib import Path

import pytest
from tests.carrying.offices import ACKNOWLEDGED, eventually
from tests.recovery.conftest import Network, Story, before_the_backup, restore

from comity.demo.world import ASKED

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other


def come_back(story: Story) -> None:
    network = story.network
    network.stop(ASKED)
    restore(story)
    network.start(ASKED)
    marker = network.za.folder / "restored.json"
    eventually(lambda: not marker.exists(), 60)


@pytest.mark.long
def test_a_backup_restored_twice_opens_two_epochs(network: Network, tmp_path: Path) -> None:
    vn, za = network.vn, network.za
    story = before_the_backup(network, tmp_path)
    come_back(story)
    assert za.do("log")["epochs"] == [1, 2]
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=story.cases[1])
    later = network.ask("VN-3")
    network.heard(vn, story.cases[1], ASKED, 1)
    network.settle()
    before = za.do("messages")
    come_back(story)
    assert za.do("log")["epochs"] == [1, 3]
    assert before.keys() <= za.do("messages").keys()
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=later)
    network.heard(vn, later, ASKED, 1)
    network.settle()
    for one in (vn, za, network.un):
        assert one.do("audited", action="log.disagree") == []
        assert {r["fault"] for r in one.do("receipts")} <= {""}
