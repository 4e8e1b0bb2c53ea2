"""What the law says of drafts and of requests that came in, over the API."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from comity.node.actions.mount import mount
from comity.node.cases import read_audit
from comity.node.cases.reading_values import note_reading
from comity.node.compose.actions import LAW
from comity.node.law import assessment
from comity.node.law.findings_values import findings_value
from comity.node.law.schemas import FindingsOut
from comity.node.models import Conversation, DraftRow, MessageRow
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.inputs import Lang
from comity.node.web.schemas import Closed

router = Router(tags=["law"])


@router.get("/drafts/{draft}/findings", auth=only(Right.READ_CONTENT), response=FindingsOut)
def draft_findings(
    request: HttpRequest, draft: Annotated[str, Path(max_length=36)], lang: Lang = "en"
) -> dict[str, Any]:
    """Judge a draft by the rules that this office holds, as if sent now. The reading is audited."""
    row = seen(request).drafts().get(id=draft)
    read_audit.note_draft(row, by=caller(request).user.get_username())
    return findings_value(assessment.check_draft(this_service().node, row), lang)


@router.get("/conversations/{digest}/findings", auth=only(Right.READ_CONTENT), response=FindingsOut)
def request_findings(
    request: HttpRequest, digest: Annotated[str, Path(max_length=71)], lang: Lang = "en"
) -> dict[str, Any]:
    """Judge a request that came in by the rules that this office holds. The reading is audited."""
    row = seen(request).conversations().get(digest=digest)
    note_reading(request, row.case)
    return findings_value(assessment.check_received(this_service().node, row), lang)


class StatedOut(Closed):
    """What a message of ours states."""

    made_by: str = Field(description="user name of who drafted it")
    facts: list[str] = Field(description="names of the facts of the law that it states")


@router.get("/messages/{digest}/facts", auth=only(Right.READ_CONTENT), response=StatedOut)
def stated_facts(
    request: HttpRequest, digest: Annotated[str, Path(max_length=71)]
) -> dict[str, Any]:
    """Tell which facts of the law a message of ours states. The reading is audited."""
    row = seen(request).drafts().get(record=digest)
    note_reading(request, Conversation.objects.get(digest=_of(row)).case)
    return {
        "made_by": row.made_by,
        "facts": sorted(assessment.facts_stated(this_service().node, row)),
    }


def _of(row: DraftRow) -> str:
    """Return the conversation of a message that was sent; a draft that opened one names none."""
    return MessageRow.objects.get(record=row.record).conversation


mount(router, *LAW)
