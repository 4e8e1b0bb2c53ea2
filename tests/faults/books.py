"""Reading a stopped node's books from its files, by means of the pure rooms alone."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comity.canonical import parse_digest
from comity.directory.store import DirectoryStore
from comity.exchange import Message, check_receipt, parse_message, replay
from comity.keys import jws
from comity.ledger import Frontier, LeafOpening, entry, leaf_hash, open_checkpoint, tree


@dataclass(frozen=True)
class Books:
    """What a node holds.

    Attributes:
        party: whose.
        messages: by record digest: the message with its row.
        receipts: good receipts by record digest.
        kinds: how many leaves of each kind name a record.
        leaves: leaf hashes in order.
        openings: openings in order.
        frontier: the head's.
        queued: deliveries not ended.
        dead: deliveries given up.
        bad: receipts that did not hold.
    """

    party: str
    messages: dict[str, tuple[Message, dict[str, Any]]]
    receipts: dict[str, list[bytes]]
    kinds: Counter[tuple[str, str]]
    leaves: list[bytes]
    openings: list[LeafOpening]
    frontier: Frontier
    queued: int
    dead: int
    bad: int


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Give the node's database, for reading."""
    link = sqlite3.connect(f"file:{folder / 'node.sqlite3'}?mode=ro", uri=True, timeout=30)
    link.row_factory = sqlite3.Row
    try:
        yield link
    finally:
        link.close()


def waiting(folder: Path) -> int:
    """Return how many deliveries are still due."""
    with opened(folder) as link:
        [(number,)] = link.execute("SELECT count(*) FROM node_outboxrow WHERE stage = 'queued'")
        return int(number)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read_books(party: str, folder: Path) -> Books:
    """Return everything; the log's entries are read as rows, nothing of the node's code runs."""
    with opened(folder) as link:
        messages = {
            row["record"]: (parse_message(jws.parse(row["jws"])), dict(row))
            for row in link.execute("SELECT * FROM node_messagerow")
        }
        receipts: dict[str, list[bytes]] = {}
        for row in link.execute("SELECT record, jws FROM node_receiptrow WHERE fault = ''"):
            receipts.setdefault(row["record"], []).append(row["jws"])
        rows = list(link.execute('SELECT * FROM node_logentry ORDER BY epoch, "index"'))
        heads = list(link.execute("SELECT * FROM node_loghead"))
        stages = dict(link.execute("SELECT stage, count(*) FROM node_outboxrow GROUP BY stage"))
        [(bad,)] = link.execute("SELECT count(*) FROM node_receiptrow WHERE fault <> ''")
    assert len(heads) == 1, "an honest crash opens no epoch"
    assert [row["index"] for row in rows] == list(range(len(rows))), "a hole in the log"
    openings = [
        LeafOpening(
            salt=row["salt"],
            kind=row["kind"],
            time=_moment(row["time"]),
            record=parse_digest(row["record"]),
            outcome=row["outcome"] or None,
        )
        for row in rows
    ]
    return Books(
        party=party,
        messages=messages,
        receipts=receipts,
        kinds=Counter((row["kind"], row["record"]) for row in rows),
        leaves=[row["leaf_hash"] for row in rows],
        openings=openings,
        frontier=Frontier.decode(heads[0]["frontier"]),
        queued=stages.get("queued", 0),
        dead=stages.get("dead", 0),
        bad=bad,
    )


def check_log(books: Books) -> None:
    """Check that every leaf is what its opening says and that the head is the leaves' tree."""
    again = [leaf_hash(entry(opening)) for opening in books.openings]
    assert again == books.leaves, "a leaf that its opening does not explain"
    assert books.frontier.tree_size == len(books.leaves)
    assert books.frontier.root() == tree.root(books.leaves), "the head is not the leaves' tree"
    twice = [key for key, number in books.kinds.items() if number > 1 and "message" in key[0]]
    assert not twice, "a message stands in the log twice"


def check_deliveries(ours: Books, theirs: Books, directory: Path) -> None:
    """Check that all we sent was taken in exactly once and receipted, and their log shows it."""
    registry = DirectoryStore.open(directory).load()
    sent = {r: pair for r, pair in ours.messages.items() if pair[1]["outgoing"]}
    came = {r: pair for r, pair in theirs.messages.items() if not pair[1]["outgoing"]}
    assert sent.keys() == came.keys(), "a message is lost, or came from nowhere"
    for record, (message, _) in sent.items():
        assert ours.kinds["message.sent", record] == 1
        assert theirs.kinds["message.received", record] == 1
        assert len(ours.receipts.get(record, [])) == 1, "not exactly one good receipt"
        envelope = jws.parse(ours.receipts[record][0])
        checked = check_receipt(envelope, message, registry, known=None)
        note = checked.receipt.checkpoint.encode()
        origin = checked.checkpoint.checkpoint.origin
        found = open_checkpoint(note, registry.log_verifiers(theirs.party, origin)).checkpoint
        assert found.root == tree.root(theirs.leaves[: found.tree_size]), "a private branch"
        assert theirs.openings[checked.receipt.index] == checked.receipt.opening


def check_same_state(ours: Books, theirs: Books) -> None:
    """Check that both sides hold the same messages and think the same of each."""
    ours_by = {m.content: row["standing"] for m, row in ours.messages.values()}
    theirs_by = {m.content: row["standing"] for m, row in theirs.messages.values()}
    assert ours_by == theirs_by
    for books in (ours, theirs):
        talks: dict[str, list[Message]] = {}
        for message, _ in books.messages.values():
            talks.setdefault(message.conversation, []).append(message)
        for messages in talks.values():
            found = replay(messages)
            assert not found.doubles
            stored = {m.content: books.messages[m.record][1]["standing"] for m in messages}
            assert dict(found.standing) == stored
