"""Reading drafts, and what may open a conversation, over the API; acts stand in `actions`."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.node.actions.mount import mount
from comity.node.cases import paper_authorities, read_audit
from comity.node.cases.queries import PAGE
from comity.node.compose.actions import MESSAGES
from comity.node.compose.answers import onward_value
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, newest_first
from comity.node.log import editions
from comity.node.messages import draft_changes
from comity.node.messages.draft_answers import draft_value, shown_draft
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web import unfinished_forms
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.schemas import DraftList, DraftOut, FormList, OnwardOut, OpeningList, Party

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


@router.get("/drafts", auth=only(Right.READ_CASES), response=DraftList)
def list_drafts(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List drafts that wait for something, the newest first."""
    seen = circle_of(caller(request), at=now()).drafts()
    rows = seen.filter(stage__in=draft_changes.OPEN).prefetch_related("approvals", "departed")
    content = may(caller(request), Right.READ_CONTENT)
    found, following = newest_first(rows, changed="made_at", key="id", after=after, most=PAGE)
    hides = redaction.secret_offers(caller(request), [row.sections for row in found])
    return {
        "drafts": [
            shown_draft(row, content=content and redaction.offered(row.sections) not in hides)
            for row in found
        ],
        "next": following or None,
    }


@router.get("/unfinished-forms", auth=only(Right.DRAFT), response=FormList)
def list_forms(
    request: HttpRequest, *, discarded: Annotated[bool, Query()] = False
) -> dict[str, Any]:
    """List the caller's own unfinished forms, or those discarded in the last 30 days."""
    found = unfinished_forms.listed(circle_of(caller(request), at=now()), discarded=discarded)
    return {"forms": [unfinished_forms.value(row) for row in found]}


@router.get("/drafts/{draft}", auth=only(Right.READ_CONTENT), response=DraftOut)
def read_draft(request: HttpRequest, draft: DraftId) -> dict[str, Any]:
    """Read one draft: what an officer is asked to approve. The reading is audited."""
    row = seen(request).drafts().get(id=draft)
    read_audit.note_draft(row, by=caller(request).user.get_username())
    return draft_value(row, caller(request))


@router.get("/drafts/{draft}/onward", auth=only(Right.READ_CONTENT), response=OnwardOut)
def read_onward(request: HttpRequest, draft: DraftId) -> dict[str, Any]:
    """Tell whether a draft passes evidence on to a State that its sender did not consent to."""
    return onward_value(seen(request).drafts().get(id=draft))


mount(router, *MESSAGES)
