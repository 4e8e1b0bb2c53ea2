"""A log that an honest restore ended before the tree a partner holds is no log that shrank."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.carrying.offices import eventually
from tests.recovery.conftest import Network, before_the_backup, restore

from comity.demo.world import ASKED, ASKING, SECRETARIAT

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other


def unlink_receipts(folder: Path) -> None:
    """Put a node back to before it linked its receipts, as if it had been stopped earlier."""
    with closing(sqlite3.connect(folder / "node.sqlite3")) as store, store:
        store.execute("UPDATE node_receiptrow SET linked = 0")


def test_a_log_ended_where_only_the_witness_saw_it_is_not_called_shrunk(
    network: Network, tmp_path: Path
) -> None:
    vn, za = network.vn, network.za
    story = before_the_backup(network, tmp_path)
    network.settle()
    eventually(lambda: za.do("cosigned"))
    network.stop(SECRETARIAT)
    network.ask("VN-3")
    network.settle()
    before = za.do("messages")
    network.stop(ASKED, ASKING)
    unlink_receipts(vn.folder)
    restore(story)
    network.start(SECRETARIAT, ASKED)  # Viet Nam, which holds the largest tree, is not asked
    eventually(lambda: za.do("log")["epoch"] == 2)
    network.start(ASKING)
    eventually(lambda: not (za.folder / "restored.json").exists())
    network.ask("VN-4")
    network.settle()
    eventually(lambda: vn.do("audited", action="log.succeeded"))
    assert before.keys() <= za.do("messages").keys()
    assert vn.do("audited", action="log.disagree") == []
    assert {r["fault"] for r in vn.do("receipts")} == {""}
