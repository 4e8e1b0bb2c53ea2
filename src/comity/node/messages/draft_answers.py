"""Values that answers about drafts hold, one function a thing."""

from typing import Any

from comity.node.cases.reading_values import vars_of
from comity.node.messages import draft_changes
from comity.node.models import Conversation, DraftRow, MessageRow, Officer
from comity.node.people import departures
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service


def sent_value(row: MessageRow) -> dict[str, Any]:
    """Return what a draft became."""
    return {
        "record": row.record,
        "content": row.content,
        "conversation": row.conversation,
        "case": Conversation.objects.get(digest=row.conversation).case,
    }


def draft_value(row: DraftRow, officer: Officer) -> dict[str, Any]:
    """Return a draft to who may read what it says; a browser not what is marked."""
    return shown_draft(row, content=not redaction.secret_offers(officer, [row.sections]))


def shown_draft(row: DraftRow, *, content: bool) -> dict[str, Any]:
    """Return a draft, with what it says or without."""
    node = this_service().node
    return {
        "id": row.id,
        "stage": row.stage,
        "type": row.type,
        "fields": row.fields,
        "sections": row.sections if content else {},
        "withheld": not content,
        "needs": vars_of(draft_changes.draft_needs(node, row)),
        "approvals": [
            {
                "officer": signed.officer,
                "role": signed.role,
                "kind": signed.kind,
                "expires_at": signed.expires_at,
                "fault": signed.fault,
            }
            for signed in draft_changes.signed_by(node, row)
        ],
        "ended": [{"officer": one.officer, "at": one.at} for one in departures.ended_on(row)],
        "made_by": row.made_by,
        "made_at": row.made_at,
        "version": row.version,
        "record": row.record,
    }
