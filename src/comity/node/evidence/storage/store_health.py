"""What the last look at the store of packages found, kept in the node's folder for its pages."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from comity.canonical import ComityError, parse_time, time_text
from comity.files.errors import translating
from comity.node.core.block_writer import write_durably
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.evidence.storage.store_probe import Probe, check

_FILE: Final = "store.json"


@dataclass(frozen=True)
class StoreState:
    """A look at the store.

    Attributes:
        at: when.
        found: what it keeps, or None if it could not be tried or is refused.
        fault: error code of why, or empty.
    """

    at: datetime
    found: Probe | None
    fault: str


def look(config: NodeConfig) -> int:
    """Try the store now and keep what was found; return 0, nothing is counted."""
    at = now()
    found, fault = None, ""
    try:
        found = check(config, at=at)
    except ComityError as refused:
        fault = refused.code
    value = {"at": time_text(at), "found": found and asdict(found), "fault": fault}
    with translating("write what the store keeps"):
        config.vault.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(config.vault / _FILE, json.dumps(value).encode())
    return 0


def last(config: NodeConfig) -> StoreState | None:
    """Return the last look, or None before the first one at this store."""
    try:
        value = json.loads((config.vault / _FILE).read_bytes())
    except FileNotFoundError:
        return None
    found = Probe(**value["found"]) if value["found"] else None
    if found is not None and found.place != (config.store or "folder"):
        return None
    return StoreState(parse_time(value["at"]), found, value["fault"])
