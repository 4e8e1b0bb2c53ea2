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
from comity.node.messages import draft_changes, draft_editing, drafts
from comity.node.messages.draft_answers import draft_value, sent_value
from comity.node.messages.form_input import DraftByForm, EditByForm
from comity.node.messages.partner_tests import ReachAddresseeError, ReachQuotaError
from comity.node.messages.recovery_marker import ReconcileFirstError
from comity.node.models import DraftRow, MessageRow, UnfinishedForm
from comity.node.people import departures
from comity.node.people.permissions import Right
from comity.node.web import unfinished_forms
from comity.node.web.schemas import ApprovalIn, DraftEditIn, DraftIn, DraftOut, FormOut, Sent

DRAFT: Final = {"draft": Annotated[str, Field(max_length=36)]}
FORM: Final = {"form": Annotated[str, Field(max_length=36)]}
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
            form=_form_of(said),
        )
    except LookupError as fault:
        raise Http404 from fault


def _form_of(said: DraftIn | DraftEditIn) -> dict[str, Any]:
    """Return the page's form behind what is said, where it was a page that said it."""
    form = said.form if isinstance(said, (DraftByForm, EditByForm)) else None
    return form.model_dump() if form else {}


def _edit_draft(call: ActionCall) -> DraftRow:
    """Replace the text of a draft that was not sent. Its identifier stays.

    Signatures on the earlier text end, and so do overrides and exceptions decided on it. If
    another person changed the draft since the version that is named, nothing is replaced.
    """
    said = call.input
    written = draft_editing.Written(
        version=said.version,
        values=said.sections,
        to=None if said.to is None else tuple(said.to),
        instrument=said.instrument,
        form=_form_of(said),
    )
    return draft_editing.edit(call.service, call.place["draft"], written, by=call.by)


def _discard_draft(call: ActionCall) -> DraftRow:
    """Discard an unsent draft. It stays on record."""
    return draft_changes.discard(call.place["draft"], by=call.by)


def _restore_draft(call: ActionCall) -> DraftRow:
    """Bring back a draft that was discarded in the last 30 days, with its signatures."""
    return draft_editing.restore(call.place["draft"], by=call.by)


def _withdraw_approval(call: ActionCall) -> DraftRow:
    """Take the caller's own signature off a draft that was not sent."""
    return draft_editing.withdraw_approval(call.place["draft"], call.officer)


def _discard_form(call: ActionCall) -> UnfinishedForm:
    """Discard an unfinished form of the caller's own. For 30 days the form can be restored."""
    return unfinished_forms.discard(call.officer, call.place["form"], at=call.at, by=call.by)


def _restore_form(call: ActionCall) -> UnfinishedForm:
    """Restore an unfinished form of the caller's own that was discarded."""
    return unfinished_forms.restore(call.officer, call.place["form"], at=call.at, by=call.by)


def _add_approval(call: ActionCall) -> DraftRow:
    """Add an approval (spec 9), signed by an officer's own key for this very draft.

    To a message that went with one signature, the second one is sent.
    """
    return draft_changes.add_approval(
        call.service, call.place["draft"], call.input.root, by=call.by
    )


def _send_draft(call: ActionCall) -> MessageRow:
    """Sign an approved draft with the node's key and send it."""
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
EDIT_DRAFT: Final = Action(
    name="draft.edit",
    right=Right.DRAFT,
    method="PUT",
    path="/drafts/{draft}",
    place=DRAFT,
    input=DraftEditIn,
    output=DraftOut,
    errors=(
        draft_changes.AddresseesError,
        draft_changes.MomentPastError,
        draft_changes.ReasonsMissingError,
        draft_editing.DraftChangedError,
        drafts.DraftStageError,
        MoveIllegalError,
        TypeNotSharedError,
        *_SECTIONS,
    ),
    audit=("draft.edited", "draft.approval-ended", "draft.decision-ended"),
    command="draft edit DRAFT",
    example="draft edit 0198c0de-0000-7000-8000-000000000001 --version 1 --sections sections.json",
    apply=_edit_draft,
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
RESTORE_DRAFT: Final = Action(
    name="draft.restore",
    right=Right.DRAFT,
    path="/drafts/{draft}/restore",
    place=DRAFT,
    output=DraftOut,
    errors=(drafts.DraftStageError,),
    audit=("draft.restored",),
    command="draft restore DRAFT",
    example="draft restore 0198c0de-0000-7000-8000-000000000001",
    apply=_restore_draft,
    answer=_draft_answer,
)
WITHDRAW_APPROVAL: Final = Action(
    name="approval.withdraw",
    right=Right.APPROVE,
    method="DELETE",
    path="/drafts/{draft}/approvals",
    place=DRAFT,
    output=DraftOut,
    errors=(drafts.DraftStageError, draft_editing.ApprovalAbsentError),
    audit=("draft.approval-withdrawn",),
    command="draft withdraw-signature DRAFT",
    example="draft withdraw-signature 0198c0de-0000-7000-8000-000000000001",
    apply=_withdraw_approval,
    answer=_draft_answer,
)
DISCARD_FORM: Final = Action(
    name="form.discard",
    right=Right.DRAFT,
    method="DELETE",
    path="/unfinished-forms/{form}",
    place=FORM,
    output=FormOut,
    errors=(unfinished_forms.UnfinishedStageError,),
    audit=("form.discarded",),
    command="draft discard-form FORM",
    example="draft discard-form 7d444840-9dc0-41d1-b245-5ffdce74fad2",
    apply=_discard_form,
    answer=lambda _call, row: unfinished_forms.value(row),
)
RESTORE_FORM: Final = Action(
    name="form.restore",
    right=Right.DRAFT,
    path="/unfinished-forms/{form}/restore",
    place=FORM,
    output=FormOut,
    errors=(unfinished_forms.UnfinishedStageError,),
    audit=("form.restored",),
    command="draft restore-form FORM",
    example="draft restore-form 7d444840-9dc0-41d1-b245-5ffdce74fad2",
    apply=_restore_form,
    answer=lambda _call, row: unfinished_forms.value(row),
)
ADD_APPROVAL: Final = Action(
    name="approval.add",
    right=Right.APPROVE,
    path="/drafts/{draft}/approvals",
    place=DRAFT,
    input=ApprovalIn,
    output=DraftOut,
    status=201,
    errors=(
        CertificateError,
        departures.CertificateRemovedError,
        departures.SignerLeftError,
        drafts.DraftStageError,
        ReconcileFirstError,
        PeerError,
    ),
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
DRAFTS: Final = (
    MAKE_DRAFT,
    EDIT_DRAFT,
    DISCARD_DRAFT,
    RESTORE_DRAFT,
    ADD_APPROVAL,
    WITHDRAW_APPROVAL,
    SEND_DRAFT,
    DISCARD_FORM,
    RESTORE_FORM,
)
