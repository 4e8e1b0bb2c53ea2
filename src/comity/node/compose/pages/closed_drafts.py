"""What an officer reads who was too late for a draft: who sent or discarded it, and when."""

from typing import Final

from django.utils.html import format_html
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.messages.drafts import DraftStageError
from comity.node.models import AuditRow, DraftRow
from comity.node.web import labels
from comity.node.web.date_format import moment

_SENT: Final = "message.queued"
_DISCARDED: Final = "draft.discarded"


def fault_words(fault: ComityError, draft_id: str) -> str:
    """Return what is said of a refused act on a draft that the officer may see.

    Args:
        fault: why the act was refused.
        draft_id: of the draft, read anew: somebody else closed it since the page was made.
    """
    row = DraftRow.objects.get(id=draft_id)
    queued, discarded = DraftRow.Stage.QUEUED, DraftRow.Stage.DISCARDED
    if not isinstance(fault, DraftStageError) or row.stage not in (queued, discarded):
        return labels.fault(fault.code)
    action, subject = (_SENT, row.record) if row.stage == queued else (_DISCARDED, row.id)
    done = AuditRow.objects.filter(subject=subject, action=action).order_by("-id").first()
    if done is None:
        return labels.fault(fault.code)
    told = (
        _("{name} sent this draft on {moment}. You need not do anything.")
        if row.stage == queued
        else _("{name} discarded this draft on {moment}. For 30 days it can be restored.")
    )
    name = format_html("<bdi>{}</bdi>", done.actor)
    return format_html(told, name=name, moment=moment(done.at))
