"""A folder copied by hand, and a node with two histories: the first goes on, the second is seen."""

import shutil
from pathlib import Path

import pytest
from tests.carrying.offices import ACKNOWLEDGED, DECISION, Office, eventually, request
from tests.recovery.conftest import Network

from comity.demo.world import ASKED, ASKING, SECRETARIAT

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other


def swap(network: Network, copy: Path) -> None:
    """Put a copy of the asked office's folder in its place; the current one moves aside."""
    folder = network.za.folder
    folder.rename(folder.with_name("other-history"))
    shutil.copytree(copy, folder)


def copied(network: Network, tmp_path: Path) -> Path:
    """Stop the asked office, copy its folder by hand, start it again."""
    network.stop(ASKED)
    shutil.copytree(network.za.folder, tmp_path / "copy")
    network.start(ASKED)
    return tmp_path / "copy"


def test_a_folder_copied_by_hand_is_found_behind_at_its_start(
    network: Network, tmp_path: Path
) -> None:
    vn, za = network.vn, network.za
    case = network.ask("VN-1", "stored-data")
    network.settle()
    copy = copied(network, tmp_path)
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    later = network.ask("VN-2")
    network.heard(vn, case, ASKED, 1)
    network.settle()
    before = za.do("messages")
    network.stop(ASKED)
    swap(network, copy)
    network.start(ASKED)
    eventually(lambda: za.do("log")["epoch"] == 2)
    eventually(lambda: before.keys() <= za.do("messages").keys())
    eventually(lambda: not (za.folder / "restored.json").exists())
    after = za.do("messages")
    assert {k: (v["at"], v["outcome"]) for k, v in before.items() if not v["outgoing"]} == {
        k: (v["at"], v["outcome"]) for k, v in after.items() if not v["outgoing"]
    }
    za.say("request.accepted", DECISION, conversation=case)
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=later)
    network.heard(vn, case, ASKED, 2)
    network.settle()
    for one in (vn, za):
        assert one.do("audited", action="log.disagree") == []
        assert {r["fault"] for r in one.do("receipts")} <= {""}
    assert za.do("conversation", digest=case) == vn.do("conversation", digest=case)


@pytest.mark.parametrize("second_history", [1, 9], ids=["shorter", "longer"])
def test_a_log_with_two_histories_is_seen_by_partner_and_witness(
    network: Network, tmp_path: Path, second_history: int
) -> None:
    vn, za, un = network.vn, network.za, network.un
    case = network.ask("VN-1")
    network.settle()
    copy = copied(network, tmp_path)
    first_history(network, case)
    network.stop(ASKED, ASKING, SECRETARIAT)
    swap(network, copy)
    network.start(ASKED)  # alone: nobody tells it that it is behind
    for number in range(second_history):
        za.say("request.submitted", request("preservation", reference=f"ZA-{number}"), to=ASKING)
    network.start(ASKING, SECRETARIAT)
    network.ask("VN-3")
    eventually(lambda: disagreements(vn), 90)
    assert disagreements(vn) == {ASKED}
    if second_history > 1:
        eventually(lambda: disagreements(un), 60)
        assert disagreements(un) == {ASKED}


def first_history(network: Network, case: str) -> None:
    """Let the asked office's log grow, known to partner and witness."""
    network.za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    for number in range(3):
        network.ask(f"VN-2-{number}")
    network.heard(network.vn, case, ASKED, 1)
    network.settle()
    size = network.za.do("log")["size"]
    eventually(lambda: size in {s for _, s in network.za.do("cosigned")})


def disagreements(one: Office) -> set[str]:
    return {actor for actor, _, _ in one.do("audited", action="log.disagree")}
