"""What may be done with drafts: rows of the table of actions.

They stand here because other packages that write messages do them too.
"""

from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.canonical import MisuseError, PeerError
from comity.exchange import MoveIllegalError
from comity.exchange.compose import TypeNotSharedError
from comity.exchange.errors import ApprovalsMissingError, CertificateError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.messages import draft_changes, drafts
from comity.node.messages.draft_answers import draft_value, sent_value
from comity.node.messages.partner_tests import ReachAddresseeError, ReachQuotaError
from comity.node.messages.recovery_marker import ReconcileFirstError
from comity.node.models import DraftRow, MessageRow
from comity.node.people.permissions import Right
from comity.node.web.schemas import ApprovalIn, DraftIn, DraftOut, Sent

DRAFT: Final = {"draft": Annotated[str, Field(max_length=36)]}
_SECTIONS: Final = (PeerError, MisuseError)
"""What is wrong with a section is said by the package that the section belongs to."""


def _make_draft(call: ActionCall) -> DraftRow:
    """Prepare a message.

    What it says is checked as its receiver will check it, and nothing is signed yet.
    """
    said = call.input
    try:
        return draft_changes.prepare(
            call.service,
            message_type=said.type,
            values=said.sections,
            by=call.by,
            to=tuple(said.to or ()),
            conversation=said.conversation,
            about=said.about,
            instrument=said.instrument,
            case=said.case,
        )
    except LookupError as fault:
        raise Http404 from fault


def _discard_draft(call: ActionCall) -> DraftRow:
    """Give up a draft that was not sent. The draft stays on record, marked as discarded."""
    return draft_changes.discard(call.place["draft"], by=call.by)


def _add_approval(call: ActionCall) -> DraftRow:
    """Add an approval (spec 9), signed by an officer's own key for this very draft.

    To a message that went with one signature, the second one is sent.
    """
    return draft_changes.add_approval(
        call.service, call.place["draft"], call.input.root, by=call.by
    )


def _send_draft(call: ActionCall) -> MessageRow:
    """Sign a draft that has its approvals by the node's key, and queue the message for delivery."""
    return draft_changes.send(call.service, call.place["draft"], by=call.by)


def _draft_answer(call: ActionCall, row: DraftRow) -> dict[str, Any]:
    return draft_value(row, call.officer)


MAKE_DRAFT: Final = Action(
    name="draft.make",
    right=Right.DRAFT,
    path="/drafts",
    input=DraftIn,
    output=DraftOut,
    status=201,
    errors=(
        draft_changes.AddresseesError,
        draft_changes.CasePlaceError,
        draft_changes.MomentPastError,
        draft_changes.ReasonsMissingError,
        MoveIllegalError,
        ReachAddresseeError,
        ReachQuotaError,
        TypeNotSharedError,
        *_SECTIONS,
    ),
    audit=("draft.made",),
    command="draft new TYPE",
    example="draft new request.withdrawn --conversation sha256:0a1b --sections sections.json",
    apply=_make_draft,
    answer=_draft_answer,
)
DISCARD_DRAFT: Final = Action(
    name="draft.discard",
    right=Right.DRAFT,
    method="DELETE",
    path="/drafts/{draft}",
    place=DRAFT,
    output=DraftOut,
    errors=(drafts.DraftStageError,),
    audit=("draft.discarded",),
    command="draft discard DRAFT",
    example="draft discard 0198c0de-0000-7000-8000-000000000001",
    apply=_discard_draft,
    answer=_draft_answer,
)
ADD_APPROVAL: Final = Action(
    name="approval.add",
    right=Right.APPROVE,
    path="/drafts/{draft}/approvals",
    place=DRAFT,
    input=ApprovalIn,
    output=DraftOut,
    status=201,
    errors=(CertificateError, drafts.DraftStageError, ReconcileFirstError, PeerError),
    audit=("draft.approved", "message.queued"),
    command="approve DRAFT",
    example="approve 0198c0de-0000-7000-8000-000000000001 --role author --key key.pem"
    " --certificate certificate.json",
    apply=_add_approval,
    answer=_draft_answer,
    writes=Writes.STEPS,
    why="the register decides whether the draft is open; of one that was sent, the second"
    " signature is a message of its own and goes through the log",
)
SEND_DRAFT: Final = Action(
    name="draft.send",
    right=Right.SEND,
    path="/drafts/{draft}/send",
    place=DRAFT,
    output=Sent,
    status=201,
    errors=(
        ApprovalsMissingError,
        drafts.DraftStageError,
        drafts.DraftStaleError,
        drafts.LawBlockedError,
        drafts.OnwardBlockedError,
        ReachAddresseeError,
        ReachQuotaError,
        ReconcileFirstError,
        *_SECTIONS,
    ),
    audit=("message.queued",),
    command="draft send DRAFT",
    example="draft send 0198c0de-0000-7000-8000-000000000001",
    apply=_send_draft,
    answer=lambda _call, row: sent_value(row),
    writes=Writes.LOG,
)
DRAFTS: Final = (MAKE_DRAFT, DISCARD_DRAFT, ADD_APPROVAL, SEND_DRAFT)
