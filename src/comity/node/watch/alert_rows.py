"""Alerts as rows on a page: subject, States, kind, deadline, owner, and what to do next."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from comity.exchange import KNOWN
from comity.node.cases.call_back_numbers import Number, numbers
from comity.node.cases.docket_actions import title_in
from comity.node.cases.next_move import next_move
from comity.node.cases.subjects import Subject, subjects
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.docket import labels
from comity.node.evidence.offers import UNOFFERED
from comity.node.health import labels as health
from comity.node.models import (
    BoardLine,
    Conversation,
    DocketEntry,
    DraftRow,
    Mark,
    Officer,
    Package,
)
from comity.node.people.permissions import Right, may
from comity.node.sensitive import marks
from comity.node.watch import Alert, Kind
from comity.node.watch import labels as watch_labels
from comity.node.watch.first_step import may_do, waiting_step, writing_step
from comity.node.web import assistance_labels as assistance
from comity.node.web import labels as web_labels
from comity.node.web.measure_labels import MEASURE
from comity.node.web.text_format import age
from comity.node.work.requests import REQUEST

_CALLED = frozenset(
    {
        Kind.UNANSWERED,
        Kind.UNDELIVERED,
        Kind.PARTNER,
        Kind.REFUSED,
        Kind.QUOTA,
        Kind.LOGS,
        Kind.DEAD,
        Kind.THEIR_CLOCK,
        Kind.THEIR_SECOND,
        Kind.CALL,
    }
)
"""Kinds where a call to the other side may be the way out."""
_TO_CASE = frozenset(
    {
        Kind.CLOCK,
        Kind.EXTENSION,
        Kind.UNANSWERED,
        Kind.UNDELIVERED,
        Kind.THEIR_CLOCK,
        Kind.THEIR_SECOND,
        Kind.TWO_WORDS,
        Kind.REVIEW,
        Kind.UNREAD_MESSAGE,
        Kind.NEW,
    }
)
_PAGES = {
    Kind.DEAD: "outbox",
    Kind.PARTNER: "outbox",
    Kind.LETTER: "outbox",
    Kind.LOGS: "health",
    Kind.AUDIT: "health",
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
    Kind.OWN_CERTIFICATE: "me",
    Kind.CERTIFICATE: "officer-certificates",
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
_TOLD = frozenset({Kind.CALL, Kind.MAIL, Kind.TASK})
"""Kinds whose items say in their first entry what lists tell."""
_ITEMS = {
    Kind.TASK: "docket-item",
    Kind.RETENTION: "exhibit",
    Kind.CALL: "call",
    Kind.SHIFT: "shift",
    Kind.MAIL: "mail-item",
    Kind.DRAFT: "draft",
}


@dataclass(frozen=True)
class Line:
    """An alert as a page shows it.

    Attributes:
        alert: what it is about.
        anchor: name of its link, the same at every look, so that the focus stays on it.
        title: what it is about in words: the subject of the case, the measure, the domestic
            action, or `what`.
        what: kind of work item; empty where the title says it.
        states: parties of the requesting and the requested side; empty where there are none.
        deadline: what falls due and by which articles, in words; empty without a deadline.
        rule: where a deadline comes from, in words.
        colour: style of the line.
        time: style of its deadline: ``late``, ``soon`` or ``ok``.
        detail: a word more, or empty.
        place: address of the thing itself.
        link: address of the one thing to do next.
        next: words of the link.
        acknowledges: whether the one thing to do is to acknowledge it, or its alarm.
        waits: that nobody has acknowledged it, in words.
        waits_for: the same with how long; empty where nobody knows since when.
        call: number of the directory or the register to call, or None.
        caller: who called, and the office that they named; empty where that is not to be read.
        mail: who it says it is from, and the name of its file; empty where that is not to be read.
    """

    alert: Alert
    anchor: str
    title: str
    what: str
    states: tuple[str, ...]
    deadline: str
    rule: str
    colour: str
    time: str
    detail: str
    place: str
    link: str
    next: str
    acknowledges: bool
    waits: Any
    waits_for: str
    call: Number | None
    caller: tuple[str, ...]
    mail: dict[str, str]


def lines_of(node: Node, found: Iterable[Alert], officer: Officer) -> list[Line]:
    """Return alerts as lines, in their order; a fixed number of statements."""
    alerts = list(found)
    said, threads = _said(alerts, officer), _threads(alerts)
    about = subjects((alert.case for alert in alerts if alert.conversation), reader=officer)
    return [
        _line(
            node,
            alert,
            officer,
            said.get(alert.subject, {}),
            subject=about.get(alert.case) if alert.conversation else None,
            thread=threads.get(alert.conversation),
        )
        for alert in alerts
    ]


def _threads(alerts: Iterable[Alert]) -> dict[str, Any]:
    """Return the conversations of alerts, each with its draft that waits longest, by digest."""
    digests = {alert.conversation for alert in alerts} - {""}
    drafts = DraftRow.objects.filter(
        conversation=OuterRef("digest"), stage=DraftRow.Stage.AWAITING
    ).order_by("made_at")
    packages = Package.objects.filter(UNOFFERED, conversation=OuterRef("digest"))
    rows = Conversation.objects.filter(digest__in=digests).annotate(
        draft=Coalesce(Subquery(drafts.values("id")[:1]), Value("")), sealed=Exists(packages)
    )
    return {row.digest: row for row in rows} if digests else {}


def _said(alerts: list[Alert], officer: Officer) -> dict[str, dict[str, str]]:
    """Return what lists tell of mail, calls and tasks, to whoever may see those."""
    items = [alert.subject for alert in alerts if alert.kind in _TOLD]
    if not items or not may(officer, Right.READ_CONTENT):
        return {}
    rows = DocketEntry.objects.filter(item__in=items, number=1)
    found = {item: value for item, value in rows.values_list("item", "value") if value}
    mail = {item: value for item, value in found.items() if "original" in value}
    marked = marks.of(Mark.Kind.ORIGINAL, [value["original"] for value in mail.values()])
    return {
        item: {name: value.get(name) or "" for name in ("sender", "name", "caller", "office")}
        | {"title": title_in(value)}
        for item, value in found.items()
        if value.get("original") not in marked
    }


def _line(
    node: Node,
    alert: Alert,
    officer: Officer,
    said: dict[str, str],
    *,
    subject: Subject | None,
    thread: Any,
) -> Line:
    digest = hashlib.sha256(alert.key.encode()).hexdigest()
    link, words = _first(alert, officer, thread)
    found = numbers(node, alert.party) if alert.kind in _CALLED else ()
    what = watch_labels.what(alert.kind, alert.count, detail=alert.detail)
    detail = _detail(alert)
    title = str(subject) if subject else _task(alert, said)
    acknowledges = needs_acknowledging(alert) and may(officer, Right.ACKNOWLEDGE)
    if alert.held and not may_do(officer, alert.action):
        acknowledges = False
    words_of = watch_labels.acknowledging(alert.kind)
    return Line(
        alert=alert,
        anchor=f"line-{digest[:16]}",
        title=title or what,
        what=what if title else "",
        states=_states(node, alert, ours=thread.ours if thread else None),
        deadline=watch_labels.deadline(alert.deadline, alert.rule),
        rule=watch_labels.rule(alert.deadline, alert.rule),
        colour=watch_labels.COLOUR[alert.severity],
        time=_time(alert),
        detail=detail if not title or alert.kind in _FAULTS else "",
        place=_place(alert, link),
        link=link,
        next=str(words_of.act) if acknowledges else words,
        acknowledges=acknowledges,
        waits=words_of.waits,
        waits_for=words_of.waits_for % {"time": age(alert.since)} if alert.since else "",
        call=found[0] if found else None,
        caller=tuple(filter(None, (said.get("caller"), said.get("office")))),
        mail={one: said[one] for one in ("sender", "name")} if _is_mail(alert, said) else {},
    )


def _task(alert: Alert, said: dict[str, str]) -> str:
    """Return which domestic action it is, and whom or what it is about; of others nothing."""
    if alert.kind is not Kind.TASK:
        return ""
    return " · ".join(filter(None, (_detail(alert), said.get("title"))))


def _is_mail(alert: Alert, said: dict[str, str]) -> bool:
    return alert.kind is Kind.MAIL and bool(said)


def needs_acknowledging(alert: Alert) -> bool:
    """Tell whether a critical work item waits for somebody to say that they have seen it."""
    return (
        alert.severity.is_critical
        and bool(alert.incident)
        and alert.raises_alarm
        and not alert.acknowledged
    )


def _states(node: Node, alert: Alert, *, ours: bool | None) -> tuple[str, ...]:
    """Return the requesting and the requested party, or the other side alone."""
    if not alert.party or ours is None:
        return (alert.party,) if alert.party else ()
    return (node.party, alert.party) if ours else (alert.party, node.party)


def _time(alert: Alert) -> str:
    """Return the style of a deadline: late or soon by the same table as everything else."""
    if alert.due_at is None:
        return "late" if needs_acknowledging(alert) else "ok"
    if alert.overdue(now()) or alert.severity.is_critical:
        return "late"
    return "ok" if alert.severity.is_low else "soon"


def _place(alert: Alert, link: str) -> str:
    """Return the address of the thing itself: of its case where there is one."""
    if alert.case and not alert.outside and alert.kind not in _ITEMS:
        return reverse("case", args=[alert.case])
    return link


def _first(alert: Alert, officer: Officer, thread: Any) -> tuple[str, str]:
    """Return address and words of what to do next."""
    if alert.outside:
        link = reverse("alarm", args=[alert.alarm]) if alert.alarm else reverse("duty")
        return link, str(watch_labels.OPEN_ALARM)
    called = alert.kind is Kind.UNDELIVERED  # nothing that is written helps before
    if thread is not None and alert.incident.startswith(REQUEST) and not called:
        link, words = _in_request(alert, officer, thread)
        if link:
            return link, str(words)
    link, opens = _link(alert)
    if alert.kind is Kind.SHIFT and alert.owner != officer.user.get_username():
        return link, str(watch_labels.OPEN_SHIFT)  # the other of the two confirms now
    return link, str(watch_labels.NEXT[Kind.CLOCK if opens else alert.kind])


def _in_request(alert: Alert, officer: Officer, thread: Any) -> tuple[str, Any]:
    """Return address and words of the first step of a request; empty where the case says more."""
    second = alert.subject if alert.kind is Kind.SECOND else ""
    link, words = waiting_step(officer, draft=thread.draft, second=second)
    if link:
        return link, words
    move = next_move(thread, sealed=thread.sealed) if second else alert.action
    return writing_step(officer, thread, move if KNOWN.row(move) else "")


def _link(alert: Alert) -> tuple[str, bool]:
    """Return the address of what to do next, and whether it only opens the case."""
    kind = alert.kind
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
    if alert.kind in (Kind.KEYS, Kind.CERTIFICATE):
        return str(code)
    if alert.kind is Kind.REVIEW:
        return str(assistance.KIND.get(code, code))
    if alert.kind in _FAULTS:
        return web_labels.fault(code)
    if alert.kind in (Kind.CALL, Kind.LETTER, Kind.OWN_CERTIFICATE):
        return ""
    return str(MEASURE.get(code) or web_labels.DONE.get(code, code))
