"""Preparing, approving and sending messages over the API."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Body, Path, Query, Router, Status

from comity.node.cases import paper_authorities, read_audit
from comity.node.cases.queries import PAGE
from comity.node.cases.reading_values import vars_of
from comity.node.compose.onward_exceptions import except_
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, newest_first
from comity.node.evidence import onward_transfer
from comity.node.log import editions
from comity.node.messages import actions
from comity.node.models import Conversation, DraftRow, MessageRow, Officer
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.schemas import (
    DraftIn,
    DraftList,
    DraftOut,
    OnwardIn,
    OnwardOut,
    OpeningList,
    Party,
    Sent,
)

router = Router(tags=["drafts"])
DraftId = Annotated[str, Path(max_length=36)]


INSTEAD: Final = (
    "Types with a fault are not sent: the party's entry lists no edition of the registry that has "
    "them. Write on paper, or ask the party to update its system and its entry."
)


@router.get("/openings", auth=only(Right.READ_CASES), response=OpeningList)
def list_openings(request: HttpRequest, to: Annotated[Party, Query()]) -> dict[str, Any]:
    """List what may open a conversation with a party, before anything is written."""
    node = this_service().node
    if not node.directory.has(to) and to not in paper_authorities.parties():
        raise NotHere
    found = editions.openings(node, to)
    instead = INSTEAD if any(one.fault for one in found) else ""
    return {"to": to, "openings": [asdict(one) for one in found], "instead": instead}


@router.post("/drafts", auth=only(Right.DRAFT), response={201: DraftOut})
def make_draft(request: HttpRequest, wanted: DraftIn) -> Status[dict[str, Any]]:
    """Prepare a message. It is checked as its receiver will check it; nothing is signed yet."""
    service = this_service()
    try:
        row = actions.prepare(
            service,
            message_type=wanted.type,
            values=wanted.sections,
            by=caller(request).user.get_username(),
            to=tuple(wanted.to or ()),
            conversation=wanted.conversation,
            about=wanted.about,
            instrument=wanted.instrument,
            case=wanted.case,
        )
    except LookupError as fault:
        raise NotHere from fault
    return Status(201, _value(row, caller(request)))


@router.get("/drafts", auth=only(Right.READ_CASES), response=DraftList)
def list_drafts(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List drafts that wait for something, the newest first."""
    seen = circle_of(caller(request), at=now()).drafts()
    rows = seen.filter(stage__in=actions.OPEN).prefetch_related("approvals")
    content = may(caller(request), Right.READ_CONTENT)
    found, following = newest_first(rows, changed="made_at", key="id", after=after, most=PAGE)
    hides = redaction.secret_offers(caller(request), [row.sections for row in found])
    return {
        "drafts": [
            _shown(row, content=content and redaction.offered(row.sections) not in hides)
            for row in found
        ],
        "next": following or None,
    }


@router.get("/drafts/{draft}", auth=only(Right.READ_CONTENT), response=DraftOut)
def read_draft(request: HttpRequest, draft: DraftId) -> dict[str, Any]:
    """Read one draft: what an officer is asked to approve. The reading is audited."""
    row = seen(request).drafts().get(id=draft)
    read_audit.note_draft(row, by=caller(request).user.get_username())
    return _value(row, caller(request))


@router.delete("/drafts/{draft}", auth=only(Right.DRAFT), response=DraftOut)
def discard_draft(request: HttpRequest, draft: DraftId) -> dict[str, Any]:
    """Give up a draft that was not sent."""
    row = actions.discard(draft, by=caller(request).user.get_username())
    return _value(row, caller(request))


@router.post("/drafts/{draft}/approvals", auth=only(Right.APPROVE), response={201: DraftOut})
def approve_draft(
    request: HttpRequest, draft: DraftId, approval: Annotated[dict[str, Any], Body()]
) -> Status[dict[str, Any]]:
    """Add an approval (spec 9), signed by an officer's own key for this very draft."""
    by = caller(request).user.get_username()
    row = actions.add_approval(this_service(), draft, approval, by=by)
    return Status(201, _value(row, caller(request)))


@router.post("/drafts/{draft}/send", auth=only(Right.SEND), response={201: Sent})
def send_draft(request: HttpRequest, draft: DraftId) -> Status[dict[str, Any]]:
    """Sign the message by the node's key and queue it for delivery."""
    row = actions.send(this_service(), draft, by=caller(request).user.get_username())
    return Status(201, _sent(row))


@router.get("/drafts/{draft}/onward", auth=only(Right.READ_CONTENT), response=OnwardOut)
def read_onward(request: HttpRequest, draft: DraftId) -> dict[str, Any]:
    """Tell whether a draft passes evidence on to a State that its sender did not consent to."""
    return _onward(seen(request).drafts().get(id=draft))


@router.post("/drafts/{draft}/onward", auth=only(Right.OVERRIDE), response={201: OnwardOut})
def except_onward(request: HttpRequest, draft: DraftId, wanted: OnwardIn) -> Status[dict[str, Any]]:
    """Let evidence go on without its sender's consent; logged, and audited."""
    officer = caller(request)
    except_(this_service(), draft, officer=officer, reasons=wanted.reasons)
    return Status(201, _onward(DraftRow.objects.get(id=draft)))


def _onward(row: DraftRow) -> dict[str, Any]:
    node = this_service().node
    return {
        "stops": [one.to_value() for one in onward_transfer.stops(node, row)],
        "blocked": bool(onward_transfer.standing(node, row)),
        "excepted": onward_transfer.exception_of(row),
    }


def _sent(row: MessageRow) -> dict[str, Any]:
    return {
        "record": row.record,
        "content": row.content,
        "conversation": row.conversation,
        "case": Conversation.objects.get(digest=row.conversation).case,
    }


def _value(row: DraftRow, officer: Officer) -> dict[str, Any]:
    """Return a draft to who may read what it says; a browser not what is marked."""
    return _shown(row, content=not redaction.secret_offers(officer, [row.sections]))


def _shown(row: DraftRow, *, content: bool) -> dict[str, Any]:
    node = this_service().node
    return {
        "id": row.id,
        "stage": row.stage,
        "type": row.type,
        "fields": row.fields,
        "sections": row.sections if content else {},
        "withheld": not content,
        "needs": vars_of(actions.draft_needs(node, row)),
        "approvals": [
            {
                "officer": signed.officer,
                "role": signed.role,
                "kind": signed.kind,
                "expires_at": signed.expires_at,
                "fault": signed.fault,
            }
            for signed in actions.signed_by(node, row)
        ],
        "made_by": row.made_by,
        "made_at": row.made_at,
        "record": row.record,
    }
