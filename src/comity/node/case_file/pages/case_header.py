"""The head of a case's page: how much it presses, by when, and the one thing to do first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comity.node.cases.queries import Thread
from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.people.permissions import Right, may
from comity.node.watch import Alert, Kind
from comity.node.watch import labels as watch_labels
from comity.node.watch.alert import of_row
from comity.node.web import labels
from comity.node.work.queries import of_cases
from comity.node.work.requests import REQUEST

_ACKNOWLEDGED: Final = "request.acknowledged"


@dataclass(frozen=True)
class CaseHead:
    """What stands beside the title of a case.

    Attributes:
        alert: the request of the case that presses most, as the watch lists it; None where none
            of them needs anybody.
        emergency: whether one of them is an emergency.
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
    officer: Officer,
    threads: Iterable[Thread],
    moves: Mapping[str, Iterable[tuple[str, str]]],
) -> CaseHead:
    """Return the head of a case.

    Args:
        officer: who looks at it.
        threads: the conversations of the case, in the order of the page.
        moves: digest of a conversation to the type and the answered message of each of its buttons.
    """
    found = list(threads)
    shown = {one.row.digest for one in found}
    rows = [row for row in of_cases({one.row.case for one in found}, at=now())
            if row.conversation in shown and row.incident.startswith(REQUEST)]  # fmt: skip
    alerts = [of_row(row) for row in rows]
    first = alerts[0] if alerts else None
    open_ = [n for n, one in enumerate(found, 1) if one.row.main != "closed"]
    if first is not None:
        open_ = [n for n, one in enumerate(found, 1) if one.row.digest == first.conversation]
    if not open_:
        return CaseHead()
    link, label = _first_step(officer, first, found[open_[0] - 1], open_[0], moves)
    if first is None:
        return CaseHead(link=link, label=label)
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
    alert: Alert | None,
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
    if alert is not None and alert.kind is Kind.UNREAD and _ACKNOWLEDGED in types:
        link = reverse("move", args=[thread.row.digest, _ACKNOWLEDGED])
        return link, labels.DO[_ACKNOWLEDGED]
    return f"#n{number}", _("What you can do next")
