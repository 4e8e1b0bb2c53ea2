"""Giving the second signature of a message of ours that went with one (spec 9)."""

from typing import Any

from comity.exchange.countersign import SECTION, TYPE
from comity.node.core.clock import now
from comity.node.core.signals import acted
from comity.node.log.store import Batch
from comity.node.messages import drafts
from comity.node.messages.certificates_in_log import check_certified
from comity.node.models import MessageRow
from comity.node.service.handle import Service


def due(row: MessageRow) -> bool:
    """Tell whether the second signature of a message of ours is still missing."""
    return row.outgoing and row.second_due_at is not None


def countersign(service: Service, row: MessageRow, approval: Any, *, by: str) -> MessageRow:
    """Send the second signature for a message of ours that went with one.

    Args:
        service: this node.
        row: the message.
        approval: untrusted, of an approver, bound to that message.
        by: user name, for the audit.

    Raises:
        DraftStageError: nothing is due for the message.
        PeerError: the approval is not good for it; nothing is left of the attempt.
        CertificateError: its certificate is not in this node's log.
    """
    if isinstance(approval, dict):
        check_certified(approval)
    node, at = service.node, now()

    def work(batch: Batch) -> MessageRow:
        if not due(MessageRow.objects.get(pk=row.pk)):  # as it is now: another may have signed
            raise drafts.DraftStageError("no second signature is due for this message")
        draft = drafts.prepare(
            node,
            message_type=TYPE,
            values={SECTION: {"approval": approval}},
            by=by,
            conversation=row.conversation,
            about=row.content,
        )
        return drafts.queue_in(node, batch, draft, by=by, at=at)

    sent = service.committer.run(work).value
    service.wake()
    acted.send(None, node=node)
    return sent
