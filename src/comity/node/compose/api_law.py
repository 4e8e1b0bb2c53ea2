"""What the law says of drafts and of requests that came in, over the API."""

from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import Field

from comity.node.cases import read_audit
from comity.node.cases.reading_values import note_reading
from comity.node.compose import law_overrides
from comity.node.law import assessment
from comity.node.law.findings_values import findings_value
from comity.node.models import Conversation, DraftRow, MessageRow
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.inputs import Lang
from comity.node.web.schemas import Closed, FactsIn, FindingsOut, OverrideIn

router = Router(tags=["law"])
_ENGLISH: Final = "en"


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


@router.post("/drafts/{draft}/facts", auth=only(Right.DRAFT), response={201: FindingsOut})
def add_facts(
    request: HttpRequest, draft: Annotated[str, Path(max_length=36)], wanted: FactsIn
) -> Status[dict[str, Any]]:
    """Add facts for judging a draft; they are kept with it and sent nowhere."""
    node, by = this_service().node, caller(request).user.get_username()
    row = law_overrides.add_facts(node, draft, wanted.facts, by=by)
    return Status(201, findings_value(assessment.check_draft(node, row), _ENGLISH))


@router.post("/drafts/{draft}/overrides", auth=only(Right.OVERRIDE), response={201: FindingsOut})
def override(
    request: HttpRequest, draft: Annotated[str, Path(max_length=36)], wanted: OverrideIn
) -> Status[dict[str, Any]]:
    """Let a draft go in spite of a rule that holds it back; kept with it, and audited."""
    node, officer = this_service().node, caller(request)
    row = law_overrides.override(node, draft, wanted.rule, officer=officer, reasons=wanted.reasons)
    return Status(201, findings_value(assessment.check_draft(node, row), _ENGLISH))
