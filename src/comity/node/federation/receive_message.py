"""Taking in a parcel: verify, apply, record, commit, and only then give the receipt.

The same path serves a push, a poll, an import from a file and the recovery of a restored node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import overload

from django.db import transaction

from comity.canonical import OperationError, PeerError
from comity.docket.errors import ConversationOnPaperError
from comity.evidence import age
from comity.exchange import (
    Message,
    Receipt,
    Refused,
    Registry,
    Replay,
    Verified,
    accept,
    read_parcel,
)
from comity.exchange.bodies import Request
from comity.exchange.conversation import DOUBLE_SPEAK, HELD, ILLEGAL
from comity.exchange.moves import UNKNOWN_TYPE
from comity.exchange.sections import MAX_PARCEL_BYTES
from comity.exchange.values import Model
from comity.keys import Jws
from comity.node.cases import paper_conversations, second_signature, unread_messages
from comity.node.cases.case_numbers import case_for
from comity.node.cases.conversations import (
    message_row,
    new_conversation,
    replay_of,
    save_replay,
    save_sections,
    set_due,
)
from comity.node.cases.severity import EMERGENCY
from comity.node.core import prepared_sql
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.rate_limit import Quotas
from comity.node.core.signals import message_recorded
from comity.node.federation.issue_receipt import receipt_for
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.messages import effects
from comity.node.models import Conversation, MessageRow
from comity.node.search import index

MAX_SEALED_BYTES = MAX_PARCEL_BYTES + 64 * 1024  # header and a tag per 64 KiB chunk


class SealBrokenError(PeerError, code="seal-broken"):
    """A sealed parcel does not open with this node's keys."""


class OverQuotaError(OperationError, code="over-quota"):
    """A partner sent more than its quota; fact ``retry_after_s`` says when it may continue."""


@dataclass(frozen=True)
class Taken:
    """What became of a parcel.

    Attributes:
        row: the stored message.
        receipt: to be handed to its author.
        duplicate: whether it was here before.
    """

    row: MessageRow
    receipt: Jws
    duplicate: bool


def open_seal(node: Node, sealed: bytes) -> bytes:
    """Return the parcel's bytes.

    Raises:
        SealBrokenError: too large, or not sealed to this node, or changed.
    """
    if len(sealed) > MAX_SEALED_BYTES:
        raise SealBrokenError("larger than any parcel")
    try:
        return age.open_bytes(sealed, node.keys.sealing)
    except PeerError as fault:
        raise SealBrokenError(f"the seal does not open ({fault.code})") from fault


def take_within(
    node: Node, committer: Committer, sealed: bytes, *, via: str, caller: str, quotas: Quotas
) -> Taken:
    """Take in a parcel that a partner brings or lets us fetch, within the partner's quota.

    Args:
        node: this node.
        committer: its committer.
        sealed: untrusted bytes.
        via: push or poll.
        caller: the partner, whose connection was authenticated.
        quotas: of all partners.

    Raises:
        OverQuotaError: it is beyond the quota; nothing was recorded, the sender comes again.
        PeerError, StorageError: as for `take`.

    Source: spec/13-transport.md section 13.3.
    """
    room = quotas.room(caller)
    if room != "none":
        taken = take(node, committer, sealed, via=via, only_emergency=room == "emergencies")
        if taken is not None:
            return taken
    wait_s = quotas.retry_after_s(caller)
    raise OverQuotaError("more messages than the quota of a partner", retry_after_s=wait_s)


@overload
def take(node: Node, committer: Committer, sealed: bytes, *, via: str) -> Taken: ...


@overload
def take(
    node: Node, committer: Committer, sealed: bytes, *, via: str, only_emergency: bool
) -> Taken | None: ...


def take(
    node: Node, committer: Committer, sealed: bytes, *, via: str, only_emergency: bool = False
) -> Taken | None:
    """Take in a sealed parcel and return its receipt, once everything is durable.

    Args:
        node: this node.
        committer: its committer.
        sealed: untrusted bytes.
        via: how it came (push, poll, file, recovery), for the audit.
        only_emergency: take it only if it opens a request that is an emergency; such a one counts
            as beyond its sender's quota. Anything else is left where it is, and None returned.

    Raises:
        PeerError: nobody can be named for it; nothing was recorded.
        StorageError: it could not be made durable; the sender will try again.

    Source: spec/08-conversations.md; spec/11-receipts.md section 11.1; spec/13-transport.md.
    """
    parcel = read_parcel(open_seal(node, sealed))
    received_at = now()
    decision = accept(parcel, node.directory, us=node.party, received_at=received_at)
    if only_emergency and not _is_emergency(decision):
        return None
    known = parcel.known or None
    done = committer.run(
        lambda batch: record_received(
            node,
            batch,
            decision,
            known=known,
            received_at=received_at,
            via=via,
            beyond_quota=only_emergency,
        )
    )
    row, duplicate = done.value
    return Taken(row, receipt_for(node, row, done.tree), duplicate)


def _is_emergency(decision: Verified | Refused) -> bool:
    """Tell whether a message, found good, opens a request that says it is an emergency."""
    if isinstance(decision, Refused) or decision.message.draft.conversation is not None:
        return False
    request = decision.bodies.get("request")
    return isinstance(request, Request) and EMERGENCY in (request.measure, request.urgency)


def record_received(
    node: Node,
    batch: Batch,
    decision: Verified | Refused,
    *,
    known: int | None,
    received_at: datetime,
    via: str,
    beyond_quota: bool = False,
    told: Receipt | None = None,
) -> tuple[MessageRow, bool]:
    """Record a message inside the transaction; its outcome is decided here, under the lock.

    Args:
        node: this node.
        batch: gets the leaf.
        decision: about the message.
        known: size of our log that its sender says it verified, or None.
        received_at: this node's clock.
        via: how it came, for the audit.
        beyond_quota: whether it counts as beyond its sender's quota.
        told: the receipt that this node gave for it before it was restored, or None.
    """
    message = decision.message
    draft = message.draft
    same = prepared_sql.select(
        MessageRow, "author = %s AND message_id = %s", draft.author, draft.id
    )
    for stored in same:
        if stored.content == message.content:
            return stored, True
    held = prepared_sql.select_one(Conversation, "digest = %s", message.conversation)
    on_paper = held is not None and held.paper and paper_conversations.is_led_on_paper(held.digest)
    if on_paper and isinstance(decision, Verified):
        decision = Refused(message, ConversationOnPaperError.code)
    bodies = decision.bodies if isinstance(decision, Verified) else {}
    late = decision.approved.second_due_hours if isinstance(decision, Verified) else None
    second_due = timedelta(hours=late) if late else None
    if second_due and second_signature.came_before(message, node.directory):
        second_due = None
    conversation = held or _opened(message, bodies, received_at)
    if conversation is not None and held is None:
        conversation.beyond_quota = beyond_quota
    found, refused = _judged(decision, node.directory, at=received_at)
    standing = _outcome(message, found.standing[message.content], same, refused=refused)
    outcome = told.outcome if told else standing
    row = message_row(batch, message, outcome=outcome, at=received_at, second_due=second_due)
    row.known_size = _usable(known, batch)
    row.outcome, row.standing = outcome, standing
    own = told.head if told else found.head_of(node.party)
    row.own_head = own and own.to_value()
    prepared_sql.insert(row)
    if isinstance(decision, Verified):
        save_sections(message.record, decision.sections)
    if conversation is not None:
        due_at = second_signature.due_with(
            conversation, message, bodies, second_due=None, at=received_at
        )
        set_due(conversation, due_at)
        if on_paper:  # the message is kept, and moves nothing
            found = replay_of(conversation.digest)
        unread_messages.came(conversation, row, main=found.state.main)
        save_replay(conversation, found, now=received_at)
        if isinstance(decision, Verified):
            index.message(row, conversation, decision.sections)
        message_recorded.send(None, conversation=conversation, message=row, at=received_at)
    batch.receipted.append(row.record)
    audit.note(
        at=received_at,
        actor=draft.author,
        action="message.received",
        subject=message.record,
        detail=f"{via} {row.outcome}",
        epoch=batch.head.epoch,
        leaf=batch.leaves[-1],
    )
    return row, False


def _usable(known: int | None, batch: Batch) -> int | None:
    """Return the size the receipt proves consistency from, or None: no larger tree exists."""
    return known if known and known <= batch.head.frontier.tree_size else None


def _judged(
    decision: Verified | Refused, registry: Registry, *, at: datetime
) -> tuple[Replay, str]:
    """Return the replay with a new message, and why it is refused for what it says, or nothing.

    The effects of one that is not refused are written.
    """
    message = decision.message
    code = decision.code if isinstance(decision, Refused) else ""
    if not isinstance(decision, Refused):
        found = replay_of(message.conversation, (message, ""))
        inert = decision.bodies.keys().isdisjoint(effects.SECTIONS)
        if inert or found.standing[message.content] in (ILLEGAL, DOUBLE_SPEAK, UNKNOWN_TYPE):
            return found, ""
        try:
            with transaction.atomic():
                effects.apply_effects(message, decision.bodies, registry, ours=False, at=at)
        except PeerError as fault:
            code = fault.code
        else:
            return found, ""
    refused = f"refused:{code}"
    return replay_of(message.conversation, (message, refused)), refused


def _opened(message: Message, bodies: Mapping[str, Model], at: datetime) -> Conversation | None:
    """Return the row of a conversation that a message opens; None if it goes on with none held."""
    if message.draft.conversation is not None:
        return None
    return new_conversation(
        message, bodies, case=case_for(bodies, at=at, members=message.draft.members), now=at
    )


def _outcome(message: Message, standing: str, same_id: list[MessageRow], *, refused: str) -> str:
    """Return what the receipt says.

    The same identifier in another conversation is double-speak. What is refused for what it says is
    refused also where a message before it is missing, or where it has a twin: held, it would count
    once the gap is filled, or once another member has seen it.

    Source: spec/08-conversations.md, C-8.2-10.
    """
    twins = any(row.content != message.content for row in same_id)
    told = DOUBLE_SPEAK if twins else standing
    if refused == UNKNOWN_TYPE and told == HELD:
        return HELD  # which edition is in force is not known before its past is here (spec 8.7)
    return refused if refused and told in (HELD, DOUBLE_SPEAK) else told
