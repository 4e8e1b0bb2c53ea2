"""Opening a new epoch of this node's log, with the statement that explains it (spec 10)."""

import os
from datetime import datetime

from comity.canonical import OperationError, digest, digest_text
from comity.keys import jws
from comity.ledger import (
    Frontier,
    LogOrigin,
    Successor,
    peek_checkpoint,
)
from comity.ledger.successor import Reason
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.guarded_log import LogUnguardedError, sign_tree
from comity.node.log.sibling_folders import stop_copies
from comity.node.log.store import Batch, Head, read_head
from comity.node.log.superseded import proof
from comity.node.models import LogHead

OPERATOR = "operator"


class EpochKnownError(OperationError, code="log-epoch-known"):
    """A later epoch of this log was opened already, and the directory does not confirm it."""


def open_epoch(
    node: Node,
    committer: Committer,
    *,
    newest: str | None,
    reason: Reason,
    at: datetime,
    word: str = "",
) -> int:
    """Open the next epoch, guard its first tree, stop copies beside, and return its number.

    Args:
        node: this node.
        committer: its committer.
        newest: the newest known checkpoint of this log, as a partner or the guard holds it; None
            if our own is the newest.
        reason: why.
        at: this node's clock.
        word: the operator's, that nothing newer is known, where nobody could be asked.

    Raises:
        EpochKnownError: the folder knows of a later epoch than the one that would end.
        LogUnguardedError: somebody wrote to the log meanwhile; begin again.
    """
    head = read_head()
    last = newest or _own_note(node, head)
    old = LogOrigin.parse(peek_checkpoint(last.encode()).origin)  # a later one than ours, perhaps
    _check_highest(node, old.epoch)
    statement = Successor(
        checkpoint=last,
        origin_old=old,
        origin_new=LogOrigin.parse(node.origin(old.epoch + 1)),
        reason=reason,
        stated_at=at,
    )
    envelope = jws.sign(
        statement.encode(), [node.keys["log"]], thing="successor", mode=node.config.mode
    )

    def work(batch: Batch) -> None:
        if batch.head != head:
            raise LogUnguardedError("the log grew while its epoch was to end")
        batch.head = Head(old.epoch + 1, Frontier(0, ()), audit_anchor=head.audit_anchor)
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
        if word:
            audit.note(at=at, actor=OPERATOR, action="epoch.confirmed", subject=record, detail=word)

    committer.open_log(work)
    stop_copies(node)
    return old.epoch + 1


def _check_highest(node: Node, epoch: int) -> None:
    """Raise if the folder knows of a later epoch: the one after this would be opened twice."""
    kept = (node.guard.read() or b"", proof(node.config.folder).encode())
    known = max((LogOrigin.parse(peek_checkpoint(n).origin).epoch for n in kept if n), default=0)
    if known > epoch:
        raise EpochKnownError(
            f"epoch {epoch + 1} of this log was opened already: a signed checkpoint of epoch "
            f"{known} is in {node.config.folder}, and the node's directory does not confirm it. "
            "Refresh the directory, then start the node again"
        )


def _own_note(node: Node, head: Head) -> str:
    frontier = head.frontier
    return sign_tree(node, head.epoch, frontier.tree_size, frontier.root()).decode()
