"""What a restored node still owes its partners, kept in a file until it is paid."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError
from comity.directory import disk
from comity.node.core.node import Node

MARKER: Final = "restored.json"
BEGINNING: Final = "2000-01-01T00:00:00Z"  # a folder copied by hand does not say its age


class ReconcileFirstError(MisuseError, code="reconcile-first"):
    """This node was restored and has not asked that partner yet what it had said to it."""


@dataclass(frozen=True)
class Marker:
    """What a restored node still owes.

    Attributes:
        since: nothing acknowledged before is missing (the backup's time, less a day).
        partners: still to be asked.
        opened: whether the new epoch is open.
        word: the operator's reason to open it although nobody could be asked; empty for none.
    """

    since: str
    partners: tuple[str, ...]
    opened: bool
    word: str = ""

    def write(self, folder: Path) -> None:
        """Replace the marker, or remove it when nothing is owed."""
        path = folder / MARKER
        if self.opened and not self.partners:
            path.unlink(missing_ok=True)
            return
        value = {
            "opened": self.opened,
            "partners": list(self.partners),
            "since": self.since,
            "word": self.word,
        }
        disk.write(path, json.dumps(value).encode(), private=True)


def read_marker(folder: Path) -> Marker | None:
    """Return the marker, or None if the node was not restored."""
    try:
        data = (folder / MARKER).read_bytes()
    except FileNotFoundError:
        return None
    value = json.loads(data)
    return Marker(value["since"], tuple(value["partners"]), value["opened"], value.get("word", ""))


def check_may_speak(node: Node, parties: tuple[str, ...]) -> None:
    """Raise `ReconcileFirstError` while one of the parties has not been asked (rule 3)."""
    marker = read_marker(node.config.folder)
    waiting = set(marker.partners) & set(parties) if marker else set()
    if waiting:
        raise ReconcileFirstError(
            f"this node was restored; it first has to hear from {', '.join(sorted(waiting))}"
        )
