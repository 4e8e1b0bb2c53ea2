"""Durable appends through the node's own committer, next to plain SQLite rows with the same flush.

Both databases lie on one file system, in WAL with synchronous=FULL. A round of ours and a round of
the peer take turns, so that what else the machine does strikes both.
"""

import os
import sqlite3
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.rows import Row, hand_over, median, say
from benchmarks.traffic import two_nodes
from comity.canonical import digest_text
from comity.demo.world import ASKED
from comity.node.core.clock import now
from comity.node.core.django_setup import use_node

ROUNDS = 7
SINGLE = 400  # entries a round, one a commit
WRITERS, TURNS = 16, 50  # as many writers as a node has threads; each waits for its commit
GROUP = 100  # entries that one work appends, as many as the peer commits at once
PEER_BATCH = GROUP
WANTED_GROUP = 20_000


def work(batch: Any) -> None:
    """Append one entry, as every recorded fact does."""
    batch.append(
        salt=os.urandom(32), kind="domestic.note", time=now(), record=digest_text(os.urandom(32))
    )


def works(batch: Any) -> None:
    """Append as many entries as an import records at once."""
    for _ in range(GROUP):
        work(batch)


def single(committer: Any) -> float:
    """Return entries a second, each durable and under a signed checkpoint before the next."""
    begun = time.perf_counter()
    for _ in range(SINGLE):
        committed = committer.run(work)
        assert committed.tree is not None
    return SINGLE / (time.perf_counter() - begun)


def group(committer: Any) -> float:
    """Return entries a second of many writers that share commits."""

    def write() -> None:
        from django.db import connection  # noqa: PLC0415 - after Django's set-up

        for _ in range(TURNS):
            committer.run(works)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return WRITERS * TURNS * GROUP / (time.perf_counter() - begun)


class Plain:
    """A table of 64-byte rows in SQLite, nothing else."""

    def __init__(self, path: Path) -> None:
        self._link = sqlite3.connect(path, isolation_level=None)
        self._link.execute("PRAGMA journal_mode=WAL")
        self._link.execute("PRAGMA synchronous=FULL")
        self._link.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB)")

    def rate(self, rows: int, batch: int) -> float:
        """Return rows a second, committed so many at a time."""
        begun = time.perf_counter()
        for _ in range(rows // batch):
            self._link.execute("BEGIN IMMEDIATE")
            bodies = [(os.urandom(64),) for _ in range(batch)]
            self._link.executemany("INSERT INTO row (body) VALUES (?)", bodies)
            self._link.execute("COMMIT")
        return rows / (time.perf_counter() - begun)


def measure(folder: Path) -> list[Row]:
    """Return the rows of appending."""
    node = two_nodes(folder / "world").places[ASKED].config.folder
    use_node(node)
    from comity.node.operations.migrate import migrate  # noqa: PLC0415 - after Django's set-up
    from comity.node.service.handle import command_service  # noqa: PLC0415

    migrate()
    committer, plain = command_service().committer, Plain(folder / "plain.sqlite3")
    single(committer), plain.rate(SINGLE, 1)  # warm
    ones, rows = [], []
    for _ in range(ROUNDS):
        rows.append(plain.rate(SINGLE, 1))
        ones.append(single(committer))
    say(f"append: {median(ones):,.0f}/s; plain rows {median(rows):,.0f}/s")
    groups, batches = [], []
    for _ in range(3):
        batches.append(plain.rate(20_000, PEER_BATCH))
        groups.append(group(committer))
    say(f"group: {median(groups):,.0f}/s; plain rows by {PEER_BATCH} {median(batches):,.0f}/s")
    return [
        Row(
            name="ledger-append",
            unit="entries/s, one a commit",
            ours=median(ones),
            peer=median(rows),
            peer_name="SQLite WAL FULL, one row a commit",
        ),
        Row(
            name="ledger-group",
            unit=f"entries/s, {WRITERS} writers of {GROUP} entries",
            ours=median(groups),
            peer=median(batches),
            peer_name=f"SQLite WAL FULL, {PEER_BATCH} rows a commit",
        ),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as place:
        hand_over(measure(Path(place)))
