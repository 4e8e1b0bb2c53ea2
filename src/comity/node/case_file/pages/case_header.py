"""The head of a case's page: how much it presses, by when, and the one thing to do first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comity.node.cases.queries import Thread
from comity.node.cases.urgency import said
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.models import Conversation, Officer
from comity.node.people.permissions import Right, may
from comity.node.watch import Alert, Kind
from comity.node.watch import labels as watch_labels
from comity.node.watch.alert_list import pressing_first
from comity.node.watch.waiting_items import of_conversation
from comity.node.web import labels

_ACKNOWLEDGED: Final = "request.acknowledged"


@dataclass(frozen=True)
class CaseHead:
    """What stands beside the title of a case.

    Attributes:
        alert: the conversation of the case that presses most, as the watch lists it; None where
            all are closed.
        emergency: whether an open conversation of the case is one.
        severity: how much it presses, in words; empty where it is not urgent.
        colour: style of that.
        link: address of the first thing to do, or empty.
        label: words of the link.
    """

    alert: Alert | None = None
    emergency: bool = False
    severity: Any = ""
    colour: str = "quiet"
    link: str = ""
    label: Any = ""


def case_head(
    node: Node,
    officer: Officer,
    threads: Iterable[Thread],
    moves: Mapping[str, Iterable[tuple[str, str]]],
) -> CaseHead:
    """Return the head of a case.

    Args:
        node: this node.
        officer: who looks at it.
        threads: the conversations of the case, in the order of the page.
        moves: digest of a conversation to the type and the answered message of each of its buttons.
    """
    found, at = list(threads), now()
    open_ = [one.row.digest for one in found if one.row.main != "closed"]
    rows = Conversation.objects.filter(pk__in=open_).annotate(urgency=said())
    alerts = sorted((of_conversation(node, row, at) for row in rows), key=pressing_first)
    if not alerts:
        return CaseHead()
    first = alerts[0]
    number = next(n for n, one in enumerate(found, 1) if one.row.digest == first.conversation)
    link, label = _first_step(officer, first, found[number - 1], number, moves)
    return CaseHead(
        alert=first,
        emergency=any(one.emergency for one in alerts),
        severity=watch_labels.badge(first.severity),
        colour=watch_labels.COLOUR[first.severity],
        link=link,
        label=label,
    )


def _first_step(
    officer: Officer,
    alert: Alert,
    thread: Thread,
    number: int,
    moves: Mapping[str, Iterable[tuple[str, str]]],
) -> tuple[str, Any]:
    """Return address and words of what to do first in a conversation, or two empty texts."""
    if thread.drafts and may(officer, Right.READ_CONTENT):
        return reverse("draft", args=[thread.drafts[0].id]), watch_labels.NEXT[Kind.DRAFT]
    if may(officer, Right.APPROVE):
        for event in thread.events:
            if event.row.second_due_at and event.row.outgoing:
                return reverse("second", args=[event.row.record]), watch_labels.NEXT[Kind.SECOND]
    types = [type_ for type_, _about in moves.get(thread.row.digest, ())]
    if not types or not may(officer, Right.DRAFT):
        return "", ""
    if alert.kind is Kind.UNREAD and _ACKNOWLEDGED in types:
        link = reverse("move", args=[thread.row.digest, _ACKNOWLEDGED])
        return link, labels.DO[_ACKNOWLEDGED]
    return f"#n{number}", _("What you can do next")
