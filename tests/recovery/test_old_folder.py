"""The folder that a restore was to replace is started once more: it must sign nothing further."""

import json
import shutil
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from tests.carrying.offices import ACKNOWLEDGED, DECISION, comity, eventually, request
from tests.forked import run
from tests.recovery.conftest import Network, Story, before_the_backup

from comity.demo.world import ASKED, ASKING, SECRETARIAT
from comity.node.log.superseded import FILE

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other


def restored_elsewhere(network: Network, tmp_path: Path) -> Story:
    """Restore the asked office, and let its partner hold receipts of the new epoch.

    Afterwards the asked office's node is stopped, and its old folder stands in its place again.
    """
    vn, za = network.vn, network.za
    story = before_the_backup(network, tmp_path)
    network.settle()
    network.stop(ASKED)
    left = (tmp_path / "elsewhere").resolve()
    beside = za.folder.with_name("left-behind")
    shutil.move(za.folder, left)
    shutil.copytree(left, beside)
    comity("restore", story.backup, za.folder, "-i", story.identity)
    network.start(ASKED)
    eventually(lambda: za.do("log")["epoch"] == 2)
    eventually((beside / FILE).exists)  # a copy on the same machine is told
    eventually(lambda: not (za.folder / "restored.json").exists())
    za.say("request.accepted", DECISION, conversation=story.cases[0])
    network.heard(vn, story.cases[0], ASKED, 2)
    network.ask("VN-3")
    network.settle()
    eventually(lambda: vn.do("audited", action="log.succeeded"))
    network.stop(ASKED)
    shutil.move(za.folder, tmp_path / "newer")
    shutil.move(left, za.folder)
    return story


def signs_nothing(network: Network, story: Story) -> None:
    za, server = network.za, network.servers[ASKED]
    before = za.do("log")["size"]
    words = {"values": ACKNOWLEDGED, "conversation": story.cases[1]}
    assert za.do("say", kind="request.acknowledged", **words) == {"error": "log-superseded"}
    network.vn.say("request.submitted", request("preservation"), to=ASKED)
    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://127.0.0.1:{za.place.config.port}/exchange/v1/epochs")
    assert json.load(refused.value)["code"] == "log-superseded"
    assert "queued" in network.vn.do("outbox").values()
    assert za.do("log")["size"] == before
    za.close()
    server.stop()
    command = [sys.executable, "-m", "comity", "run", str(za.folder)]
    done = run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "[log-superseded]" in done.stderr
    for one in (network.vn, network.un):
        assert one.do("audited", action="log.disagree") == []


def test_the_old_folder_meets_a_partner_that_knows_the_newer_epoch(
    network: Network, tmp_path: Path
) -> None:
    story = restored_elsewhere(network, tmp_path)
    network.servers[ASKED].start()
    eventually((network.za.folder / FILE).exists)
    signs_nothing(network, story)


def test_the_old_folder_runs_alone_until_a_partner_answers(
    network: Network, tmp_path: Path
) -> None:
    story = restored_elsewhere(network, tmp_path)
    network.stop(ASKING, SECRETARIAT)
    network.start(ASKED)
    assert not (network.za.folder / FILE).exists()
    network.start(ASKING, SECRETARIAT)
    eventually((network.za.folder / FILE).exists, 90)
    signs_nothing(network, story)
