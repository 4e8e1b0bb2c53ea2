"""Opening a new epoch of this node's log, with the statement that explains it (spec 10)."""

import os
from datetime import datetime

from comity.canonical import digest, digest_text
from comity.keys import jws
from comity.ledger import (
    Checkpoint,
    Frontier,
    LogOrigin,
    Successor,
    ed25519_signer,
    peek_checkpoint,
    sign_checkpoint,
)
from comity.ledger.successor import Reason
from comity.node import audit
from comity.node.committer import Committer
from comity.node.logstore import Batch, Head, read_head
from comity.node.models import LogHead
from comity.node.node import Node


def open_epoch(
    node: Node, committer: Committer, *, newest: str | None, reason: Reason, at: datetime
) -> int:
    """Open the next epoch and return its number.

    Args:
        node: this node.
        committer: its committer.
        newest: the newest known checkpoint of this log, as a partner holds it; None if our own is
            the newest.
        reason: why.
        at: this node's clock.
    """
    last = newest or _own_note(node, read_head())
    old = LogOrigin.parse(peek_checkpoint(last.encode()).origin)  # a later one than ours, perhaps
    statement = Successor(
        checkpoint=last,
        origin_old=old,
        origin_new=LogOrigin(old.mode, old.party, old.epoch + 1),
        reason=reason,
        stated_at=at,
    )
    envelope = jws.sign(
        statement.encode(), [node.keys["log"]], thing="successor", mode=node.config.mode
    )

    def work(batch: Batch) -> None:
        batch.head = Head(old.epoch + 1, Frontier(0, ()))
        LogHead.objects.create(
            epoch=batch.head.epoch,
            tree_size=0,
            frontier=batch.head.frontier.encode(),
            successor=envelope.record,
        )
        record = digest_text(digest("record", envelope.record))
        leaf = batch.append(salt=os.urandom(32), kind="epoch.opened", time=at, record=record)
        audit.note(
            at=at,
            actor=audit.SYSTEM,
            action="epoch.opened",
            subject=record,
            detail=reason,
            epoch=batch.head.epoch,
            leaf=leaf,
        )

    committer.run_first(work)
    return old.epoch + 1


def _own_note(node: Node, head: Head) -> str:
    origin = node.origin(head.epoch)
    checkpoint = Checkpoint(origin, head.frontier.tree_size, head.frontier.root())
    return sign_checkpoint(checkpoint, [ed25519_signer(origin, node.log_key)]).decode()
