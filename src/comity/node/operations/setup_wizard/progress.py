"""Where a set-up stands: what was typed lies beside the node's folder, the rest is looked up there.

So a set-up that was interrupted, by a lost line or a power cut, goes on where it stopped. The file
``NAME.setup.json`` holds no secret and goes when the set-up ends.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError, OperationError
from comity.files.errors import translated, translating
from comity.node.core.block_writer import write_durably

STEPS: Final = (
    "office", "keys", "officer-ca", "declarations", "entry", "partners", "people", "officers",
    "roster", "ceremony", "self-test", "echo", "finish",
)  # fmt: skip
"""In the order in which they are taken."""
_MAX_BYTES: Final = 256 * 1024


class SetupDoneError(MisuseError, code="setup-done"):
    """A node is set up already, with people who administer users."""


class SetupFileError(OperationError, code="setup-file"):
    """What an interrupted set-up left beside the node's folder cannot be read."""


@dataclass(frozen=True)
class Progress:
    """A set-up of one folder.

    Attributes:
        folder: the node's, which may not exist yet.
    """

    folder: Path

    @property
    def path(self) -> Path:
        """Return the file beside the folder."""
        return self.folder.with_name(f"{self.folder.name}.setup.json")

    def read(self) -> dict[str, Any]:
        """Return what was said so far, by step.

        Raises:
            SetupFileError: the file is damaged.
            StorageError: it cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                found = json.loads(file.read(_MAX_BYTES))
        except FileNotFoundError:
            return {}
        except OSError as fault:
            raise translated(fault, f"reading {self.path.name}") from fault
        except (ValueError, RecursionError) as fault:
            raise SetupFileError(f"{self.path.name} is no JSON") from fault
        if not isinstance(found, dict) or not set(found) <= set(STEPS):
            raise SetupFileError(f"{self.path.name} is no file of a set-up")
        return found

    def put(self, step: str, said: dict[str, Any]) -> None:
        """Keep what was said in a step, in place of what was said before."""
        held = {**self.read(), step: said}
        with translating("keeping the set-up"):
            write_durably(self.path, json.dumps(held, sort_keys=True).encode())

    def postpone(self, step: str, *, at: datetime) -> None:
        """Note that a step is left for later; what was said in it before is not forgotten."""
        if not self.read().get(step):
            self.put(step, {"later": at.isoformat()})

    def drop(self) -> None:
        """Forget the set-up: it is done."""
        self.path.unlink(missing_ok=True)


LEAST_ADMINISTRATORS: Final = 2
"""One who leaves, or loses password and telephone at once, locks nobody out."""
