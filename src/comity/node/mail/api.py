"""Mail and paper over the API: taken in, written down beside the original, and our letters."""

from dataclasses import replace
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from comity.canonical import MisuseError, time_text
from comity.docket.correspondence import missing_sections
from comity.node.cases import docket_store
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.evidence.originals import MAX_BYTES
from comity.node.law.findings_values import findings_value
from comity.node.mail import mailbox, transcription
from comity.node.mail.mailbox import Mail
from comity.node.mail.schemas import (
    ArrivedIn,
    LetterOut,
    MailDetail,
    MailIn,
    MailList,
    MailOut,
    PostedIn,
    SetAsideIn,
    TranscriptIn,
    TranscriptOut,
)
from comity.node.mail.transcription import Sheet
from comity.node.models import Mark
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.idempotency import body_of
from comity.node.web.inputs import BYTES
from comity.node.web.original_bytes import bytes_answer

router = Router(tags=["mail"])
ItemId = Annotated[str, Path(max_length=36)]
DigestText = Annotated[str, Path(max_length=71)]


class TranscriptPlaceError(MisuseError):
    """What is to be written down does not say by whom it is, how it came or when."""

    code = "transcript-place"


# ------------------------------------------------------------------ what came


@router.post("/mail", auth=only(Right.DRAFT), response={201: MailOut}, openapi_extra=BYTES)
def take_in(request: HttpRequest, told: Annotated[MailIn, Query()]) -> Status[dict[str, Any]]:
    """Take in an original: the body is its bytes, at most 32 MiB. It is kept whole, and read.

    Reading runs in a process that may write nothing; nothing is opened, run or fetched.
    """
    service, at = this_service(), now()
    value = {
        "name": told.name,
        "channel": told.channel,
        "sender": told.sender,
        "authority": told.authority or None,
        "dated": told.dated,
        "received_at": told.received_at or time_text(at.replace(microsecond=0)),
    }
    item = mailbox.take_in(
        service.node,
        service.committer,
        body_of(request, MAX_BYTES + 1),
        value,
        officer=caller(request),
        case=told.case,
        at=at,
    )
    return Status(201, mail_value(_mail(request, item.id)))


@router.get("/mail", auth=only(Right.READ_CONTENT), response=MailList)
def list_mail(
    request: HttpRequest,
    every: Annotated[bool, Query(alias="all")] = False,  # noqa: FBT002 - as it stands in the address
    after: Annotated[str, Query(max_length=MAX_CHARS)] = "",
) -> dict[str, Any]:
    """List mail that nobody has written down or set aside, oldest first; or all. It is audited."""
    mailbox.note_listing(by=caller(request).user.get_username(), at=now())
    circle = circle_of(caller(request), at=now())
    found, following = mailbox.listed(circle.items(), only_waiting=not every, after=after)
    found = found if redaction.by_session(caller(request)) else [_whole(one) for one in found]
    return {"mail": [mail_value(one) for one in found], "next": following or None}


@router.get("/mail/{item}", auth=only(Right.READ_CONTENT), response=MailDetail)
def read_mail(request: HttpRequest, item: ItemId) -> dict[str, Any]:
    """Read one piece of mail with what a program read in it. The reading is audited."""
    found = _mail(request, item)
    mailbox.note_reading(found, by=caller(request).user.get_username(), at=now())
    return {"mail": mail_value(found), "reading": found.reading}


@router.get("/originals/{digest}", auth=only(Right.READ_CONTENT), response={200: None})
def read_original(request: HttpRequest, digest: DigestText) -> HttpResponse:
    """Give the bytes of an original, as a file to be kept, never to be shown; audited."""
    officer = caller(request)
    marks.refuse_abuse(Mark.Kind.ORIGINAL, digest)
    if redaction.by_session(officer) and marks.on(Mark.Kind.ORIGINAL, digest):
        raise marks.ReasonNeededError("it is marked: its page asks why it is taken out")
    return original_answer(digest, by=officer.user.get_username())


def _mail(request: HttpRequest, item: str) -> Mail:
    """Return a piece of mail as the caller may see it: a browser, only after a reason."""
    found, officer = mailbox.mail_named(item), caller(request)
    if not redaction.by_session(officer):
        return _whole(found)
    return mailbox.opened_for(found, user=officer.user.get_username(), at=now())


def _whole(mail: Mail) -> Mail:
    """Return a piece of mail as a program reads it; of abuse material it opens nothing."""
    return replace(mail, opened=True)


def original_answer(digest: str, *, by: str) -> HttpResponse:
    """Return an original as a download that no browser renders.

    Raises:
        AbuseMaterialError: it is marked as abuse material (`api.sensitive` has the way out).
        Original.DoesNotExist: no such original here.
    """
    marks.refuse_abuse(Mark.Kind.ORIGINAL, digest)
    return bytes_answer(mailbox.take_out(digest, by=by, at=now()))


@router.post("/mail/{item}/set-aside", auth=only(Right.DRAFT), response=MailOut)
def set_aside(request: HttpRequest, item: ItemId, wanted: SetAsideIn) -> dict[str, Any]:
    """Set mail aside that nothing is written down of, with reasons. The original stays."""
    mailbox.mail_named(item)
    docket_store.record(
        this_service().node,
        this_service().committer,
        "mail.set-aside",
        {"reasons": wanted.reasons},
        officer=caller(request),
        at=now(),
        item=item,
    )
    return mail_value(_mail(request, item))


def mail_value(mail: Mail) -> dict[str, Any]:
    """Return a piece of mail as the API gives it."""
    told = mail.told
    return {
        "item": mail.item.id,
        "state": mail.item.state,
        "case": mail.item.case,
        "original": mail.original.digest,
        **{name: told.get(name) for name in _SAID},
        **(dict.fromkeys(_HIDDEN, "") if mail.hidden else {}),
        "size_bytes": mail.original.size_bytes,
        "transcript": mail.item.said("mail.transcribed").get("transcript"),
    }


_HIDDEN: Final = ("name", "sender")
_SAID: Final = ("name", "channel", "sender", "authority", "dated", "received_at")


# ------------------------------------------------------------------ writing it down


@router.post("/mail/{item}/transcript", auth=only(Right.DRAFT), response={201: TranscriptOut})
def write_mail_down(
    request: HttpRequest, item: ItemId, wanted: TranscriptIn
) -> Status[dict[str, Any]]:
    """Write down what a piece of mail says: into a conversation, or as a request that it opens."""
    mail = mailbox.mail_named(item)
    told = mail.told
    given = wanted.model_copy(
        update={
            "author": wanted.author
            or mailbox.author_of(mail)
            or _other(request, wanted.conversation),
            "channel": wanted.channel or told.get("channel"),
            "dated": wanted.dated or told.get("dated"),
            "received_at": wanted.received_at or told.get("received_at"),
            "originals": wanted.originals or [mail.original.digest],
        }
    )
    return Status(201, _written(request, given, mail=item))


@router.post(
    "/conversations/{digest}/transcript",
    auth=only(Right.DRAFT),
    response={201: TranscriptOut},
)
def write_down(
    request: HttpRequest, digest: DigestText, wanted: TranscriptIn
) -> Status[dict[str, Any]]:
    """Write down what came in a conversation without any file: by telephone, or seen elsewhere."""
    author = wanted.author or _other(request, digest)
    given = wanted.model_copy(update={"conversation": digest, "author": author})
    return Status(201, _written(request, given, mail=""))


def _other(request: HttpRequest, conversation: str | None) -> str | None:
    """Return the other side of a conversation, if one is named.

    Raises:
        Conversation.DoesNotExist: it is not here.
    """
    if conversation is None:
        return None
    row = seen(request).conversations().get(digest=conversation)
    members: list[str] = row.members
    return next((party for party in members if party != this_service().node.party), None)


def _written(request: HttpRequest, given: TranscriptIn, *, mail: str) -> dict[str, Any]:
    service, at = this_service(), now()
    if given.author is None or given.channel is None or given.received_at is None:
        raise TranscriptPlaceError("say author, channel and received_at: no mail says them")
    value = {
        "type": given.type,
        "author": given.author,
        "members": sorted({given.author, service.node.party}),
        "about": given.about,
        "sections": given.sections,
        "channel": given.channel,
        "dated": given.dated,
        "received_at": given.received_at,
        "originals": given.originals,
        "remark": given.remark,
    }
    sheet = Sheet(value=value, conversation=given.conversation or "", case=given.case, mail=mail)
    node, committer, officer = service.node, service.committer, caller(request)
    seen = transcription.foresee(node, committer, sheet, officer=officer, at=at)
    digest = sheet.conversation
    if not given.dry_run:
        digest = transcription.transcribe(node, committer, sheet, officer=officer, at=at).digest
    return {
        "recorded": not given.dry_run,
        "conversation": digest,
        "case": seen.case,
        "before": seen.before,
        "state": seen.state,
        "due_at": seen.due_at,
        "missing": list(missing_sections(value)),
        "findings": findings_value(seen.check, "en") if seen.check else None,
    }


# ------------------------------------------------------------------ letters of ours


@router.post("/messages/{digest}/posted", auth=only(Right.DRAFT), response={201: LetterOut})
def posted(request: HttpRequest, digest: DigestText, wanted: PostedIn) -> Status[dict[str, Any]]:
    """Record that a message of ours left as a letter; it is named by content digest or code."""
    item = mailbox.post(this_service(), digest, wanted.model_dump(), officer=caller(request))
    return Status(201, letter_value(item))


@router.post("/letters/{item}/arrived", auth=only(Right.DRAFT), response=LetterOut)
def arrived(request: HttpRequest, item: ItemId, wanted: ArrivedIn) -> dict[str, Any]:
    """Record how one knows that a letter arrived."""
    return _letter(request, item, "letter.arrived", wanted.model_dump())


@router.post("/letters/{item}/came-back", auth=only(Right.DRAFT), response=LetterOut)
def came_back(request: HttpRequest, item: ItemId, wanted: SetAsideIn) -> dict[str, Any]:
    """Record that a letter came back; its message waits again."""
    return _letter(request, item, "letter.came-back", {"reasons": wanted.reasons})


def _letter(request: HttpRequest, item: str, act: str, value: dict[str, Any]) -> dict[str, Any]:
    service = this_service()
    made = docket_store.record(
        service.node, service.committer, act, value, officer=caller(request), at=now(), item=item
    )
    return letter_value(made)


def letter_value(item: Any) -> dict[str, Any]:
    """Return a letter as the API gives it."""
    record = item.said("letter.posted")["record"]
    return {"item": item.id, "case": item.case, "state": item.state, "record": record}
