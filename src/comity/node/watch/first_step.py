"""The one thing that an officer does first in a conversation: its address and its words.

The page of the case and the lists of work items ask here, so that both lead to the same form. What
is to be written says `cases.next_move`; what comes before it, and what an officer may do, is said
here.
"""

from typing import Any

from django.urls import reverse

from comity.exchange import KNOWN
from comity.node.cases.next_move import answered
from comity.node.cases.severity import Kind
from comity.node.messages.send_second_signature import may_countersign
from comity.node.models import Conversation, Officer
from comity.node.people.permissions import Right, may
from comity.node.watch import labels as watch_labels
from comity.node.web import labels
from comity.node.work.item import CONFIRM, SIGN


def may_do(officer: Officer, action: str) -> bool:
    """Tell whether an officer may do what a work item asks for next.

    Args:
        officer: who would do it.
        action: of the work item.
    """
    if action == SIGN:
        return may_countersign(officer)
    if action == CONFIRM:
        return may(officer, Right.CALL)
    return KNOWN.row(action) is None or may(officer, Right.DRAFT)


def waiting_step(officer: Officer, *, draft: str, second: str) -> tuple[str, Any]:
    """Return address and words of what waits to be signed or sent, or two empty texts.

    Args:
        officer: who would do it.
        draft: identifier of the draft that waits longest, or empty.
        second: record of the message of ours that is to be countersigned, or empty.
    """
    if draft and may(officer, Right.READ_CONTENT) and _does_drafts(officer):
        return reverse("draft", args=[draft]), watch_labels.NEXT[Kind.DRAFT]
    if second and may_countersign(officer):
        return reverse("second", args=[second]), watch_labels.NEXT[Kind.SECOND]
    return "", ""


def writing_step(officer: Officer, row: Conversation, move: str) -> tuple[str, Any]:
    """Return address and words of the form of a message, or two empty texts.

    Args:
        officer: who would write it.
        row: the conversation.
        move: type of the message, or empty.
    """
    if not move or not may(officer, Right.DRAFT):
        return "", ""
    link, about = reverse("move", args=[row.digest, move]), answered(row, move)
    return (f"{link}?about={about}" if about else link), labels.DO[move]


def _does_drafts(officer: Officer) -> bool:
    """Tell whether an officer signs, sends or changes drafts at all."""
    return any(may(officer, right) for right in (Right.APPROVE, Right.SEND, Right.DRAFT))
