"""How much disk a message takes for good: in the register, in the log, and beside them.

``disk-received``: the sealed letters of `exchange`, each opening a conversation, at who gets them;
the difference of a node's folder after 1,000 and after 2,000, by 1,000.
``disk-asking``, ``disk-asked``: the preservation of the demonstration, asked, acknowledged and
confirmed, with drafts, approvals, receipts and docket, at either side; by message.
"""

import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.exchange import CONNECTIONS, send, served
from benchmarks.rows import Row, hand_over, say
from benchmarks.traffic import PORT, Writer, two_nodes
from comity.demo.story import Plan, preserve, running
from comity.demo.world import ASKED, ASKING, Teller
from comity.node.core.config import NodeConfig

LETTERS, BATCH = 1000, 250
FIRST, CASES = 10, 100
PORT_BASE = 21111


@dataclass(frozen=True)
class Held:
    """What a node holds: messages, bytes of its database, bytes of its other files."""

    messages: int
    database: int
    files: int

    def each(self, before: "Held") -> float:
        """Return bytes for each message since."""
        more = self.database + self.files - before.database - before.files
        return more / (self.messages - before.messages)


def held(config: NodeConfig) -> Held:
    """Measure a node that runs; what its database has not yet folded in counts as pages."""
    database = config.database_file
    with closing(sqlite3.connect(database, timeout=30)) as rows:
        (pages,) = rows.execute("PRAGMA page_count").fetchone()
        (size,) = rows.execute("PRAGMA page_size").fetchone()
        (messages,) = rows.execute("SELECT count(*) FROM node_messagerow").fetchone()
    skipped = {database.name, f"{database.name}-wal", f"{database.name}-shm", "node.log"}
    files = sum(
        (Path(place) / name).stat().st_size
        for place, _, names in os.walk(config.folder)
        for name in names
        if name not in skipped
    )
    return Held(messages, pages * size, files)


def received(folder: Path) -> list[Row]:
    """Return what a received letter takes."""
    world = two_nodes(folder / "world")
    writer, config = Writer(world), world.places[ASKED].config
    found = []
    with served(world):
        for _ in range(2):
            for _ in range(LETTERS // BATCH):
                send(PORT, writer.letters(BATCH), connections=CONNECTIONS, folder=folder)
            found.append(held(config))
            say(f"{found[-1]}")
    assert [one.messages for one in found] == [LETTERS, 2 * LETTERS], "not every letter is held"
    return [_row("disk-received", found[0], found[1])]


def played(folder: Path) -> list[Row]:
    """Return what a message of the demonstration takes at either side."""
    plan = Plan(out=folder / "demo", evidence=None, port_base=PORT_BASE)
    teller = Teller(Console(quiet=True))
    with running(plan, teller) as stage:
        sides = {"disk-asking": ASKING, "disk-asked": ASKED}
        found = []
        for number in (FIRST, CASES):
            for _ in range(number):
                preserve(stage, teller)
            found.append({n: held(stage.world.places[p].config) for n, p in sides.items()})
            say(f"{found[-1]}")
    return [_row(name, found[0][name], found[1][name]) for name in sides]


def _row(name: str, before: Held, after: Held) -> Row:
    each = after.each(before)
    return Row(name=name, unit="bytes/message", ours=each, peer=None, peer_name="none")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as place:
        hand_over([*received(Path(place)), *played(Path(place))])
