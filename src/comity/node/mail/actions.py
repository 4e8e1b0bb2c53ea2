"""What may be done about mail and letters: the rows of the table of actions."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from comity.canonical.digests import DigestError
from comity.directory.errors import PartyUnknownError
from comity.docket import Item
from comity.docket.correspondence import missing_sections
from comity.docket.errors import ActIllegalError, EntryMalformedError, TranscriptError
from comity.docket.moment_order import MomentAheadError, MomentOrderError
from comity.exchange.errors import BodyMalformedError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.actions.perform import Unchanged
from comity.node.cases import docket_store
from comity.node.law.findings_values import findings_value
from comity.node.mail import mailbox, transcription
from comity.node.mail import schemas as shapes
from comity.node.mail.answers import letter_value, mail_for, mail_value
from comity.node.mail.letters import CodeUnknownError
from comity.node.mail.transcription import Foreseen, Sheet, TranscriptPlaceError
from comity.node.models import Conversation
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.papers.errors import SpokenCodeError

_ITEM: Final = {"item": Annotated[str, Field(max_length=36)]}
_DIGEST: Final = {"digest": Annotated[str, Field(max_length=71)]}
_DOCKET: Final = (
    ActIllegalError,
    EntryMalformedError,
    MomentAheadError,
    MomentOrderError,
    docket_store.DocketCaseError,
    docket_store.DocketHandError,
)
_WRITTEN: Final = (
    *_DOCKET,
    BodyMalformedError,
    TranscriptError,
    TranscriptPlaceError,
    PartyUnknownError,
)


@dataclass(frozen=True)
class Written:
    """What came of writing down a message, or with ``dry_run`` would come.

    Attributes:
        sheet: what was written down.
        seen: what was foreseen.
        row: the conversation after it; None where nothing was recorded.
    """

    sheet: Sheet
    seen: Foreseen
    row: Conversation | None = None


def _record(call: ActionCall, act: str, value: dict[str, Any]) -> Item:
    return docket_store.record(
        call.service.node,
        call.service.committer,
        act,
        value,
        officer=call.officer,
        at=call.at,
        item=call.place["item"],
    )


def _set_aside(call: ActionCall) -> Item:
    """File mail without action, with reasons. The original is stored."""
    mailbox.mail_named(call.place["item"])
    return _record(call, "mail.set-aside", {"reasons": call.input.reasons})


def _seen_of_mail(call: ActionCall) -> Written:
    """Foresee what writing down a piece of mail makes; what was not said stands in the mail."""
    said, mail = call.input, mailbox.mail_named(call.place["item"])
    if isinstance(said, shapes.WholeTranscript):
        return _foreseen(call, said, mail=mail.item.id)
    told = mail.told
    given = said.model_copy(
        update={
            "author": said.author or mailbox.author_of(mail) or _other(call, said.conversation),
            "channel": said.channel or told.get("channel"),
            "dated": said.dated or told.get("dated"),
            "received_at": said.received_at or told.get("received_at"),
            "originals": said.originals or [mail.original.digest],
        }
    )
    return _foreseen(call, given, mail=mail.item.id)


def _seen_of_conversation(call: ActionCall) -> Written:
    """Foresee what writing down something without a file makes of a conversation."""
    digest = call.place["digest"]
    author = call.input.author or _other(call, digest)
    given = call.input.model_copy(update={"conversation": digest, "author": author})
    return _foreseen(call, given, mail="")


def _other(call: ActionCall, conversation: str | None) -> str | None:
    """Return the other side of a conversation, if one is named.

    Raises:
        Conversation.DoesNotExist: it is not here.
    """
    if conversation is None:
        return None
    row = circle_of(call.officer, at=call.at).conversations().get(digest=conversation)
    members: list[str] = row.members
    return next((party for party in members if party != call.service.node.party), None)


def _foreseen(call: ActionCall, given: shapes.TranscriptIn, *, mail: str) -> Written:
    """Return the sheet of what is given, and what recording it would make.

    Raises:
        TranscriptPlaceError: nothing says by whom it is, how it came or when.
        ComityError: as `transcription.transcribe`.
    """
    node = call.service.node
    if given.author is None or given.channel is None or given.received_at is None:
        raise TranscriptPlaceError("say author, channel and received_at: no mail says them")
    value = {
        "type": given.type,
        "author": given.author,
        "members": sorted({given.author, node.party}),
        "about": given.about,
        "sections": given.sections,
        "channel": given.channel,
        "dated": given.dated,
        "received_at": given.received_at,
        "originals": given.originals,
        "remark": given.remark,
    }
    sheet = Sheet(value=value, conversation=given.conversation or "", case=given.case, mail=mail)
    seen = transcription.foresee(
        node, call.service.committer, sheet, officer=call.officer, at=call.at
    )
    return Written(sheet, seen)


def _write_mail_down(call: ActionCall) -> Written | Unchanged:
    """Write down what a piece of mail says: into a conversation, or as a request that it opens."""
    return _written(call)


def _write_down(call: ActionCall) -> Written | Unchanged:
    """Write down what came in a conversation without any file: by telephone, or seen elsewhere."""
    return _written(call)


def _written(call: ActionCall) -> Written | Unchanged:
    found: Written = call.prepared
    if call.input.dry_run:
        return Unchanged(found)
    row = transcription.transcribe(
        call.service.node,
        call.service.committer,
        found.sheet,
        officer=call.officer,
        at=call.at,
    )
    return Written(found.sheet, found.seen, row)


def _transcript(_call: ActionCall, made: Written) -> dict[str, Any]:
    seen, row = made.seen, made.row
    return {
        "recorded": row is not None,
        "conversation": row.digest if row else made.sheet.conversation,
        "case": row.case if row else seen.case,
        "before": seen.before,
        "state": seen.state,
        "due_at": seen.due_at,
        "missing": list(missing_sections(made.sheet.value)),
        "findings": findings_value(seen.check, "en") if seen.check else None,
    }


def _post(call: ActionCall) -> Item:
    """Record that a message was posted as a letter."""
    return mailbox.post(
        call.service, call.place["digest"], call.input.model_dump(), officer=call.officer
    )


def _arrive(call: ActionCall) -> Item:
    """Record proof that a letter was delivered."""
    return _record(call, "letter.arrived", call.input.model_dump())


def _come_back(call: ActionCall) -> Item:
    """Record that a letter was returned. Its message is pending again."""
    return _record(call, "letter.came-back", {"reasons": call.input.reasons})


SET_ASIDE: Final = Action(
    name="mail.set-aside",
    right=Right.DRAFT,
    path="/mail/{item}/set-aside",
    place=_ITEM,
    input=shapes.SetAsideIn,
    output=shapes.MailOut,
    errors=_DOCKET,
    audit=("docket.entered",),
    command="mail set-aside ITEM",
    example="mail set-aside 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --reasons Advertising",
    apply=_set_aside,
    answer=lambda call, made: mail_value(mail_for(call.officer, made.id, at=call.at)),
    writes=Writes.LOG,
)
WRITE_MAIL_DOWN: Final = Action(
    name="mail.transcribe",
    right=Right.DRAFT,
    path="/mail/{item}/transcript",
    place=_ITEM,
    input=shapes.TranscriptIn,
    output=shapes.TranscriptOut,
    status=201,
    errors=_WRITTEN,
    audit=("docket.entered",),
    command="mail transcribe ITEM|CONVERSATION",
    example="mail transcribe 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --type request.submitted"
    " --sections sections.json --dry-run",
    prepare=_seen_of_mail,
    apply=_write_mail_down,
    answer=_transcript,
    writes=Writes.LOG,
)
WRITE_DOWN: Final = Action(
    name="conversation.transcribe",
    right=Right.DRAFT,
    path="/conversations/{digest}/transcript",
    place=_DIGEST,
    input=shapes.TranscriptIn,
    output=shapes.TranscriptOut,
    status=201,
    errors=_WRITTEN,
    audit=("docket.entered",),
    command="mail transcribe ITEM|CONVERSATION",
    example=f"mail transcribe sha256:{'0a1b' * 16} --type request.acknowledged --channel phone"
    " --received 2026-03-01T10:00:00Z",
    prepare=_seen_of_conversation,
    apply=_write_down,
    answer=_transcript,
    writes=Writes.LOG,
)
POST_LETTER: Final = Action(
    name="letter.post",
    right=Right.DRAFT,
    path="/messages/{digest}/posted",
    place=_DIGEST,
    input=shapes.PostedIn,
    output=shapes.LetterOut,
    status=201,
    errors=(*_DOCKET, docket_store.DocketRuleError, CodeUnknownError, DigestError, SpokenCodeError),
    audit=("docket.entered",),
    command="mail posted MESSAGE",
    example=f"mail posted sha256:{'0a1b' * 16} --channel courier --to Dakar"
    " --at 2026-03-01T10:00:00Z",
    apply=_post,
    answer=lambda _call, item: letter_value(item),
    writes=Writes.LOG,
)
LETTER_ARRIVED: Final = Action(
    name="letter.arrive",
    right=Right.DRAFT,
    path="/letters/{item}/arrived",
    place=_ITEM,
    input=shapes.ArrivedIn,
    output=shapes.LetterOut,
    errors=_DOCKET,
    audit=("docket.entered",),
    command="mail arrived LETTER",
    example="mail arrived 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --at 2026-03-09T10:00:00Z"
    " --known-by 'A receipt'",
    apply=_arrive,
    answer=lambda _call, item: letter_value(item),
    writes=Writes.LOG,
)
LETTER_CAME_BACK: Final = Action(
    name="letter.return",
    right=Right.DRAFT,
    path="/letters/{item}/came-back",
    place=_ITEM,
    input=shapes.SetAsideIn,
    output=shapes.LetterOut,
    errors=_DOCKET,
    audit=("docket.entered",),
    command="mail came-back LETTER",
    example="mail came-back 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --reasons Moved",
    apply=_come_back,
    answer=lambda _call, item: letter_value(item),
    writes=Writes.LOG,
)
ACTIONS: Final = (
    SET_ASIDE,
    WRITE_MAIL_DOWN,
    WRITE_DOWN,
    POST_LETTER,
    LETTER_ARRIVED,
    LETTER_CAME_BACK,
)
