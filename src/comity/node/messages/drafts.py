"""Writing a message: draft, approvals, and signing it once, when it is queued."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from comity.canonical import MisuseError, PeerError, new_id, unb64
from comity.exchange import (
    Draft,
    Message,
    Section,
    replay,
    sign_message,
)
from comity.exchange.accept import check_bodies, late_allowed
from comity.exchange.approvals import Approved, check_approvals, read_approval
from comity.exchange.errors import (
    ApprovalExpiredError,
    ApprovalSameOfficerError,
    ApprovalsMissingError,
)
from comity.exchange.values import Model
from comity.node.cases import paper_authorities, second_signature, unread_messages
from comity.node.cases.case_numbers import case_for
from comity.node.cases.conversations import (
    message_row,
    new_conversation,
    replay_of,
    save_replay,
    save_sections,
    sections_value,
    set_due,
)
from comity.node.core.clock import now, real_now
from comity.node.core.http_errors import Conflict
from comity.node.core.node import Node
from comity.node.core.signals import message_recorded, work_changed
from comity.node.evidence import onward_transfer
from comity.node.federation.unentered_items import check_open
from comity.node.law import assessment
from comity.node.log import audit, editions
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.messages import partner_tests
from comity.node.messages.draft_text import check_shared, compose
from comity.node.messages.effects import apply_effects
from comity.node.messages.heard import heard_of
from comity.node.messages.recovery_marker import check_may_speak
from comity.node.models import Conversation, DraftApproval, DraftRow, MessageRow, Officer, OutboxRow
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import circle_of_user
from comity.node.search import index

MAX_APPROVALS: Final = 8


class DraftStaleError(Conflict, MisuseError, code="draft-stale"):
    """New messages arrived after the draft. Review them and decide again."""


class DraftStageError(Conflict, MisuseError, code="draft-closed"):
    """A draft is no longer open."""


class OnwardBlockedError(MisuseError, code="onward-blocked"):
    """Evidence of one State is about to go to another without its sender's consent."""


class LawBlockedError(Conflict, MisuseError, code="law-blocked"):
    """A rule that two people confirmed blocks a draft; an official may override it."""


def prepare(
    node: Node,
    *,
    message_type: str,
    values: Mapping[str, Any],
    by: str,
    conversation: str | None = None,
    members: tuple[str, ...] = (),
    about: str | None = None,
    instrument: str | None = None,
    form: Mapping[str, Any] | None = None,
) -> DraftRow:
    """Return a stored draft, checked as the receiver will check it, but not yet approved.

    Args:
        node: this node.
        message_type: a key of the type table.
        values: section name to value.
        by: user name, for the audit.
        conversation: which one it continues, or None to open one.
        members: of a conversation it opens; this party is added.
        about: content digest of the message it answers.
        instrument: digest of the law's edition, for an opening.
        form: the page's form as it was filled.

    Raises:
        MoveIllegalError: not possible in this state.
        EditionNotSharedError: the members' systems have no edition of the registry in common.
        TypeNotSharedError: the type is outside the edition of the registry that they share.
        BodyMalformedError: a section breaks its schema, or names a topic that the law does not.
        IdentifierError: an identifier has not the form of its type.
        SharingUnknownError: it is not certain who would read it.
    """
    moment = now()
    draft, sections = compose(
        node,
        message_type=message_type,
        values=values,
        conversation=conversation,
        members=members,
        about=about,
        instrument=instrument,
        message_id=new_id(moment, os.urandom(10)),
        at=moment,
    )
    row = DraftRow(
        id=draft.id,
        conversation=conversation or "",
        type=message_type,
        fields=draft.fields(),
        sections=sections_value(sections),
        made_by=by,
        made_at=moment,
        form=dict(form or {}),
    )
    with transaction.atomic():
        row.save(force_insert=True)
        work_changed.send(None, drafts=[row.id])
    return row


def draft_of(row: DraftRow) -> Draft:
    """Return the draft of a row, as it was frozen."""
    return Draft.from_fields(row.fields, sent_at=row.made_at)


def approvals_of(row: DraftRow) -> tuple[dict[str, Any], ...]:
    """Return a draft's approvals as they will stand in the message, in the order of signing."""
    return tuple(one.value for one in row.approvals.all())


def sections_of_draft(row: DraftRow) -> dict[str, Section]:
    """Return the sections a draft was made with."""
    return {
        name: Section(unb64(value["salt"], size_bytes=32), value["value"])
        for name, value in row.sections.items()
    }


def approved(node: Node, row: DraftRow, *, at: datetime) -> Approved:
    """Return what a draft's approvals amount to if it were sent now.

    Raises:
        ApprovalsMissingError: more are due.
        PeerError: one is not good.
    """
    draft = replace(draft_of(row), sent_at=at)
    bodies = check_bodies(draft, sections_of_draft(row))
    return check_approvals(
        approvals_of(row),
        draft,
        node.directory,
        proved_at=at,
        late_allowed=late_allowed(bodies),
    )


def queue(
    node: Node,
    committer: Committer,
    draft_id: str,
    *,
    by: str,
) -> MessageRow:
    """Sign a draft and queue it for delivery, in one transaction with its log entry.

    Args:
        node: this node.
        committer: its committer.
        draft_id: which draft.
        by: user name, for the audit.

    Raises:
        DraftStaleError: the conversation moved on; the draft is marked stale.
        DraftStageError: the draft was sent or discarded already.
        PeerError: an approval is not good, or too few are there.
        LawBlockedError: a confirmed rule of the law stands against it.
        OnwardBlockedError: it passes evidence on without the consent of whoever sent it.
        ReachQuotaError, ReachAddresseeError: a test of somebody's watch that is one too many.
        SharingUnknownError: it is not certain who would read it.
    """
    at = now()
    try:
        return committer.run(
            lambda batch: queue_in(
                node, batch, circle_of_user(by, at=at).drafts().get(id=draft_id), by=by, at=at
            )
        ).value
    except DraftStaleError:
        waiting = DraftRow.objects.filter(id=draft_id, stage=DraftRow.Stage.AWAITING)
        with transaction.atomic():
            waiting.update(stage=DraftRow.Stage.STALE)
            work_changed.send(None, drafts=[draft_id])
        raise


def queue_in(node: Node, batch: Batch, row: DraftRow, *, by: str, at: datetime) -> MessageRow:
    """Sign a draft and queue it inside the caller's transaction, in which it was read or made.

    Arguments and faults as `queue`; a stale draft is not marked by this.
    """
    if row.stage != DraftRow.Stage.AWAITING:
        raise DraftStageError(f"the draft is {row.stage}")
    _drop_lapsed(node, row, by=by, at=at)
    amounts = approved(node, row, at=at)
    draft = draft_of(row)
    draft = replace(draft, sent_at=at, heard=heard_of(draft))
    check_may_speak(node, tuple(p for p in draft.members if p != node.party))
    if draft.conversation:
        check_open(draft.conversation)
    check_shared(node, draft, {n: s.value for n, s in sections_of_draft(row).items()})
    _check_current(draft)
    editions.check_pinned(node, draft)
    if draft.type == partner_tests.PING:  # more may have gone since it was drafted
        partner_tests.check_quota(node, [p for p in draft.members if p != node.party], at=at)
    _check_law(node, row)
    _check_onward(node, row)
    sections = sections_of_draft(row)
    bodies = check_bodies(draft, sections)
    message = sign_message(draft, approvals_of(row), node.keys["message"], mode=node.config.mode)
    late = amounts.second_due_hours
    stored, conversation = record_sent(
        node,
        batch,
        message,
        sections=sections,
        bodies=bodies,
        at=at,
        second_due=timedelta(hours=late) if late else None,
        case=row.case,
    )
    row.stage, row.record, row.case = DraftRow.Stage.QUEUED, message.record, conversation.case
    row.save(update_fields=["stage", "record", "case"])
    work_changed.send(None, drafts=[row.id])
    _assign(node, row, draft, at=at, by=by)
    audit.note(
        at=at,
        actor=by,
        action="message.queued",
        subject=message.record,
        detail=draft.type,
        epoch=batch.head.epoch,
        leaf=batch.leaves[-1],
    )
    return stored


def _assign(node: Node, row: DraftRow, draft: Draft, *, at: datetime, by: str) -> None:
    """Assign to its case whoever wrote and signed the message: they have it in hand now."""
    signed = [read_approval(one, draft, node.directory, proved_at=at) for one in approvals_of(row)]
    theirs = Q(identifier__in=[one.officer for one in signed]) | Q(user__username=row.made_by)
    found = Officer.objects.filter(theirs).select_related("user")
    case_access.put(row.case, found, at=at, by=by)


def record_sent(
    node: Node,
    batch: Batch,
    message: Message,
    *,
    sections: Mapping[str, Section],
    bodies: Mapping[str, Model],
    at: datetime,
    second_due: timedelta | None,
    delivered_to: str | None = None,
    case: str = "",
) -> tuple[MessageRow, Conversation]:
    """Record a message of ours with all that follows from it, inside a transaction.

    Args:
        node: this node.
        batch: gets the leaf.
        message: signed.
        sections: its sections.
        bodies: their checked values.
        at: this node's clock.
        second_due: time until the second signature is due, or None.
        delivered_to: a member that has receipted it already (after a restore), or None.
        case: of a conversation that it opens; empty: of a linked one, or the next.
    """
    stored = _store(batch, message, at=at, second_due=second_due)
    save_sections(message.record, sections)
    _enqueue(node, message, at=at, delivered_to=delivered_to)
    opens = message.draft.conversation is None
    found = replay([message]) if opens else replay_of(message.conversation)
    conversation = _conversation_for(node, message, bodies, at, case=case)
    apply_effects(message, bodies, node.directory, ours=True, at=at)
    due = second_signature.due_with(conversation, message, bodies, second_due=second_due, at=at)
    set_due(conversation, due)
    unread_messages.answered(conversation)
    save_replay(conversation, found, now=at)
    index.message(stored, conversation, sections)
    message_recorded.send(None, conversation=conversation, message=stored, at=at)
    return stored, conversation


@transaction.atomic
def add_approval(node: Node, draft_id: str, approval: Mapping[str, Any], *, by: str) -> DraftRow:
    """Store one more approval of a draft after checking it, in one transaction with its audit row.

    The draft is not sent by this. Approvals that time has ended leave it: with one of them the
    message could not go, and its officer could not sign anew.

    Raises:
        DraftStageError: it was sent, discarded or overtaken, or holds as many as a message can.
        PeerError: the approval is not good for this draft, or its officer approved already.
    """
    at = now()
    seen = circle_of_user(by, at=at).drafts()
    row = seen.select_for_update().get(id=draft_id)  # nobody edits it meanwhile
    if row.stage != DraftRow.Stage.AWAITING:
        raise DraftStageError(f"the draft is {row.stage}")
    _drop_lapsed(node, row, by=by, at=at)
    if row.approvals.count() >= MAX_APPROVALS:
        raise DraftStageError("the draft holds as many approvals as a message can")
    draft = replace(draft_of(row), sent_at=at)
    found = read_approval(approval, draft, node.directory, proved_at=at)
    kid = found.certificate.key.kid
    if row.approvals.filter(Q(officer=found.officer) | Q(kid=kid)).exists():
        raise ApprovalSameOfficerError("one officer approves twice")
    DraftApproval.objects.create(
        draft=row, officer=found.officer, kid=kid, value=dict(approval), at=at
    )
    with suppress(ApprovalsMissingError):  # what is stored already has to count with it
        approved(node, row, at=at)
    audit.note(at=at, actor=by, action="draft.approved", subject=draft_id, detail=row.type)
    return row


def _drop_lapsed(node: Node, row: DraftRow, *, by: str, at: datetime) -> None:
    """Take away approvals that hold no longer, each with an audit row that names its officer."""
    draft = replace(draft_of(row), sent_at=at)
    for one in row.approvals.all():
        try:
            read_approval(one.value, draft, node.directory, proved_at=at)
        except ApprovalExpiredError:
            if one.delete()[0]:
                audit.note(
                    at=at,
                    actor=by,
                    action="draft.approval-lapsed",
                    subject=row.id,
                    detail=one.officer,
                )
        except PeerError:
            continue  # not ended by time: whoever sends is told why it does not count


def _check_onward(node: Node, row: DraftRow) -> None:
    """Raise if a draft passes evidence on; pages, API and programs all come through here."""
    if "offer" not in row.sections:
        return

    found = onward_transfer.standing(node, row)
    if found:
        raise OnwardBlockedError(
            f"exhibit {found[0].exhibit} came from {found[0].source}, who has not consented that "
            f"it goes on to {found[0].to}: ask by use.consent-asked (onward-transfer) in "
            f"conversation {found[0].conversation}, or let an approver decide with reasons"
        )


def _check_law(node: Node, row: DraftRow) -> None:
    """Raise if a rule holds the draft back; only reviews in an office's folder can make one."""
    if node.config.law_folder is None:
        return

    if assessment.holds_back(node, row):
        raise LawBlockedError("a rule that two people confirmed stands against it")


def _check_current(draft: Draft) -> None:
    """Raise unless the conversation still is as the officers saw it when they decided."""
    if draft.conversation is None:
        return
    found = replay_of(draft.conversation)
    own = found.heads.get(draft.author)
    previous = own.content if own else None
    if draft.previous != previous or dict(draft.seen) != found.seen_by(draft.author):
        raise DraftStaleError("the conversation moved on since this was drafted: decide anew")


def _store(
    batch: Batch, message: Message, *, at: datetime, second_due: timedelta | None
) -> MessageRow:
    row = message_row(batch, message, outcome=None, at=at, second_due=second_due)
    row.standing, row.outcome = "applied", "sent"
    row.save(force_insert=True)
    return row


def _enqueue(node: Node, message: Message, *, at: datetime, delivered_to: str | None) -> None:
    expires = at + timedelta(days=node.config.retry_days)
    OutboxRow.objects.bulk_create(
        OutboxRow(
            record=message.record,
            addressee=party,
            stage=OutboxRow.Stage.DELIVERED if party == delivered_to else OutboxRow.Stage.QUEUED,
            due_at=real_now(),
            queued_at=at,
            expires_at=expires,
        )
        for party in message.draft.members
        if party != node.party
    )


def _conversation_for(
    node: Node, message: Message, bodies: Mapping[str, Model], at: datetime, *, case: str
) -> Conversation:
    if message.draft.conversation is None:
        kept = case or case_for(bodies, at=at, members=message.draft.members)
        opened = new_conversation(message, bodies, case=kept, now=at, ours=True)
        opened.paper = any(
            party != node.party and paper_authorities.writes_on_paper(node, party)
            for party in opened.members
        )
        return opened
    found = Conversation.objects.filter(digest=message.conversation).first()
    if found is None:
        raise LookupError("the message that opens this conversation is not here")
    return found


__all__ = [
    "DraftStaleError",
    "LawBlockedError",
    "OnwardBlockedError",
    "add_approval",
    "approvals_of",
    "approved",
    "draft_of",
    "prepare",
    "queue",
    "queue_in",
    "sections_of_draft",
]
