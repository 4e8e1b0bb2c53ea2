"""Receipts this node gives: made from what the database holds, the same payload every time."""

from typing import Final

from comity.exchange import Consistency, Receipt, sign_receipt
from comity.exchange.message import parse_seen
from comity.keys import Jws
from comity.ledger import tree
from comity.node.core import prepared_sql
from comity.node.core.node import Node
from comity.node.log.group_commit import Tree
from comity.node.log.guarded_log import note_at
from comity.node.log.store import Reader
from comity.node.models import LogEntry, MessageRow

_PLACE: Final = 'epoch = %s AND "index" = %s'


def receipt_for(node: Node, row: MessageRow, committed: Tree | None) -> Jws:
    """Return the receipt for a message this node received.

    Args:
        node: this node.
        row: the stored message.
        committed: the tree of the commit that stored it, or None for one stored before: then
            the proof is computed from the log, for the same tree.

    Raises:
        LogUnguardedError, HeadGuardError, RegisterBehindError: the tree is not guarded; there is
            no receipt yet.

    Source: spec/11-receipts.md section 11.1.
    """
    read = Reader(row.epoch)
    size = row.tree_size
    if committed is not None and row.index in committed.proofs:
        # Also for a double in the same commit: its row does not tell the tree's size yet.
        size = committed.checkpoint.tree_size
        note, path = committed.note, committed.proofs[row.index]
        salt = committed.salts[row.index]
    else:
        note = note_at(node, row.epoch, size)
        path = tuple(tree.inclusion_proof(row.index, size, read))
        salt = bytes(prepared_sql.select(LogEntry, _PLACE, row.epoch, row.index)[0].salt or b"")
    known = row.known_size
    linked = (
        Consistency(known, tuple(tree.consistency_proof(known, size, read)))
        if known and known <= size
        else None
    )
    receipt = Receipt(
        mode=node.config.mode,
        record=row.record,
        content=row.content,
        author=row.author,
        addressee=node.party,
        received_at=row.recorded_at,
        outcome=row.outcome,
        head=row.own_head and parse_seen(row.own_head),
        index=row.index,
        salt=salt,
        checkpoint=note,
        inclusion=path,
        consistency=linked,
    )
    return sign_receipt(receipt, node.keys["receipt"])
