"""The name of a node's log: fixed when the node is made, listed by its State, kept by its guard."""

from pathlib import Path

import pytest

from comity.directory import parse_node_keys
from comity.directory.trust import TrustFile
from comity.ledger.errors import OriginError
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.head_guard import FILE, HeadGuardMissingError
from comity.node.core.keystore import PUBLIC_KEYS
from comity.node.core.node import Node, load_node
from comity.node.log.guarded_log import read_guarded
from comity.node.operations.create_node import found_node, write_public_keys

PARTY = "vn/contact-point"


def made(folder: Path, url: str | None) -> Node:
    config = NodeConfig(folder=folder, party=PARTY, mode="exercise")
    found_node(config, TrustFile(mode="exercise").data, now=now(), url=url)
    return load_node(folder)


@pytest.mark.parametrize(
    ("url", "prefix"),
    [("https://node.vn.example:8443/", "node.vn.example:8443"), (None, "contact-point.vn.invalid")],
)
def test_the_list_of_public_keys_names_the_log_that_was_founded(
    url: str | None, prefix: str, tmp_path: Path
) -> None:
    node = made(tmp_path / "node", url)
    write_public_keys(node.config, now=now())
    listed = parse_node_keys((node.config.folder / PUBLIC_KEYS).read_bytes())
    assert listed.origins == (node.origin(1),) == (f"{prefix}/log/exercise/{PARTY}/1",)
    assert node.origin(2) == f"{prefix}/log/exercise/{PARTY}/2"
    assert read_guarded(node).tree_size == 0


def test_an_address_that_cannot_name_a_log_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(OriginError):
        made(tmp_path / "node", "https://node.vn.example/a%20b")
    assert not (tmp_path / "node").exists()


def test_a_list_is_not_written_of_a_log_that_is_not_known(tmp_path: Path) -> None:
    node = made(tmp_path / "node", None)
    (node.config.folder / FILE).unlink()
    with pytest.raises(HeadGuardMissingError):
        write_public_keys(node.config, now=now())
