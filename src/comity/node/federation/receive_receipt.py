"""Taking in a receipt: what a partner acknowledged is checked, kept, and ends the delivery."""

import os
from datetime import datetime

from comity.canonical import PeerError, digest, digest_text
from comity.exchange import CheckedReceipt, check_receipt, parse_receipt
from comity.exchange.errors import ReceiptUnprovedError
from comity.keys import Jws, jws
from comity.ledger import peek_checkpoint
from comity.node.cases import second_signature
from comity.node.cases.conversations import message_of, replay_of, save_replay
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.partner_checkpoints import keep_checkpoint, known_checkpoint
from comity.node.log.store import Batch, Leaf
from comity.node.messages import outbox
from comity.node.models import Conversation, MessageRow, ReceiptRow


class ReceiptStrayError(PeerError, code="receipt-stray"):
    """A receipt is for no message that this node sent."""


def take_receipt(
    node: Node, committer: Committer, data: bytes, *, expected: str | None = None
) -> CheckedReceipt:
    """Check and keep a receipt; only a good one ends the delivery.

    Args:
        node: this node.
        committer: its committer.
        data: untrusted JWS bytes.
        expected: record digest of the message it must be for, where one was just sent.

    Raises:
        ReceiptStrayError: for no message of ours.
        PeerError: by code, why it is no receipt; it is kept as such, the delivery goes on.
    """
    envelope = jws.parse(data, max_bytes=64 * 1024)
    claim = parse_receipt(envelope.payload)
    row = MessageRow.objects.filter(record=claim.record, outgoing=True).first()
    if row is None or (expected is not None and claim.record != expected):
        raise ReceiptStrayError("a receipt for no message of ours")
    at = now()
    origin = claim.checkpoint.partition("\n")[0]
    known = known_checkpoint(claim.addressee, origin)
    try:
        checked = check_receipt(
            envelope, message_of(row), node.directory, known=known, proved_at=at
        )
        _one_place(checked)
    except PeerError as fault:
        _keep_bad(envelope, claim.record, claim.addressee, fault.code, at)
        raise
    committer.run(lambda batch: _keep(node, batch, envelope, checked, at))
    return checked


def _one_place(checked: CheckedReceipt) -> None:
    """Compare with the receipt that is held for the same message: a log has it in one place.

    Nobody has to be asked for that, and no proof can be left out of it. A log that was restored has
    another name.

    Raises:
        ReceiptUnprovedError: two leaves of one log for one message.

    Source: spec/11-receipts.md section 11.2.
    """
    told, origin = checked.receipt, checked.checkpoint.checkpoint.origin
    held = ReceiptRow.objects.filter(record=told.record, party=told.addressee, fault="")
    for row in held:
        first = parse_receipt(jws.parse(bytes(row.jws)).payload)
        if peek_checkpoint(first.checkpoint.encode()).origin != origin:
            continue
        if (first.index, first.opening) != (told.index, told.opening):
            raise ReceiptUnprovedError("another place in the same log for the same message")


def _keep_bad(envelope: Jws, record: str, party: str, code: str, at: datetime) -> None:
    """Keep what is no receipt, once; a log that contradicts itself is a matter for a person."""
    place = {"record": record, "party": party, "jws": envelope.record}
    _, new = ReceiptRow.objects.get_or_create(**place, defaults={"fault": code, "kept_at": at})
    if new and code == ReceiptUnprovedError.code:
        audit.note(at=at, actor=party, action="log.disagree", subject=record, detail=code)


def _keep(node: Node, batch: Batch, envelope: Jws, checked: CheckedReceipt, at: datetime) -> None:
    receipt = checked.receipt
    stored = ReceiptRow.objects.filter(record=receipt.record, party=receipt.addressee, fault="")
    if stored.exists():
        outbox.delivered(receipt.record, receipt.addressee)
        return
    ReceiptRow.objects.create(
        record=receipt.record,
        party=receipt.addressee,
        jws=envelope.record,
        received_at=receipt.received_at,
        outcome=receipt.outcome,
        linked=checked.linked,
        kept_at=at,
    )
    if receipt.outcome.startswith("refused:"):
        take_refusal(node, receipt.record, receipt.outcome, at)
    if (
        checked.linked
        or known_checkpoint(receipt.addressee, checked.checkpoint.checkpoint.origin) is None
    ):
        keep_checkpoint(receipt.addressee, checked.checkpoint, at)
    outbox.delivered(receipt.record, receipt.addressee)
    leaf = receipt_leaf(batch, envelope, at)
    audit.note(
        at=at,
        actor=receipt.addressee,
        action="receipt.received",
        subject=receipt.record,
        detail=receipt.outcome,
        epoch=batch.head.epoch,
        leaf=leaf,
    )


def receipt_leaf(batch: Batch, envelope: Jws, at: datetime) -> Leaf:
    """Append the leaf of a receipt that this node took in."""
    return batch.append(
        salt=os.urandom(32), kind="receipt.received", time=at, record=_record_of(envelope)
    )


def take_refusal(node: Node, record: str, outcome: str, at: datetime) -> None:
    """Take over that the addressee refused our message: it has no effect on either side."""
    row = MessageRow.objects.get(record=record)
    row.outcome = outcome
    row.save(update_fields=["outcome"])
    conversation = Conversation.objects.get(digest=row.conversation)
    save_replay(conversation, replay_of(row.conversation), now=at)
    second_signature.give_back(row, node.directory)


def _record_of(envelope: Jws) -> str:
    return digest_text(digest("record", envelope.record))
