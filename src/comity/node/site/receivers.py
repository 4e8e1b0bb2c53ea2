"""What is done when something happens below: `wiring` says when."""

from typing import Any, Final

from comity.docket import Item
from comity.node.accounts.pages.access import labels as access
from comity.node.assistance import board
from comity.node.compose.identifier_labels import REFUSED
from comity.node.core.node import Node
from comity.node.duty import jobs
from comity.node.duty.pages import labels as duty
from comity.node.exercise.pages import room_labels
from comity.node.integrations import labels as integrations
from comity.node.integrations import webhook_events
from comity.node.models import Conversation, MessageRow
from comity.node.privacy import labels as privacy
from comity.node.search import index
from comity.node.web import assistance_labels
from comity.node.work import rows as work_items

ERROR_WORDS: Final = (
    REFUSED,
    access.FAULT,
    privacy.FAULT,
    room_labels.FAULT,
    assistance_labels.FAULT,
    duty.FAULT,
    integrations.FAULT,
)
"""Words of other packages for their own errors."""
_OF_WORK: Final = ("conversations", "cases", "items", "drafts", "exhibits", "incidents")
"""What the signal `work_changed` may name."""


def end_alarms(node: Node, **_told: Any) -> None:
    """End the alarms whose cause an act has removed."""
    jobs.end_gone(node)


def index_case(threads: list[Conversation], new: bool, **_told: Any) -> None:  # noqa: FBT001 - as sent
    """Keep the index of a case."""
    index.case(threads, new=new)


def keep_board(conversation: Conversation, at: Any, **_told: Any) -> None:
    """Keep the board of assistance, and the work items of the conversation."""
    board.keep(conversation, at=at)
    work_items.moved(conversation, at=at)


def keep_work(**told: Any) -> None:
    """Keep the work items of facts that changed."""
    work_items.remember(**{name: told[name] for name in _OF_WORK if name in told})


def index_cases(cases: list[str], **_told: Any) -> None:
    """Keep the index of cases, and their work items."""
    index.cases(cases)
    work_items.remember(cases=cases)


def note_message(conversation: Conversation, message: MessageRow, at: Any, **_told: Any) -> None:
    """Write down for webhooks that a message came or went."""
    webhook_events.note_message(conversation, message, at=at)


def note_deadline(**told: Any) -> None:
    """Write down for webhooks that something falls due."""
    names = ("subject", "clock", "due_at", "passed", "at")
    webhook_events.note_deadline(**{name: told[name] for name in names})


def index_item(item: Item, **_told: Any) -> None:
    """Keep the index of an item, and its work item."""
    index.item(item)
    work_items.remember(items=[item.id])
