"""Under which host names a node answers: those of this machine, and ``hosts`` in its settings.

A request under any other name is refused with 400, whoever sends it, so the name at which partners
reach the node has to be among them before the State lists it.
"""

from typing import Final
from urllib.parse import urlsplit

from comity.node.core.config import NodeConfig

OF_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "[::1]")


def served_names(config: NodeConfig | None) -> list[str]:
    """Return the names under which a node answers; without settings, those of this machine."""
    return [*OF_THIS_MACHINE, *(config.hosts if config else ())]


def unserved_name(config: NodeConfig, url: str) -> str:
    """Return the host of an address, as ``hosts`` takes it, if the node refuses it; or nothing.

    Args:
        config: of the node.
        url: at which partners reach it.
    """
    from django.http.request import validate_host  # the settings of Django import this module

    host = urlsplit(url).hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return "" if validate_host(shown, served_names(config)) else shown
