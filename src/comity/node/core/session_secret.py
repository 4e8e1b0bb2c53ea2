"""The secret that signs sessions: made once for each node, kept in its folder."""

import secrets
from pathlib import Path

from comity.node.core.config import NodeConfig
from comity.node.core.keystore import write_secret

FILE = "secret"


def make_site_secret(folder: Path) -> None:
    """Write the node's secret."""
    write_secret(folder / FILE, secrets.token_urlsafe(48).encode())


def site_secret(config: NodeConfig | None) -> str:
    """Return the node's secret; without a node, one that dies with the process."""
    if config is None:
        return secrets.token_urlsafe(48)
    return (config.folder / FILE).read_text(encoding="ascii")
