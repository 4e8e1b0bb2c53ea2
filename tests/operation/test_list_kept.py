"""The list of a node's public keys comes back from a backup."""

from pathlib import Path

from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.operations.backup import back_up
from comity.node.operations.create_node import write_public_keys
from comity.node.operations.restore import restore


def test_the_list_of_public_keys_comes_back(node: NodeConfig, tmp_path: Path) -> None:
    write_public_keys(node, now=now())
    packed = tmp_path / "node.tar"
    back_up(node, packed, recipients=(), with_packages=False, at=now())
    restore(packed, tmp_path / "back", identities=())
    name = "public-keys.json"
    assert (tmp_path / "back" / name).read_bytes() == (node.folder / name).read_bytes()
