"""A secretariat, two States and a node for the tests about TUF."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.directory.world import Clock, entry

from comity.directory.fetching import folder_fetch
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.tuf_client import Fetch, Refreshed
from comity.directory.tuf_repository import Secretariat

PARTY = "vn/contact-point"


@dataclass
class World:
    """A secretariat, two States and one node, each in its folder."""

    base: Path
    clock: Clock
    secretariat: Secretariat
    vn: StateFolder
    za: StateFolder
    node: DirectoryStore

    def publish(self, *states: StateFolder) -> None:
        for state in states:
            handed = state.publish(now=self.clock.now)
            self.secretariat.publish(handed, now=self.clock.now)

    def refresh(self, fetch: Fetch | None = None) -> Refreshed:
        fetch = fetch or folder_fetch(self.secretariat.repository)
        return self.node.refresh(fetch, now=self.clock.now)

    def copy(self, name: str) -> Path:
        """Return a copy of the repository as it is now."""
        return Path(shutil.copytree(self.secretariat.repository, self.base / name))

    def metadata(self, name: str) -> Path:
        return self.secretariat.repository / "metadata" / name

    def newcomer(self) -> DirectoryStore:
        return DirectoryStore.create(self.base / "newcomer", self.secretariat.trust_bytes())


def spoil(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads(path.read_bytes())
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def warned(result: Refreshed) -> list[tuple[str, str]]:
    return [(warning.code, warning.subject) for warning in result.warnings]


def make_world(tmp_path: Path) -> World:
    clock = Clock()
    secretariat = Secretariat.found(
        tmp_path / "un", mode="live", threshold=2, keys=3, now=clock.now
    )
    made = []
    for state in ("vn", "za"):
        folder = StateFolder.create(
            tmp_path / state, state=state, mode="live", keys=3, threshold=2, now=clock.now
        )
        secretariat.admit(folder.record_bytes(), now=clock.now)
        made.append(folder)
    made[0].put(entry(PARTY), now=clock.now)
    made[1].put(entry("za/central-authority"), now=clock.now)
    node = DirectoryStore.create(tmp_path / "node", secretariat.trust_bytes())
    found = World(tmp_path, clock, secretariat, made[0], made[1], node)
    found.publish(*made)
    return found
