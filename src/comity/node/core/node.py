"""The node this process is: its settings, keys, and its copy of the directory."""

import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.canonical import MisuseError, PeerError
from comity.directory import Directory
from comity.directory.store import DirectoryStore
from comity.ledger import LogOrigin, log_prefix, peek_checkpoint
from comity.node.core.config import NodeConfig, current_config, load_config
from comity.node.core.head_guard import FILE, FileGuard, HeadGuard, HeadGuardError
from comity.node.core.keystore import NodeKeys, load_keys
from comity.node.core.rate_limit import Quotas


def _none_stand(at: datetime) -> tuple[str, ...]:
    del at
    return ()


def _none_runs() -> datetime | None:
    return None


@dataclass
class Node:
    """Everything about this node that is not in its database.

    Attributes:
        config: the operator's settings.
        keys: private keys in memory.
        guard: where the newest signed checkpoint of its log lies.
        quotas: how much each partner may still send to this process.
        standing: which loops of this process stand still at a moment of the real world; a command,
            which has none running, knows of none.
        worked_at: when the slowest of its loops last looked for work, in the real world; None
            where none runs.
    """

    config: NodeConfig
    keys: NodeKeys
    quotas: Quotas = field(init=False)
    standing: Callable[[datetime], tuple[str, ...]] = field(
        default_factory=lambda: _none_stand, init=False
    )
    worked_at: Callable[[], datetime | None] = field(default_factory=lambda: _none_runs, init=False)
    guard: HeadGuard = field(init=False)
    _store: DirectoryStore = field(init=False)
    _status: str = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _stamp: int = field(default=-1, init=False)
    _directory: Directory | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Open the folder of the directory's copy, and count nothing yet."""
        self.quotas = Quotas(self.config.partner_messages_per_minute, time.monotonic)
        self._store = DirectoryStore.open(self.config.directory)
        self.guard = FileGuard(self.config.folder / FILE)
        self._status = str(self.config.directory / "status.json")

    @property
    def party(self) -> str:
        """Return whom the node speaks for."""
        return self.config.party

    @property
    def store(self) -> DirectoryStore:
        """Return the directory's folder."""
        return self._store

    @property
    def directory(self) -> Directory:
        """Return the directory as last accepted; read again when its folder changed."""
        stamp = _stamp_of(self._status)
        if stamp != self._stamp or self._directory is None:
            with self._lock:
                self._directory = self._store.load()
                self._stamp = stamp
        return self._directory

    @property
    def log_key(self) -> Ed25519PrivateKey:
        """Return the key that signs checkpoints; C2SP notes know Ed25519 only."""
        key = self.keys["log"].key
        if not isinstance(key, Ed25519PrivateKey):
            raise MisuseError("the log key must be Ed25519")
        return key

    def origin(self, epoch: int) -> str:
        """Return the name of this node's log in an epoch (spec 10).

        It is the one that the own entry lists, or would list; before there is an entry, that of the
        log that was founded.
        """
        directory = self.directory
        if directory.has(self.party) and (listed := directory.entry(self.party).origin(epoch)):
            return listed
        return str(LogOrigin(self._founded_prefix(), self.config.mode, self.party, epoch))

    def _founded_prefix(self) -> str:
        """Return the prefix of the log that the guard holds; without one nobody knows a log yet."""
        with contextlib.suppress(HeadGuardError, PeerError):
            if kept := self.guard.read():
                return LogOrigin.parse(peek_checkpoint(kept).origin).prefix
        return log_prefix(None, self.party)


def _stamp_of(status: str) -> int:
    try:
        return os.stat(status).st_mtime_ns  # noqa: PTH116 - a Path costs more than the call
    except FileNotFoundError:
        return 0


def load_node(folder: Path | None = None) -> Node:
    """Return the node of a folder, or of the environment."""
    config = load_config(folder) if folder else current_config()
    return Node(config, load_keys(config.keys))


@functools.cache
def this_node() -> Node:
    """Return the node this process serves."""
    return load_node()
