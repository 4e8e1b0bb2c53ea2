"""Giving the second signature of a message of ours that went with one (spec 9)."""

from typing import Any

from comity.exchange.approvals import SECTION, TYPE
from comity.node.cases import second_signature
from comity.node.core.clock import now
from comity.node.core.signals import acted
from comity.node.log.store import Batch
from comity.node.messages import drafts
from comity.node.messages.certificates_in_log import check_certified
from comity.node.messages.signing_role import role_of
from comity.node.models import MessageRow, Officer
from comity.node.people.permissions import Right, may
from comity.node.service.handle import Service


def due(row: MessageRow) -> bool:
    """Tell whether the second signature of a message of ours is still missing.

    Of a request that is over nobody gives one any more, whichever way they come.
    """
    if not row.outgoing or row.second_due_at is None:
        return False
    return second_signature.lacking(MessageRow.objects.filter(pk=row.pk)).exists()


def may_countersign(officer: Officer) -> bool:
    """Tell whether an officer is one who gives second signatures here; an author signs once."""
    return may(officer, Right.APPROVE) and role_of(officer) == "approver"


def countersign(service: Service, row: MessageRow, approval: Any, *, by: str) -> MessageRow:
    """Send the second signature for a message of ours that went with one.

    Args:
        service: this node.
        row: the message.
        approval: untrusted, of an approver, bound to that message.
        by: user name, for the audit.

    Raises:
        DraftStageError: nothing is due for the message, or its request is over.
        PeerError: the approval is not good for it; nothing is left of the attempt.
        CertificateError: its certificate is not in this node's log.
        SignerLeftError, CertificateRemovedError: its officer has left this office.
    """
    node, at = service.node, now()

    def work(batch: Batch) -> MessageRow:
        if isinstance(approval, dict):
            check_certified(approval)
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
