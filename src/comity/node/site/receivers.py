"""Who is told of what: packages that stand above those in which it happens."""

from typing import Any

from comity.docket import Item
from comity.node.accounts.pages.access import labels as access
from comity.node.assistance import board
from comity.node.cases import docket_store
from comity.node.cases.docket_store import Rules
from comity.node.compose.identifier_labels import REFUSED
from comity.node.core import signals
from comity.node.core.node import Node
from comity.node.duty import jobs
from comity.node.duty.pages import labels as duty
from comity.node.exercise.pages import room_labels
from comity.node.integrations import labels as integrations
from comity.node.models import Conversation
from comity.node.privacy import act_labels as privacy
from comity.node.search import index
from comity.node.site.docket_rules import CHECKS, EFFECTS
from comity.node.web import assistance_labels, error_labels


def connect() -> None:
    """Connect every receiver and hand over every table; the program calls this once."""
    docket_store.use_rules(Rules(CHECKS, EFFECTS))
    error_labels.use(
        REFUSED,
        access.FAULT,
        privacy.FAULT,
        room_labels.FAULT,
        assistance_labels.FAULT,
        duty.FAULT,
        integrations.FAULT,
    )
    signals.acted.connect(_end_alarms)
    signals.conversations_changed.connect(_index_case)
    signals.replayed.connect(_keep_board)
    signals.cases_changed.connect(_index_cases)
    signals.item_changed.connect(_index_item)


def _end_alarms(node: Node, **_told: Any) -> None:
    jobs.end_gone(node)


def _index_case(threads: list[Conversation], new: bool, **_told: Any) -> None:  # noqa: FBT001 - as sent
    index.case(threads, new=new)


def _keep_board(conversation: Conversation, at: Any, **_told: Any) -> None:
    board.keep(conversation, at=at)


def _index_cases(cases: list[str], **_told: Any) -> None:
    index.cases(cases)


def _index_item(item: Item, **_told: Any) -> None:
    index.item(item)
