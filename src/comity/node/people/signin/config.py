"""The settings of the node whose pages these are."""

from django.conf import settings

from comity.node.core.config import NodeConfig, NodeFolderError


def office() -> NodeConfig:
    """Return the settings.

    Raises:
        NodeFolderError: the process is no node.
    """
    config: NodeConfig | None = settings.CONFIG
    if config is None:
        raise NodeFolderError("this process is no node")
    return config
