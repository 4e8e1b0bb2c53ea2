"""What webhooks tell of, written down in the transaction in which it happened.

While nobody has a webhook nothing is written. What happened before a webhook was made is none of
its business.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from comity.canonical import time_text
from comity.node.core import prepared_sql
from comity.node.core.prepared_queries import Prepared
from comity.node.models import Conversation, Hook, HookEvent, MessageRow, WorkItem
from comity.node.work.desk import EXHIBIT, ITEM
from comity.node.work.queries import severity_of_row
from comity.node.work.requests import REQUEST

CAME: Final = "message.came"
MOVED: Final = "case.moved"
DUE: Final = "item.due"
EVENTS: Final = (MOVED, CAME, DUE)
_SORTS: Final = (REQUEST, ITEM, EXHIBIT)
KEPT_FOR: Final = timedelta(days=30)
_ANY: Final = Prepared(lambda: Hook.objects.filter(ended="").values_list("pk")[:1])


def note_message(conversation: Conversation, message: MessageRow, *, at: datetime) -> None:
    """Write down that a message was recorded: it came, or went, and its case moved.

    Args:
        conversation: as it stands now.
        message: its row.
        at: this node's clock.
    """
    if not _ANY.rows():
        return
    data = {"case": conversation.case, "conversation": conversation.digest}
    if not message.outgoing:
        _write(CAME, {**data, "record": message.record, "message_type": message.type}, at)
    _write(MOVED, {**data, "state": conversation.main}, at)


def note_deadline(
    *, subject: str, clock: str, due_at: datetime, passed: bool, at: datetime
) -> None:
    """Write down that people were told of a deadline.

    Args:
        subject: conversation, item or exhibit.
        clock: its kind.
        due_at: when it falls due.
        passed: whether it is over.
        at: this node's clock.
    """
    if not _ANY.rows():
        return
    item = WorkItem.objects.filter(incident__in=[f"{sort}{subject}" for sort in _SORTS]).first()
    of_item = {
        "incident": item.incident,
        "severity": severity_of_row(item),
        "deadline": item.deadline,
        "rule": item.rule,
        "owner": item.owner,
        "action": item.action,
        "emergency": item.emergency,
    } if item else {}  # fmt: skip
    told = {"subject": subject, "clock": clock, "due": time_text(due_at), "passed": passed}
    _write(DUE, told | of_item, at)


def _write(event: str, data: dict[str, Any], at: datetime) -> None:
    prepared_sql.insert(HookEvent(event=event, data=data, happened_at=at))


def forget(*, at: datetime) -> None:
    """Forget what happened a month ago; each webhook was told of it, or its receiver is gone."""
    HookEvent.objects.filter(happened_at__lt=at - KEPT_FOR).delete()
