"""Proofs from a log of ten million entries, read from the node's own tables.

The log is made once and kept under ``build/``: entries with random leaf hashes and erased openings
(a proof needs neither), tile roots and head computed as the node computes them. The index over
record digests, which proofs do not use, is left out.
"""

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row, hand_over, median, percentile, say
from benchmarks.traffic import two_nodes
from comity.demo.world import ASKED
from comity.ledger import Frontier, tree, verify_consistency, verify_inclusion
from comity.node.core.django_setup import use_node

SIZE = 10_000_000
TILE = 256
PROOFS = 400
FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench-log"
MADE = FOLDER / "made"


def fold(hashes: list[bytes]) -> bytes:
    """Return the root over a full tile."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [tree.node_hash(left, right) for left, right in pairs]
    return hashes[0]


def fill(link: sqlite3.Connection) -> None:
    """Write entries, tile roots of levels 8 and 16, and the head."""
    tiles: list[bytes] = []

    def entries() -> Iterator[tuple[int, bytes]]:
        for first in range(0, SIZE, TILE):
            data = os.urandom(32 * min(TILE, SIZE - first))
            hashes = [data[place : place + 32] for place in range(0, len(data), 32)]
            if len(hashes) == TILE:
                tiles.append(fold(hashes))
            yield from enumerate(hashes, start=first)

    link.executemany(
        'INSERT INTO node_logentry (epoch, "index", leaf_hash, kind, time, record)'
        " VALUES (1, ?, ?, 'domestic.note', '2026-11-24 00:00:00', '')",
        entries(),
    )
    upper = [fold(tiles[n : n + TILE]) for n in range(0, len(tiles) - TILE + 1, TILE)]
    for level, hashes in ((8, tiles), (16, upper)):
        rows = [(level, index, value) for index, value in enumerate(hashes)]
        link.executemany(
            'INSERT INTO node_lognode (epoch, level, "index", hash) VALUES (1, ?, ?, ?)', rows
        )
    tail = link.execute(
        'SELECT leaf_hash FROM node_logentry WHERE "index" >= ? ORDER BY "index"',
        (SIZE - SIZE % TILE,),
    )
    edge = frontier_of(tiles, upper, [row[0] for row in tail])
    link.execute(
        "INSERT INTO node_loghead (epoch, tree_size, frontier) VALUES (1, ?, ?)",
        (SIZE, edge.encode()),
    )


def frontier_of(tiles: list[bytes], upper: list[bytes], tail: list[bytes]) -> Frontier:
    """Return the right edge: the roots of the complete subtrees, the largest first."""
    found, place = [], 0
    for level in reversed(range(SIZE.bit_length())):
        if not SIZE >> level & 1:
            continue
        base = 16 if level >= 16 else 8 if level >= 8 else 0
        source = {16: upper, 8: tiles, 0: tail}[base]
        start = (place >> base) if base else place - (SIZE - SIZE % TILE)
        found.append(fold(source[start : start + (1 << (level - base))]))
        place += 1 << level
    return Frontier(SIZE, tuple(found))


def make() -> float:
    """Make the log if it is not there; return the seconds it took."""
    if MADE.exists():
        return float(MADE.read_text("ascii"))
    shutil.rmtree(FOLDER, ignore_errors=True)
    begun = time.monotonic()
    node = two_nodes(FOLDER).places[ASKED].config.folder
    use_node(node)
    from django.db import connection  # noqa: PLC0415 - after Django's set-up

    from comity.node.operations.migrate import migrate  # noqa: PLC0415

    migrate()
    connection.close()
    link = sqlite3.connect(node / "node.sqlite3", isolation_level=None)
    link.execute("PRAGMA synchronous=OFF")
    link.execute("PRAGMA cache_size=-200000")
    for [name] in link.execute(
        "SELECT name FROM sqlite_master WHERE type='index' AND tbl_name='node_logentry'"
        " AND sql LIKE '%record%' AND sql NOT LIKE '%UNIQUE%'"
    ).fetchall():
        link.execute(f"DROP INDEX {name}")
    link.execute("PRAGMA journal_mode=MEMORY")
    link.execute("BEGIN")
    fill(link)
    link.execute("COMMIT")
    link.close()
    taken = time.monotonic() - begun
    MADE.write_text(f"{taken:.1f}", "ascii")
    return taken


def measure() -> list[Row]:
    """Return the row of proofs; every proof is checked, outside the clock."""
    taken = make()
    use_node(FOLDER / "nodes" / ASKED.replace("/", "-"))
    from comity.node.log.store import Reader, read_head, root_at  # noqa: PLC0415

    head, read, chance = read_head(), Reader(1), random.Random(7)
    root = head.frontier.root()
    assert head.frontier.tree_size == SIZE
    times = []
    for _ in range(PROOFS):
        index, old_size = chance.randrange(SIZE), chance.randrange(1, SIZE)
        begun = time.perf_counter()
        path = tree.inclusion_proof(index, SIZE, read)
        between = time.perf_counter()
        link = tree.consistency_proof(old_size, SIZE, read)
        times += [between - begun, time.perf_counter() - between]
        leaf = read(0, index)
        verify_inclusion(leaf=leaf, index=index, tree_size=SIZE, path=path, expected_root=root)
        verify_consistency(
            old_size=old_size,
            new_size=SIZE,
            proof=link,
            old_root=root_at(1, old_size),
            new_root=root,
        )
    ms = [1000 * each for each in times]
    say(f"log of {SIZE:,} entries made in {taken:.0f} s")
    say(f"proofs: p50 {median(ms):.2f} ms, p99 {percentile(ms, 99):.2f} ms")
    return [
        Row(
            name="ledger-proof",
            unit=f"ms, p50 of inclusion and consistency proofs, {SIZE:,} entries",
            ours=median(ms),
            peer=None,
            peer_name="none; wanted: under 5 ms",
        )
    ]


if __name__ == "__main__":
    hand_over(measure())
