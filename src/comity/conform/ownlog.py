"""The scripted peer's own log, which goes on from one run to the next."""

import json
import os
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.canonical import MisuseError, b64, parse_digest, unb64
from comity.keys import PrivateKey
from comity.ledger import (
    Checkpoint,
    LeafOpening,
    consistency_proof,
    ed25519_signer,
    entry,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    sign_checkpoint,
)

_SALT_BYTES: Final = 32


@dataclass
class OwnLog:
    """An append-only log in memory, written to a file leaf by leaf.

    Attributes:
        origin: its name.
        key: of use ``log``.
        path: where the leaf hashes are kept, or None.
    """

    origin: str
    key: PrivateKey
    path: Path | None = None
    leaves: list[bytes] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Read what earlier runs wrote."""
        if self.path is not None and self.path.is_file():
            lines = self.path.read_text("ascii").split()
            self.leaves.extend(unb64(line, size_bytes=_SALT_BYTES) for line in lines)

    def note(
        self, kind: str, record: str, at: datetime, outcome: str | None = None
    ) -> tuple[int, bytes]:
        """Append a leaf; return its index and salt."""
        salt = os.urandom(_SALT_BYTES)
        opening = LeafOpening(
            salt=salt, kind=kind, time=at, record=parse_digest(record), outcome=outcome
        )
        leaf = leaf_hash(entry(opening))
        with self.lock:
            self.leaves.append(leaf)
            if self.path is not None:
                with self.path.open("a", encoding="ascii") as file:
                    file.write(f"{b64(leaf)}\n")
            return len(self.leaves) - 1, salt

    def checkpoint(self) -> str:
        """Return the signed note of the newest tree."""
        if not isinstance(self.key.key, Ed25519PrivateKey):
            raise MisuseError("a log key is Ed25519")
        newest = Checkpoint(self.origin, len(self.leaves), root(self.leaves))
        return sign_checkpoint(newest, [ed25519_signer(self.origin, self.key.key)]).decode()

    def read(self, level: int, index: int, /) -> bytes:
        """Return the hash of a complete subtree."""
        if level == 0:
            return self.leaves[index]
        return node_hash(self.read(level - 1, 2 * index), self.read(level - 1, 2 * index + 1))

    def inclusion(self, index: int) -> list[str]:
        """Return the path of a leaf in the newest tree."""
        return [b64(step) for step in inclusion_proof(index, len(self.leaves), self.read)]

    def consistency(self, old: int, new: int) -> list[str]:
        """Return the proof between two trees."""
        return [b64(step) for step in consistency_proof(old, new, self.read)]


@dataclass(frozen=True)
class Memory:
    """What one run leaves for the next: small JSON files in the folder.

    Attributes:
        folder: where, or None to keep nothing.
    """

    folder: Path | None

    def get(self, name: str) -> Any:
        """Return what was kept under a name, or None."""
        path = self.folder and self.folder / f"{name}.json"
        return json.loads(path.read_text("utf-8")) if path and path.is_file() else None

    def put(self, name: str, value: Any) -> None:
        """Keep a value under a name."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{name}.new"
        fresh.write_text(json.dumps(value, sort_keys=True), "utf-8")
        fresh.replace(self.folder / f"{name}.json")
