"""Alerts as lines on a page: what, whose, by when, and the one thing to do next as a link."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from comity.node.cases.call_back_numbers import Number, numbers
from comity.node.core.node import Node
from comity.node.docket import labels
from comity.node.health import labels as health
from comity.node.models import BoardLine, DocketEntry, Mark, Officer
from comity.node.people.permissions import Right, may
from comity.node.sensitive import marks
from comity.node.watch import Alert, Kind
from comity.node.watch import labels as watch_labels
from comity.node.web import assistance_labels as assistance
from comity.node.web import labels as web_labels
from comity.node.web.measure_labels import MEASURE

_CALLED = frozenset(
    {
        Kind.UNANSWERED,
        Kind.PARTNER,
        Kind.REFUSED,
        Kind.QUOTA,
        Kind.LOGS,
        Kind.DEAD,
        Kind.THEIR_SECOND,
        Kind.CALL,
    }
)
"""Kinds where a call to the other side may be the way out."""
_TO_CASE = frozenset(
    {
        Kind.CLOCK,
        Kind.UNANSWERED,
        Kind.THEIR_SECOND,
        Kind.TWO_WORDS,
        Kind.REVIEW,
        Kind.NEW,
    }
)
_PAGES = {
    Kind.DEAD: "outbox",
    Kind.PARTNER: "outbox",
    Kind.LETTER: "outbox",
    Kind.LOGS: "health",
    Kind.PACKAGE: "evidence",
    Kind.SPACE: "evidence",
    Kind.STRAY: "evidence",
    Kind.DISK: "health",
    Kind.STORE: "health",
    Kind.WORK: "health",
    Kind.DIRECTORY: "health",
    Kind.ENTRY: "health",
    Kind.KEYS: "health",
    Kind.EDITIONS: "health",
    Kind.REFUSED: "health",
    Kind.QUOTA: "cases",
    Kind.STAMP: "health",
}
_FAULTS = frozenset(
    {
        Kind.DEAD,
        Kind.PARTNER,
        Kind.REFUSED,
        Kind.PACKAGE,
        Kind.SPACE,
        Kind.STORE,
        Kind.STAMP,
    }
)
"""Kinds whose detail is the code of an error."""
_ITEMS = {
    Kind.TASK: "docket-item",
    Kind.RETENTION: "exhibit",
    Kind.CALL: "call",
    Kind.MAIL: "mail-item",
    Kind.DRAFT: "draft",
}


@dataclass(frozen=True)
class Line:
    """An alert as a page shows it.

    Attributes:
        alert: what it is about.
        anchor: name of its link, the same at every look, so that the focus stays on it.
        what: sentence.
        deadline: what falls due and by which rule, in words; empty without a deadline.
        colour: style of the line.
        detail: a word more, or empty.
        link: address of the one thing to do next.
        next: words of the link.
        call: number of the directory or the register to call, or None.
        mail: who it says it is from, and the name of its file; empty where that is not to be read.
    """

    alert: Alert
    anchor: str
    what: str
    deadline: str
    colour: str
    detail: str
    link: str
    next: str
    call: Number | None
    mail: dict[str, str]


def lines_of(node: Node, found: Iterable[Alert], officer: Officer) -> list[Line]:
    """Return alerts as lines, in their order."""
    alerts = list(found)
    mail = _mail(alerts, officer)
    return [_line(node, alert, officer, mail.get(alert.subject, {})) for alert in alerts]


def _mail(alerts: list[Alert], officer: Officer) -> dict[str, dict[str, str]]:
    """Return what the list of mail tells of each piece, to whoever may see that list."""
    items = [alert.subject for alert in alerts if alert.kind is Kind.MAIL]
    if not items or not may(officer, Right.READ_CONTENT):
        return {}
    rows = DocketEntry.objects.filter(item__in=items, number=1)
    said = {item: value for item, value in rows.values_list("item", "value") if value}
    marked = marks.of(Mark.Kind.ORIGINAL, [value["original"] for value in said.values()])
    return {
        item: {"sender": value["sender"], "name": value["name"]}
        for item, value in said.items()
        if value["original"] not in marked
    }


def _line(node: Node, alert: Alert, officer: Officer, mail: dict[str, str]) -> Line:
    digest = hashlib.sha256(alert.key.encode()).hexdigest()
    link, opens = _link(alert, officer)
    found = numbers(node, alert.party) if alert.kind in _CALLED else ()
    return Line(
        alert=alert,
        anchor=f"line-{digest[:16]}",
        what=watch_labels.what(alert.kind, alert.count),
        deadline=watch_labels.deadline(alert.deadline, alert.rule),
        colour=watch_labels.COLOUR[alert.severity],
        detail=_detail(alert),
        link=link,
        next=_next(alert, opens=opens),
        call=found[0] if found else None,
        mail=mail,
    )


def _next(alert: Alert, *, opens: bool) -> str:
    if alert.outside:
        return str(watch_labels.OPEN_ALARM)
    return str(watch_labels.NEXT[Kind.CLOCK if opens else alert.kind])


def _link(alert: Alert, officer: Officer) -> tuple[str, bool]:
    """Return the address of what to do next, and whether it only opens the case."""
    kind = alert.kind
    if alert.outside:
        return reverse("alarm", args=[alert.alarm]), False
    if kind is Kind.UNREAD and may(officer, Right.DRAFT):
        return reverse("move", args=[alert.subject, "request.acknowledged"]), False
    if kind is Kind.SECOND and may(officer, Right.APPROVE):
        return reverse("second", args=[alert.subject]), False
    if kind is Kind.REVIEW and alert.detail == BoardLine.Kind.TABLE:
        return reverse("round-table", args=[alert.subject]), False
    if kind in _ITEMS:
        return reverse(_ITEMS[kind], args=[alert.subject]), False
    if kind in _PAGES:
        return reverse(_PAGES[kind]), False
    link = reverse("case", args=[alert.case]) if alert.case else reverse("cases")
    return link, kind not in _TO_CASE


def _detail(alert: Alert) -> str:
    code: Any = alert.detail
    if not code:
        return ""
    if alert.kind is Kind.TASK:
        return str(labels.KIND.get(code, code))
    if alert.kind is Kind.WORK:
        return str(health.STILL[code])
    if alert.kind is Kind.KEYS:
        return str(code)
    if alert.kind is Kind.REVIEW:
        return str(assistance.KIND.get(code, code))
    if alert.kind in _FAULTS:
        return web_labels.fault(code)
    if alert.kind in (Kind.CALL, Kind.LETTER):
        return ""
    return str(MEASURE.get(code) or web_labels.DONE.get(code, code))
