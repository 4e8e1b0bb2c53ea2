"""Mail over the API: taken in, listed, read; what else may be done stands in `actions`."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from comity.canonical import time_text
from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.evidence.originals import MAX_BYTES
from comity.node.mail import mailbox
from comity.node.mail.actions import ACTIONS
from comity.node.mail.answers import mail_for, mail_value, whole
from comity.node.mail.schemas import MailDetail, MailIn, MailList, MailOut
from comity.node.models import Mark
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.idempotency import body_of
from comity.node.web.inputs import BYTES
from comity.node.web.original_bytes import bytes_answer

router = Router(tags=["mail"])
ItemId = Annotated[str, Path(max_length=36)]
DigestText = Annotated[str, Path(max_length=71)]


# written by hand: the body is a stream of bytes
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
    return Status(201, mail_value(mail_for(caller(request), item.id, at=at)))


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
    found = found if redaction.by_session(caller(request)) else [whole(one) for one in found]
    return {"mail": [mail_value(one) for one in found], "next": following or None}


@router.get("/mail/{item}", auth=only(Right.READ_CONTENT), response=MailDetail)
def read_mail(request: HttpRequest, item: ItemId) -> dict[str, Any]:
    """Read one piece of mail with what a program read in it. The reading is audited."""
    found = mail_for(caller(request), item, at=now())
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


def original_answer(digest: str, *, by: str) -> HttpResponse:
    """Return an original as a download that no browser renders.

    Raises:
        AbuseMaterialError: it is marked as abuse material (`sensitive.api` has the way out).
        Original.DoesNotExist: no such original here.
    """
    marks.refuse_abuse(Mark.Kind.ORIGINAL, digest)
    return bytes_answer(mailbox.take_out(digest, by=by, at=now()))


mount(router, *ACTIONS)
